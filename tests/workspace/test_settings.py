"""Settings come from the project and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorlift.catalog.model import Target
from tensorlift.workspace.settings import Overrides, SettingsError, load


def test_the_nearest_pyproject_holds(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.tensorlift]\ntarget = "native"\ntensorflow = "2.15"\n'
        'select = ["TL1"]\nignore = ["TL104"]\nexclude = ["old/"]\n'
    )
    settings = load(tmp_path / "pkg" / "a.py")
    assert (settings.target, settings.tensorflow, settings.exclude) == (Target.NATIVE, "2.15", ("old/",))
    assert settings.wants("TL101")
    assert not settings.wants("TL104")
    assert not settings.wants("TL201")


def test_the_command_line_is_stronger(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tensorlift]\ntarget = "native"\ntensorflow = "2.15"\n')
    settings = load(tmp_path, Overrides(Target.COMPAT, "2.21"))
    assert (settings.target, settings.tensorflow, settings.origin) == (Target.COMPAT, "2.21", "the command line")


def test_requirements_beside_the_path_count_before_those_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["tensorflow>=2.18"]\n')
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "requirements.txt").write_text("tensorflow==2.12\n")
    assert load(tmp_path / "old").tensorflow == "2.12"
    assert load(tmp_path).tensorflow == "2.18"
    assert load(tmp_path).origin == "pyproject.toml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.tensorlift]\ntarget = "both"\n', 'target must be "compat" or "native"'),
        ("[tool.tensorlift]\ncolour = 1\n", "has no setting 'colour'"),
        ("[tool.tensorlift]\nselect = 'TL1'\n", "select must be a list"),
        ("[tool.tensorlift]\ntensorflow = 2\n", "tensorflow must be a string"),
        ("[tool.tensorlift\n", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load(tmp_path)

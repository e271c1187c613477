"""Which TensorFlow a project asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorlift.workspace.requirements import required_version, settle


@pytest.mark.parametrize(
    ("specifier", "release"),
    [
        ("==2.15.1", "2.15"),
        ("==2.15.*", "2.15"),
        ("~=2.15.0", "2.15"),
        (">=2.4,<2.16", "2.15"),
        (">=2.16", "2.16"),
        (">=2.16,<3", "2.16"),
        ("<=2.12", "2.12"),
        (">=1.12,<2", None),
        ("==1.15", None),
        (">=1.4", None),
        (">=2.0", None),
        ("~=2.4", None),
    ],
)
def test_settle(specifier: str, release: str | None) -> None:
    assert settle(specifier) == release


@pytest.mark.parametrize(
    ("file", "text", "release"),
    [
        ("requirements.txt", "numpy\ntensorflow==2.15.0  # old\n", "2.15"),
        ("requirements.txt", "tensorflow-gpu >= 2.4, < 2.16\n", "2.15"),
        ("requirements.txt", "tensorflow-probability==0.20\n", None),
        ("requirements.txt", "# tensorflow==2.15\n", None),
        ("setup.py", "setup(install_requires=['tensorflow>=2.16'])\n", "2.16"),
        ("pyproject.toml", '[project]\ndependencies = ["tensorflow[and-cuda]~=2.18.0"]\n', "2.18"),
        ("environment.yml", "dependencies:\n  - tensorflow=2.12\n", "2.12"),
        ("Pipfile", '[packages]\ntensorflow = "==2.13.0"\n', "2.13"),
    ],
)
def test_project_files(tmp_path: Path, file: str, text: str, release: str | None) -> None:
    (tmp_path / file).write_text(text)
    found = required_version(tmp_path)
    assert found == ((release, file) if release else None)

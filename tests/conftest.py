"""What tests of the whole product share: programs in, migrated programs and findings out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tensorlift.cli.main import main

settings.register_profile("ci", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=1000, deadline=None)
settings.load_profile("long" if os.environ.get("TENSORLIFT_LONG") else "ci")

Migrate = Callable[..., str]
Check = Callable[..., list[dict[str, object]]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty project folder, which is the working folder too."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder)
    yield folder


@pytest.fixture
def migrate(project: Path, capsys: pytest.CaptureFixture[str]) -> Migrate:
    """Gives a function: a program's text to its text after ``tensorlift fix``. Statements that the program as a whole
    needs (behaviour switches) are left out unless ``program=True``."""

    def run(text: str, *options: str, program: bool = False, tensorflow: str = "2.21", name: str = "program.py") -> str:
        file = project / name
        file.write_bytes(text.encode())
        ignored = () if program else ("--ignore", "TL201,TL202")
        assert main(["fix", str(file), "--tensorflow", tensorflow, *ignored, *options]) in (0, 1)
        capsys.readouterr()
        return file.read_bytes().decode()

    return run


@pytest.fixture
def check(project: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Gives a function: a program's text to the findings of ``tensorlift check --format json``, without those that the
    program as a whole has unless ``program=True``."""

    def run(text: str, *options: str, program: bool = False, tensorflow: str = "2.21") -> list[dict[str, object]]:
        file = project / "program.py"
        file.write_bytes(text.encode())
        ignored = () if program else ("--ignore", "TL201,TL202")
        code = main(["check", str(file), "--tensorflow", tensorflow, "--format", "json", *ignored, *options])
        findings = json.loads(capsys.readouterr().out)
        assert isinstance(findings, list)
        assert code == (1 if findings else 0)
        return findings

    return run

"""Programs to migrate, and a way to call the command line on them."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tensorlift.cli.main import main

DATA = Path(__file__).parent / "data"
PROGRAMS = sorted(path for path in DATA.glob("*.py"))


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of ``check --format json``."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


Command = Callable[..., Outcome]


def call(*arguments: str | Path) -> Outcome:
    """``tensorlift ARGUMENTS`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())


@pytest.fixture(name="tensorlift")
def _tensorlift() -> Command:
    return call


@pytest.fixture(params=PROGRAMS, ids=lambda path: path.stem)
def program(request: pytest.FixtureRequest) -> Path:
    """Each of the programs in ``data``."""
    path: Path = request.param
    return path

"""On valid code, the references equal those of an independent resolver on Python's own syntax tree."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from comparing import differences
from hypothesis import HealthCheck, given, settings
from programs import programs

CORPUS = sorted((Path(__file__).parent.parent / "corpus" / "analysis").glob("*.py"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_small_programs(path: Path) -> None:
    assert not differences(path.read_bytes())


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programs())
def test_generated_programs(program: str) -> None:
    assert not differences(program.encode()), program


@pytest.mark.skipif("TENSORLIFT_CORPUS" not in os.environ, reason="TENSORLIFT_CORPUS names no directory")
def test_real_programs() -> None:
    wrong: list[str] = []
    for path in sorted(Path(os.environ["TENSORLIFT_CORPUS"]).rglob("*.py")):
        source = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\f", b" ")
        try:
            source.decode()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = differences(source, exact=False)
        except (SyntaxError, ValueError):
            continue
        wrong += [f"{path}: {difference}" for difference in found]
    assert not wrong

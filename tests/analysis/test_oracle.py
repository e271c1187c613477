"""On valid code, the references equal those of an independent resolver on Python's own syntax tree."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from comparing import differences
from programs import program

CORPUS = sorted((Path(__file__).parent.parent / "corpus" / "analysis").glob("*.py"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_small_programs(path: Path) -> None:
    assert not differences(path.read_bytes())


def test_generated_programs() -> None:
    """Programs that nobody would write. What is left between the two is the state in which a `finally` begins after a
    rebinding in its `try`: the oracle holds every state for possible, the analysis the one after the body. So one
    program in a hundred may differ, no more."""
    count = 600
    different = [seed for seed in range(count) if differences(program(seed, seed % 2).encode())]
    assert len(different) <= count // 100, f"programs {different} differ"


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

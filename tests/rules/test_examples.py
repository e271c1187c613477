"""Every rule's examples: the text that the tool really writes, and both programs run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tensorlift.rules.base import Example, rules

INSIDE = Path(__file__).resolve().parent.parent / "inside" / "run_programs.py"
EXAMPLES = {f"{code}-{i}": example for code, rule in rules().items() for i, example in enumerate(rule.examples)}


def test_every_rule_says_what_it_is() -> None:
    for code, rule in rules().items():
        assert re.fullmatch(r"TL\d{3}", code)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
        assert len((type(rule).__doc__ or "").strip()) > 60, code
    assert len({rule.name for rule in rules().values()}) == len(rules())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_tool_writes_the_example(name: str, migrate: Callable[..., str]) -> None:
    example = EXAMPLES[name]
    options = ("--target", example.target, *(("--unsafe",) if example.unsafe else ()))
    assert migrate(example.before, *options, program=True, tensorflow=example.tensorflow) == example.after
    assert migrate(example.after, *options, program=True, tensorflow=example.tensorflow) == example.after


def run_all(python: str, folder: Path, programs: dict[str, str], as_tf1: bool) -> dict[str, tuple[int, str]]:
    """Exit code and output of each program under an interpreter."""
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
    environ = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", TF_ENABLE_ONEDNN_OPTS="0")
    environ.pop("AS_TF1", None)
    if as_tf1:
        environ.update(AS_TF1="1", TF_USE_LEGACY_KERAS="1")
    names = [f"{name}.py" for name in programs]
    done = subprocess.run(
        [python, str(INSIDE), str(folder), *names],
        capture_output=True,
        text=True,
        check=False,
        env=environ,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {
        name.removesuffix(".py"): tuple(result) for name, result in json.loads(done.stdout.splitlines()[-1]).items()
    }


def interpreters() -> list[str]:
    """The TensorFlow environments at hand: this one, and the one with 2.15."""
    found = [sys.executable] if importlib.util.find_spec("tensorflow") else []
    return [*found, *filter(None, [os.environ.get("TENSORLIFT_TF215")])]


@pytest.mark.tensorflow
@pytest.mark.skipif(not interpreters(), reason="TensorFlow is not installed here; `python3 tools/test.py` installs it")
def test_examples_run_and_compute_what_they_did(tmp_path: Path) -> None:
    after = {name: example.after for name, example in EXAMPLES.items() if example.target == "compat"}
    before = {name: example.before for name, example in EXAMPLES.items() if runs_before(example)}
    assert len(after) >= 5
    for number, python in enumerate(interpreters()):
        for folder in ("before", "after"):
            (tmp_path / f"{folder}{number}").mkdir()
        new = run_all(python, tmp_path / f"after{number}", after, as_tf1=False)
        assert {name: result for name, result in new.items() if result[0] != 0} == {}
        old = run_all(python, tmp_path / f"before{number}", before, as_tf1=True)
        assert {name: result for name, result in old.items() if result[0] != 0} == {}
        assert {name: numbers(result[1]) for name, result in old.items()} == {
            name: numbers(result[1]) for name, result in new.items() if name in before
        }


def runs_before(example: Example) -> bool:
    """Whether tf.compat.v1 has all that the program of TensorFlow 1 used."""
    return example.target == "compat" and "contrib" not in example.before


def numbers(output: str) -> list[str]:
    """What a program printed, line by line, without warnings."""
    return [line for line in output.splitlines() if line.startswith(">")]

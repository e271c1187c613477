"""Replacements exist in the TensorFlow that is installed, and take the arguments that the catalog maps to them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.model import Era, Kind, Replacement, Target
from tensorlift.catalog.version import era_of, parse

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"),
]
SCRIPT = Path(__file__).with_name("replacements_in_tensorflow.py")
Case = tuple[str, str, list[str] | None, list[str]]


def cases(catalog: Catalog, era: Era) -> list[Case]:
    """Every replacement in TensorFlow (or in an installed package) of every endpoint, each once."""
    found: dict[str, Case] = {}
    for name in catalog.endpoints():
        for target in Target:
            verdict = catalog.verdict(name, era, target)
            if verdict is None or verdict.replacement is None or verdict.inherited:
                continue
            if verdict.needs_legacy_keras and era is Era.TF216:
                continue  # that is what the run with legacy Keras is for
            if verdict.kind in (Kind.METHOD, Kind.PROPERTY):
                continue  # a member of a value, which may be of any class
            for case in _cases(name, verdict.replacement, era):
                found[json.dumps(case[1:])] = case
    return list(found.values())


def _cases(name: str, replacement: Replacement, era: Era) -> list[Case]:
    expression = replacement.expression
    root = expression.partition(".")[0]
    if expression.startswith("support:") or "." not in expression:
        return []
    if root != "tf" and importlib.util.find_spec(root) is None:
        return []
    arguments = replacement.arguments
    given: list[str] = []
    positional: list[str] | None = None
    if arguments is not None:
        given = [text.partition("=")[0].strip() for text in arguments.changes.values() if not text.startswith("!")]
        given += list(arguments.additions)
        # The facts are of one release of an era; only in that one the places must be the same.
        if root == "tf" and arguments.new and _is_the_release_of_the_facts(era):
            positional = [p.name for p in arguments.new if p.kind == "positional"]
    fallback: list[Case] = [(name, replacement.fallback, None, [])] if replacement.fallback else []
    return [(name, expression, positional, given), *fallback]


def _is_the_release_of_the_facts(era: Era) -> bool:
    installed = parse(importlib.metadata.version("tensorflow"))[:2]
    return installed == ((2, 15) if era is Era.TF215 else (2, 21))


def installed_eras() -> list[Era]:
    """The eras that the installed TensorFlow can show."""
    if importlib.util.find_spec("tensorflow") is None:
        return [Era.TF216]
    era = era_of(importlib.metadata.version("tensorflow"))
    legacy = era is Era.TF216 and importlib.util.find_spec("tf_keras") is not None
    return [era, Era.LEGACY] if legacy else [era]


@pytest.mark.parametrize("era", installed_eras(), ids=lambda era: era.name)
def test_replacements_are_there(era: Era, catalog: Catalog, tmp_path: Path) -> None:
    asked = cases(catalog, era)
    assert len(asked) > 1_000
    asked += [
        ("wrong", "tf.nowhere", None, []),
        ("wrong", "tf.math.log", None, ["base"]),
    ]  # so that a deaf check is seen
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": "1" if era is Era.LEGACY else "0"}
    run = subprocess.run(
        [sys.executable, str(SCRIPT), str(file)], capture_output=True, text=True, timeout=300, env=environment
    )
    answers = [line for line in run.stdout.splitlines() if line.startswith("PROBLEMS ")]
    assert answers, run.stderr[-2000:]
    problems = json.loads(answers[-1].removeprefix("PROBLEMS "))
    assert [problem for problem in problems if not problem.startswith("wrong -> ")] == []
    assert len(problems) == 2

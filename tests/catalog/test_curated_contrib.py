"""The curated data of tf.contrib: their form, their support definitions, and calls that are migrated and run."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.model import Era, Kind, Target
from tensorlift.cli.main import main
from tensorlift.migration import support

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CURATED = Path(__file__).parents[2] / "server" / "tensorlift" / "catalog" / "curated"
FILES = sorted(CURATED.glob("contrib_*.toml"))
ERAS = ("tf215", "tf216", "legacy")
EXAMPLES = tomllib.loads(Path(__file__).with_name("examples_contrib.toml").read_text(encoding="utf-8"))
SUPPORT = "support:"


def tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a curated file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def everything() -> dict[str, dict[str, Any]]:
    """All tables of tf.contrib."""
    return {key: table for path in FILES for key, table in tables(path).items()}


# -- form ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_tables_are_sorted(path: Path) -> None:
    keys = [key.replace(".*", ".") for key in tables(path)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_notes_are_sentences(path: Path) -> None:
    for key, table in tables(path).items():
        for part in (table, *(table.get(era, {}) for era in ERAS)):
            for note in filter(None, (part.get("note"), part.get("native_note"))):
                assert note.endswith((".", "...)", "...).")) and "\n" not in note, (key, note)
                assert len(note) > 12, (key, note)


def test_every_package_of_contrib_speaks_for_itself(catalog: Catalog) -> None:
    """A guide without a replacement names something to use: a function, a class, a module or a package in backquotes."""
    for name in catalog.endpoints():
        if not name.startswith("tf.contrib."):
            continue
        for target in Target:
            verdict = catalog.verdict(name, Era.TF216, target)
            assert verdict is not None
            if verdict.replacement is None:
                assert verdict.note, name
    sentences: dict[str, set[str]] = {}
    for key, table in everything().items():
        if not table.get("compat"):
            sentences.setdefault(table.get("note", ""), set()).add(".".join(key.split(".")[:3]))
    for note, packages in sentences.items():
        assert len(packages) <= 5 or note.startswith("It is "), (note, packages)


# -- the support definitions -------------------------------------------------------------------------------------------


def test_every_support_replacement_has_a_definition() -> None:
    known = set(support.names())
    for key, table in everything().items():
        for part in (table, *(table.get(era, {}) for era in ERAS)):
            for field in ("compat", "native"):
                expression = part.get(field, "")
                if expression.startswith(SUPPORT):
                    assert expression.removeprefix(SUPPORT).partition(".")[0] in known, (key, expression)


def test_every_definition_is_used_by_a_replacement_or_another_definition() -> None:
    files = [*FILES, *CURATED.glob("core_*.toml")]
    used = {name for definition in support.names() for name in support.definition(definition).needs}
    for path in files:
        for table in tables(path).values():
            for part in (table, *(table.get(era, {}) for era in ERAS)):
                expression = part.get("compat", "")
                if expression.startswith(SUPPORT):
                    used.add(expression.removeprefix(SUPPORT).partition(".")[0])
    assert set(support.names()) <= used


def parameters_of(name: str) -> list[str] | None:
    """The parameters that a definition takes, without ``self``; ``None`` for what is neither function nor class."""
    for node in ast.parse(support.definition(name).source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        if isinstance(node, ast.ClassDef) and node.name == name:
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                    return [argument.arg for argument in member.args.args][1:]
    return None


def test_definitions_take_what_contrib_took(catalog: Catalog) -> None:
    """In the same order, so that positional arguments mean the same."""
    compared = 0
    for name in catalog.endpoints():
        verdict = catalog.verdict(name, Era.TF216, Target.COMPAT)
        if not name.startswith("tf.contrib.") or verdict is None or verdict.replacement is None:
            continue
        expression = verdict.replacement.expression
        if not expression.startswith(SUPPORT) or "." in expression or verdict.kind is Kind.MODULE:
            continue
        endpoint = catalog.endpoint(name)
        new = parameters_of(expression.removeprefix(SUPPORT))
        if endpoint is None or endpoint.parameters is None or new is None:
            continue
        if name in RENAMED or verdict.replacement.applicability.value != "safe":
            continue
        old = [p.name for p in endpoint.parameters if p.kind == "positional" and p.name != "self"]
        assert new[: len(old)] == old, name
        compared += 1
    assert compared > 120


RENAMED = {
    # string_to_index_table_from_file had the parameters of index_table_from_file in an older order
    "tf.contrib.lookup.string_to_index_table_from_file",
    "tf.contrib.lookup.string_to_index_table_from_tensor",
    "tf.contrib.slim.lookup.string_to_index_table_from_file",
    "tf.contrib.slim.lookup.string_to_index_table_from_tensor",
}


# -- calls, migrated and run -------------------------------------------------------------------------------------------

ARRAYS = """
import numpy as np
import tensorflow as tf

random = np.random.RandomState(1)
images = random.normal(size=(2, 8, 8, 3)).astype("float32")
rows = random.normal(size=(4, 6)).astype("float32")
steps = random.normal(size=(3, 5, 4)).astype("float32")
logits = random.normal(size=(4, 4)).astype("float32")
labels = np.array([0, 1, 2, 3])
tags = random.randint(4, size=(3, 5)).astype("int32")
lengths = np.array([5, 2, 1], "int32")
ids = np.array([[1, 2, 3], [4, 5, 6]])
"""


def function_name(endpoint: str) -> str:
    return "example_" + endpoint.removeprefix("tf.contrib.").replace(".", "_")


def program() -> str:
    """All examples as one module of functions."""
    parts = [ARRAYS]
    for endpoint, example in EXAMPLES.items():
        lines = example["code"].strip("\n")
        last = ast.parse(lines).body[-1].lineno - 1
        split = lines.splitlines()
        split[last] = "return " + split[last]
        parts.append(f"\ndef {function_name(endpoint)}():\n" + textwrap.indent("\n".join(split), "    ") + "\n")
    return "\n".join(parts)


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """What is wrong with each migrated example; nothing is ``None``."""
    for package in ("tensorflow", "tf_slim", "tensorflow_probability"):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    import importlib.metadata

    folder = tmp_path_factory.mktemp("contrib")
    file = folder / "program.py"
    file.write_text(program(), encoding="utf-8")
    assert main(["fix", str(file), "--unsafe", "--tensorflow", importlib.metadata.version("tensorflow")]) == 0
    expectations = folder / "expectations.json"
    expectations.write_text(json.dumps({function_name(e): table["expect"] for e, table in EXAMPLES.items()}))
    script = Path(__file__).with_name("run_contrib_examples.py")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("TF_USE_LEGACY_KERAS", None)
    run = subprocess.run(
        [sys.executable, str(script), str(file), str(expectations)],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
    )
    answers = [line for line in run.stdout.splitlines() if line.startswith("PROBLEMS ")]
    assert answers, run.stderr[-3000:]
    found: dict[str, str | None] = json.loads(answers[-1].removeprefix("PROBLEMS "))
    return found


@pytest.mark.tensorflow
@pytest.mark.parametrize("endpoint", list(EXAMPLES))
def test_a_migrated_call_does_what_it_did(problems: dict[str, str | None], endpoint: str) -> None:
    assert problems[function_name(endpoint)] is None


def test_examples_are_sorted() -> None:
    assert list(EXAMPLES) == sorted(EXAMPLES)

"""The committed tables are what the facts and the curated files give, and nobody is left without an answer."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.model import Era, Target

FILES = ("endpoints.txt", "members.txt", "modern.txt", "private.txt")


@pytest.mark.parametrize("name", FILES)
def test_building_again_gives_the_same_bytes(name: str, built: Any, tool: Any, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "catalog-data"
    if not folder.exists():
        built.write(folder)
    assert (folder / name).read_bytes() == (Path(tool.DATA) / name).read_bytes()


def test_nothing_curated_contradicts_the_facts(built: Any) -> None:
    assert built.problems == []


def test_every_endpoint_that_changed_has_a_replacement_or_a_note(built: Any) -> None:
    assert built.missing == []


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize("era", Era)
def test_every_endpoint_has_a_verdict(era: Era, target: Target, built: Any, catalog: Catalog) -> None:
    for name in built.facts.old:
        verdict = catalog.verdict(name, era, target)
        assert verdict is not None, name
        if verdict.rule:
            assert verdict.replacement is not None or verdict.note, name
        else:
            assert verdict.replacement is None, name


def test_no_note_is_said_of_everything(built: Any, tool: Any) -> None:
    """A sentence may serve a family; one that serves strangers says nothing."""
    families: dict[str, set[str]] = defaultdict(set)
    for endpoint in built.endpoints():
        if endpoint.startswith("tf.raw_ops."):
            continue
        for record in built.records(endpoint):
            if not record.silent and record.expression is None:
                parts = endpoint.split(".")
                families[record.note].add(".".join(parts[:3] if parts[1] == "contrib" else parts[:2]))
    widest = {note: sorted(names) for note, names in families.items() if len(names) > 10}
    assert widest == {}


def test_notes_are_sentences(built: Any) -> None:
    for endpoint in built.endpoints():
        for record in built.records(endpoint):
            if not record.silent and record.expression is None:
                assert len(record.note) >= 10, (endpoint, record.note)


def test_a_curated_field_that_does_not_exist_is_a_problem(tool: Any, tmp_path: Path) -> None:
    from curated import Curated

    (tmp_path / "a.toml").write_text('["tf.nn.dropout"]\ncompta = "tf.nn.dropout"\n', encoding="utf-8")
    _, problems = Curated.read(tmp_path)
    assert problems == ["a.toml: tf.nn.dropout: unknown field 'compta'"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('["tf.log"]\ncompat = "tf.math.log2"', "tf.math.log2 does not exist"),
        ('["tf.reduce_sum"]\ncompat = "tf.reduce_sum"\nargs = { dims = "axis" }', "1.15 has no parameter 'dims'"),
        ('["tf.reduce_sum"]\ncompat = "tf.reduce_sum"\nargs = { keep_dims = "keep" }', "has no parameter 'keep'"),
        ('["tf.Session"]\nnative = "tf.compat.v1.Session"', "is not native"),
        ('["tf.nowhere.*"]\nnote = "There is no such family at all."', "no endpoint of 1.15 is below it"),
    ],
)
def test_a_curated_mistake_is_a_problem(table: str, problem: str, tool: Any, built: Any, tmp_path: Path) -> None:
    from curated import Curated

    (tmp_path / "a.toml").write_text(table + "\n", encoding="utf-8")
    tables, problems = Curated.read(tmp_path)
    build = tool.Build(built.facts, tables, problems)
    build.check(["tf.log", "tf.reduce_sum", "tf.Session"])
    assert any(problem in found for found in build.problems)


def test_the_most_specific_table_speaks(tool: Any, tmp_path: Path) -> None:
    from curated import Curated

    (tmp_path / "a.toml").write_text(
        '["tf.a.*"]\nnote = "of a"\ncompat = "tf.z.*"\n["tf.a.b.*"]\nnote = "of b"\n'
        '["tf.a.b.c"]\nnative = "tf.c"\n["tf.a.b.c".tf216]\nnative = "tf.d"\n',
        encoding="utf-8",
    )
    tables, _ = Curated.read(tmp_path)
    entry = tables.entry("tf.a.b.c", "216")
    assert (entry.get("native"), entry.get("note"), entry.get("compat")) == ("tf.d", "of b", "tf.z.b.c")
    assert tables.entry("tf.a.b.c", "215").get("native") == "tf.c"
    assert tables.entry("tf.other", "215").fields == {}

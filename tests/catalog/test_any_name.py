"""Whatever a program spells, the catalog answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tensorlift.catalog.catalog import Catalog, load
from tensorlift.catalog.model import Era, Target

ROOTS = [
    "tf",
    "compat",
    "v1",
    "v2",
    "contrib",
    "python",
    "core",
    "examples",
    "tutorials",
    "keras",
    "layers",
    "nn",
    "ops",
]
LEAVES = ["Session", "run", "slim", "conv2d", "float32", "name", "dense", "Dense", "dropout", "_private", "é", "*"]
PARTS = st.sampled_from([*ROOTS, *LEAVES])
NAMES = st.one_of(st.lists(PARTS, max_size=7).map(lambda parts: ".".join(["tf", *parts])), st.text(max_size=30))
CATALOG: Catalog = load()


@given(name=NAMES, era=st.sampled_from(Era), target=st.sampled_from(Target))
def test_every_question_has_an_answer(name: str, era: Era, target: Target) -> None:
    verdict = CATALOG.verdict(name, era, target)
    if verdict is not None:
        assert verdict.endpoint == name
        assert verdict.rule or verdict.replacement is None
        assert not verdict.rule or verdict.replacement is not None or verdict.note
    CATALOG.endpoint(name)
    CATALOG.modern(name, era)
    CATALOG.members(name)


@given(name=NAMES)
def test_the_parts_of_a_split_are_the_name(name: str) -> None:
    name = name.rstrip(".")
    split = CATALOG.split(name)
    if split is not None:
        prefix, rest = split
        assert (f"{prefix}.{rest}" if rest else prefix) == name


def test_a_broken_character_is_no_endpoint() -> None:
    assert CATALOG.verdict("tf.\ud800", Era.TF216, Target.COMPAT) is None

"""How definitions become a support module."""

from __future__ import annotations

import ast

import pytest
from tensorlift.migration import support


def test_a_definition_knows_what_it_stands_on() -> None:
    found = support.definition("batch_norm")
    assert found.packages == ("tf_slim",)
    assert "import tensorflow as tf" in found.imports
    assert found.source.count("\ndef batch_norm(") == 1
    assert "import " not in found.source.split("\n\n")[0]


def test_what_is_needed_comes_first_and_each_once() -> None:
    text = support.compose(["input_data", "HParams", "parse_values"])
    assert support.placed(text) == ("parse_values", "HParams", "DataSet", "Datasets", "read_data_sets", "input_data")
    assert text.count("import json\n") == 1
    assert text.index("import json") < text.index("import numpy") < text.index(support.MARKER)


def test_composing_does_not_depend_on_the_order_of_the_names() -> None:
    assert support.compose(["ModeKeys", "HParams"]) == support.compose(["HParams", "ModeKeys", "HParams"])


def test_a_module_that_is_there_already_is_extended_by_its_union() -> None:
    before = support.compose(["HParams"])
    after = support.compose({*support.placed(before), "ModeKeys"})
    assert set(support.placed(after)) == {"HParams", "ModeKeys", "parse_values"}


def test_a_definition_of_one_thing_has_no_packages() -> None:
    assert support.packages(["HParams", "ModeKeys"]) == ()
    assert support.packages(["HParams", "batch_norm"]) == ("tf_slim",)


def test_an_unknown_name_is_an_error() -> None:
    for name in ("nothing", "../support/HParams", ""):
        with pytest.raises(KeyError):
            support.definition(name)


@pytest.mark.parametrize("name", support.names())
def test_every_definition_defines_its_name_and_composes_to_valid_code(name: str) -> None:
    tree = ast.parse(support.compose([name]))
    bound = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Assign):
            bound.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
    assert name in bound
    assert "disable_v2_behavior" not in ast.unparse(tree), "the switch of behaviour is not a definition's business"

"""What a reference says: its name, its spans, its call."""

from __future__ import annotations

import pytest
from helpers import Modules, module, names, reference
from tensorlift.analysis.model import Context, Evidence, Export

HEAD = "import tensorflow as tf\n"


def test_spans_of_the_parts_of_a_name() -> None:
    text = HEAD + "L = tf.layers\nL.dense(1)\n"
    found = reference(text, "tf.layers.dense")
    assert (found.base, found.context, found.evidence) == ("tf.layers", Context.CALL, Evidence.ALIAS)
    assert [text[found.start : end] for end in found.ends] == ["L", "L.dense"]


def test_spans_of_an_import() -> None:
    text = "import tensorflow.contrib.slim as slim\n"
    found = reference(text, "tf.contrib.slim")
    assert [text[found.start : end] for end in found.ends] == [
        "tensorflow",
        "tensorflow.contrib",
        "tensorflow.contrib.slim",
    ]


def test_arguments_of_a_call() -> None:
    text = HEAD + "tf.add(a, # first\n  *b, y=c + 1, **d,)\ntf.stack(x for x in y)\n"
    call = reference(text, "tf.add").call
    assert call is not None
    assert [(a.keyword, a.star, text[a.value_start : a.value_end], a.value_kind) for a in call.arguments] == [
        (None, "", "a", "identifier"),
        (None, "*", "b", "identifier"),
        ("y", "", "c + 1", "binary_operator"),
        (None, "**", "d", "identifier"),
    ]
    assert text[call.open] == "(" and text[call.close] == ")" and text[call.start : call.end].endswith("**d,)")
    generator = reference(text, "tf.stack").call
    assert generator is not None
    assert [text[a.start : a.end] for a in generator.arguments] == ["x for x in y"]


def test_a_chain_over_several_lines() -> None:
    text = HEAD + "x = (tf\n  .nn  # why not\n  .relu(1))\n"
    found = reference(text, "tf.nn.relu")
    assert text[found.start : found.end] == "tf\n  .nn  # why not\n  .relu"


def test_an_object_that_happens_to_be_called_tf() -> None:
    assert names("def f(tf):\n    return tf.Session()\n") == []
    assert names("import terraform as tf\ntf.Session()\n") == []
    assert names(HEAD + "tf = None\ntf.Session()\n") == []


def test_a_default_is_only_one_possibility() -> None:
    text = HEAD + "def f(act=tf.nn.relu):\n    act(1)\n"
    spelled, called = [r for r in module(text).references if r.name == "tf.nn.relu"]
    assert spelled.certain and not called.certain


def test_two_ways_to_import_are_certain() -> None:
    text = (
        "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\ntf.Session()\n"
    )
    found = reference(text, "tf.compat.v1.Session")
    assert found.certain


def test_names_of_other_modules() -> None:
    others = Modules(
        **{"util": {"tf": Export("tf"), "make": Export(None, returns="tf.Session")}, ".": {"L": Export("tf.layers")}}
    )
    text = "from util import tf, make\nfrom . import L\nimport util as u\ntf.ones; make().run; L.dense; u.tf.zeros\n"
    assert names(text, resolver=others) == [
        "tf.ones -> tf.ones",
        "make().run -> tf.Session.run",
        "L.dense -> tf.layers.dense",
        "u.tf.zeros -> tf.zeros",
    ]
    assert names(text) == []
    assert names("from util import *\ntf.ones\n", resolver=others) == ["tf.ones -> tf.ones"]


def test_star_imports() -> None:
    text = "from tensorflow.contrib.layers import *\nfully_connected(1)\nother(2)\n"
    assert names(text, names_of=lambda name: {"fully_connected"}) == [
        "fully_connected -> tf.contrib.layers.fully_connected"
    ]
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "\x00", "tf.\x00zeros", "(" * 5000, "(" * 3000 + "tf.x" + ")" * 3000, "\f\nx = 1\n", "a" * 100_000,
        "x = " + "+".join(["tf.x"] * 3000), "if 1:\n" * 2, "\t\tx\n", "é = tf.ö\n", "'" * 7, '"""', "tf" + ".a" * 3000,
    ],
)  # fmt: skip
def test_nothing_crashes(text: str) -> None:
    found = module(HEAD + text)
    assert next(iter(found.references)).name == "tf"
    assert found.bindings and found.imports and found.definitions is not None
    assert found.error_spans is not None and found.suppressions is not None


def test_deep_nesting_is_still_read() -> None:
    assert names(HEAD + "(" * 3000 + "tf.x" + ")" * 3000) == ["tf.x -> tf.x"]
    assert len(names(HEAD + "x = " + "+".join(["tf.x"] * 3000))) == 3000

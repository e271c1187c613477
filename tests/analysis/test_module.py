"""The rest of what a module tells: imports, bindings, definitions, its head, its comments."""

from __future__ import annotations

import pytest
from helpers import module

HEAD = "import tensorflow as tf\n"


def test_imports() -> None:
    text = "import os, tensorflow.nn as n\ndef f():\n    from ..a import (b as c,)\ntry:\n    from keras import *\nexcept E: pass\n"
    first, second, third = module(text).imports
    assert [(i.name, i.asname, i.bound, i.target) for i in first.items] == [
        ("os", None, "os", None),
        ("tensorflow.nn", "n", "n", "tf.nn"),
    ]
    assert text[first.items[1].start : first.items[1].end] == "tensorflow.nn as n"
    assert (second.module, second.level, second.items[0].bound, second.guarded) == ("a", 2, "c", False)
    assert second.function is not None and text[second.function[0] :].startswith("def f")
    assert text[second.line_start : second.start] == "    "
    assert third.star and third.guarded and third.function is None


def test_bindings_and_their_uses() -> None:
    text = HEAD + "from tensorflow import nn\nL = tf.layers\ndef f(nn):\n    L.dense(nn)\n"
    found = {binding.name: binding for binding in module(text).bindings}
    assert {name: (b.target, b.at_import, len(b.uses)) for name, b in found.items()} == {
        "tf": ("tf", True, 1),
        "nn": ("tf.nn", True, 0),
        "L": ("tf.layers", False, 1),
    }
    assert [text[start:end] for start, end in found["L"].uses] == ["L"]


def test_what_a_name_would_stand_for() -> None:
    text = HEAD + "def f(tf):\n    pass\n\ndef g():\n    import tensorflow.nn as k\n    pass\n"
    found = module(text)
    assert found.resolve("tf", text.index("def f")) == "tf"
    assert found.resolve("tf", text.index("pass")) is None
    assert found.resolve("tf", text.rindex("pass")) == "tf"
    assert found.resolve("k", text.rindex("pass")) == "tf.nn"
    assert found.resolve("tf", 0) is None
    assert found.is_bound("k", text.rindex("pass")) and not found.is_bound("k", text.index("pass"))
    assert found.is_bound("g", 0)


def test_exports() -> None:
    text = HEAD + "L = tf.layers\ns = tf.Session()\ndef make():\n    return s\nx = 1\n"
    exports = module(text).exports
    assert {name: (e.target, e.kind, e.returns) for name, e in exports.items()} == {
        "tf": ("tf", None, None),
        "L": ("tf.layers", None, None),
        "s": (None, "tf.Session", None),
        "make": (None, None, "tf.Session"),
    }


def test_definitions() -> None:
    text = "class A:\n    @x\n    def f(self):\n        def g(): pass\n"
    assert [(d.qualified, d.kind, text[d.name_start : d.name_end]) for d in module(text).definitions] == [
        ("A", "class", "A"),
        ("A.f", "function", "f"),
        ("A.f.g", "function", "g"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"""Doc."""\n|import os\n',
        '#!/bin/sh\n# Copyright\n"""Doc."""\n\nfrom __future__ import a\n\n# why\n|import os\n',
        '"""Doc."""\n|\nclass A: pass\n',
        "# only\n# comments\n|",
        "# head\n\n|x = 1\n",
        "from __future__ import a\n|\nx = 1\n",
        "|",
    ],
)
def test_where_imports_go(text: str) -> None:
    assert module(text.replace("|", "")).import_insertion_point() == text.index("|")


def test_statement_at() -> None:
    text = HEAD + "def f():\n    x = tf.add(1,\n        2)\n    return x\n"
    start, end = module(text).statement_at(text.index("2)"))
    assert text[start:end] == "x = tf.add(1,\n        2)"


def test_suppressions() -> None:
    text = HEAD + 'a = 1  # tensorlift: ignore\nb = 2  # tensorlift: ignore[TL101, tl102]\nc = "# tensorlift: ignore"\n'
    found = module(text).suppressions
    assert found.covers("TL999", text.index("a = 1"))
    assert found.covers("TL102", text.index("b = 2")) and not found.covers("TL103", text.index("b = 2"))
    assert not found.covers("TL101", text.index("c = "))
    assert not found.whole_file
    assert module("# tensorlift: ignore-file\n").suppressions.whole_file
    assert not module("x = 1\n").suppressions.covers("TL101", 0)


def test_errors() -> None:
    assert not module(HEAD).has_errors and not module(HEAD).error_spans
    broken = module(HEAD + "def f(:\n    pass\n")
    assert broken.has_errors and broken.error_spans

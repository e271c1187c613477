"""Kinds of values, and the methods that they give away."""

from __future__ import annotations

import pytest
from helpers import module, names

HEAD = "import tensorflow as tf\n"

CASES = {
    "s = tf.Session()\ns.run(1)": ["s.run -> tf.Session.run"],
    "with tf.Session() as s:\n    s.run(1)": ["s.run -> tf.Session.run"],
    "tf.Session().run(1)": ["tf.Session().run -> tf.Session.run"],
    "s, x = tf.Session(), 1\ns.run(x)": ["s.run -> tf.Session.run"],
    "x = tf.placeholder(1)\nx.get_shape()[0].value": [
        "x.get_shape -> tf.Tensor.get_shape",
        "x.get_shape()[0].value -> tf.Dimension.value",
    ],
    "x = tf.nn.relu(1)\nx.shape.as_list()": ["x.shape -> tf.Tensor.shape", "x.shape.as_list -> tf.TensorShape.as_list"],
    "x = tf.ones(1) + 1\nx.shape[1:].ndims": ["x.shape -> tf.Tensor.shape", "x.shape[1:].ndims -> tf.TensorShape.ndims"],
    "v = tf.get_variable('v')\nv.assign(1).op": ["v.assign -> tf.Variable.assign", "v.assign(1).op -> tf.Tensor.op"],
    "for v in tf.trainable_variables():\n    v.name": ["v.name -> tf.Variable.name"],
    "d = tf.data.TFRecordDataset('f').map(f).batch(3)\nd.make_one_shot_iterator().get_next()": [
        "tf.data.TFRecordDataset('f').map -> tf.data.Dataset.map",
        "tf.data.TFRecordDataset('f').map(f).batch -> tf.data.Dataset.batch",
        "d.make_one_shot_iterator -> tf.data.Dataset.make_one_shot_iterator",
        "d.make_one_shot_iterator().get_next -> tf.data.Iterator.get_next",
    ],
    "with tf.Graph().as_default() as g:\n    g.finalize()": [
        "tf.Graph().as_default -> tf.Graph.as_default",
        "g.finalize -> tf.Graph.finalize",
    ],
    "def make():\n    return tf.Session()\nmake().run(1)": ["make().run -> tf.Session.run"],
    "def use():\n    make().run(1)\ndef make():\n    return tf.Session()": ["make().run -> tf.Session.run"],
    "class A:\n    def __init__(self):\n        self.s = tf.Session()\n    def go(self):\n        self.s.run(1)": [
        "self.s.run -> tf.Session.run"
    ],
    "class A:\n    def go(self):\n        self.s.run(1)\n    def __init__(self):\n        self.s = tf.Session()\nA().s.close()": [
        "self.s.run -> tf.Session.run",
        "A().s.close -> tf.Session.close",
    ],
    "class A:\n    @property\n    def s(self):\n        return tf.Session()\nA().s.run(1)": ["A().s.run -> tf.Session.run"],
    "class A(tf.keras.Model):\n    def go(self):\n        self.fit_generator(1)\n        self.go()": [
        "self.fit_generator -> tf.keras.Model.fit_generator"
    ],
    "def f(sess: tf.Session):\n    sess.run(1)": ["sess.run -> tf.Session.run"],
    "o = tf.train.AdamOptimizer(1)\no.minimize(2)": ["o.minimize -> tf.train.AdamOptimizer.minimize"],
    "s = tf.Session()\ns = None\ns.run(1)": [],
    "def f(x):\n    x.run(1)": [],
}  # fmt: skip


@pytest.mark.parametrize("text", CASES, ids=lambda text: text.split("\n")[0][:40])
def test_methods(text: str) -> None:
    found = [
        line
        for line, reference in zip(names(HEAD + text), [r for r in module(HEAD + text).references if r.context.value != "import"], strict=True)
        if reference.evidence.value == "value"
    ]  # fmt: skip
    assert found == CASES[text]


def test_a_parameter_called_sess_is_a_guess() -> None:
    text = HEAD + "def f(sess):\n    sess.run(1)\n    sess.graph.finalize()\n"
    guesses = [(r.name, r.evidence.value) for r in module(text).references if r.name.startswith("tf.")]
    assert guesses == [("tf.Session.run", "guess"), ("tf.Session.graph", "guess"), ("tf.Graph.finalize", "guess")]


def test_kind_of_an_expression() -> None:
    text = HEAD + "x = tf.ones(1)\ny = x * 2\nz = x.shape[0]\n"
    found = module(text)

    def kind(expression: str) -> str | None:
        start = text.index(expression)
        return found.kind_of(start, start + len(expression))

    assert kind("x * 2") == "tf.Tensor"
    assert kind("x.shape[0]") == "tf.Dimension"
    assert kind("x.shape") == "tf.TensorShape"
    assert kind("tf.ones(1)") == "tf.Tensor"
    assert kind("2") is None

"""What real repositories taught: small programs, before and after."""

from __future__ import annotations

from pathlib import Path

from .conftest import Command


def after(tensorlift: Command, folder: Path, source: str) -> str:
    """A program's text after ``fix`` for TensorFlow 2.21."""
    path = folder / "program.py"
    path.write_text(source)
    outcome = tensorlift("fix", folder, "--tensorflow", "2.21", "-j", "1")
    assert outcome.code in (0, 1), outcome.err
    return path.read_text()


def test_a_name_with_two_meanings_is_mended_where_it_is_bound(tensorlift: Command, tmp_path: Path) -> None:
    text = after(
        tensorlift,
        tmp_path,
        "import tensorflow as tf\n"
        "from tensorflow.contrib import rnn\n"
        "def cell(kind, size, x):\n"
        "    if kind == 'gru':\n"
        "        make = rnn.GRUCell\n"
        "    else:\n"
        "        make = rnn.LSTMCell\n"
        "    drop = tf.nn.dropout if kind else tf.identity\n"
        "    return make(size), drop(x, 0.5)\n",
    )
    assert "make = rnn.GRUCell" in text
    assert "make = rnn.LSTMCell" in text
    assert "drop = tf.compat.v1.nn.dropout if kind else tf.identity" in text
    assert "return make(size), drop(x, 0.5)" in text


def test_names_of_a_star_import_are_known_in_every_class(tensorlift: Command, tmp_path: Path) -> None:
    (tmp_path / "layers.py").write_text("import tensorflow as tf\n")
    text = after(
        tensorlift,
        tmp_path,
        "from layers import *\n"
        "class Model(object):\n"
        "    def __init__(self):\n"
        "        self.saver = tf.train.Saver()\n"
        "class Network(Model):\n"
        "    def __init__(self):\n"
        "        self.optimizer = tf.train.AdamOptimizer(0.1)\n",
    )
    assert "self.saver = tf.compat.v1.train.Saver()" in text
    assert "self.optimizer = tf.compat.v1.train.AdamOptimizer(0.1)" in text

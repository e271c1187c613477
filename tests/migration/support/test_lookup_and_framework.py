"""Lookup tables and the small functions of contrib.framework."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="comes with TensorFlow, which is not installed")
pytestmark = pytest.mark.tensorflow


def test_words_to_places_and_back(tf: Any, load: Any, run: Any, tmp_path: pathlib.Path) -> None:
    module = load(
        "index_table_from_tensor",
        "index_table_from_file",
        "index_to_string_table_from_tensor",
        "index_to_string_table_from_file",
    )
    words = tf.constant(["b", "a", "?"])
    file = tmp_path / "words.txt"
    file.write_text("a\nb\nc\n")
    fetches = [
        module.index_table_from_tensor(tf.constant(["a", "b", "c"]), default_value=7).lookup(words),
        module.index_table_from_tensor(["a", "b", "c"], num_oov_buckets=1).lookup(words),
        module.index_table_from_file(str(file), default_value=-2).lookup(words),
        module.index_table_from_file(str(file), num_oov_buckets=1).lookup(words),
        module.index_table_from_tensor([10, 20], dtype=tf.int64).lookup(tf.constant([20, 5], tf.int64)),
        module.index_to_string_table_from_tensor(["a", "b"], default_value="-").lookup(tf.constant([1, 9], tf.int64)),
        module.index_to_string_table_from_file(str(file)).lookup(tf.constant([2, 9], tf.int64)),
    ]
    values = [value.tolist() for value in run(fetches)]
    assert values == [[1, 0, 7], [1, 0, 3], [1, 0, -2], [1, 0, 3], [1, -1], [b"b", b"-"], [b"c", b"UNK"]]


def test_tables_refuse_what_they_cannot_do(tf: Any, load: Any) -> None:
    module = load("index_table_from_tensor", "index_table_from_file", "index_to_string_table_from_file")
    for call in (
        lambda: module.index_table_from_tensor(None),
        lambda: module.index_table_from_tensor(["a"], num_oov_buckets=-1),
        lambda: module.index_table_from_tensor([1.0]),
        lambda: module.index_table_from_file(""),
        lambda: module.index_table_from_file("x", vocab_size=0),
        lambda: module.index_to_string_table_from_file(None),
    ):
        with pytest.raises(ValueError):
            call()


def test_graph_helpers(tf: Any, load: Any) -> None:
    module = load(
        "get_placeholders", "get_graph_from_inputs", "get_name_scope", "prepend_name_scope", "strip_name_scope"
    )
    graph = tf.compat.v1.get_default_graph()
    x = tf.compat.v1.placeholder(tf.float32, [2], name="x")
    tf.identity(x)
    assert [t.name for t in module.get_placeholders(graph)] == ["x:0"]
    assert module.get_graph_from_inputs([x, 1.0]) is graph
    with tf.Graph().as_default(), pytest.raises(ValueError):
        module.get_graph_from_inputs([x, tf.constant(1.0)])
    with tf.compat.v1.name_scope("outer"), tf.compat.v1.name_scope("inner"):
        assert module.get_name_scope() == "outer/inner"
    assert module.prepend_name_scope("^a/b", "s") == "^s/a/b"
    assert module.prepend_name_scope("loc:@a", "s/") == "loc:@s/a"
    assert module.strip_name_scope("^s/a", "s") == "^a"
    assert module.strip_name_scope("t/a", "s") == "t/a"


def test_shapes_and_sums(tf: Any, load: Any, run: Any) -> None:
    module = load("reduce_sum_n", "remove_squeezable_dimensions", "with_shape", "with_same_shape")
    assert run(module.reduce_sum_n([tf.constant([1.0, 2.0]), tf.constant(3.0)])) == 6.0
    predictions, labels = module.remove_squeezable_dimensions(tf.zeros([4, 1]), tf.zeros([4]))
    assert predictions.shape.as_list() == labels.shape.as_list() == [4]
    unknown = tf.compat.v1.placeholder(tf.float32)
    squeezed, _ = module.remove_squeezable_dimensions(unknown, tf.zeros([4]))
    assert run(squeezed, {unknown: np.zeros((4, 1))}).shape == (4,)
    assert module.with_shape([2, 3], unknown).shape.as_list() == [2, 3]
    with pytest.raises(ValueError):
        module.with_shape([2], tf.zeros([3]))
    checked = module.with_same_shape(tf.zeros([2]), unknown)
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(checked, {unknown: np.zeros(3)})


def test_smart_cond(tf: Any, load: Any, run: Any) -> None:
    module = load("smart_cond")
    assert module.smart_cond(True, lambda: "yes", lambda: "no") == "yes"
    assert module.smart_cond(tf.constant(False), lambda: "yes", lambda: "no") == "no"
    switch = tf.compat.v1.placeholder(tf.bool, [])
    chosen = module.smart_cond(switch, lambda: tf.constant(1), lambda: tf.constant(2))
    assert run(chosen, {switch: False}) == 2
    with pytest.raises(TypeError):
        module.smart_cond("yes", lambda: 1, lambda: 2)
    with pytest.raises(TypeError):
        module.smart_cond(True, 1, 2)

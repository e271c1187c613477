"""Definitions for input pipelines, against what TensorFlow 1 documents."""

from __future__ import annotations

from typing import Any


def test_batch_and_drop_remainder_drops_what_is_left_over(tf: Any, load: Any, run: Any) -> None:
    module = load("batch_and_drop_remainder")
    dataset = tf.data.Dataset.range(7).apply(module.batch_and_drop_remainder(3))
    assert dataset.element_spec.shape.as_list() == [3]
    batch = tf.compat.v1.data.make_one_shot_iterator(dataset).get_next()
    assert run(batch).tolist() == [0, 1, 2]

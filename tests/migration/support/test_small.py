"""Small definitions: ``ModeKeys``, ``is_sequence``."""

from __future__ import annotations

import collections
from typing import Any

import pytest
from tensorlift.migration import support


def test_mode_keys() -> None:
    namespace: dict[str, Any] = {}
    exec(support.compose(["ModeKeys"]), namespace)
    keys = namespace["ModeKeys"]
    assert (keys.TRAIN, keys.EVAL, keys.INFER) == ("train", "eval", "infer")
    keys.validate("infer")
    with pytest.raises(ValueError, match="Invalid mode"):
        keys.validate("predict")


@pytest.mark.tensorflow
def test_is_sequence(tf: Any, load: Any) -> None:
    is_sequence = load("is_sequence").is_sequence
    pair = collections.namedtuple("pair", "a b")
    assert all(is_sequence(each) for each in ([], (1,), {"a": 1}, pair(1, 2)))
    assert not any(is_sequence(each) for each in ("text", 1, {1, 2}, None, tf.constant([1])))

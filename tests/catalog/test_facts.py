"""What was read from the packages of TensorFlow 1.15 is all there."""

from __future__ import annotations

from collections import Counter
from typing import Any


def test_every_core_endpoint_is_known(built: Any) -> None:
    assert Counter(old.group for old in built.facts.old.values())["core"] >= 3_960


def test_every_raw_op_is_known(built: Any) -> None:
    assert sum(name.startswith("tf.raw_ops.") for name in built.facts.old) >= 1_201


def test_contrib_is_known(built: Any) -> None:
    groups = Counter(old.group for old in built.facts.old.values())
    assert groups["contrib-curated"] >= 1_230
    assert groups["contrib-curated"] + groups["contrib-bound"] >= 3_180


def test_class_members_are_known(built: Any) -> None:
    assert sum(map(len, built.facts.old_members.values())) >= 13_400


def test_every_function_has_parameters(built: Any) -> None:
    public = {name: old for name, old in built.facts.old.items() if old.group != "private"}
    unknown = [name for name, old in public.items() if old.kind in ("function", "class") and old.parameters is None]
    assert unknown == []


def test_signatures_are_those_of_the_source(built: Any) -> None:
    old = built.facts.old
    assert old["tf.nn.dropout"].parameters == (
        ("x", None, "positional"),
        ("keep_prob", "None", "positional"),
        ("noise_shape", "None", "positional"),
        ("seed", "None", "positional"),
        ("name", "None", "positional"),
        ("rate", "None", "positional"),
    )
    assert [name for name, _, _ in old["tf.train.AdamOptimizer"].parameters][:4] == [
        "learning_rate",
        "beta1",
        "beta2",
        "epsilon",
    ]
    assert {kind for _, _, kind in old["tf.raw_ops.MatMul"].parameters} == {"keyword"}
    assert [name for name, _, _ in old["tf.estimator.EstimatorSpec"].parameters][:2] == ["mode", "predictions"]


def test_one_object_has_one_identity(built: Any) -> None:
    old = built.facts.old
    assert old["tf.contrib.slim.conv2d"].identity == old["tf.contrib.layers.convolution2d"].identity
    assert old["tf.contrib.rnn.BasicLSTMCell"].identity == old["tf.nn.rnn_cell.BasicLSTMCell"].identity
    assert old["tf.log"].identity == old["tf.math.log"].identity


def test_members_come_with_the_bases(built: Any) -> None:
    assert "run" in built.facts.members_of("tf.Session")
    assert built.facts.members_of("tf.Session")["run"][1][0][0] == "fetches"
    assert "add_weight" in built.facts.members_of("tf.keras.layers.Dense")
    assert "gpu_options" in built.facts.members_of("tf.ConfigProto")


def test_names_that_remove_undocumented_hides_are_no_endpoints(built: Any) -> None:
    assert "tf.contrib.layers.conv2d" in built.facts.old
    assert "tf.contrib.layers.python" not in built.facts.old


def test_the_eras_know_what_is_one_object(built: Any) -> None:
    names = built.facts.eras["215"].names
    assert names["tf.math.log"].group == names["tf.compat.v1.log"].group
    assert names["tf.nn.dropout"].group != names["tf.compat.v1.nn.dropout"].group


def test_weak_tensor_wrappers_count_as_what_they_wrap(built: Any) -> None:
    names = built.facts.eras["216"].names
    assert names["tf.math.abs"].group == names["tf.compat.v1.math.abs"].group


def test_names_that_raise_are_said_to(built: Any) -> None:
    assert built.facts.eras["216"].names["tf.compat.v1.layers"].failure
    assert not built.facts.eras["legacy"].names["tf.compat.v1.layers"].failure
    assert "tf.compat.v1.layers.dense" not in built.facts.eras["216"].names

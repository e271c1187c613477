"""What became of well-known endpoints. Each line is one that somebody can check by hand."""

from __future__ import annotations

import pytest
from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.model import Era, Fate, Target, Verdict


def compat(catalog: Catalog, name: str, era: Era = Era.TF216) -> Verdict:
    found = catalog.verdict(name, era, Target.COMPAT)
    assert found is not None
    return found


def expression(verdict: Verdict) -> str | None:
    return verdict.replacement.expression if verdict.replacement else None


@pytest.mark.parametrize(
    ("name", "fate", "replacement", "rule"),
    [
        ("tf.add", Fate.SAME, None, ""),
        ("tf.reshape", Fate.SAME, None, ""),
        ("tf.float32", Fate.SAME, None, ""),
        ("tf.log", Fate.MOVED, "tf.math.log", "TL101"),
        ("tf.random_normal", Fate.MOVED, "tf.random.normal", "TL101"),
        ("tf.Session", Fate.COMPAT_ONLY, "tf.compat.v1.Session", "TL102"),
        ("tf.placeholder", Fate.COMPAT_ONLY, "tf.compat.v1.placeholder", "TL102"),
        ("tf.get_variable", Fate.COMPAT_ONLY, "tf.compat.v1.get_variable", "TL102"),
        ("tf.nn.dropout", Fate.SIGNATURE, "tf.nn.dropout", "TL104"),
        ("tf.reduce_sum", Fate.SIGNATURE, "tf.reduce_sum", "TL104"),
        ("tf.contrib.slim.conv2d", Fate.GONE, "tf_slim.conv2d", "TL121"),
        ("tf.contrib.layers.xavier_initializer", Fate.GONE, "tf_slim.xavier_initializer", "TL121"),
        ("tf.contrib.rnn.BasicLSTMCell", Fate.GONE, "tf.compat.v1.nn.rnn_cell.BasicLSTMCell", "TL120"),
        ("tf.contrib.training.HParams", Fate.GONE, "support:HParams", "TL123"),
    ],
)
def test_compat(name: str, fate: Fate, replacement: str | None, rule: str, catalog: Catalog) -> None:
    verdict = compat(catalog, name)
    assert (verdict.fate, expression(verdict), verdict.rule) == (fate, replacement, rule)


@pytest.mark.parametrize(
    ("name", "replacement"),
    [
        ("tf.log", "tf.math.log"),
        ("tf.train.AdamOptimizer", "tf.keras.optimizers.Adam"),
        ("tf.nn.dropout", "tf.nn.dropout"),
        ("tf.Session", None),
        ("tf.placeholder", None),
        ("tf.compat.v1.log", "tf.math.log"),
        ("tf.compat.v1.Session", None),
        ("tf.compat.v2.math.log", "tf.math.log"),
    ],
)
def test_native(name: str, replacement: str | None, catalog: Catalog) -> None:
    verdict = catalog.verdict(name, Era.TF216, Target.NATIVE)
    assert verdict is not None
    assert expression(verdict) == replacement
    assert verdict.rule
    assert replacement or verdict.note


def test_arguments_are_mapped(catalog: Catalog) -> None:
    replacement = compat(catalog, "tf.nn.dropout").replacement
    assert replacement is not None and replacement.arguments is not None
    assert replacement.arguments.changes["keep_prob"] == "rate = 1 - {}"
    assert replacement.fallback == "tf.compat.v1.nn.dropout"
    assert [p.name for p in replacement.arguments.old][:2] == ["x", "keep_prob"]
    assert [p.name for p in replacement.arguments.new][:2] == ["x", "rate"]


def test_arguments_that_stay_have_no_map(catalog: Catalog) -> None:
    replacement = compat(catalog, "tf.log").replacement
    assert replacement is not None and replacement.arguments is None


def test_an_ambiguous_name_is_said_to_be(catalog: Catalog) -> None:
    assert compat(catalog, "tf.nn.dropout").ambiguous
    assert not compat(catalog, "tf.Session").ambiguous


@pytest.mark.parametrize("name", ["tf.layers.dense", "tf.nn.rnn_cell.BasicLSTMCell", "tf.compat.v1.layers.dense"])
def test_legacy_keras_is_needed_from_2_16_on(name: str, catalog: Catalog) -> None:
    assert not compat(catalog, name, Era.TF215).needs_legacy_keras
    assert compat(catalog, name, Era.TF216).needs_legacy_keras
    assert compat(catalog, name, Era.TF216).rule == "TL140"
    assert compat(catalog, name, Era.LEGACY).needs_legacy_keras


def test_legacy_keras_is_not_asked_for_without_need(catalog: Catalog) -> None:
    for name in ("tf.Session", "tf.log", "tf.train.AdamOptimizer", "tf.losses.mean_squared_error"):
        assert not compat(catalog, name, Era.LEGACY).needs_legacy_keras, name


def test_estimators_live_until_2_15(catalog: Catalog) -> None:
    assert compat(catalog, "tf.estimator.RunConfig", Era.TF215).fate is not Fate.GONE
    gone = compat(catalog, "tf.estimator.RunConfig", Era.TF216)
    assert (gone.fate, gone.rule) == (Fate.GONE, "TL150")
    assert gone.note


def test_a_member_goes_with_its_class(catalog: Catalog) -> None:
    run = compat(catalog, "tf.Session.run")
    assert run.inherited
    assert expression(run) == "tf.compat.v1.Session.run"
    losses = compat(catalog, "tf.GraphKeys.LOSSES")
    assert expression(losses) == "tf.compat.v1.GraphKeys.LOSSES"


def test_a_member_of_a_class_that_stays_has_nothing_to_say(catalog: Catalog) -> None:
    verdict = compat(catalog, "tf.TensorShape.as_list")
    assert (verdict.fate, verdict.replacement, verdict.rule) == (Fate.SAME, None, "")


def test_names_that_are_right_already_are_left(catalog: Catalog) -> None:
    for name in ("tf.compat.v1.Session", "tf.compat.v1.Session.run", "tf.compat.v1.log", "tf.compat.v2.function"):
        verdict = compat(catalog, name)
        assert (verdict.replacement, verdict.rule) == (None, ""), name


def test_contrib_is_gone_under_compat_too(catalog: Catalog) -> None:
    verdict = compat(catalog, "tf.compat.v1.contrib.slim.conv2d")
    assert (verdict.endpoint, verdict.fate) == ("tf.compat.v1.contrib.slim.conv2d", Fate.GONE)
    assert expression(verdict) == "tf_slim.conv2d"


@pytest.mark.parametrize("name", ["tf.nowhere", "numpy.zeros", "tf.math.erfcinv", "tf.experimental.numpy.zeros", ""])
def test_what_1_15_did_not_have_gets_no_verdict(name: str, catalog: Catalog) -> None:
    for target in Target:
        assert catalog.verdict(name, Era.TF216, target) is None


class TestPrivateModules:
    def test_what_is_still_there_is_left(self, catalog: Catalog) -> None:
        for name in ("tf.python.ops.array_ops.concat", "tf.python.framework.ops"):
            assert compat(catalog, name).rule == "", name

    def test_what_is_gone_is_reported(self, catalog: Catalog) -> None:
        verdict = compat(catalog, "tf.python.util.nest.is_sequence")
        assert verdict.rule == "TL111"
        assert expression(verdict) == "tf.nest.is_nested"

    def test_tutorials_are_told_apart(self, catalog: Catalog) -> None:
        verdict = compat(catalog, "tf.examples.tutorials.mnist.input_data.read_data_sets")
        assert verdict.rule == "TL112"

    def test_a_long_way_into_contrib_is_the_public_name(self, catalog: Catalog) -> None:
        verdict = compat(catalog, "tf.contrib.layers.python.layers.layers.conv2d")
        assert expression(verdict) == "tf_slim.conv2d"

    def test_messages_are_where_they_were(self, catalog: Catalog) -> None:
        assert compat(catalog, "tf.core.framework.graph_pb2.GraphDef").rule == ""

    def test_a_family_speaks_for_names_that_nobody_listed(self, catalog: Catalog) -> None:
        verdict = compat(catalog, "tf.python.keras.engine.base_layer.Layer")
        assert expression(verdict) == "tf.keras.layers.Layer"
        assert verdict.ambiguous, "it is still there, so that only a TensorFlow 1 program is told"

    def test_a_name_that_1_15_did_not_have_is_left(self, catalog: Catalog) -> None:
        for name in ("tf.python.framework.tensor_conversion", "tf.python.ops", "tf.python.nowhere.x"):
            assert catalog.verdict(name, Era.TF216, Target.COMPAT) is None, name

    def test_anything_below_contrib_s_implementation_is_gone(self, catalog: Catalog) -> None:
        name = "tf.contrib.layers.python.layers.nothing_that_exists"
        assert catalog.split(name) == (name, "")
        assert compat(catalog, name).fate is Fate.GONE

    def test_a_private_contrib_helper_gets_an_answer(self, catalog: Catalog) -> None:
        verdict = compat(catalog, "tf.contrib.rnn.python.ops.core_rnn_cell._linear")
        assert verdict.rule and verdict.note

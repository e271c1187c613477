"""Asking the catalog for facts."""

from __future__ import annotations

import pytest
from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.model import Era, Kind


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("tf", ("tf", "")),
        ("tf.float32", ("tf.float32", "")),
        ("tf.float32.name", ("tf.float32", "name")),
        ("tf.Session.run", ("tf.Session.run", "")),
        ("tf.Session.run.__doc__", ("tf.Session.run", "__doc__")),
        ("tf.nowhere.at.all", ("tf", "nowhere.at.all")),
        ("tf.compat.v1.Session.run.x", ("tf.compat.v1.Session.run", "x")),
        ("tf.compat.v1.layers.nothing", ("tf.compat.v1.layers", "nothing")),
        ("tf.contrib.slim.nets.resnet_v1.resnet_v1_50.x", ("tf.contrib.slim.nets.resnet_v1.resnet_v1_50", "x")),
        ("tf.python.ops.array_ops.concat", ("tf.python.ops.array_ops.concat", "")),
        ("tf.python.ops.array_ops.concat.x", ("tf.python.ops.array_ops.concat", "x")),
        ("tf.contrib.layers.python.layers.layers.conv2d.x", ("tf.contrib.layers.python.layers.layers.conv2d", "x")),
        ("tf.models.rnn.rnn", ("tf.models.rnn.rnn", "")),
        ("numpy.zeros", None),
    ],
)
def test_split(name: str, split: tuple[str, str] | None, catalog: Catalog) -> None:
    assert catalog.split(name) == split


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tf.nn.dropout", Kind.FUNCTION),
        ("tf.Session", Kind.CLASS),
        ("tf.nn", Kind.MODULE),
        ("tf.float32", Kind.CONSTANT),
        ("tf.Session.run", Kind.METHOD),
        ("tf.Session.graph", Kind.PROPERTY),
        ("tf.python.framework.ops", Kind.MODULE),
        ("tf.python.framework.dtypes.as_dtype", Kind.FUNCTION),
    ],
)
def test_endpoint_kind(name: str, kind: Kind, catalog: Catalog) -> None:
    endpoint = catalog.endpoint(name)
    assert endpoint is not None and endpoint.kind is kind


def test_endpoint_parameters(catalog: Catalog) -> None:
    run = catalog.endpoint("tf.Session.run")
    assert run is not None and run.parameters is not None
    assert [(p.name, p.default) for p in run.parameters] == [
        ("fetches", None),
        ("feed_dict", "None"),
        ("options", "None"),
        ("run_metadata", "None"),
    ]


def test_names_of_later_releases_are_no_endpoints(catalog: Catalog) -> None:
    assert catalog.endpoint("tf.math.erfcinv") is None
    assert catalog.endpoint("tf.keras.optimizers.AdamW") is None


@pytest.mark.parametrize(
    ("name", "era", "there"),
    [
        ("tf.math.log", Era.TF215, True),
        ("tf.Session", Era.TF215, False),
        ("tf.compat.v1.Session", Era.TF216, True),
        ("tf.compat.v1.layers.dense", Era.TF215, True),
        ("tf.compat.v1.layers.dense", Era.TF216, False),
        ("tf.compat.v1.layers.dense", Era.LEGACY, True),
        ("tf.estimator.Estimator", Era.TF215, True),
        ("tf.estimator.Estimator", Era.TF216, False),
        ("tf.keras.ops.add", Era.TF216, True),
        ("tf.keras.ops.add", Era.LEGACY, False),
        ("tf.compat.v2.math.log", Era.TF216, True),
        ("tf.summary.scalar", Era.TF215, True),
    ],
)
def test_modern(name: str, era: Era, there: bool, catalog: Catalog) -> None:
    assert (catalog.modern(name, era) is not None) is there


def test_modern_parameters(catalog: Catalog) -> None:
    dropout = catalog.modern("tf.nn.dropout", Era.TF216)
    assert dropout is not None and dropout.parameters is not None
    assert [p.name for p in dropout.parameters] == ["x", "rate", "noise_shape", "seed", "name"]


def test_members(catalog: Catalog) -> None:
    assert {"run", "close", "graph", "as_default"} <= set(catalog.members("tf.Session"))
    assert catalog.members("tf.nn.dropout") == ()
    assert catalog.members("tf.nowhere") == ()


def test_endpoints_are_listed_by_prefix(catalog: Catalog) -> None:
    names = list(catalog.endpoints("tf.nn.rnn_cell."))
    assert "tf.nn.rnn_cell.BasicLSTMCell" in names
    assert all(name.startswith("tf.nn.rnn_cell.") for name in names)
    assert names == sorted(names, key=str.encode)
    assert not any("*" in name for name in catalog.endpoints())


def test_the_second_question_is_answered_from_memory(catalog: Catalog) -> None:
    assert catalog.endpoint("tf.nn.dropout") is catalog.endpoint("tf.nn.dropout")
    assert catalog.split("tf.nn.dropout") is catalog.split("tf.nn.dropout")

"""``HParams`` and ``parse_values`` behave as tf.contrib.training documents them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tensorlift.migration import support


@pytest.fixture(scope="module")
def module() -> dict[str, Any]:
    namespace: dict[str, Any] = {}
    exec(support.compose(["HParams"]), namespace)
    return namespace


@pytest.fixture
def hparams(module: dict[str, Any]) -> Any:
    return module["HParams"](learning_rate=0.1, units=100, activation="relu", layers=[1, 2], debug=False, none=None)


def test_values_are_attributes(hparams: Any) -> None:
    assert (hparams.learning_rate, hparams.units, hparams.layers) == (0.1, 100, [1, 2])
    assert hparams.values()["activation"] == "relu"
    assert "units" in hparams and "unit" not in hparams


def test_parse_overrides_by_type_and_returns_the_object(hparams: Any) -> None:
    assert hparams.parse("learning_rate=3,units=7,activation=tanh,layers=[4, 5,6],debug=true") is hparams
    assert hparams.learning_rate == 3.0 and isinstance(hparams.learning_rate, float)
    assert (hparams.units, hparams.activation, hparams.layers, hparams.debug) == (7, "tanh", [4, 5, 6], True)
    hparams.parse("")
    assert hparams.units == 7


@pytest.mark.parametrize(
    "text",
    [
        "units=0.5",
        "units",
        "unknown=1",
        "units=1,units=2",
        "layers[0]=[1]",
        "layers[0]=1,layers[0]=2",
        "layers=[1],layers[0]=2",
        "layers[0]=3",  # read, but a list is wanted
        "units=[1]",
        "debug=maybe",
        "=1",
    ],
)
def test_parse_refuses(hparams: Any, text: str) -> None:
    with pytest.raises(ValueError):
        hparams.parse(text)
    assert hparams.units == 100


def test_parse_values_gives_indices_as_a_dict(module: dict[str, Any]) -> None:
    kinds = {"x": int, "L": int, "arr": int}
    assert module["parse_values"]("x=5, L=[1,2],arr[1]=3,arr[ 2 ]=4", kinds) == {
        "x": 5,
        "L": [1, 2],
        "arr": {1: 3, 2: 4},
    }
    assert module["parse_values"]("y=1,x=2", kinds, ignore_unknown=True) == {"x": 2}


def test_set_hparam_checks_the_type(hparams: Any) -> None:
    hparams.set_hparam("learning_rate", 1)
    assert hparams.learning_rate == 1.0
    hparams.set_hparam("none", object)
    for name, value in (
        ("units", 0.5),
        ("units", True),
        ("debug", 1),
        ("activation", 5),
        ("units", [1]),
        ("layers", 1),
    ):
        with pytest.raises(ValueError):
            hparams.set_hparam(name, value)
    with pytest.raises(KeyError):
        hparams.set_hparam("unknown", 1)


def test_add_and_delete(hparams: Any) -> None:
    hparams.add_hparam("momentum", 0.9)
    assert hparams.momentum == 0.9
    with pytest.raises(ValueError, match="reserved"):
        hparams.add_hparam("momentum", 0.8)
    with pytest.raises(ValueError, match="reserved"):
        hparams.add_hparam("parse", 0.8)
    with pytest.raises(ValueError, match="empty"):
        hparams.add_hparam("sizes", [])
    hparams.del_hparam("momentum")
    hparams.del_hparam("momentum")
    assert "momentum" not in hparams and not hasattr(hparams, "momentum")


def test_get_checks_its_default(hparams: Any) -> None:
    assert hparams.get("units") == 100
    assert hparams.get("unknown", 3) == 3
    assert hparams.get("units", 5) == 100
    for name, default in (("units", "x"), ("units", [1]), ("layers", 1), ("layers", ["a"])):
        with pytest.raises(ValueError):
            hparams.get(name, default)


def test_json(hparams: Any) -> None:
    assert json.loads(hparams.to_json())["layers"] == [1, 2]
    assert hparams.parse_json('{"units": 3, "layers": [9]}').units == 3
    assert hparams.layers == [9]
    with pytest.raises(KeyError):
        hparams.parse_json('{"unknown": 3}')
    assert hparams.override_from_dict({"units": 4}).set_from_map({"debug": True}).values()["debug"] is True


def test_text(module: dict[str, Any]) -> None:
    hparams = module["HParams"](b=1, a="x")
    assert str(hparams) == "b=1,a=x"
    assert repr(hparams) == "HParams([('a', 'x'), ('b', 1)])"

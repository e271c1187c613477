"""Version numbers and eras."""

from __future__ import annotations

import pytest
from tensorlift.catalog.model import Era
from tensorlift.catalog.version import NEWEST, era_of, parse


@pytest.mark.parametrize(
    ("version", "era"),
    [
        ("2.0", Era.TF215),
        ("2", Era.TF215),
        ("2.15.1", Era.TF215),
        ("2.16", Era.TF216),
        ("2.16.0rc0", Era.TF216),
        (NEWEST, Era.TF216),
        ("2.99", Era.TF216),
    ],
)
def test_era(version: str, era: Era) -> None:
    assert era_of(version) is era


def test_legacy_keras_means_nothing_before_2_16() -> None:
    assert era_of("2.15", legacy_keras=True) is Era.TF215
    assert era_of("2.16", legacy_keras=True) is Era.LEGACY


def test_parse_fills_up_with_zeros() -> None:
    assert parse("2.15") == (2, 15, 0)
    assert parse(" v2.4.1+cpu") == (2, 4, 1)


@pytest.mark.parametrize("version", ["1.15", "newest", ""])
def test_what_is_no_target_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="TensorFlow"):
        era_of(version)

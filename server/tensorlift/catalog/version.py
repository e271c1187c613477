"""TensorFlow's version numbers, and the era that each belongs to."""

from __future__ import annotations

import re

from tensorlift.catalog.model import Era

NEWEST = "2.21"  # the newest release whose facts the catalog has

_RELEASE = re.compile(r"\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")
_KERAS3 = (2, 16)  # the first release whose tf.keras is Keras 3


def parse(version: str) -> tuple[int, int, int]:
    """``2.15.1`` -> ``(2, 15, 1)``; what is not written is zero (``2.16rc0`` -> ``(2, 16, 0)``).

    Raises:
        ValueError: the text does not begin with a release number.
    """
    match = _RELEASE.match(version)
    if match is None:
        raise ValueError(f"{version!r} is not a TensorFlow version; write one such as {NEWEST}")
    major, minor, micro = (int(part or 0) for part in match.groups())
    return major, minor, micro


def era_of(version: str, *, legacy_keras: bool = False) -> Era:
    """The era of a TensorFlow 2 release; a release newer than the newest known counts as that one.

    ``legacy_keras`` says that the program runs with ``TF_USE_LEGACY_KERAS=1``, which means nothing before 2.16.

    Raises:
        ValueError: not a version, or one of TensorFlow 1, to which nothing can be migrated.
    """
    release = parse(version)
    if release < (2,):
        raise ValueError(f"TensorFlow {version} is TensorFlow 1; the version to migrate to is 2.0 or later")
    if release < _KERAS3:
        return Era.TF215
    return Era.LEGACY if legacy_keras else Era.TF216

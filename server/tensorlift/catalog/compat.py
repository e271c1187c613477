"""Names that are spelled under ``tf.compat.v1`` and ``tf.compat.v2`` already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlift.catalog.model import Applicability, Endpoint, Era, Fate, Kind, Replacement, Target, Verdict

if TYPE_CHECKING:
    from tensorlift.catalog.catalog import Catalog

V1, V2 = "tf.compat.v1", "tf.compat.v2"
_LEGACY_NOTE = (
    "On TensorFlow 2.16 and later this is there only with legacy Keras: install tf-keras and set TF_USE_LEGACY_KERAS=1."
)


def is_compat(name: str) -> bool:
    """Whether a name is spelled under ``tf.compat.v1`` or ``tf.compat.v2``."""
    return name.startswith(("tf.compat.v1.", "tf.compat.v2.")) or name in (V1, V2)


def without_v2(name: str) -> str:
    """``tf.compat.v2.math.log`` -> ``tf.math.log``."""
    return "tf" + name[len(V2) :] if name == V2 or name.startswith(V2 + ".") else name


def plain(name: str) -> str:
    """``tf.compat.v1.Session`` -> ``tf.Session``."""
    return "tf" + name[len(V1) :]


def is_known(catalog: Catalog, name: str) -> bool:
    """Whether a name under ``tf.compat`` is one of TensorFlow 1.15 or of any era."""
    if not is_compat(name):
        return False
    if name in (V1, V2) or any(catalog.modern(name, era) is not None for era in Era):
        return True
    return name.startswith(V1) and catalog.endpoint(plain(name)) is not None


def verdict(catalog: Catalog, name: str, era: Era, target: Target) -> Verdict | None:
    """The verdict on a name under ``tf.compat``."""
    if name in (V1, V2):
        return _same(name, Kind.MODULE)
    if name.startswith(V2):
        return _v2(catalog, name, era, target)
    return _v1_native(catalog, name, era) if target is Target.NATIVE else _v1(catalog, name, era)


def _same(name: str, kind: Kind) -> Verdict:
    return Verdict(name, kind, Fate.SAME, None, "", "")


def _tensorflow(expression: str, applicability: Applicability = Applicability.SAFE) -> Replacement:
    return Replacement(expression, "tensorflow", applicability)


def _v2(catalog: Catalog, name: str, era: Era, target: Target) -> Verdict | None:
    found = catalog.modern(name, era)
    if found is None:
        return None
    if target is Target.COMPAT:
        return _same(name, found.kind)
    return Verdict(name, found.kind, Fate.MOVED, _tensorflow(without_v2(name)), "", "TL101")


def _v1(catalog: Catalog, name: str, era: Era) -> Verdict | None:
    """Target compat: the name stays where it is there; it may need legacy Keras."""
    found = catalog.modern(name, era)
    old = catalog.verdict(plain(name), era, Target.COMPAT)
    if found is not None:
        keras3 = name.startswith(f"{V1}.keras") and era is Era.TF216
        if keras3 and old is not None and old.needs_legacy_keras:
            return _legacy(name, found)
        return replace(_same(name, found.kind), needs_legacy_keras=era is Era.LEGACY and _only_legacy(catalog, name))
    legacy = catalog.modern(name, Era.LEGACY) if era is Era.TF216 else None
    if legacy is not None:
        return _legacy(name, legacy)
    if old is None:
        return None
    if old.inherited:
        return _member(catalog, name, era, Target.COMPAT, old)
    if old.replacement is not None and old.replacement.expression == name:
        return replace(_same(name, old.kind), needs_legacy_keras=old.needs_legacy_keras)
    if not old.rule:
        return Verdict(name, old.kind, Fate.MOVED, _tensorflow(plain(name)), "", "TL101")
    return replace(old, endpoint=name, ambiguous=False)


def _only_legacy(catalog: Catalog, name: str) -> bool:
    return name.startswith(f"{V1}.keras") or catalog.modern(name, Era.TF216) is None


def _legacy(name: str, found: Endpoint) -> Verdict:
    return Verdict(name, found.kind, Fate.SIGNATURE, _tensorflow(name), _LEGACY_NOTE, "TL140", needs_legacy_keras=True)


def _v1_native(catalog: Catalog, name: str, era: Era) -> Verdict | None:
    """Target native: what the plain name becomes, which leaves ``tf.compat.v1``."""
    old = catalog.verdict(plain(name), era, Target.NATIVE)
    if old is None:
        found = catalog.modern(name, era)
        if found is None:
            return None
        same = catalog.modern(plain(name), era)
        if same is not None and same.parameters == found.parameters:
            return Verdict(name, found.kind, Fate.MOVED, _tensorflow(plain(name), Applicability.UNSAFE), "", "TL101")
        note = f"{name} belongs to TensorFlow 1's way of working, and TensorFlow 2 has nothing of that name."
        return Verdict(name, found.kind, Fate.COMPAT_ONLY, None, note, "TL102")
    if old.inherited:
        return _member(catalog, name, era, Target.NATIVE, old)
    if not old.rule:
        return Verdict(name, old.kind, Fate.MOVED, _tensorflow(plain(name)), "", "TL101")
    return replace(old, endpoint=name, ambiguous=False)


def _member(catalog: Catalog, name: str, era: Era, target: Target, old: Verdict) -> Verdict:
    """A member of a class goes with its class."""
    owner_name, _, leaf = name.rpartition(".")
    owner = catalog.verdict(owner_name, era, target)
    if owner is None or owner.replacement is None:
        silent = owner is None or not owner.rule
        return replace(_same(name, old.kind), inherited=True) if silent else replace(old, endpoint=name)
    expression = f"{owner.replacement.expression}.{leaf}"
    return replace(owner, endpoint=name, kind=old.kind, replacement=_tensorflow(expression), inherited=True)

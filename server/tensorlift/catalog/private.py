"""Names of modules that were never public: ``tf.python.ops.array_ops.concat``,
``tf.contrib.layers.python.layers.layers.conv2d``.

The facts say which names each such module of 1.15 had, in which era the module still has them, and which public
endpoint is the same object. A family in the curated data (``tf.python.keras.*``) speaks for what is left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlift.catalog.model import Applicability, Endpoint, Era, Fate, Kind, Replacement, Target, Verdict
from tensorlift.catalog.records import ERA_DIGITS, KINDS, case_index, verdict_of
from tensorlift.catalog.table import Table

if TYPE_CHECKING:
    from tensorlift.catalog.catalog import Catalog

_ROOTS = ("tf.python", "tf.core", "tf.contrib", "tf.examples", "tf.compiler", "tf.tools", "tf.models", "tf.lite.python")
_RULE = "TL111"


def is_private(name: str) -> bool:
    """Whether a name may be one of a private module."""
    return name.startswith(_ROOTS)


class PrivateModules:
    """Answers for names of private modules, on the facts and the catalog's curated families."""

    def __init__(self, table: Table, catalog: Catalog) -> None:
        self._table = table
        self._catalog = catalog
        self._modules: dict[str, dict[str, tuple[str, str]] | None] = {}

    def _module(self, name: str) -> dict[str, tuple[str, str]] | None:
        """Names of a module: name -> (digits of the eras that still have it, public endpoint)."""
        if name not in self._modules:
            text = self._table.find(name)
            found = None
            if text is not None:
                found = {}
                for part in text.split():
                    leaf, _, rest = part.partition("=")
                    eras, _, public = rest.partition(":")
                    found[leaf] = (eras, public)
            self._modules[name] = found
        return self._modules[name]

    def endpoint(self, name: str) -> Endpoint | None:
        """A module, or a name of one. A public twin's kind and parameters are this one's."""
        if self._module(name) is not None:
            return Endpoint(name, Kind.MODULE, None)
        module, _, leaf = name.rpartition(".")
        fact = (self._module(module) or {}).get(leaf)
        if fact is None:
            return None
        twin = self._catalog.endpoint(fact[1]) if fact[1] else None
        if twin is not None:
            return Endpoint(name, twin.kind, twin.parameters)
        return Endpoint(name, _kind(leaf), None)

    def verdict(self, name: str, era: Era, target: Target) -> Verdict | None:
        """What became of a private name: still there, public elsewhere, or as its curated family says."""
        family = self._family(name, era, target)
        if family is not None and family.replacement is not None:
            return family
        module = self._module(name)
        if module is not None:
            there = any(ERA_DIGITS[era] in eras for eras, _ in module.values())
            if there and target is Target.COMPAT and not name.startswith("tf.contrib"):
                return Verdict(name, Kind.MODULE, Fate.SAME, None, "", "")
            return family or _without(name, Kind.MODULE, there)
        owner, _, leaf = name.rpartition(".")
        fact = (self._module(owner) or {}).get(leaf)
        if fact is None:
            return family
        eras, public = fact
        there = ERA_DIGITS[era] in eras
        kind = _kind(leaf)
        if there and target is Target.COMPAT:
            return Verdict(name, kind, Fate.SAME, None, "", "")
        found = self._catalog.verdict(public, era, target) if public else None
        if found is not None:
            return _like(name, public, found)
        return family or _without(name, kind, there)

    def _family(self, name: str, era: Era, target: Target) -> Verdict | None:
        found = self._catalog.family(name)
        if found is None:
            return None
        line, matched = found
        index = line.get("i")
        if index is None:
            return None
        digit = index[case_index(era, target)]
        if digit == "-":
            return None
        leaf = name.rpartition(".")[2]
        kind = KINDS[line["k"]] if line["k"] == "m" and not matched else _kind(leaf)
        verdict = verdict_of(name, kind, line["v"][int(digit)], None, matched)
        replacement = verdict.replacement
        if replacement is not None and not matched:
            replacement = replace(replacement, expression=replacement.expression.replace(".*", ""))
            verdict = replace(verdict, replacement=replacement)
        if replacement is not None and replacement.expression.startswith("tf."):
            there = self._catalog.modern(replacement.expression, era)
            if there is None and era is Era.TF216:
                there = self._catalog.modern(replacement.expression, Era.LEGACY)
            if there is None:
                return replace(verdict, replacement=None) if verdict.note else None
            verdict = replace(verdict, kind=there.kind)
        return verdict


def _kind(leaf: str) -> Kind:
    """By its spelling: ``CONSTANT``, ``ClassName``, ``function``."""
    if leaf.isupper():
        return Kind.CONSTANT
    return Kind.CLASS if leaf[:1].isupper() else Kind.FUNCTION


def _like(name: str, public: str, found: Verdict) -> Verdict:
    """The verdict of the public endpoint that is the same object, said of a private name."""
    replacement = found.replacement
    note = found.note
    if not found.rule:
        replacement = Replacement(public, "tensorflow", Applicability.SAFE)
    rule = found.rule if name.startswith("tf.contrib") and found.rule else "TL111"
    fate = Fate.MOVED if replacement is not None else Fate.GONE
    return replace(found, endpoint=name, fate=fate, replacement=replacement, note=note, rule=rule, ambiguous=False)


def _without(name: str, kind: Kind, there: bool) -> Verdict:
    contrib = name.startswith("tf.contrib")
    if there:
        note = f"{name} is a private name of TensorFlow that is still there; nothing promises that it stays."
    elif contrib:
        note = (
            f"{name} went away with tf.contrib and has no public twin; take over what it did, or replace what uses it."
        )
    else:
        note = f"{name} was a private name of TensorFlow 1 and is not there any more; use a public endpoint instead."
    return Verdict(name, kind, Fate.GONE, None, note, "TL124" if contrib else _RULE)

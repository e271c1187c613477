"""Names of modules that were never public: ``tf.python.ops.array_ops.concat``,
``tf.contrib.layers.python.layers.layers.conv2d``.

The facts say which names each such module of 1.15 had, in which era the module still has them, and which public
endpoint is the same object. A family in the curated data (``tf.python.keras.*``) speaks for what is left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlift.catalog.model import Applicability, Endpoint, Era, Fate, Kind, Replacement, Target, Verdict
from tensorlift.catalog.records import ERA_DIGITS, case_index, verdict_of
from tensorlift.catalog.table import Table

if TYPE_CHECKING:
    from tensorlift.catalog.catalog import Catalog

_ROOTS = ("tf.python", "tf.core", "tf.contrib", "tf.examples", "tf.compiler", "tf.tools", "tf.models", "tf.lite.python")
_RULE = "TL111"
# What is below these has no successor in any release of TensorFlow 2, listed or not.
_LOST = ("tf.contrib.", "tf.examples.", "tf.models.")


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

    def _facts(self, name: str) -> tuple[Kind, str, str] | None:
        """Kind, digits of the eras that have it, and public endpoint of a module or of a name in one."""
        module = self._module(name)
        if module is not None:
            return Kind.MODULE, "".join({digit for eras, _ in module.values() for digit in eras}), ""
        owner, _, leaf = name.rpartition(".")
        fact = (self._module(owner) or {}).get(leaf)
        if fact is not None:
            twin = self._catalog.endpoint(fact[1]) if fact[1] else None
            return twin.kind if twin is not None else _kind(leaf), *fact
        if next(self._table.keys(f"{name}."), None) is not None and name.startswith(_LOST):
            return Kind.MODULE, "", ""
        beyond, _, attribute = owner.rpartition(".")
        if attribute in (self._module(beyond) or {}):
            return None  # an attribute of a listed name
        if name.startswith("tf.contrib.") and ".python" in name:
            return _kind(leaf), "", ""
        return None

    def endpoint(self, name: str) -> Endpoint | None:
        """A module, or a name of one. A public twin's kind and parameters are this one's."""
        facts = self._facts(name)
        if facts is not None:
            twin = self._catalog.endpoint(facts[2]) if facts[2] else None
            return Endpoint(name, facts[0], twin.parameters if twin is not None else None)
        if name.startswith(("tf.examples.", "tf.models.")) and self._catalog.family(name) is not None:
            return Endpoint(name, _kind(name.rpartition(".")[2]), None)
        return None

    def verdict(self, name: str, era: Era, target: Target) -> Verdict | None:
        """What became of a private name: still there, public elsewhere, or as its curated family says."""
        facts = self._facts(name)
        kind, eras, public = facts if facts is not None else (_kind(name.rpartition(".")[2]), "", "")
        there = ERA_DIGITS[era] in eras
        family = self._family(name, kind, era, target)
        if family is not None and family.replacement is not None:
            return replace(family, ambiguous=there)
        if there and (target is Target.COMPAT or not public):
            return Verdict(name, kind, Fate.SAME, None, "", "")
        found = self._catalog.verdict(public, era, target) if public else None
        if found is not None:
            return _like(name, public, found)
        if facts is None and not name.startswith(_LOST):
            return None  # a name that 1.15 did not have may well be one of later releases
        return family or (_gone(name, kind) if facts is not None else None)

    def _family(self, name: str, kind: Kind, era: Era, target: Target) -> Verdict | None:
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
            public = self._catalog.verdict(replacement.expression, era, target)
            if public is not None and public.rule and public.replacement is not None:
                return replace(_like(name, replacement.expression, public), rule=verdict.rule, note=verdict.note)
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
    rule = found.rule if name.startswith("tf.contrib") and found.rule else _RULE
    fate = Fate.MOVED if replacement is not None else Fate.GONE
    return replace(found, endpoint=name, fate=fate, replacement=replacement, note=note, rule=rule, ambiguous=False)


def _gone(name: str, kind: Kind) -> Verdict:
    if name.startswith("tf.contrib"):
        note = f"{name} went away with tf.contrib and has no public twin; copy what it did, or replace what uses it."
        return Verdict(name, kind, Fate.GONE, None, note, "TL124")
    note = f"{name} was a private name of TensorFlow 1; it is gone or takes other arguments now. Use a public endpoint."
    return Verdict(name, kind, Fate.GONE, None, note, _RULE)

"""Look-up: what a dotted name was in TensorFlow 1.15, and what became of it.

Nothing is parsed before it is asked for, and every answer is remembered, so that loading costs next to nothing and a
second question a few hundred nanoseconds.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tensorlift.catalog import compat
from tensorlift.catalog.model import Endpoint, Era, Fate, Kind, Target, Verdict
from tensorlift.catalog.private import PrivateModules, is_private
from tensorlift.catalog.records import ERA_DIGITS, KINDS, case_index, parse_parameters, verdict_of
from tensorlift.catalog.table import Table

_DATA = Path(__file__).parent / "data"


@functools.cache
def load() -> Catalog:
    """The catalog that comes with Tensorlift. Raises OSError at the first question when its files are missing."""
    return Catalog(_DATA)


class Catalog:
    """Facts and verdicts, read from a folder of tables. Names are spelled from ``tf.``."""

    def __init__(self, folder: Path) -> None:
        self._endpoints = Table(folder / "endpoints.txt")
        self._members = Table(folder / "members.txt")
        self._modern = Table(folder / "modern.txt")
        self._private = PrivateModules(Table(folder / "private.txt"), self)
        self._lines: dict[str, dict[str, Any] | None] = {}
        self._verdicts: dict[tuple[str, Era, Target], Verdict | None] = {}
        self._known: dict[str, Endpoint | None] = {}
        self._present: dict[tuple[str, Era], Endpoint | None] = {}
        self._splits: dict[str, tuple[str, str] | None] = {}
        self._classes: dict[str, dict[str, str]] = {}

    # -- facts -------------------------------------------------------------------------------------------------

    def endpoint(self, name: str) -> Endpoint | None:
        """What a name was in TensorFlow 1.15, members of classes (``tf.Session.run``) and private modules' names
        included; ``None`` for a name that 1.15 did not have and the curated data do not know."""
        try:
            return self._known[name]
        except KeyError:
            found = self._known[name] = self._endpoint(name)
            return found

    def _endpoint(self, name: str) -> Endpoint | None:
        line = self.line(name)
        if line is not None:
            parameters = line.get("p")
            return Endpoint(name, KINDS[line["k"]], parse_parameters(parameters) if parameters is not None else None)
        owner, _, leaf = name.rpartition(".")
        fact = self._member_facts(owner).get(leaf) if owner else None
        if fact is not None:
            return Endpoint(name, KINDS[fact[0]], parse_parameters(fact[1:]) if fact[0] == "b" else None)
        return self._private.endpoint(name) if is_private(name) else None

    def modern(self, name: str, era: Era) -> Endpoint | None:
        """A public name of the era's TensorFlow, such as ``tf.math.log``, ``tf.compat.v1.layers.dense`` or
        ``tf.keras.optimizers.Adam``; ``None`` when it is not there, or raises. Members of classes are not known."""
        try:
            return self._present[name, era]
        except KeyError:
            found = self._present[name, era] = self._modern_endpoint(name, era)
            return found

    def _modern_endpoint(self, name: str, era: Era) -> Endpoint | None:
        if name == "tf":
            return Endpoint(name, Kind.MODULE, None)
        line = self._modern.find(compat.without_v2(name))
        if line is None:
            return None
        fields = line.split("\t")
        for eras, kind, parameters in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
            if ERA_DIGITS[era] in eras:
                return Endpoint(name, KINDS[kind], parse_parameters(parameters))
        return None

    def members(self, cls: str) -> tuple[str, ...]:
        """Public members of a class of 1.15, inherited ones too, sorted; empty for anything else."""
        return tuple(self._member_facts(cls))

    def endpoints(self, prefix: str = "") -> Iterator[str]:
        """All endpoints that begin with ``prefix``, sorted by their bytes: 1.15's, those that only the curated data
        know, and class members that have a verdict of their own."""
        return (name for name in self._endpoints.keys(prefix) if not name.endswith("*"))

    def split(self, name: str) -> tuple[str, str] | None:
        """The longest known part of a dotted name and the rest: ``tf.float32.name`` -> ``("tf.float32", "name")``.
        Known is what :meth:`endpoint` or, under ``tf.compat``, :meth:`modern` knows. ``None`` when nothing is."""
        try:
            return self._splits[name]
        except KeyError:
            found = self._splits[name] = self._split(name)
            return found

    def _split(self, name: str) -> tuple[str, str] | None:
        prefix, rest = name, ""
        while True:
            if self.endpoint(prefix) is not None or compat.is_known(self, prefix):
                return prefix, rest
            prefix, _, leaf = prefix.rpartition(".")
            if not prefix:
                return None
            rest = f"{leaf}.{rest}" if rest else leaf

    # -- verdicts ----------------------------------------------------------------------------------------------

    def verdict(self, name: str, era: Era, target: Target) -> Verdict | None:
        """What became of a name in an era, and what to do for a target. ``None``: neither TensorFlow 1.15 nor the
        curated data know the name, so there is nothing to say of it."""
        key = name, era, target
        try:
            return self._verdicts[key]
        except KeyError:
            found = self._verdicts[key] = self._verdict(name, era, target)
            return found

    def _verdict(self, name: str, era: Era, target: Target) -> Verdict | None:
        line = self.line(name)
        if line is not None:
            found = self._own_verdict(name, line, era, target)
            if found is not None:
                return found
        elif compat.is_compat(name):
            return compat.verdict(self, name, era, target)
        owner, _, leaf = name.rpartition(".")
        fact = self._member_facts(owner).get(leaf) if owner else None
        if fact is not None:
            return self._inherited(name, KINDS[fact[0]], leaf, self.verdict(owner, era, target))
        return self._private.verdict(name, era, target) if is_private(name) else None

    def _own_verdict(self, name: str, line: dict[str, Any], era: Era, target: Target) -> Verdict | None:
        kind = KINDS[line["k"]]
        index = line.get("i")
        if index is None:
            return verdict_of(name, kind, {}, None)
        digit = index[case_index(era, target)]
        if digit == "-":
            return None
        endpoint = self.endpoint(name)
        return verdict_of(name, kind, line["v"][int(digit)], endpoint.parameters if endpoint else None)

    @staticmethod
    def _inherited(name: str, kind: Kind, leaf: str, owner: Verdict | None) -> Verdict | None:
        if owner is None:
            return None
        replacement = owner.replacement
        stays = replacement is not None and replacement.expression == owner.endpoint
        if not owner.needs_legacy_keras and (stays or not owner.rule):
            return Verdict(name, kind, Fate.SAME, None, "", "", inherited=True)
        if replacement is not None:
            expression = f"{replacement.expression}.{leaf}"
            replacement = replace(replacement, expression=expression, arguments=None, fallback=None)
        return replace(owner, endpoint=name, kind=kind, replacement=replacement, inherited=True)

    def family(self, name: str) -> tuple[dict[str, Any], str] | None:
        """The curated family (``tf.python.keras.*``) of a name that has no line of its own: its line, and what the star
        stands for."""
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            line = self.line(".".join(parts[:length]) + ".*")
            if line is not None:
                return line, ".".join(parts[length:])
        return None

    # -- tables ------------------------------------------------------------------------------------------------

    def line(self, name: str) -> dict[str, Any] | None:
        """The decoded line of an endpoint."""
        try:
            return self._lines[name]
        except KeyError:
            text = self._endpoints.find(name)
            found: dict[str, Any] | None = json.loads(text) if text is not None else None
            self._lines[name] = found
            return found

    def _member_facts(self, cls: str) -> dict[str, str]:
        """Members of a class of 1.15: name -> kind letter and parameters."""
        found = self._classes.get(cls)
        if found is None:
            line = self.line(cls)
            text = None
            if line is not None and line["k"] == "c":
                text = self._members.find(line.get("c", cls))
            found = self._classes[cls] = json.loads(text) if text is not None else {}
        return found

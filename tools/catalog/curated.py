"""The curated TOML files: read, checked for form, and asked for one endpoint in one era.

A table's key is an endpoint, a class member (``tf.Session.run``), or a family: ``tf.contrib.bayesflow.*``. For each
field the most specific table that has it wins: the endpoint's own before a longer family before a shorter one; in
each table, what is said for the era before what is said for all. In ``compat`` and ``native`` of a family a ``*``
stands for what its own ``*`` matched.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ERA_KEYS = {"215": "tf215", "216": "tf216", "legacy": "legacy"}
_STRING, _TABLE, _FLAG, _LIST = "string", "table", "flag", "list"
FIELDS = {
    "compat": _STRING,
    "native": _STRING,
    "args": _TABLE,
    "add": _TABLE,
    "native_args": _TABLE,
    "native_add": _TABLE,
    "new": _LIST,
    "native_new": _LIST,
    "old": _LIST,
    "package": _STRING,
    "applicability": _STRING,
    "native_applicability": _STRING,
    "legacy_keras": _FLAG,
    "rule": _STRING,
    "native_rule": _STRING,
    "note": _STRING,
    "native_note": _STRING,
    "kind": _STRING,
    "same": _FLAG,
    "fallback": _STRING,
}
_KINDS = {"function", "class", "module", "constant", "method", "property"}
_APPLICABILITY = {"safe", "unsafe", "guide"}


@dataclass(slots=True)
class Entry:
    """What the curated files say of one endpoint in one era: field -> (value, key it comes from)."""

    fields: dict[str, tuple[Any, str]] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """A field's value, ``None`` when nothing is said."""
        found = self.fields.get(name)
        return found[0] if found else None

    def text(self, name: str) -> str | None:
        """A text field's value, ``None`` when nothing is said."""
        found = self.get(name)
        return None if found is None else str(found)

    def exact(self, name: str, endpoint: str) -> bool:
        """Whether the endpoint's own table says it, and not a family's."""
        found = self.fields.get(name)
        return found is not None and found[1] == endpoint

    def source(self, name: str) -> str:
        """The key of the table that says it."""
        found = self.fields.get(name)
        return found[1] if found else ""


class Curated:
    """All tables of all files."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self.tables = tables

    @classmethod
    def read(cls, folder: Path) -> tuple[Curated, list[str]]:
        """Read ``*.toml`` of a folder. The second value lists what is wrong with their form."""
        tables: dict[str, Mapping[str, Any]] = {}
        problems: list[str] = []
        for path in sorted(folder.glob("*.toml")):
            try:
                data = tomllib.loads(path.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as failure:
                problems.append(f"{path.name}: {failure}")
                continue
            for key, table in data.items():
                if key in tables:
                    problems.append(f"{path.name}: {key}: also in another file")
                if not isinstance(table, dict):
                    problems.append(f"{path.name}: {key}: not a table")
                    continue
                problems += [f"{path.name}: {key}: {problem}" for problem in _problems(table, eras=True)]
                tables[key] = table
        return cls(tables), problems

    def entry(self, endpoint: str, era: str) -> Entry:
        """Everything said of an endpoint in an era (``215``, ``216``, ``legacy``)."""
        entry = Entry()
        for key, matched in self._matching(endpoint):
            table = self.tables[key]
            for part in (table.get(ERA_KEYS[era], {}), table):
                for name, value in part.items():
                    if name in FIELDS and name not in entry.fields:
                        if key != endpoint and name in ("compat", "native", "fallback") and isinstance(value, str):
                            value = _substitute(value, matched)
                        entry.fields[name] = (value, key)
        return entry

    def _matching(self, endpoint: str) -> Iterator[tuple[str, str]]:
        """Keys that speak of the endpoint, most specific first, with what a family's star matched."""
        if endpoint in self.tables:
            yield endpoint, ""
        family = f"{endpoint}.*"
        if family in self.tables:
            yield family, ""
        parts = endpoint.split(".")
        for length in range(len(parts) - 1, 0, -1):
            key = ".".join(parts[:length]) + ".*"
            if key in self.tables:
                yield key, ".".join(parts[length:])


def _substitute(value: str, matched: str) -> str:
    if "*" not in value:
        return value
    return value.replace("*", matched) if matched else value.replace(".*", "").replace("*", "")


def _problems(table: Mapping[str, Any], *, eras: bool) -> Iterator[str]:
    for name, value in table.items():
        if eras and name in ERA_KEYS.values():
            if isinstance(value, dict):
                yield from (f"{name}: {problem}" for problem in _problems(value, eras=False))
            else:
                yield f"{name} is not a table"
            continue
        shape = FIELDS.get(name)
        if shape is None:
            yield f"unknown field {name!r}"
        elif shape == _STRING and not isinstance(value, str):
            yield f"{name} is not a string"
        elif shape == _FLAG and not isinstance(value, bool):
            yield f"{name} is not true or false"
        elif shape == _LIST and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            yield f"{name} is not a list of strings"
        elif shape == _TABLE and not (
            isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
        ):
            yield f"{name} is not a table of strings"
    if table.get("kind", "function") not in _KINDS:
        yield f"kind {table['kind']!r}"
    for name in ("applicability", "native_applicability"):
        if table.get(name, "safe") not in _APPLICABILITY:
            yield f"{name} {table[name]!r}"
    for name in ("note", "native_note"):
        if name in table and not str(table[name]).strip():
            yield f"{name} is empty"

"""From the text of the tables to the catalog's vocabulary. ``tools/catalog/build.py`` writes what is read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tensorlift.catalog.model import (
    Applicability,
    ArgumentMap,
    Era,
    Fate,
    Kind,
    Parameter,
    Replacement,
    Target,
    Verdict,
)

KINDS: Mapping[str, Kind] = {
    "f": Kind.FUNCTION,
    "c": Kind.CLASS,
    "m": Kind.MODULE,
    "v": Kind.CONSTANT,
    "b": Kind.METHOD,
    "p": Kind.PROPERTY,
}
ERA_DIGITS: Mapping[Era, str] = {Era.TF215: "0", Era.TF216: "1", Era.LEGACY: "2"}
_FATES = {fate.value: fate for fate in Fate}


def case_index(era: Era, target: Target) -> int:
    """Where a case stands among the six that a line has verdicts for."""
    return int(ERA_DIGITS[era]) * 2 + (target is Target.NATIVE)


def parse_parameters(text: str) -> tuple[Parameter, ...] | None:
    """``x;y=None;*args;*;k=1;**kwargs``; ``-`` is unknown."""
    if text == "-":
        return None
    found: list[Parameter] = []
    kind = "positional"
    for part in text.split(";") if text else ():
        if part == "*":
            kind = "keyword"
        elif part.startswith("**"):
            found.append(Parameter(part[2:], None, "var_keyword"))
        elif part.startswith("*"):
            found.append(Parameter(part[1:], None, "var_positional"))
            kind = "keyword"
        else:
            name, equals, default = part.partition("=")
            found.append(Parameter(name, default if equals else None, kind))
    return tuple(found)


def verdict_of(
    endpoint: str, kind: Kind, data: Mapping[str, Any], old: tuple[Parameter, ...] | None, matched: str = ""
) -> Verdict:
    """A verdict from its record. ``old`` is what the endpoint took; ``matched`` replaces a family's star."""
    if not data:
        return Verdict(endpoint, kind, Fate.SAME, None, "", "")
    replacement = None
    expression = data.get("r")
    if expression is not None:
        arguments = None
        new = data.get("n")
        if new is not None:
            arguments = ArgumentMap(old or (), parse_parameters(new) or (), data.get("c", {}), data.get("d", {}))
        replacement = Replacement(
            expression.replace("*", matched) if matched else expression,
            data.get("p", ""),
            Applicability(data.get("a", "safe")),
            arguments,
            data.get("b"),
        )
    return Verdict(
        endpoint,
        kind,
        _FATES[data["f"]],
        replacement,
        data.get("t", ""),
        data.get("u", ""),
        bool(data.get("k")),
        bool(data.get("m")),
    )

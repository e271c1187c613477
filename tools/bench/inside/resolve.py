"""Looks dotted names up in the packages of this interpreter: a JSON list on stdin, a JSON object of the missing on
stdout."""

import contextlib
import importlib
import json
import os
import sys
import types

NOT_THERE = object()


def member(owner, prefix, name):
    """An attribute, or a submodule that nobody imported yet."""
    try:
        return getattr(owner, name)
    except Exception:  # lazy loaders raise what they like
        if isinstance(owner, types.ModuleType):
            with contextlib.suppress(Exception):
                return importlib.import_module(f"{prefix}.{name}")
    return NOT_THERE


def holds_names(value) -> bool:
    """Whether attributes of ``value`` are API (a module, a class, or a stand-in that loads one), not data."""
    return isinstance(value, types.ModuleType | type) or type(value).__name__.endswith(("Loader", "ModuleWrapper"))


def missing_prefix(name):
    """The shortest prefix of ``name`` that does not exist, or None."""
    prefix, _, rest = name.partition(".")
    try:
        value = importlib.import_module(prefix)
    except Exception:
        return prefix
    for part in filter(None, rest.split(".")):
        if not holds_names(value):
            return None
        value = member(value, prefix, part)
        prefix = f"{prefix}.{part}"
        if value is NOT_THERE:
            return prefix
    return None


def main() -> None:
    """Read, look up, answer on the real stdout (packages print to it while they load)."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    found = {name: missing_prefix(name) for name in json.load(sys.stdin)}
    json.dump({name: prefix for name, prefix in found.items() if prefix}, out)


if __name__ == "__main__":
    main()

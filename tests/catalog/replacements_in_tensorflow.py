"""Compare verdicts with the TensorFlow that is installed. A script for a process of its own, because legacy Keras is
chosen before TensorFlow is imported: reads a JSON list of cases from a file, prints a JSON list of what is wrong.

A case is ``[endpoint, expression, parameters, given]``: ``expression`` must exist, every name of ``given`` must be a
keyword that it takes, and ``parameters`` (names in order) must be what it takes positionally.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from typing import Any


def resolve(expression: str) -> Any:
    """The object of a dotted name. Raises AttributeError or ImportError."""
    parts = expression.split(".")
    parts[0] = "tensorflow" if parts[0] == "tf" else parts[0]
    found = importlib.import_module(parts[0])
    for index, part in enumerate(parts[1:], 1):
        try:
            found = getattr(found, part)
        except AttributeError:
            found = importlib.import_module(".".join(parts[: index + 1]))
    return found


def parameters(found: Any) -> list[inspect.Parameter] | None:
    """What a call takes, without ``self``; ``None`` when Python does not know."""
    try:
        if inspect.isclass(found):
            method = found.__init__ if found.__init__ is not object.__init__ else found.__new__
            if method is object.__new__:
                return []
            return list(inspect.signature(inspect.unwrap(method)).parameters.values())[1:]
        return list(inspect.signature(found).parameters.values())
    except (TypeError, ValueError):
        return None


def wrong(expression: str, positional: list[str] | None, given: list[str]) -> str | None:
    """What is wrong with one case."""
    try:
        found = resolve(expression)
    except Exception as failure:
        return f"{type(failure).__name__}: {failure}"
    taken = parameters(found) if given or positional is not None else None
    if taken is None:
        return None
    names = [p.name for p in taken if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if not any(p.kind is p.VAR_KEYWORD for p in taken):
        unknown = [name for name in given if name not in names]
        if unknown:
            return f"takes no {', '.join(unknown)}"
    if positional is not None:
        places = [p.name for p in taken if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        if places != positional:
            return f"takes {places}, the catalog says {positional}"
    return None


def main() -> None:
    """Read the cases of the file that the first argument names, and judge them."""
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    sys.argv[1:] = []
    problems = []
    for endpoint, expression, positional, given in cases:
        problem = wrong(expression, positional, given)
        if problem:
            problems.append(f"{endpoint} -> {expression}: {problem}")
    print("PROBLEMS", json.dumps(problems))


if __name__ == "__main__":
    main()

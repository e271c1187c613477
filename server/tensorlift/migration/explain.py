"""What is told of an endpoint, in the words that the command line and the language server share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tensorlift.catalog.model import Verdict

SENTENCES: Final[Mapping[str, str]] = {
    "same": "means the same today",
    "moved": "has another name today",
    "signature": "keeps its name, but takes other arguments or does something else",
    "compat-only": "lives under tf.compat.v1 only",
    "gone": "is gone from TensorFlow",
}


def argument_rows(verdict: Verdict) -> list[tuple[str, str]]:
    """What becomes of the arguments that change: old name, and a few words with Markdown's code marks."""
    mapping = verdict.replacement.arguments if verdict.replacement else None
    if mapping is None:
        return []
    rows: list[tuple[str, str]] = []
    for old, change in mapping.changes.items():
        if change.startswith("!drop-if"):
            rows.append((old, f"goes when it is `{change.removeprefix('!drop-if').strip()}`"))
        elif change.startswith("!drop"):
            rows.append((old, "goes: it had no effect"))
        elif change.startswith("!"):
            rows.append((old, "has no counterpart"))
        elif "=" in change and "{}" in change:
            rows.append((old, f"`{change.replace('{}', old).replace(' = ', '=', 1)}`"))
        else:
            rows.append((old, f"`{change}`"))
    rows += [
        (f"{name} (new)", f"`{name}={value}`: TensorFlow 1's default") for name, value in mapping.additions.items()
    ]
    return rows

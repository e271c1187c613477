"""The analysis against the oracle: what one finds and the other does not."""

from __future__ import annotations

import re

import oracle
from tensorlift.analysis.model import Evidence
from tensorlift.analysis.module import analyze

# Attributes of something that a call gave are beyond the oracle.
_PLAIN = re.compile(rb"getattr\(.*|[^()\[\]]*", re.DOTALL)


def found(source: bytes) -> dict[tuple[int, int], tuple[str, bool]]:
    """Span -> (name, certain) of what imports and aliases tell."""
    return {
        (reference.start, reference.end): (reference.name, reference.certain)
        for reference in analyze(source).references
        if reference.evidence in (Evidence.IMPORT, Evidence.ALIAS)
    }


def differences(source: bytes, exact: bool = True) -> list[str]:
    """What the two disagree in. Without ``exact`` the analysis may know more, as long as it is not certain of it or an
    attribute of the program's own objects is meant."""
    expected = oracle.references(source.decode())
    got = found(source)
    wrong = []
    for (start, end), names in expected.items():
        text = source[start:end].decode()
        line = source.count(b"\n", 0, start) + 1
        if (start, end) not in got:
            wrong.append(f"line {line}: missed {text}, which is {sorted(names)}")
        elif got[start, end][0] not in names:
            wrong.append(f"line {line}: {text} is {sorted(names)}, not {got[start, end][0]}")
    for (start, end), (name, certain) in got.items():
        text = source[start:end]
        if (start, end) in expected or not (exact or (certain and _PLAIN.fullmatch(text) and b"." not in text)):
            continue
        line = source.count(b"\n", 0, start) + 1
        wrong.append(f"line {line}: {text.decode()} is no {name}")
    return wrong

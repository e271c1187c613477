"""Comments that tell us to be silent: ``# tensorlift: ignore``, ``ignore[TL101,TL102]`` and ``ignore-file``."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from dataclasses import dataclass

_MARK = re.compile(rb"#[ \t]*tensorlift[ \t]*:[ \t]*ignore(-file)?(?![\w-])[ \t]*(?:\[([^\]\r\n]*)\])?", re.IGNORECASE)
_ANY_MARK = re.compile(rb"tensorlift[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What is silent where. ``lines`` holds, in order, a line's span (offsets) and the codes that are silent on it, empty for all.
    ``whole_file`` is true when everything in the file is silent; ``file_codes`` are those that are silent in all of it. ``marks``
    are the spans of the comments' marks."""

    lines: tuple[tuple[int, int, frozenset[str]], ...] = ()
    whole_file: bool = False
    file_codes: frozenset[str] = frozenset()
    marks: tuple[tuple[int, int], ...] = ()

    def covers(self, code: str, offset: int) -> bool:
        """Whether a finding with that code that starts at that byte is not to be shown."""
        if self.whole_file or code in self.file_codes:
            return True
        at = bisect.bisect_right(self.lines, offset, key=lambda line: line[0]) - 1
        if at < 0:
            return False
        start, end, codes = self.lines[at]
        return start <= offset <= end and (not codes or code in codes)


NONE = Suppressions()


def read_suppressions(source: bytes, is_comment: Callable[[int], bool]) -> Suppressions:
    """The suppressions of a source. ``is_comment`` tells whether an offset is in a comment: a mark in a string is none."""
    if b"tensorlift" not in source.lower() or _ANY_MARK.search(source) is None:
        return NONE
    lines: list[tuple[int, int, frozenset[str]]] = []
    marks: list[tuple[int, int]] = []
    whole_file = False
    file_codes: set[str] = set()
    for match in _MARK.finditer(source):
        if not is_comment(match.start()):
            continue
        listed = match.group(2)
        codes = frozenset(
            code.strip().decode("ascii", "replace").upper() for code in (listed or b"").split(b",") if code.strip()
        )
        if listed is not None and not codes:
            continue
        marks.append(match.span())
        if match.group(1):
            whole_file = whole_file or not codes
            file_codes |= codes
        else:
            start = source.rfind(b"\n", 0, match.start()) + 1
            end = source.find(b"\n", match.end())
            lines.append((start, end if end >= 0 else len(source), codes))
    return Suppressions(tuple(lines), whole_file, frozenset(file_codes), tuple(marks))

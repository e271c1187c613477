"""Open texts and positions in them, in whichever encoding the client counts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from tensorlift.text.document import LineIndex

_BREAK = re.compile(rb"\r\n|\r|\n")

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"


def encode(text: str) -> bytes:
    """A client's text as UTF-8; halves of characters, which JSON can carry, become question marks."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


class Text:
    """A text that changes. ``source`` is UTF-8; a new text is a new bytes object, so whoever holds the old one keeps it.
    Positions are the protocol's: zero-based line, and zero-based column in code units of ``encoding``."""

    def __init__(self, source: bytes, encoding: str = UTF16, version: int | None = None) -> None:
        self.source = source
        self.encoding = encoding
        self.version = version
        self._starts = [0, *(m.end() for m in _BREAK.finditer(source))]

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends with a line break has an empty last one."""
        return len(self._starts)

    def lines(self) -> LineIndex:
        """The line index of the present text."""
        return LineIndex.known(self.source, self._starts)

    def line_of(self, offset: int) -> int:
        """Zero-based line of a byte offset."""
        return bisect_right(self._starts, offset) - 1

    def position(self, offset: int) -> dict[str, int]:
        """The protocol's position of a byte offset."""
        line = bisect_right(self._starts, offset) - 1
        return {"line": line, "character": _units(self.source[self._starts[line] : offset], self.encoding)}

    def range(self, start: int, end: int) -> dict[str, dict[str, int]]:
        """The protocol's range of a byte span."""
        return {"start": self.position(start), "end": self.position(end)}

    def offset(self, line: int, character: int) -> int:
        """The byte offset of a position. A column behind the line's end means its end, a line behind the last the end of
        the text, as the protocol says."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.source)
        start = self._starts[line]
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.source)
        text = self.source[start:end].rstrip(b"\r\n")
        return start + _bytes(text, max(0, character), self.encoding)

    def apply(self, change: Mapping[str, Any]) -> None:
        """Apply one content change (``range`` and ``text``, or ``text`` alone)."""
        text = encode(str(change["text"]))
        span = change.get("range")
        if span is None:
            self.source = text
            self._starts = [0, *(m.end() for m in _BREAK.finditer(text))]
            return
        first = self.offset(span["start"]["line"], span["start"]["character"])
        last = self.offset(span["end"]["line"], span["end"]["character"])
        if last < first:
            first, last = last, first
        self.splice(first, last, text)

    def splice(self, first: int, last: int, text: bytes) -> None:
        """Replace the bytes ``first:last``."""
        starts = self._starts
        new = self.source[:first] + text + self.source[last:]
        shift = len(text) - (last - first)
        # Lines are looked for again from the line that holds the byte before the edit (a CR may stand there) to
        # the end of the line that holds the byte behind it.
        low = bisect_right(starts, max(0, first - 1)) - 1
        high = bisect_right(starts, min(len(self.source), last + 1))
        begin = starts[low]
        stop = (starts[high] if high < len(starts) else len(self.source)) + shift
        found = [m.end() for m in _BREAK.finditer(new, begin, stop)]
        tail = starts[high:]
        if tail and found and found[-1] == stop:
            found.pop()
        if shift:
            tail = [start + shift for start in tail]
        self._starts = [*starts[: low + 1], *found, *tail]
        self.source = new


def _units(text: bytes, encoding: str) -> int:
    if encoding == UTF8 or text.isascii():
        return len(text)
    decoded = text.decode("utf-8", "replace")
    if encoding == UTF32:
        return len(decoded)
    return len(decoded.encode("utf-16-le")) // 2


def _bytes(text: bytes, units: int, encoding: str) -> int:
    """How many bytes of a line the first code units are; inside of a character means before it."""
    if text.isascii():
        return min(units, len(text))
    if encoding == UTF8:
        units = min(units, len(text))
        while units and units < len(text) and text[units] & 0xC0 == 0x80:
            units -= 1
        return units
    decoded = text.decode("utf-8", "replace")
    if encoding == UTF32:
        return len(decoded[:units].encode())
    return len(decoded.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").encode())

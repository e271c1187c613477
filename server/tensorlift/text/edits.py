"""Edits: what to write over which bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes ``start:end`` (zero-based, half-open, in the UTF-8 source) by ``text``; an insertion has
    ``start == end``."""

    start: int
    end: int
    text: str


class OverlapError(ValueError):
    """Two edits claim the same bytes."""


def overlap(a: Edit, b: Edit) -> bool:
    """Whether two edits claim the same bytes. Two insertions at one place overlap; an insertion at the border of a
    replacement does not."""
    if a.start == a.end and b.start == b.end:
        return a.start == b.start
    return a.start < b.end and b.start < a.end


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """The source with the edits applied. Raises OverlapError when two edits claim the same bytes, ValueError when an
    edit lies outside the source."""
    out: list[bytes] = []
    at = 0
    for edit in sorted(edits):
        if edit.start < at:
            raise OverlapError(f"edits overlap at byte {edit.start}")
        if edit.end > len(source) or edit.end < edit.start:
            raise ValueError(f"edit {edit.start}:{edit.end} lies outside the source")
        out.append(source[at : edit.start])
        out.append(edit.text.encode())
        at = edit.end
    out.append(source[at:])
    return b"".join(out)

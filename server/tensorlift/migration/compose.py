"""Edits of many fixes made one: what does not conflict is applied, the rest waits for the next pass."""

from __future__ import annotations

import ast
import warnings
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tensorlift.text.edits import Edit, apply_edits


@dataclass(frozen=True, slots=True)
class Group:
    """Edits that belong together: all of them or none. ``key`` is whatever the caller knows them by."""

    key: object
    edits: tuple[Edit, ...]


class Composition:
    """Collects groups whose edits do not claim the same bytes. A group that lies wholly inside text which another
    group deletes is taken as done: its text is gone."""

    def __init__(self) -> None:
        self._edits: list[Edit] = []
        self.groups: list[Group] = []
        self.waiting: list[Group] = []

    def add(self, group: Group) -> bool:
        """Take a group in; ``False`` when it has to wait."""
        edits = [edit for edit in group.edits if not self._inside_deletion(edit)]
        if any(self._conflicts(edit) for edit in edits):
            self.waiting.append(group)
            return False
        for edit in edits:
            insort(self._edits, edit)
        self.groups.append(Group(group.key, tuple(edits)))
        return True

    def _neighbours(self, edit: Edit) -> Sequence[Edit]:
        at = bisect_left(self._edits, edit)
        first = at
        while first > 0 and at - first < 4:
            first -= 1
        last = at
        while last < len(self._edits) and self._edits[last].start <= edit.end:
            last += 1
        return self._edits[first:last]

    def _conflicts(self, edit: Edit) -> bool:
        for other in self._neighbours(edit):
            if edit == other:
                continue
            if edit.start == edit.end and other.start == other.end:
                if edit.start == other.start:
                    return True
            elif edit.start < other.end and other.start < edit.end:
                return True
        return False

    def _inside_deletion(self, edit: Edit) -> bool:
        if edit.start == edit.end:  # an insertion at the border stays
            return any(not o.text and o.start < edit.start < o.end for o in self._neighbours(edit))
        return any(
            not other.text and other.start <= edit.start and edit.end <= other.end for other in self._neighbours(edit)
        )

    def apply(self, source: bytes) -> bytes:
        """The source with all edits that were taken in. The same edit asked for twice is made once."""
        return apply_edits(source, dict.fromkeys(self._edits))


def parses(source: bytes) -> bool:
    """Whether this Python can compile the source's syntax. Warnings about it are not shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def compose(source: bytes, groups: Iterable[Group]) -> tuple[bytes, list[Group], list[Group]]:
    """The new source, the groups that were applied and those that were dropped because the result would not parse
    where the source did."""
    composition = Composition()
    for group in groups:
        composition.add(group)
    result = composition.apply(source)
    if result == source or not parses(source) or parses(result):
        return result, composition.groups, []
    return _without_broken(source, composition.groups)


def _without_broken(source: bytes, groups: Sequence[Group]) -> tuple[bytes, list[Group], list[Group]]:
    """Leave out the groups that break the syntax, found by halving."""
    kept = Composition()
    dropped: list[Group] = []
    pending = [list(groups)]
    while pending:
        batch = pending.pop()
        trial = Composition()
        for group in (*kept.groups, *batch):
            trial.add(group)
        if parses(trial.apply(source)):
            kept = trial
        elif len(batch) == 1:
            dropped.append(batch[0])
        else:
            middle = len(batch) // 2
            pending.append(batch[middle:])
            pending.append(batch[:middle])
    return kept.apply(source), kept.groups, dropped

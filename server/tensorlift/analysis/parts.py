"""A chunk with everything that can be known of it before and after its names are resolved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tensorlift.analysis import syntax
from tensorlift.analysis.chains import Raw
from tensorlift.analysis.chunks import next_end
from tensorlift.analysis.facts import Facts, Scope
from tensorlift.analysis.repair import mask_damage
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.statements import Reader
from tensorlift.analysis.syntax import Tree
from tensorlift.analysis.values import Value


class Part:
    """The bytes of one chunk; its tree and facts, once somebody asks. Knows nothing of where in the module it is."""

    __slots__ = ("_facts", "_reader", "_tree", "readable", "source")

    def __init__(self, source: bytes, reader: Reader) -> None:
        self.source = source
        self.readable = source  # what was parsed: the same, or without its damage
        self._reader = reader
        self._tree: Tree | None = None
        self._facts: Facts | None = None

    @property
    def tree(self) -> Tree:
        """The syntax tree of the chunk, as far as it is readable."""
        if self._tree is None:
            tree = syntax.parse(self.source)
            if tree.root_node.has_error:
                self.readable = mask_damage(self.source)
                if self.readable != self.source:
                    tree = syntax.parse(self.readable)
            self._tree = tree
        return self._tree

    @property
    def has_error(self) -> bool:
        """Whether the chunk does not parse as it is."""
        return self.tree.root_node.has_error or self.readable is not self.source

    @property
    def facts_known(self) -> bool:
        """Whether the facts have been computed already."""
        return self._facts is not None

    @property
    def facts(self) -> Facts:
        """What the chunk says."""
        if self._facts is None:
            root = self.tree.root_node
            self._facts = self._reader.facts(root, self.readable)
        return self._facts


class Result:
    """One part in one environment: the references, what it binds, and what it teaches about its functions and classes."""

    __slots__ = ("global_writes", "later", "learned", "now", "run", "writes")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.now: list[Raw] = []
        self.later: list[Raw] = []
        self.writes: dict[str, Value | None] = {}
        self.learned: dict[Scope, Value] = {}
        self.global_writes: dict[str, Value | None] = {}


class Placed(NamedTuple):
    """A part in a module: where it starts, up to which offset the bytes had a say in where it ends, and itself."""

    start: int
    reach: int
    part: Part


def cut(source: bytes, previous: Iterable[Placed] = (), old_source: bytes = b"") -> list[Placed]:
    """The parts of a source. Those of an earlier version of it are taken over wherever the bytes are the same."""
    previous = list(previous)
    parts: list[Placed] = []
    start, size = 0, len(source)
    reader = Reader()
    known: dict[bytes, Part] = {}
    shift, tail = 0, size + 1
    ends: dict[int, int] = {}
    if previous:
        prefix, suffix = common(old_source, source)
        shift = size - len(old_source)
        tail = size - suffix
        for placed in previous:
            if placed.reach > prefix or placed.start + len(placed.part.source) >= len(old_source):
                break
            parts.append(placed)
            start = placed.start + len(placed.part.source)
        ends = {placed.start + shift: index for index, placed in enumerate(previous)}
        known = {placed.part.source: placed.part for placed in previous[len(parts) :]}
        if parts or previous:
            reader = previous[0].part._reader
    while start < size:
        if start >= tail and start in ends:  # from here on everything is as it was
            parts += [Placed(old.start + shift, old.reach + shift, old.part) for old in previous[ends[start] :]]
            break
        end, reach = next_end(source, start)
        text = source[start:end]
        part = known.get(text)
        if part is None:
            part = known[text] = Part(text, reader)
        parts.append(Placed(start, reach, part))
        start = end
    return parts


def common(old: bytes, new: bytes) -> tuple[int, int]:
    """How many bytes are the same at the beginning and at the end."""
    limit = min(len(old), len(new))
    low, high = 0, limit
    while low < high:  # the longest common beginning, by halves: comparing is fast, looking at single bytes is not
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    prefix = low
    low, high = 0, limit - prefix
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return prefix, low

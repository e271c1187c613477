"""A chunk with everything that can be known of it before and after its names are resolved."""

from __future__ import annotations

from tensorlift.analysis import syntax
from tensorlift.analysis.chains import Raw
from tensorlift.analysis.chunks import next_end
from tensorlift.analysis.facts import Facts, Scope
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.statements import Reader
from tensorlift.analysis.syntax import Tree
from tensorlift.analysis.values import Value


class Part:
    """The bytes of one chunk, their tree and facts. Knows nothing of where in the module it is."""

    __slots__ = ("facts", "source", "tree")

    def __init__(self, source: bytes, tree: Tree, reader: Reader) -> None:
        self.source = source
        self.tree = tree
        self.facts: Facts = reader.facts(tree.root_node, source)


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


def cut(source: bytes, known: dict[bytes, Part] | None = None) -> list[tuple[int, int, Part]]:
    """The parts of a source, each with where it starts and up to which offset the bytes had a say in where it ends."""
    parts: list[tuple[int, int, Part]] = []
    start, size = 0, len(source)
    reader = Reader()
    known = known if known is not None else {}
    while start < size:
        end, reach = next_end(source, start)
        text = source[start:end]
        part = known.get(text)
        tree = part.tree if part is not None else syntax.parse(text)
        if tree.root_node.has_error:
            exact, reach = next_end(source, start, True)
            if exact != end:
                end, text = exact, source[start:exact]
                part = known.get(text)
                tree = part.tree if part is not None else syntax.parse(text)
        if part is None:
            part = known[text] = Part(text, tree, reader)
        parts.append((start, reach, part))
        start = end
    return parts

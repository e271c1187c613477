"""One module's analysis: the door to everything in this package."""

from __future__ import annotations

import bisect
import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import itemgetter
from typing import Final

from tensorlift.analysis import syntax
from tensorlift.analysis.calls import call_of
from tensorlift.analysis.engine import Solution, solve
from tensorlift.analysis.facts import ScopeKind
from tensorlift.analysis.incremental import solve_again
from tensorlift.analysis.model import Binding, Definition, Evidence, Export, Import, ImportItem, Reference, Resolver
from tensorlift.analysis.parts import Part, Placed, Result, cut
from tensorlift.analysis.recording import Recording
from tensorlift.analysis.repair import close_strings
from tensorlift.analysis.suppressions import Suppressions, read_suppressions
from tensorlift.analysis.syntax import Node, Tree
from tensorlift.analysis.values import Function, Instance, Target
from tensorlift.analysis.world import World

DEFAULT_ROOTS: Final = frozenset(
    {
        "tensorflow",
        "keras",
        "tf_slim",
        "tf_keras",
        "tensorflow_probability",
        "tensorflow_estimator",
        "tensorflow_addons",
        "absl",
    }
)

NamesOf = Callable[[str], Collection[str]]


def may_use(source: bytes, roots: Iterable[str] = DEFAULT_ROOTS) -> bool:
    """Whether a source can contain a reference by itself: a cheap test of its bytes. A module without the name of a tracked
    package can still get one from another module of the program."""
    return any(root.encode() in source for root in roots)


class Module:
    """What one source says of tracked packages. Immutable; what is not asked for is not computed.

    All offsets are zero-based byte offsets into ``source``.
    """

    def __init__(
        self, source: bytes, text: bytes, name: str, parts: list[Placed], world: World, solution: Solution
    ) -> None:
        self.source = source
        self._text = text  # the source without unclosed strings
        self.name = name
        self._world = world
        self._placed = parts
        self._solution = solution
        self._results = solution.results
        self._final = solution.final

    @property
    def parts(self) -> Sequence[Placed]:
        """The pieces of which the analysis is made. A piece that did not change is the same object in the next version."""
        return self._placed

    @cached_property
    def _starts(self) -> list[int]:
        return [placed.start for placed in self._placed]

    # -- syntax --------------------------------------------------------------------------------------------------

    @cached_property
    def tree(self) -> Tree:
        """The syntax tree of the whole source. Costs a parse: the analysis itself parses piece by piece."""
        return syntax.parse(self.source)

    @property
    def has_errors(self) -> bool:
        """Whether the source does not parse."""
        return self._text != self.source or any(part.has_error for _, _, part in self._placed)

    @cached_property
    def error_spans(self) -> Sequence[tuple[int, int]]:
        """The spans that do not parse, in order."""
        found: list[tuple[int, int]] = []
        for start, _, part in self._placed:
            if not part.has_error:
                continue
            tree = part.tree if part.readable is part.source else syntax.parse(part.source)
            pending = [tree.root_node]
            while pending:
                node = pending.pop()
                if node.is_error or node.is_missing:
                    found.append((start + node.start_byte, start + node.end_byte))
                elif node.has_error:
                    pending.extend(reversed(node.children))
        return found

    def part_at(self, offset: int) -> tuple[int, Part] | None:
        """The start of the part that holds an offset, and the part."""
        if not self._placed:
            return None
        index = max(0, bisect.bisect_right(self._starts, offset) - 1)
        return self._placed[index][0], self._placed[index][2]

    def node_at(self, start: int, end: int) -> tuple[Node, int] | None:
        """The smallest named node that covers a span, and what to add to its offsets. Costs no parse."""
        placed = self.part_at(start)
        if placed is None:
            return None
        base, part = placed
        last = max(start, end - 1) if end > start else end
        node = part.tree.root_node.named_descendant_for_byte_range(start - base, last - base)
        return None if node is None else (node, base)

    def statement_at(self, offset: int) -> tuple[int, int]:
        """The span of the innermost statement that holds an offset; an empty span at the offset where there is none."""
        placed = self.part_at(offset)
        if placed is None:
            return offset, offset
        base, part = placed
        node = part.tree.root_node.descendant_for_byte_range(offset - base, offset - base)
        while node is not None and node.kind_id not in _STATEMENTS:
            node = node.parent
        if node is None:
            return offset, offset
        return base + node.start_byte, base + node.end_byte

    # -- references ----------------------------------------------------------------------------------------------

    @cached_property
    def references(self) -> Sequence[Reference]:
        """All references, in order of start."""
        found: list[Reference] = []
        for (base, _, _), result in zip(self._placed, self._results, strict=True):
            if result is not None:
                found.extend(placed_references(result, base))
        return found

    def pieces(self) -> Iterator[tuple[int, bytes, object, Callable[[], list[Reference]]]]:
        """The parts of the module that have references, or may have: where each starts, its bytes, a token, and a function
        that gives its references. The same token in a later version of the module means the same references, moved."""
        for placed, result in zip(self._placed, self._results, strict=True):
            if result is not None:
                yield placed.start, placed.part.source, result, partial(placed_references, result, placed.start)

    def calls(self, *names: str) -> Sequence[Reference]:
        """The references with one of those canonical names that are calls."""
        return [reference for reference in self.references if reference.name in names and reference.call is not None]

    @cached_property
    def imports(self) -> Sequence[Import]:
        """All import statements, in order."""
        found: list[Import] = []
        for base, _, part in self._placed:
            if b"import" not in part.source:
                continue
            for fact in part.facts.imports:
                start = base + fact.start
                root = None if fact.level or fact.module is None else self._world.canonical(fact.module)
                items = []
                for name, alias, item_start, item_end in fact.items:
                    target: str | None
                    if fact.module is None and not fact.level:
                        target = self._world.canonical(name if alias else name.split(".", 1)[0])
                    elif root is not None:
                        target = f"{root}.{name}"
                    else:
                        export = self._world.export(fact.module, fact.level, name)
                        target = export.target if export is not None else None
                    bound = alias or (name if fact.module is not None or fact.level else name.split(".", 1)[0])
                    items.append(ImportItem(name, alias, bound, target, base + item_start, base + item_end))
                function = None if fact.function is None else (base + fact.function[0], base + fact.function[1])
                found.append(
                    Import(
                        start,
                        base + fact.end,
                        self.source.rfind(b"\n", 0, start) + 1,
                        fact.module,
                        fact.level,
                        tuple(items),
                        fact.star,
                        function,
                        fact.guarded,
                    )
                )
        return found

    @cached_property
    def exports(self) -> Mapping[str, Export]:
        """What the module's own names stand for, for other modules; only those of which something is known."""
        found: dict[str, Export] = {}
        for name, value in self._final.items():
            if isinstance(value, Target):
                found[name] = Export(value.name)
            elif isinstance(value, Instance) and value.evidence is not Evidence.GUESS:
                found[name] = Export(None, kind=value.kind)
            elif isinstance(value, Function) and isinstance(value.returns, Instance):
                if value.returns.evidence is not Evidence.GUESS:
                    found[name] = Export(None, returns=value.returns.kind)
        return found

    # -- names ---------------------------------------------------------------------------------------------------

    @cached_property
    def _recording(self) -> Recording:
        return Recording(
            [(start, part) for start, _, part in self._placed],
            self._results,
            self._final,
            self.source,
            self._world.again(),
        )

    def resolve(self, name: str, offset: int) -> str | None:
        """The canonical name of what an identifier would stand for at an offset, None when it is not of a tracked package."""
        value = self._recording.lookup(name, offset)
        return value.name if isinstance(value, Target) else None

    def is_bound(self, name: str, offset: int) -> bool:
        """Whether an identifier means something already at an offset, or is bound at module level."""
        return self._recording.is_bound(name, offset)

    @property
    def bindings(self) -> Sequence[Binding]:
        """The names that stand for something of a tracked package, in order of start."""
        return self._recording.bindings

    def kind_of(self, start: int, end: int) -> str | None:
        """The kind of the value of the expression with that span."""
        return self._recording.kinds.get((start, end))

    @cached_property
    def definitions(self) -> Sequence[Definition]:
        """All functions and classes, in order."""
        found: list[Definition] = []
        for base, _, part in self._placed:
            for scope in part.facts.scopes:
                if scope.kind not in (ScopeKind.FUNCTION, ScopeKind.CLASS):
                    continue
                names = [scope.name]
                outer = scope.parent
                while outer is not None:
                    names.append(outer.name)
                    outer = outer.parent
                found.append(
                    Definition(
                        scope.name,
                        ".".join(reversed(names)),
                        scope.kind.value,
                        base + scope.start,
                        base + scope.end,
                        base + scope.name_start,
                        base + scope.name_end,
                    )
                )
        found.sort(key=lambda definition: (definition.start, -definition.end))
        return found

    # -- the head of the module ----------------------------------------------------------------------------------

    @cached_property
    def _head(self) -> tuple[int | None, int]:
        docstring_end: int | None = None
        point: int | None = None  # behind the docstring and the last __future__ import
        for base, _, part in self._placed:
            for node in part.tree.root_node.named_children:
                if node.kind_id == syntax.COMMENT:
                    continue
                start, end = base + node.start_byte, base + node.end_byte
                is_string = node.kind_id == _EXPRESSION and node.named_children[0].kind_id in _STRINGS
                if is_string and docstring_end is None and point is None:
                    docstring_end = point = end
                elif node.kind_id == _FUTURE:
                    point = end
                else:
                    here = self.source.rfind(b"\n", 0, start) + 1
                    if point is None or (node.kind_id in _IMPORTS and self.source.find(b"\n", point, start) >= 0):
                        return docstring_end, here
                    return docstring_end, self._next_line(point)
        return docstring_end, len(self.source) if point is None else self._next_line(point)

    def _next_line(self, offset: int) -> int:
        line_end = self.source.find(b"\n", offset)
        return len(self.source) if line_end < 0 else line_end + 1

    @property
    def docstring_end(self) -> int | None:
        """Where the module's docstring ends."""
        return self._head[0]

    def import_insertion_point(self) -> int:
        """The start of the line before which a new import may stand: behind header comments, docstring and ``__future__``."""
        return self._head[1]

    @cached_property
    def suppressions(self) -> Suppressions:
        """What comments tell us to be silent about."""
        return read_suppressions(self.source, self._is_comment)

    def _is_comment(self, offset: int) -> bool:
        found = self.node_at(offset, offset)
        return found is not None and found[0].kind_id == syntax.COMMENT


_STATEMENTS: Final = syntax.kinds(
    *[
        "expression_statement",
        "return_statement",
        "delete_statement",
        "raise_statement",
        "pass_statement",
        "break_statement",
        "continue_statement",
        "global_statement",
        "nonlocal_statement",
        "import_statement",
        "import_from_statement",
        "future_import_statement",
        "assert_statement",
        "print_statement",
        "exec_statement",
        "type_alias_statement",
        "if_statement",
        "for_statement",
        "while_statement",
        "try_statement",
        "with_statement",
        "match_statement",
        "function_definition",
        "class_definition",
        "decorated_definition",
    ]
)
_IMPORTS: Final = syntax.kinds("import_statement", "import_from_statement")
_STRINGS: Final = syntax.kinds("string", "concatenated_string")
_EXPRESSION: Final = syntax.kind("expression_statement")
_FUTURE: Final = syntax.kind("future_import_statement")


_ORDER: Final = itemgetter(1, 2)


def placed_references(result: Result, base: int) -> list[Reference]:
    """The references of a part that starts at ``base``."""
    found = []
    for name, start, end, ends, first, context, evidence, node, certain in sorted(
        result.now + result.later, key=_ORDER
    ):
        at = base + start
        call = None if node is None else partial(call_of, node, base)
        spelled = tuple([at + offset for offset in ends])
        found.append(Reference(name, at, at + end, spelled, first, context, evidence, call, certain))
    return found


def analyze(
    source: bytes,
    *,
    name: str = "",
    resolver: Resolver | None = None,
    previous: Module | None = None,
    roots: frozenset[str] = DEFAULT_ROOTS,
    names_of: NamesOf | None = None,
) -> Module:
    """Analyse a source (UTF-8 without byte order mark). Never fails on damaged code.

    ``name`` identifies the module to the ``resolver``, which knows other modules of the program; ``previous`` is the analysis of
    an earlier version of the same module: what did not change is not computed again. ``names_of`` gives the public
    names of a tracked module, for star imports.
    """
    world = World(name, roots, resolver, names_of)
    # Thousands of small tuples are made here, all of which stay: looking for garbage among them again and again finds none and
    # costs a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _analyze(source, name, world, previous)
    finally:
        if collecting:
            gc.enable()


def _analyze(source: bytes, name: str, world: World, previous: Module | None) -> Module:
    text = close_strings(source)
    if previous is None or previous._world.roots != world.roots:
        parts = cut(text)
        return Module(source, text, name, parts, world, solve([placed.part for placed in parts], world))
    parts = cut(text, previous._placed, previous._text)
    if not previous._world.still_holds(world):
        return Module(source, text, name, parts, world, solve([placed.part for placed in parts], world))
    world.take_over(previous._world)
    return Module(source, text, name, parts, world, solve_again(parts, previous._placed, previous._solution, world))

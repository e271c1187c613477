"""What the analysis says of one module: references, calls, imports and bindings.

All offsets are zero-based byte offsets into the UTF-8 source, spans are half-open.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Context(enum.Enum):
    """How a reference is used."""

    LOAD = "load"
    CALL = "call"  # the function of a call; Reference.call is set
    IMPORT = "import"  # named by an import statement
    STORE = "store"  # assigned to (tf.GraphKeys.MINE = ...)
    DELETE = "delete"
    BASE = "base"  # base class
    DECORATOR = "decorator"


class Evidence(enum.Enum):
    """Why the analysis believes that these bytes name the endpoint."""

    IMPORT = "import"  # through import statements only
    ALIAS = "alias"  # through an assignment, a default argument, self.x, getattr, a re-export ...
    VALUE = "value"  # a method or attribute of a value whose kind is known (sess.run after sess = tf.Session())
    GUESS = "guess"  # the same, but only the name of a parameter or an unresolved name says so (sess, FLAGS)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call. ``start``/``end`` span the whole argument (``axis=0``), ``value_start``/``value_end`` its
    value. ``star`` is ``""``, ``"*"`` or ``"**"``. ``value_kind`` is the tree-sitter node type of the value."""

    keyword: str | None
    star: str
    start: int
    end: int
    value_start: int
    value_end: int
    value_kind: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call expression. ``open``/``close`` are the offsets of its two parentheses. A bare generator argument
    (``f(x for x in y)``) counts as one positional argument."""

    start: int
    end: int
    open: int
    close: int
    arguments: tuple[Argument, ...]


class Reference:
    """These bytes name that endpoint. Immutable by convention; equal by content.

    ``name`` is canonical: ``tf.contrib.layers.xavier_initializer`` however it was imported or aliased
    (``tensorflow`` is always spelled ``tf``; other packages keep their root: ``keras.optimizers.Adam``). It may
    reach beyond the endpoint (``tf.float32.name``); ``ends`` holds the end offset of each *trailing* component of
    ``name`` that is spelled at this place, so that a shorter prefix has a span too: the component ``name.split('.')[-1]``
    ends at ``ends[-1]``, the one before it at ``ends[-2]`` and so on. ``start`` is where the expression begins.
    ``base`` is what the first identifier at this place stands for (``tf`` -> ``tf``; ``L`` -> ``tf.layers``), with
    ``name`` = ``base`` plus the attributes spelled here, and ``ends[0]`` is where that first identifier (or ``self.tf``, or
    ``getattr(tf, "x")``) ends. For Evidence.VALUE and GUESS ``base`` is the kind of the value (``tf.Session``), ``start`` is
    where the value's expression begins, and ``ends`` has one entry per attribute.

    ``certain`` is false when these bytes may stand for something else as well: a parameter with such a default, a name that is
    another thing on another way through the program, what one of the program's own functions returned.

    ``call`` is the call of which this is the function; it may be given as a function of no arguments, which is
    called when somebody asks.
    """

    __slots__ = ("_call", "base", "certain", "context", "end", "ends", "evidence", "name", "start")

    def __init__(
        self,
        name: str,
        start: int,
        end: int,
        ends: tuple[int, ...],
        base: str,
        context: Context,
        evidence: Evidence,
        call: Call | Callable[[], Call] | None = None,
        certain: bool = True,
    ) -> None:
        self.name = name
        self.start = start
        self.end = end
        self.ends = ends
        self.base = base
        self.context = context
        self.evidence = evidence
        self._call = call
        self.certain = certain

    @property
    def call(self) -> Call | None:
        """The call of which this is the function, computed on first use."""
        call = self._call
        if call is None or isinstance(call, Call):
            return call
        made = call()
        self._call = made
        return made

    def _key(self) -> tuple[object, ...]:
        return (
            *(self.name, self.start, self.end, self.ends, self.base, self.context, self.evidence, self.certain),
            self.call,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.name, self.start, self.end))

    def __repr__(self) -> str:
        return f"Reference({self.name!r}, {self.start}, {self.end}, {self.context.name}, {self.evidence.name})"


@dataclass(frozen=True, slots=True)
class ImportItem:
    """One name of an import statement: ``module`` part as written, ``asname``, the name it binds and what that stands for
    (``None`` when it is not of a tracked package). ``start``/``end`` span ``a.b as c``."""

    name: str
    asname: str | None
    bound: str
    target: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Import:
    """An import statement. ``module`` is ``None`` for ``import a, b``; ``level`` counts leading dots. ``function`` is the
    span of the innermost function that holds it, ``None`` at module level; ``guarded`` says that it stands in a ``try``
    or an ``if``. ``line_start`` is the offset of the first byte of its line."""

    start: int
    end: int
    line_start: int
    module: str | None
    level: int
    items: tuple[ImportItem, ...]
    star: bool
    function: tuple[int, int] | None
    guarded: bool


@dataclass(frozen=True, slots=True)
class Export:
    """What a module-level name of another module stands for."""

    target: str | None  # canonical name when it is of a tracked package
    kind: str | None = None  # kind of the value (tf.Session) when it is one
    returns: str | None = None  # for a function: kind of the value that a call gives


class Resolver(Protocol):
    """The one question that crosses files. The workspace answers it; without a workspace nobody does.

    A resolver may also have a method ``knows(importer, module, level) -> bool`` that tells whether a module is one of the program's
    own: then nothing is asked about names of others, and the analysis passes over what only uses those.
    """

    def export(self, importer: str, module: str | None, level: int, name: str) -> Export | None:
        """What ``name`` of ``module`` (relative by ``level`` dots to the module ``importer``) stands for."""
        ...

    def star(self, importer: str, module: str | None, level: int) -> Sequence[tuple[str, Export]]:
        """What ``from module import *`` binds."""
        ...


@dataclass(frozen=True, slots=True)
class Binding:
    """A name of a scope that stands for something of a tracked package: bound by an import, or by an assignment (an alias).

    ``start``/``end`` span the bound name where that is known (for an import: the item, ``a.b as c``). ``scope`` is the span of
    the function, class or module (the whole source) in which it is bound; ``uses`` are the spans where the program reads the name in
    or below that scope. Several bindings of one name in one scope share their uses.
    """

    name: str
    target: str
    start: int
    end: int
    scope: tuple[int, int]
    at_import: bool
    uses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class of the module. ``qualified`` is its dotted path (``Model.build``), ``kind`` is ``function`` or
    ``class``; ``start``/``end`` span the statement without its decorators."""

    name: str
    qualified: str
    kind: str
    start: int
    end: int
    name_start: int
    name_end: int

"""What one piece of source says, before anybody knows what its names stand for.

Facts are a pure function of the bytes of one chunk (see ``chunks``); their offsets count from the chunk's start. That is
what makes the analysis incremental: an unchanged chunk keeps its facts wherever it moves.

Facts are made of *events* (things that happen when the code runs, in order) and *expressions* (values that somebody may
want to know). Both are plain tuples whose first item is one of the numbers below, because a thousand lines make thousands
of them and a tuple costs a tenth of an object:

    (NAME, name, start, end, context)
    (CHAIN, base, start, base_end, parts, context)      base: a name, or an expression; ends count from start
    (ARITH, operands, start, end)                       a + b * c
    (SEQUENCE, items, start, end)                       a tuple or list display; an item may be None (nothing known)
    (EITHER, items, start, end)                         a if c else b, a or b
    (LAMBDA, scope)
    (GETATTR, expression, name, start, end, context)    getattr(expression, "name")
    (KEPT, expression)                                  what a KEEP event found

    (BIND, name, expression, start, end)                name = expression; None: bound to something unknown
    (ASSIGN, targets, expression)                       a, self.b = expression
    (ANNOTATED, target, annotation, expression)
    (AUGMENT, name, expression)
    (WITH, target, expression)   (FOR, target, expression)      FOR: of a comprehension
    (IMPORT, name, module, level, item, start, end)     item None: import module [as name]
    (STAR, module, level, start, ends)
    (MENTION, name, base, start, ends)                  an import statement's item, as a reference
    (WALRUS, name, expression, start, end)              (name := expression); binds outside of comprehensions
    (DELETE, name)
    (FUNCTION, scope)   (CLASS, scope)   (COMPREHENSION, scope, first target, first iterable)
    (RETURN, expression)
    (KEEP, expression)                                  evaluated here, used later: something after it binds names
    (BRANCH, arms, names, exhaustive)                   if, match: lists of events, of which one runs
    (LOOP, body, names, target, iterable)               the target is bound, then the body runs
    (TRY, body, handlers, otherwise, finally, names)

A part of a chain is ``(names, ends, ".names")`` for attributes, ``(None, node, end, literal)`` for a call, ``(index, end)`` for a subscript,
where ends count from the chain's start, ``index`` is one of the INDEX numbers and ``literal`` its plain string argument where that matters.

A target is ``(T_NAME, name, start, end)``, ``(T_ATTRIBUTE, base name, attribute)``, ``(T_TUPLE, targets)`` or
``(T_STAR, target)``; None is a target that binds nothing that we follow.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tensorlift.analysis.model import Context

Expression: TypeAlias = tuple[Any, ...]
Event: TypeAlias = tuple[Any, ...]
Target: TypeAlias = tuple[Any, ...]

NAME: Final = 0
CHAIN: Final = 1
ARITH: Final = 2
SEQUENCE: Final = 3
EITHER: Final = 4
LAMBDA: Final = 5
GETATTR: Final = 6
KEPT: Final = 7

BIND: Final = 10
ASSIGN: Final = 11
ANNOTATED: Final = 12
AUGMENT: Final = 13
WITH: Final = 14
FOR: Final = 15
WALRUS: Final = 16
IMPORT: Final = 17
STAR: Final = 18
MENTION: Final = 19
DELETE: Final = 20
FUNCTION: Final = 21
CLASS: Final = 22
COMPREHENSION: Final = 23
RETURN: Final = 24
KEEP: Final = 28
BRANCH: Final = 25
LOOP: Final = 26
TRY: Final = 27

T_NAME: Final = 0
T_ATTRIBUTE: Final = 1
T_TUPLE: Final = 2
T_STAR: Final = 3

INDEX_INTEGER: Final = 0
INDEX_SLICE: Final = 1
INDEX_OTHER: Final = 2

SILENT: Final = None  # the context of a name that is read by us, not by the program
LOAD: Final = Context.LOAD


class ScopeKind(enum.Enum):
    """What opens a scope."""

    FUNCTION = "function"
    LAMBDA = "lambda"
    CLASS = "class"
    COMPREHENSION = "comprehension"


@dataclass(slots=True, eq=False)
class Parameter:
    """A parameter: its default and annotation are expressions of the enclosing scope."""

    name: str
    start: int
    default: Expression | None = None
    annotation: Expression | None = None
    star: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """A function, lambda, class or comprehension: what it binds and what happens in it."""

    kind: ScopeKind
    name: str
    start: int
    end: int
    name_start: int
    name_end: int
    parameters: list[Parameter] = field(default_factory=list)
    bases: list[Expression | None] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    is_property: bool = False
    is_context_manager: bool = False
    is_static: bool = False
    is_generator: bool = False
    parent: Scope | None = None
    body_start: int = 0


@dataclass(slots=True, eq=False)
class ImportFact:
    """An import statement, offsets from the chunk's start. ``items``: (dotted name, alias, start, end)."""

    start: int
    end: int
    module: str | None
    level: int
    items: list[tuple[str, str | None, int, int]]
    star: bool
    function: tuple[int, int] | None
    guarded: bool


@dataclass(slots=True, eq=False)
class Facts:
    """What one chunk says."""

    events: list[Event]
    bound: set[str]  # names that it binds in the module's scope
    names: set[str]  # every name it reads, in whatever scope
    imports: list[ImportFact]
    scopes: list[Scope]  # in order of start
    has_error: bool

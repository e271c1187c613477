"""From syntax to facts: expressions.

``Expressions.visit`` walks a node. What happens on the way (a nested call, a walrus) is appended to ``self.events``; what
the node's own value is comes back as an expression, which the caller either binds to something or appends as an event.

The file is long because any expression can stand in any other: the class is one recursion, and cutting it up would only hide that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Final

from tensorlift.analysis import syntax
from tensorlift.analysis.facts import (
    ARITH,
    CHAIN,
    COMPREHENSION,
    EITHER,
    FOR,
    GETATTR,
    INDEX_INTEGER,
    INDEX_OTHER,
    INDEX_SLICE,
    KEEP,
    KEPT,
    LAMBDA,
    NAME,
    RETURN,
    SEQUENCE,
    T_ATTRIBUTE,
    T_NAME,
    T_STAR,
    T_TUPLE,
    WALRUS,
    Event,
    Expression,
    Parameter,
    Scope,
    ScopeKind,
    Target,
)
from tensorlift.analysis.model import Context
from tensorlift.analysis.syntax import Node

Handler = Callable[[Any, Node], "Expression | None"]

LOAD: Final = Context.LOAD

_IDENTIFIER: Final = syntax.IDENTIFIER
_KEYWORD_ARGUMENT: Final = syntax.KEYWORD_ARGUMENT
_ERROR: Final = syntax.ERROR

# Beyond this many nested brackets and blocks, what is inside is read flat: names and chains, no scopes.
MAX_DEPTH: Final = 100

# Functions whose plain string argument says what they give.
_LITERAL_FUNCTIONS: Final = frozenset({"getattr", "import_module", "__import__"})

_LEFT = syntax.field("left")
_RIGHT = syntax.field("right")
_NAME = syntax.field("name")
_VALUE = syntax.field("value")
_TYPE = syntax.field("type")
_BODY = syntax.field("body")
_PARAMETERS = syntax.field("parameters")

_TUPLES = syntax.kinds("tuple", "list", "pattern_list", "tuple_pattern", "list_pattern", "expression_list")
_SPLATS = syntax.kinds("list_splat", "list_splat_pattern")
_TYPED_PARAMETER = syntax.kind("typed_parameter")
_DEFAULT_PARAMETERS = syntax.kinds("default_parameter", "typed_default_parameter")
_SPLAT_PARAMETERS = syntax.kinds("list_splat_pattern", "dictionary_splat_pattern")
_FOR_IN = syntax.kind("for_in_clause")
_AS_PATTERN_TARGET = syntax.kind("as_pattern_target")
_INTERPOLATING = frozenset(b"fFrRtT")


class Names(dict[bytes, str]):
    """Bytes of an identifier -> its text, each made once."""

    def __missing__(self, key: bytes) -> str:
        text = self[key] = key.decode("utf-8", "replace")
        return text


class Plain(dict[bytes, "tuple[str, int, tuple[Any, ...]] | None"]):
    """Bytes of an attribute -> (first name, where it ends, the part made of the other names). None when there is anything but names
    and dots, so that somebody must look at the nodes."""

    def __missing__(self, key: bytes) -> tuple[str, int, tuple[Any, ...]] | None:
        found = None
        if _PLAIN.fullmatch(key):
            pieces = key.split(b".")
            at = first = len(pieces[0])
            ends = []
            for piece in pieces[1:]:
                at += 1 + len(piece)
                ends.append(at)
            names = [piece.decode("utf-8", "replace") for piece in pieces]
            found = (names[0], first, attributes_part(names[1:], ends))
        self[key] = found
        return found


def attributes_part(names: list[str], ends: list[int]) -> tuple[Any, ...]:
    """The part of a chain that consists of attributes."""
    return (tuple(names), tuple(ends), "." + ".".join(names))


_PLAIN = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[A-Za-z_\x80-\xff][\w\x80-\xff]*)+")


class Expressions:
    """The half of the extractor that knows expressions."""

    table: ClassVar[list[Handler | None]]

    def __init__(self, source: bytes, names: Names, plain: Plain) -> None:
        self.source = source
        self.names = names
        self.plain = plain
        self.events: list[Event] = []
        self.bound_here: list[str] = []  # names bound since the innermost branch began
        self.scope: Scope | None = None  # innermost, None at module level
        self.scopes: list[Scope] = []
        self.module_bound: set[str] = set()
        self.read: set[str] = set()
        self.depth = 0
        self.walruses = 0  # how many there were up to now

    # -- walking -------------------------------------------------------------------------------------------------

    def visit(self, node: Node) -> Expression | None:
        """Walk a node; its own value, if it can be of interest, is returned and not yet an event."""
        number = node.kind_id
        if number == syntax.ERROR:
            return self.error(node)
        handler = self.table[number]
        return handler(self, node) if handler is not None else None

    def use(self, node: Node) -> None:
        """Walk a node whose value nobody keeps."""
        number = node.kind_id
        if number == syntax.ERROR:
            self.error(node)
            return
        handler = self.table[number]
        if handler is not None:
            expression = handler(self, node)
            if expression is not None:
                self.events.append(expression)

    def use_all(self, nodes: list[Node]) -> None:
        """Walk nodes whose values nobody keeps. The hottest loop of all: names and arguments are handled on the spot."""
        table = self.table
        events = self.events
        for node in nodes:
            number = node.kind_id
            if number == _KEYWORD_ARGUMENT:
                children = node.named_children
                if len(children) < 2:
                    continue
                node = children[-1]
                number = node.kind_id
            if number == _IDENTIFIER:
                start, end = node.start_byte, node.end_byte
                name = self.names[self.source[start:end]]
                self.read.add(name)
                events.append((NAME, name, start, end, LOAD))
                continue
            if number == _ERROR:
                self.error(node)
                continue
            handler = table[number]
            if handler is not None:
                expression = handler(self, node)
                if expression is not None:
                    events.append(expression)

    def generic(self, node: Node) -> Expression | None:
        """Any node about which nothing special is known."""
        if self.depth >= MAX_DEPTH:
            self.flat(node)
            return None
        self.depth += 1
        self.use_all(node.named_children)
        self.depth -= 1
        return None

    def flat(self, node: Node) -> None:
        """What is nested too deep for us: names and chains, as if nothing in here opened a scope."""
        pending = [node]
        while pending:
            node = pending.pop()
            number = node.kind_id
            if number == syntax.IDENTIFIER:
                self.events.append(self.identifier(node))
            elif number in (syntax.ATTRIBUTE, syntax.CALL, syntax.SUBSCRIPT):
                expression = self.chain(node, LOAD, pending)
                if expression is not None:
                    self.events.append(expression)
            elif number == syntax.KEYWORD_ARGUMENT:
                pending.append(node.named_children[-1])
            else:
                pending.extend(reversed(node.named_children))

    def error(self, node: Node) -> Expression | None:
        """An ERROR node: damaged code, of which tree-sitter gives the pieces it could make sense of."""
        children = node.children
        count = len(children)
        i = 0
        while i < count:
            child = children[i]
            if child.kind_id != syntax.IDENTIFIER:
                if child.is_named:
                    self.use(child)
                i += 1
                continue
            before = children[i - 1].type if i else ""
            after = children[i + 1].type if i + 1 < count else ""
            i += 1
            if before in _NOT_A_LOAD or after == "=":
                continue
            start, end = child.start_byte, child.end_byte
            names: list[str] = []
            ends: list[int] = []
            while (
                i + 1 < count
                and children[i].type == "."
                and children[i + 1].kind_id == syntax.IDENTIFIER
                and children[i + 1].start_point.row == child.start_point.row
            ):
                attribute = children[i + 1]
                names.append(self.names[self.source[attribute.start_byte : attribute.end_byte]])
                ends.append(attribute.end_byte)
                i += 2
            name = self.names[self.source[start:end]]
            self.read.add(name)
            if names:
                part = attributes_part(names, [at - start for at in ends])
                self.events.append((CHAIN, name, start, end - start, (part,), LOAD))
            else:
                self.events.append((NAME, name, start, end, LOAD))
        return None

    # -- names and chains ----------------------------------------------------------------------------------------

    def identifier(self, node: Node, context: Context | None = LOAD) -> Expression:
        """A bare name."""
        start, end = node.start_byte, node.end_byte
        name = self.names[self.source[start:end]]
        self.read.add(name)
        return (NAME, name, start, end, context)

    def reference(self, node: Node, context: Context) -> Expression | None:
        """An expression that stands in a context other than LOAD."""
        number = node.kind_id
        if number == syntax.IDENTIFIER:
            return self.identifier(node, context)
        if number == syntax.ATTRIBUTE:
            return self.attribute(node, context)
        if number in (syntax.SUBSCRIPT, syntax.CALL):
            return self.chain(node, context)
        return self.visit(node)

    def attribute(self, node: Node, context: Context = LOAD) -> Expression | None:
        """``a.b.c``: mostly read off its text."""
        start = node.start_byte
        plain = self.plain[self.source[start : node.end_byte]]
        if plain is None:
            return self.chain(node, context)
        base, first, part = plain
        self.read.add(base)
        return (CHAIN, base, start, first, (part,), context)

    def call(self, node: Node) -> Expression | None:
        """``a.b(c)``: the same, when the function is a plain chain."""
        children = node.named_children
        if len(children) == 2:
            function, arguments = children
            number = function.kind_id
            mark, walruses = len(self.events), self.walruses
            if number == syntax.ATTRIBUTE:
                start = function.start_byte
                plain = self.plain[self.source[start : function.end_byte]]
                if plain is not None and plain[2][0][-1] != "import_module":
                    base, first, part = plain
                    self.read.add(base)
                    if arguments.kind_id == syntax.ARGUMENT_LIST and self.depth < MAX_DEPTH:
                        inner = arguments.named_children
                        if inner:
                            self.depth += 1
                            self.use_all(inner)
                            self.depth -= 1
                    else:
                        self.inside([arguments])
                    made: Expression = (
                        CHAIN,
                        base,
                        start,
                        first,
                        (part, (None, node, node.end_byte - start, None)),
                        LOAD,
                    )
                    return made if walruses == self.walruses else self.before(made, mark)
            elif number == syntax.IDENTIFIER:
                start, end = function.start_byte, function.end_byte
                name = self.names[self.source[start:end]]
                if name not in _LITERAL_FUNCTIONS:
                    self.read.add(name)
                    if arguments.kind_id == syntax.ARGUMENT_LIST and self.depth < MAX_DEPTH:
                        inner = arguments.named_children
                        if inner:
                            self.depth += 1
                            self.use_all(inner)
                            self.depth -= 1
                    else:
                        self.inside([arguments])
                    made = (CHAIN, name, start, end - start, ((None, node, node.end_byte - start, None),), LOAD)
                    return made if walruses == self.walruses else self.before(made, mark)
        return self.chain(node)

    def chain(self, node: Node, context: Context = LOAD, pending: list[Node] | None = None) -> Expression | None:
        """Attributes, calls and subscripts on something: ``a.b(c)[0].d``. ``pending`` collects the arguments instead of
        walking them."""
        source, table_names = self.source, self.names
        outer = node
        parts: list[tuple[Any, ...]] = []
        inside: list[Node] = []
        names: list[str] = []
        ends: list[int] = []
        number = node.kind_id
        while True:
            if number == syntax.ATTRIBUTE:
                children = node.named_children
                node = children[0]
                last = children[-1]
                start, end = last.start_byte, last.end_byte
                if len(children) < 2 or last.kind_id != syntax.IDENTIFIER:
                    break
                gap = node.end_byte
                name = table_names[source[start:end]]
                if start - gap > 1 and self.broken(source, gap, start, last):
                    if names:
                        parts.append((names[::-1], ends[::-1]))
                        names, ends = [], []
                    self.use(node)
                    return self.finish(name, start, end, parts, inside, context, pending)
                names.append(name)
                ends.append(end)
            elif number == syntax.CALL:
                if names:
                    parts.append((names[::-1], ends[::-1]))
                    names, ends = [], []
                children = node.named_children
                arguments = children[-1]
                if len(children) < 2:
                    break
                parts.append((None, node, node.end_byte, None))
                inside.append(arguments)
                node = children[0]
            elif number == syntax.SUBSCRIPT:
                if names:
                    parts.append((names[::-1], ends[::-1]))
                    names, ends = [], []
                children = node.named_children
                parts.append((self.index_kind(children), node.end_byte))
                inside.extend(reversed(children[1:]))
                node = children[0]
            else:
                break
            number = node.kind_id
        if names:
            parts.append((names[::-1], ends[::-1]))
        if number == syntax.IDENTIFIER:
            start, end = node.start_byte, node.end_byte
            return self.finish(table_names[source[start:end]], start, end, parts, inside, context, pending)
        if pending is not None:
            pending.extend(inside)
            pending.append(node)
            return None
        if not parts:  # a damaged attribute or call
            return self.generic(outer)
        base = self.visit(node)
        start, end = node.start_byte, node.end_byte
        if base is None:
            self.inside(inside)
            return None
        return self.finish(base, start, end, parts, inside, context, pending)

    def finish(
        self,
        base: str | Expression,
        start: int,
        end: int,
        parts: list[tuple[Any, ...]],
        inside: list[Node],
        context: Context,
        pending: list[Node] | None,
    ) -> Expression | None:
        """The expression of a chain whose parts were collected from right to left; its arguments are walked."""
        if base.__class__ is str:
            self.read.add(base)
            if not parts:
                return (NAME, base, start, end, context)
        parts.reverse()
        if base in _LITERAL_FUNCTIONS or (
            len(parts) > 1 and parts[0][0].__class__ is list and parts[0][0][-1] in _LITERAL_FUNCTIONS
        ):
            parts = [self.with_literal(part) for part in parts]
        if base == "getattr" and pending is None and parts[0][0] is None and parts[0][3] is not None:
            return self.getattr_call(start, parts, inside, context)
        mark, walruses = len(self.events), self.walruses
        if inside:
            if pending is not None:
                pending.extend(inside)
            else:
                self.inside(inside)
        made = (CHAIN, base, start, end - start, self.relative(parts, start), context)
        return made if walruses == self.walruses else self.before(made, mark)

    def before(self, expression: Expression, mark: int) -> Expression:
        """Let an expression happen before its arguments, which bind names."""
        self.events.insert(mark, (KEEP, expression))
        return (KEPT, expression)

    def relative(self, parts: list[tuple[Any, ...]], start: int) -> tuple[tuple[Any, ...], ...]:
        """Parts with offsets from the start of their chain."""
        found: list[tuple[Any, ...]] = []
        for part in parts:
            head = part[0]
            if head is None:
                found.append((None, part[1], part[2] - start, part[3]))
            elif head.__class__ is list:
                found.append(attributes_part(head, [end - start for end in part[1]]))
            else:
                found.append((head, part[1] - start))
        return tuple(found)

    def getattr_call(
        self, start: int, parts: list[tuple[Any, ...]], inside: list[Node], context: Context
    ) -> Expression:
        """``getattr(value, "name")`` and what follows it."""
        arguments = [child for child in inside.pop().named_children if child.kind_id != syntax.COMMENT]
        _, _, end, literal = parts[0]
        value = self.visit(arguments[0])
        inside.extend(reversed(arguments[1:]))
        self.inside(inside)
        expression = (GETATTR, value, literal, start, end, context)
        if len(parts) == 1:
            return expression
        return (CHAIN, expression, start, end - start, self.relative(parts[1:], start), context)

    def inside(self, nodes: list[Node]) -> None:
        """Arguments and subscripts of a chain, collected from right to left."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            for node in reversed(nodes):
                self.flat(node)
        else:
            for node in reversed(nodes):
                if node.kind_id == syntax.ARGUMENT_LIST:
                    self.use_all(node.named_children)
                else:
                    self.use(node)
        self.depth -= 1

    def broken(self, source: bytes, gap: int, start: int, attribute: Node) -> bool:
        """Whether an attribute on a later line belongs to another statement: ``x = tf.layers.`` half-typed above ``y = 3``
        parses as one attribute. Outside of brackets and without a backslash, a line break ends a statement."""
        between = source[gap:start]
        if b"\n" not in between:
            return False
        lines = between.split(b"\n")
        if all(line.rstrip(b"\r").endswith(b"\\") for line in lines[:-1]):
            return False
        node = attribute.parent
        while node is not None:
            number = node.kind_id
            if number in syntax.BRACKETS:
                return False
            if number == syntax.SUBSCRIPT and node.named_children[0].end_byte < start:
                return False
            if number == syntax.BLOCK:
                return True
            node = node.parent
        return True

    def index_kind(self, children: list[Node]) -> int:
        """Whether a subscript takes one item or a slice."""
        if len(children) != 2:
            return INDEX_OTHER
        number = children[1].kind_id
        if number in (syntax.INTEGER, syntax.UNARY):
            return INDEX_INTEGER
        return INDEX_SLICE if number == syntax.SLICE else INDEX_OTHER

    def with_literal(self, part: tuple[Any, ...]) -> tuple[Any, ...]:
        """A call's part with its last plain string argument among the first two."""
        if part[0] is not None:
            return part
        node = part[1]
        assert isinstance(node, Node)
        found = None
        arguments = [child for child in node.named_children[-1].named_children if child.kind_id != syntax.COMMENT]
        for argument in arguments[:2]:
            if argument.kind_id == syntax.STRING:
                text = self.source[argument.start_byte : argument.end_byte]
                quoted = text.lstrip(b"uU")
                if len(quoted) > 2 and quoted[:1] in (b'"', b"'") and quoted[1:2] not in (b'"', b"'"):
                    found = quoted[1:-1].decode("utf-8", "replace")
        return (None, node, part[2], found)

    # -- other values --------------------------------------------------------------------------------------------

    def parenthesized(self, node: Node) -> Expression | None:
        """``(x)`` and ``await x``: the value inside."""
        if self.depth >= MAX_DEPTH:
            self.flat(node)
            return None
        self.depth += 1
        result: Expression | None = None
        for child in node.named_children:
            expression = self.visit(child)
            if expression is not None:
                if result is not None:
                    self.events.append(result)
                result = expression
        self.depth -= 1
        return result

    def binary(self, node: Node) -> Expression | None:
        """Arithmetic, however long its left spine is."""
        start, end = node.start_byte, node.end_byte
        operands: list[Node] = []
        while node.kind_id == syntax.BINARY:
            children = node.named_children
            operands.extend(reversed(children[1:]))
            node = children[0]
        operands.append(node)
        if self.depth >= MAX_DEPTH:
            for child in reversed(operands):
                self.flat(child)
            return None
        self.depth += 1
        values = [value for value in self.values(operands[::-1]) if value is not None]
        self.depth -= 1
        return (ARITH, tuple(values), start, end) if values else None

    def unary(self, node: Node) -> Expression | None:
        """``-x``: of the same kind as x."""
        value = self.parenthesized(node)
        return None if value is None else (ARITH, (value,), node.start_byte, node.end_byte)

    def either(self, node: Node) -> Expression | None:
        """``a or b``: one of them."""
        return self._alternatives(node, node.named_children)

    def conditional(self, node: Node) -> Expression | None:
        """``a if c else b``: one of the outer two."""
        children = [child for child in node.named_children if child.kind_id != syntax.COMMENT]
        if len(children) == 3:
            self.use(children[1])
            children = [children[0], children[2]]
        return self._alternatives(node, children)

    def _alternatives(self, node: Node, children: list[Node]) -> Expression | None:
        if self.depth >= MAX_DEPTH:
            self.flat(node)
            return None
        self.depth += 1
        values = self.values(children)
        self.depth -= 1
        if not any(value is not None for value in values):
            return None
        return (EITHER, tuple(values), node.start_byte, node.end_byte)

    def sequence(self, node: Node) -> Expression | None:
        """A tuple or list display."""
        if self.depth >= MAX_DEPTH:
            self.flat(node)
            return None
        self.depth += 1
        values = tuple(self.values(node.named_children))
        self.depth -= 1
        for value in values:
            if value is not None:
                return (SEQUENCE, values, node.start_byte, node.end_byte)
        return None

    def values(self, nodes: list[Node]) -> list[Expression | None]:
        """The values of nodes that are evaluated one after the other. What stands before a walrus happens before it."""
        found: list[Expression | None] = []
        for node in nodes:
            if node.kind_id == syntax.COMMENT:
                continue
            mark, walruses = len(self.events), self.walruses
            value = self.visit(node)
            if walruses != self.walruses:
                self.events[mark:mark] = [(KEEP, earlier) for earlier in found if earlier is not None]
                found = [None if earlier is None else (KEPT, earlier) for earlier in found]
            found.append(value)
        return found

    def walrus(self, node: Node) -> Expression | None:
        """``(name := value)``, which binds in the nearest scope that is no comprehension."""
        name, value = node.child_by_field_id(_NAME), node.child_by_field_id(_VALUE)
        if name is None or value is None:
            return self.generic(node)
        expression = self.visit(value)
        start, end = name.start_byte, name.end_byte
        text = self.names[self.source[start:end]]
        scope = self.scope
        while scope is not None and scope.kind is ScopeKind.COMPREHENSION:
            scope = scope.parent
        self._bind_in(scope, text)
        self.events.append((WALRUS, text, expression, start, end))
        self.walruses += 1
        self.read.add(text)
        return (NAME, text, start, end, None)

    def keyword_argument(self, node: Node) -> Expression | None:
        """``name=value``: the name is no variable."""
        children = node.named_children
        return self.visit(children[-1]) if len(children) > 1 else None

    def string(self, node: Node) -> Expression | None:
        """A string; only f-strings have something inside."""
        if self.source[node.start_byte] in _INTERPOLATING:
            self.generic(node)
        return None

    # -- scopes --------------------------------------------------------------------------------------------------

    def open_scope(self, scope: Scope) -> tuple[list[Event], list[str]]:
        """Enter a scope; what comes back goes to ``close_scope``."""
        saved = (self.events, self.bound_here)
        scope.parent = self.scope
        self.scopes.append(scope)
        self.scope = scope
        self.events = scope.events
        self.bound_here = []
        return saved

    def close_scope(self, saved: tuple[list[Event], list[str]]) -> None:
        """Leave the innermost scope. What is bound in a comprehension may be bound by a walrus, outside of it."""
        assert self.scope is not None
        if self.scope.kind is ScopeKind.COMPREHENSION:
            saved[1].extend(self.bound_here)
        self.scope = self.scope.parent
        self.events, self.bound_here = saved

    def function_value(self, node: Node) -> Expression | None:
        """A lambda."""
        start, end = node.start_byte, node.end_byte
        scope = Scope(ScopeKind.LAMBDA, "<lambda>", start, end, start, start)
        if (parameters := node.child_by_field_id(_PARAMETERS)) is not None:
            self.parameters(parameters, scope)
        body = node.child_by_field_id(_BODY)
        saved = self.open_scope(scope)
        if body is not None:
            self.depth += 1
            scope.body_start = body.start_byte
            value = self.visit(body)
            self.depth -= 1
            if value is not None:
                self.events.append((RETURN, value))
        self.close_scope(saved)
        return (LAMBDA, scope)

    def parameters(self, node: Node, scope: Scope) -> None:
        """Parameters of a function or lambda; defaults and annotations belong to the scope around it."""
        for child in node.named_children:
            number = child.kind_id
            if number == syntax.IDENTIFIER:
                scope.parameters.append(self.parameter(child))
            elif number in _DEFAULT_PARAMETERS:
                name, value = child.child_by_field_id(_NAME), child.child_by_field_id(_VALUE)
                annotation = child.child_by_field_id(_TYPE)
                if name is None or name.kind_id != syntax.IDENTIFIER:
                    # Python 2's tuple parameter with a default
                    for found in self.target_names(self.target(name)) if name is not None else ():
                        scope.parameters.append(Parameter(found, child.start_byte))
                    if value is not None:
                        self.use(value)
                    continue
                parameter = self.parameter(name)
                if annotation is not None:
                    parameter.annotation = self.annotation(annotation)
                if value is not None:
                    parameter.default = self.visit(value)
                scope.parameters.append(parameter)
            elif number == _TYPED_PARAMETER:
                annotation = child.child_by_field_id(_TYPE)
                named = child.named_children[0]
                star = named.kind_id in _SPLAT_PARAMETERS
                if star and named.named_children:
                    named = named.named_children[0]
                if named.kind_id != syntax.IDENTIFIER:
                    self.use(child)
                    continue
                parameter = self.parameter(named)
                parameter.star = star
                if annotation is not None:
                    parameter.annotation = self.annotation(annotation)
                scope.parameters.append(parameter)
            elif number in _SPLAT_PARAMETERS:
                if child.named_children and child.named_children[0].kind_id == syntax.IDENTIFIER:
                    parameter = self.parameter(child.named_children[0])
                    parameter.star = True
                    scope.parameters.append(parameter)
            elif number in _TUPLES:  # Python 2
                for found in self.target_names(self.target(child)):
                    scope.parameters.append(Parameter(found, child.start_byte))
            else:
                self.use(child)
        scope.bound.update(parameter.name for parameter in scope.parameters)

    def parameter(self, name: Node) -> Parameter:
        """A parameter by its name's node."""
        start = name.start_byte
        return Parameter(self.names[self.source[start : name.end_byte]], start)

    def annotation(self, node: Node) -> Expression | None:
        """The expression inside a ``type`` node."""
        return self.parenthesized(node)

    def comprehension(self, node: Node) -> Expression | None:
        """A comprehension or generator: its first iterable belongs to the scope around it."""
        if self.depth >= MAX_DEPTH:
            self.flat(node)
            return None
        self.depth += 1
        start, end = node.start_byte, node.end_byte
        scope = Scope(ScopeKind.COMPREHENSION, "<comprehension>", start, end, start, start)
        children = [child for child in node.named_children if child.kind_id != syntax.COMMENT]
        first = next((child for child in children if child.kind_id == _FOR_IN), None)
        iterable = None
        if first is not None and (right := first.child_by_field_id(_RIGHT)) is not None:
            iterable = self.visit(right)
        saved = self.open_scope(scope)
        scope.body_start = start
        first_target: Target | None = None
        for child in children[1:]:
            if child.kind_id != _FOR_IN:
                self.use(child)
                continue
            left, right = child.child_by_field_id(_LEFT), child.child_by_field_id(_RIGHT)
            if child is first:
                first_target = self.target(left) if left is not None else None
                continue
            value = self.visit(right) if right is not None else None
            if left is not None:
                self.events.append((FOR, self.target(left), value))
        if children:
            self.use(children[0])
        self.close_scope(saved)
        self.depth -= 1
        self.events.append((COMPREHENSION, scope, first_target, iterable))
        return None

    # -- binding -------------------------------------------------------------------------------------------------

    def bind(self, name: str) -> None:
        """The innermost scope binds a name (or the one its global and nonlocal statements say)."""
        self._bind_in(self.scope, name)

    def _bind_in(self, scope: Scope | None, name: str) -> None:
        self.bound_here.append(name)
        if scope is None:
            self.module_bound.add(name)
        elif name not in scope.globals and name not in scope.nonlocals:
            scope.bound.add(name)

    def target(self, node: Node) -> Target | None:
        """What an assignment, ``for`` or ``as`` binds; names are bound here, nested expressions walked."""
        number = node.kind_id
        if number == syntax.IDENTIFIER:
            start, end = node.start_byte, node.end_byte
            name = self.names[self.source[start:end]]
            self.bind(name)
            return (T_NAME, name, start, end)
        if number == syntax.ATTRIBUTE:
            expression = self.attribute(node, Context.STORE)
            if expression is None:
                return None
            if expression[0] == NAME:  # a broken chain: the name on the next line is what is assigned to
                self.bind(expression[1])
                return (T_NAME, expression[1], expression[2], expression[3])
            self.events.append(expression)
            _, base, _, _, parts, _ = expression
            if len(parts) == 1 and base.__class__ is str and len(parts[0][0]) == 1:
                return (T_ATTRIBUTE, base, parts[0][0][0])
            return None
        if number in _TUPLES:
            if self.depth >= MAX_DEPTH:
                return None
            self.depth += 1
            targets = tuple(self.target(child) for child in node.named_children if child.kind_id != syntax.COMMENT)
            self.depth -= 1
            return (T_TUPLE, targets)
        if number in _SPLATS:
            return (T_STAR, self.target(node.named_children[0])) if node.named_children else None
        if number in (syntax.PARENTHESIZED, _AS_PATTERN_TARGET):
            inner = [child for child in node.named_children if child.kind_id != syntax.COMMENT]
            return self.target(inner[0]) if len(inner) == 1 else None
        if number == syntax.SUBSCRIPT:
            self.events_append(self.chain(node, Context.STORE))
            return None
        self.use(node)
        return None

    def events_append(self, expression: Expression | None) -> None:
        """Make an expression an event, if it is one."""
        if expression is not None:
            self.events.append(expression)

    def target_names(self, target: Target | None) -> list[str]:
        """All names that a target binds."""
        if target is None:
            return []
        if target[0] == T_NAME:
            return [target[1]]
        if target[0] == T_STAR:
            return self.target_names(target[1])
        if target[0] == T_TUPLE:
            return [name for item in target[1] for name in self.target_names(item)]
        return []


# What stands before an identifier in a damaged statement when that identifier is no variable that is read.
_NOT_A_LOAD: Final = frozenset(
    {".", "def", "class", "as", "import", "from", "for", "lambda", "global", "nonlocal", "->", "import_prefix"}
)


EXPRESSIONS: Final[dict[str, Handler | None]] = {
    "identifier": Expressions.identifier,
    "attribute": Expressions.attribute,
    "call": Expressions.call,
    "subscript": Expressions.chain,
    "parenthesized_expression": Expressions.parenthesized,
    "binary_operator": Expressions.binary,
    "unary_operator": Expressions.unary,
    "boolean_operator": Expressions.either,
    "conditional_expression": Expressions.conditional,
    "tuple": Expressions.sequence,
    "list": Expressions.sequence,
    "expression_list": Expressions.sequence,
    "await": Expressions.parenthesized,
    "lambda": Expressions.function_value,
    "list_comprehension": Expressions.comprehension,
    "set_comprehension": Expressions.comprehension,
    "dictionary_comprehension": Expressions.comprehension,
    "generator_expression": Expressions.comprehension,
    "named_expression": Expressions.walrus,
    "keyword_argument": Expressions.keyword_argument,
    "string": Expressions.string,
    "comment": None,
    "integer": None,
    "float": None,
    "true": None,
    "false": None,
    "none": None,
    "ellipsis": None,
    "string_content": None,
    "string_start": None,
    "string_end": None,
    "type_conversion": None,
    "import_prefix": None,
    "line_continuation": None,
}
"""Node type -> what walks it; None: nothing of interest inside. What is not named here is walked by ``generic``."""


def dispatch_table(*handlers: dict[str, Handler | None]) -> list[Handler | None]:
    """kind_id -> handler, for the node types that this version of the grammar knows."""
    table: list[Handler | None] = [Expressions.generic] * syntax.KIND_COUNT
    for group in handlers:
        for name, handler in group.items():
            for number in syntax.kinds(name):
                table[number] = handler
    return table

"""From syntax to facts: statements.

The file is long because Python has many statements: one method each, in the order of the language reference's chapters.
"""

from __future__ import annotations

from typing import Final

from tensorlift.analysis import syntax
from tensorlift.analysis.expressions import (
    EXPRESSIONS,
    LOAD,
    Expressions,
    Handler,
    Names,
    Plain,
    attributes_part,
    dispatch_table,
)
from tensorlift.analysis.facts import (
    ANNOTATED,
    ASSIGN,
    AUGMENT,
    BIND,
    BRANCH,
    CHAIN,
    CLASS,
    DELETE,
    FOR,
    FUNCTION,
    IMPORT,
    LOOP,
    MENTION,
    NAME,
    RETURN,
    STAR,
    TRY,
    WITH,
    Event,
    Expression,
    Facts,
    ImportFact,
    Scope,
    ScopeKind,
    Target,
)
from tensorlift.analysis.model import Context
from tensorlift.analysis.syntax import Node

_LEFT = syntax.field("left")
_RIGHT = syntax.field("right")
_TYPE = syntax.field("type")
_NAME = syntax.field("name")
_ALIAS = syntax.field("alias")
_BODY = syntax.field("body")
_CONDITION = syntax.field("condition")
_CONSEQUENCE = syntax.field("consequence")
_PARAMETERS = syntax.field("parameters")
_RETURN_TYPE = syntax.field("return_type")
_SUPERCLASSES = syntax.field("superclasses")
_MODULE_NAME = syntax.field("module_name")
_DEFINITION = syntax.field("definition")
_SUBJECT = syntax.field("subject")
_GUARD = syntax.field("guard")
_VALUE = syntax.field("value")

_CLAUSES = syntax.kinds("except_clause", "except_group_clause")
_ELSE = syntax.kind("else_clause")
_ELIF = syntax.kind("elif_clause")
_FINALLY = syntax.kind("finally_clause")
_AS_PATTERN = syntax.kind("as_pattern")
_AS_TARGET = syntax.kind("as_pattern_target")
_CASE = syntax.kind("case_clause")
_CASE_PATTERN = syntax.kind("case_pattern")
_WITH_ITEM = syntax.kind("with_item")
_WITH_CLAUSE = syntax.kind("with_clause")
_DECORATOR = syntax.kind("decorator")
_SPLAT_PATTERN = syntax.kind("splat_pattern")
_KEYWORD_PATTERN = syntax.kind("keyword_pattern")
_YIELD = syntax.kind("yield")

_EQUALS = syntax.kind("=", named=False)


class Extractor(Expressions):
    """Makes the facts of one chunk."""

    def __init__(self, source: bytes, names: Names, plain: Plain) -> None:
        super().__init__(source, names, plain)
        self.imports: list[ImportFact] = []
        self.guarded = 0

    # -- assignments ---------------------------------------------------------------------------------------------

    def assignment(self, node: Node) -> Expression | None:
        """``a = b = value``, ``a: annotation = value``."""
        children = node.children
        if len(children) == 3 and children[0].kind_id == syntax.IDENTIFIER:
            left, _, right = children
            if right.kind_id != syntax.ASSIGNMENT and right.kind_id != syntax.ERROR and children[1].kind_id == _EQUALS:
                handler = self.table[right.kind_id]
                value = None if handler is None else handler(self, right)
                start, end = left.start_byte, left.end_byte
                name = self.names[self.source[start:end]]
                self.bind(name)
                self.events.append((BIND, name, value, start, end))
                return None
        return self.long_assignment(node)

    def long_assignment(self, node: Node) -> Expression | None:
        """An assignment that is not just ``name = value``."""
        left = node.child_by_field_id(_LEFT)
        annotation = node.child_by_field_id(_TYPE)
        right = node.child_by_field_id(_RIGHT)
        lefts = [left] if left is not None else []
        while right is not None and right.kind_id == syntax.ASSIGNMENT:
            inner = right.child_by_field_id(_LEFT)
            if inner is not None:
                lefts.append(inner)
            right = right.child_by_field_id(_RIGHT)
        value = self.visit(right) if right is not None else None
        if annotation is not None:
            kind = self.annotation(annotation)
            if right is None:
                if left is not None and left.kind_id != syntax.IDENTIFIER:
                    self.use(left)
                elif left is not None:  # ``x: T`` makes x local but gives it no value
                    self.declare(left)
                if kind is not None:
                    self.events.append(kind)
                return None
            target = self.target(left) if left is not None else None
            self.events.append((ANNOTATED, target, kind, value))
            return None
        targets = tuple([target for item in lefts if (target := self.target(item)) is not None])
        if targets:
            self.events.append((ASSIGN, targets, value))
        elif value is not None:
            self.events.append(value)
        return None

    def declare(self, name: Node) -> None:
        """Make a name local to its function without binding it."""
        if self.scope is not None and self.scope.kind is not ScopeKind.CLASS:
            self.scope.bound.add(self.names[self.source[name.start_byte : name.end_byte]])

    def augmented(self, node: Node) -> Expression | None:
        """``a += value``."""
        left, right = node.child_by_field_id(_LEFT), node.child_by_field_id(_RIGHT)
        value = self.visit(right) if right is not None else None
        if left is not None and left.kind_id == syntax.IDENTIFIER:
            name = self.names[self.source[left.start_byte : left.end_byte]]
            self.bind(name)
            self.read.add(name)
            self.events.append((AUGMENT, name, value))
            return None
        if value is not None:
            self.events.append(value)
        if left is not None:
            self.events_append(self.reference(left, Context.STORE))
        return None

    def type_alias(self, node: Node) -> Expression | None:
        """``type X = value``."""
        left, right = node.child_by_field_id(_LEFT), node.child_by_field_id(_RIGHT)
        name = left.named_children[0] if left is not None and left.named_children else None
        value = self.annotation(right) if right is not None else None
        if name is None or name.kind_id != syntax.IDENTIFIER:
            self.events_append(value)
            return None
        text = self.names[self.source[name.start_byte : name.end_byte]]
        self.bind(text)
        self.events_append(value)
        self.events.append((BIND, text, None, name.start_byte, name.end_byte))
        return None

    def delete(self, node: Node) -> Expression | None:
        """``del a, b.c, d[0]``."""
        pending = list(reversed(node.named_children))
        while pending:
            child = pending.pop()
            number = child.kind_id
            if number == syntax.IDENTIFIER:
                name = self.names[self.source[child.start_byte : child.end_byte]]
                self.bind(name)
                self.events.append((DELETE, name))
            elif number in (syntax.ATTRIBUTE, syntax.SUBSCRIPT):
                self.events_append(self.reference(child, Context.DELETE))
            elif number != syntax.COMMENT:
                pending.extend(reversed(child.named_children))
        return None

    def global_statement(self, node: Node) -> Expression | None:
        """``global a`` and ``nonlocal a``."""
        scope = self.scope
        while scope is not None and scope.kind is ScopeKind.COMPREHENSION:
            scope = scope.parent
        if scope is None:
            return None
        names = {self.names[self.source[child.start_byte : child.end_byte]] for child in node.named_children}
        into = scope.globals if self.source.startswith(b"global", node.start_byte) else scope.nonlocals
        into |= names
        scope.bound -= names
        self.read |= names
        return None

    # -- imports -------------------------------------------------------------------------------------------------

    def import_statement(self, node: Node) -> Expression | None:
        """``import a.b, c as d``."""
        items: list[tuple[str, str | None, int, int]] = []
        for child in node.named_children:
            item = self.import_item(child)
            if item is None:
                continue
            dotted, alias, start, ends, item_end = item
            items.append((dotted, alias, start, item_end))
            bound = alias or dotted.split(".", 1)[0]
            self.bind(bound)
            self.events.append((IMPORT, bound, dotted if alias else bound, 0, None, start, item_end))
            self.events.append((MENTION, dotted, None, 0, start, ends))
        self.remember_import(node, None, 0, items, False)
        return None

    def import_from(self, node: Node) -> Expression | None:
        """``from .a import b as c``, ``from a import *``."""
        source = self.source
        module: str | None = None
        level = 0
        module_start = 0
        module_ends: tuple[int, ...] = ()
        where = node.child_by_field_id(_MODULE_NAME)
        if where is not None and where.kind_id == syntax.RELATIVE_IMPORT:
            for child in where.named_children:
                if child.kind_id == syntax.DOTTED_NAME:
                    module, module_start, module_ends = self.dotted(child)
                else:
                    level = source.count(b".", child.start_byte, child.end_byte)
        elif where is not None:
            module, module_start, module_ends = self.dotted(where)
        elif source.startswith(b"from", node.start_byte) and b"__future__" in source[node.start_byte : node.end_byte]:
            module = "__future__"
        items: list[tuple[str, str | None, int, int]] = []
        star = False
        for child in node.named_children:
            if child.kind_id == syntax.WILDCARD_IMPORT:
                star = True
                self.events.append((STAR, module, level))
                if module is not None and not level:
                    self.events.append((MENTION, module, None, 0, module_start, module_ends))
                continue
            if where is not None and child.start_byte == where.start_byte:
                continue
            item = self.import_item(child)
            if item is None:
                continue
            name, alias, start, ends, item_end = item
            items.append((name, alias, start, item_end))
            bound = alias or name
            self.bind(bound)
            self.events.append((IMPORT, bound, module, level, name, start, item_end))
            self.events.append((MENTION, name, module or "", level, start, ends))
        self.remember_import(node, module, level, items, star)
        return None

    def import_item(self, node: Node) -> tuple[str, str | None, int, tuple[int, ...], int] | None:
        """A dotted name with or without alias: (name, alias, start, ends of its parts, end of the whole)."""
        if node.kind_id == syntax.DOTTED_NAME:
            name, start, ends = self.dotted(node)
            return (name, None, start, ends, ends[-1]) if ends else None
        if node.kind_id != syntax.ALIASED_IMPORT:
            return None
        dotted, alias = node.child_by_field_id(_NAME), node.child_by_field_id(_ALIAS)
        if dotted is None or alias is None:
            return None
        name, start, ends = self.dotted(dotted)
        return name, self.names[self.source[alias.start_byte : alias.end_byte]], start, ends, alias.end_byte

    def dotted(self, node: Node) -> tuple[str, int, tuple[int, ...]]:
        """A dotted name: (text without blanks, start, ends of its parts)."""
        parts = [child for child in node.named_children if child.kind_id == syntax.IDENTIFIER]
        text = ".".join([self.names[self.source[part.start_byte : part.end_byte]] for part in parts])
        return text, node.start_byte, tuple([part.end_byte for part in parts])

    def remember_import(
        self, node: Node, module: str | None, level: int, items: list[tuple[str, str | None, int, int]], star: bool
    ) -> None:
        """Keep the statement for those who plan imports."""
        scope = self.scope
        while scope is not None and scope.kind not in (ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            scope = scope.parent
        function = None if scope is None else (scope.start, scope.end)
        self.imports.append(
            ImportFact(node.start_byte, node.end_byte, module, level, items, star, function, self.guarded > 0)
        )

    # -- branches ------------------------------------------------------------------------------------------------

    def arm(self, nodes: list[Node], first: Target | None = None) -> tuple[list[Event], list[str]]:
        """Walk the statements of one branch apart: its events, and the names that it binds."""
        saved_events, saved_bound = self.events, self.bound_here
        self.events, self.bound_here = [], []
        self.guarded += 1
        if first is not None:
            self.bound_here.extend(self.target_names(first))
        for node in nodes:
            self.use(node)
        self.guarded -= 1
        events, bound = self.events, self.bound_here
        self.events, self.bound_here = saved_events, saved_bound
        saved_bound.extend(bound)
        return events, bound

    def if_statement(self, node: Node) -> Expression | None:
        """``if``, ``elif``, ``else``."""
        if self.depth >= 100:
            self.flat(node)
            return None
        self.depth += 1
        arms: list[tuple[list[Event], list[str]]] = []
        current: list[Node] = []
        exhaustive = False
        condition = node.child_by_field_id(_CONDITION)
        for child in node.named_children:
            number = child.kind_id
            if number == _ELIF:
                arms.append(self.arm(current))
                current = []
                for part in child.named_children:
                    if part.kind_id != syntax.BLOCK:
                        self.use(part)
                    else:
                        current.append(part)
            elif number == _ELSE:
                arms.append(self.arm(current))
                current = child.named_children
                exhaustive = True
            elif condition is not None and child.start_byte == condition.start_byte:
                self.use(child)
            elif number != syntax.COMMENT:
                current.append(child)
        arms.append(self.arm(current))
        self.branch(arms, exhaustive)
        self.depth -= 1
        return None

    def branch(self, arms: list[tuple[list[Event], list[str]]], exhaustive: bool) -> None:
        """One BRANCH event, or none when the arms bind nothing."""
        names = {name for _, bound in arms for name in bound}
        if not names:
            for events, _ in arms:
                self.events.extend(events)
            return
        self.events.append((BRANCH, tuple([events for events, _ in arms]), tuple(names), exhaustive))

    def match_statement(self, node: Node) -> Expression | None:
        """``match`` with its cases."""
        arms: list[tuple[list[Event], list[str]]] = []
        for child in node.named_children:
            if child.kind_id == syntax.BLOCK:
                for case in child.named_children:
                    if case.kind_id == _CASE:
                        arms.append(self.arm_of_case(case))
                    else:
                        self.use(case)
            else:
                self.use(child)
        self.branch(arms, False)
        return None

    def arm_of_case(self, case: Node) -> tuple[list[Event], list[str]]:
        """One ``case``: its pattern binds names."""
        saved_events, saved_bound = self.events, self.bound_here
        self.events, self.bound_here = [], []
        self.guarded += 1
        for child in case.named_children:
            if child.kind_id == _CASE_PATTERN:
                self.pattern(child)
            else:
                self.use(child)
        self.guarded -= 1
        events, bound = self.events, self.bound_here
        self.events, self.bound_here = saved_events, saved_bound
        saved_bound.extend(bound)
        return events, bound

    def pattern(self, node: Node) -> None:
        """A pattern: a lone name captures, a dotted one is read."""
        children = node.children
        for i, child in enumerate(children):
            if not child.is_named:
                continue
            number = child.kind_id
            if number == syntax.DOTTED_NAME:
                text, start, ends = self.dotted(child)
                names = text.split(".")
                is_class = node.type == "class_pattern" and i == 0
                if len(names) > 1 or is_class:
                    self.read.add(names[0])
                    base_end = start + len(names[0].encode())
                    if len(names) > 1:
                        part = attributes_part(names[1:], [end - start for end in ends[1:]])
                        self.events.append((CHAIN, names[0], start, base_end - start, (part,), LOAD))
                    else:
                        self.events.append((NAME, names[0], start, base_end, LOAD))
                else:
                    self.capture(names[0], start, ends[-1])
            elif number == syntax.IDENTIFIER:
                # the name of ``name=pattern``, of ``*name``, or of ``pattern as name``
                if node.kind_id != _KEYWORD_PATTERN:
                    start, end = child.start_byte, child.end_byte
                    self.capture(self.names[self.source[start:end]], start, end)
            elif number in (syntax.STRING, syntax.COMMENT):
                self.use(child)
            else:
                self.pattern(child)

    def capture(self, name: str, start: int, end: int) -> None:
        """A pattern's capture."""
        if name == "_":
            return
        self.bind(name)
        self.events.append((BIND, name, None, start, end))

    def while_statement(self, node: Node) -> Expression | None:
        """``while`` with its ``else``. The condition belongs to every turn."""
        self.loop(node, None, None, None)
        return None

    def for_statement(self, node: Node) -> Expression | None:
        """``for`` with its ``else``. The iterable is evaluated once."""
        left, right = node.child_by_field_id(_LEFT), node.child_by_field_id(_RIGHT)
        iterable = self.visit(right) if right is not None else None
        self.loop(node, left, right, iterable)
        return None

    def loop(self, node: Node, left: Node | None, right: Node | None, iterable: Expression | None) -> None:
        """The turns of a loop as a LOOP event (just their events when they bind nothing), and its ``else``."""
        saved_events, saved_bound = self.events, self.bound_here
        self.events, self.bound_here = [], []
        target = self.target(left) if left is not None else None
        skip = {part.start_byte for part in (left, right) if part is not None}
        self.guarded += 1
        self.depth += 1
        otherwise: Node | None = None
        for child in node.named_children:
            if child.kind_id == _ELSE:
                otherwise = child
            elif child.start_byte not in skip:
                self.use(child)
        self.depth -= 1
        self.guarded -= 1
        events, bound = self.events, self.bound_here
        self.events, self.bound_here = saved_events, saved_bound
        saved_bound.extend(bound)
        if bound:
            self.events.append((LOOP, events, tuple(set(bound)), target, iterable))
        else:
            if iterable is not None:
                self.events.append(iterable)
            self.events.extend(events)
        if otherwise is not None:
            self.branch([self.arm(otherwise.named_children)], False)

    def try_statement(self, node: Node) -> Expression | None:
        """``try`` with everything that may follow."""
        body: list[Node] = []
        handlers: list[tuple[list[Event], list[str]]] = []
        otherwise: tuple[list[Event], list[str]] = ([], [])
        finally_: tuple[list[Event], list[str]] = ([], [])
        first: tuple[list[Event], list[str]] | None = None
        self.depth += 1
        for child in node.named_children:
            number = child.kind_id
            if number in _CLAUSES or number in (_ELSE, _FINALLY):
                if first is None:
                    first = self.arm(body)
                if number in _CLAUSES:
                    handlers.append(self.handler(child))
                elif number == _ELSE:
                    otherwise = self.arm(child.named_children)
                else:
                    finally_ = self.arm(child.named_children)
            else:
                body.append(child)
        if first is None:
            first = self.arm(body)
        self.depth -= 1
        arms = [first, *handlers, otherwise, finally_]
        names = {name for _, bound in arms for name in bound}
        if names:
            bodies = tuple([events for events, _ in handlers])
            self.events.append((TRY, first[0], bodies, otherwise[0], finally_[0], tuple(names)))
        else:
            for events, _ in arms:
                self.events.extend(events)
        return None

    def handler(self, clause: Node) -> tuple[list[Event], list[str]]:
        """``except E as e`` and Python 2's ``except E, e``."""
        saved_events, saved_bound = self.events, self.bound_here
        self.events, self.bound_here = [], []
        self.guarded += 1
        heads = [child for child in clause.named_children if child.kind_id not in (syntax.BLOCK, syntax.COMMENT)]
        if len(heads) > 1 and self.source[heads[0].end_byte : heads[1].start_byte].strip() == b",":
            self.use(heads[0])
            self.events.append((FOR, self.target(heads[1]), None))
            heads = heads[2:]
        self.use_all(heads)
        self.use_all([child for child in clause.named_children if child.kind_id == syntax.BLOCK])
        self.guarded -= 1
        events, bound = self.events, self.bound_here
        self.events, self.bound_here = saved_events, saved_bound
        saved_bound.extend(bound)
        return events, bound

    def as_pattern(self, node: Node) -> Expression | None:
        """``value as target``, in ``with`` and ``except``."""
        children = [child for child in node.named_children if child.kind_id != syntax.COMMENT]
        if not children:
            return None
        value = self.visit(children[0])
        if len(children) < 2:
            return value
        self.events.append((WITH, self.target(children[-1]), value))
        return None

    def with_statement(self, node: Node) -> Expression | None:
        """``with a as b, c: ...``."""
        return self.generic(node)

    # -- scopes --------------------------------------------------------------------------------------------------

    def decorated(self, node: Node) -> Expression | None:
        """Decorators and what they decorate."""
        names: list[str] = []
        for child in node.named_children:
            if child.kind_id == _DECORATOR:
                for part in child.named_children:
                    if part.kind_id != syntax.COMMENT:
                        names.append(self.source[part.start_byte : part.end_byte].decode("utf-8", "replace"))
                        self.events_append(self.reference(part, Context.DECORATOR))
            elif child.kind_id != syntax.COMMENT:
                before = len(self.scopes)
                self.use(child)
                if len(self.scopes) > before:
                    self.decorate(self.outermost(before, child), names)
        return None

    def outermost(self, before: int, node: Node) -> Scope:
        """The scope that a definition opened, among those opened since."""
        start = node.start_byte
        return next((scope for scope in self.scopes[before:] if scope.start == start), self.scopes[before])

    def decorate(self, scope: Scope, names: list[str]) -> None:
        """Note what a decorator changes about a function."""
        for name in names:
            leaf = name.split("(", 1)[0].rsplit(".", 1)[-1].strip()
            if leaf in ("property", "cached_property", "lazy_property", "define_scope"):
                scope.is_property = True
            elif leaf == "contextmanager":
                scope.is_context_manager = True
            elif leaf == "staticmethod":
                scope.is_static = True

    def function_definition(self, node: Node) -> Expression | None:
        """``def``."""
        name, body = node.child_by_field_id(_NAME), node.child_by_field_id(_BODY)
        parameters, returns = node.child_by_field_id(_PARAMETERS), node.child_by_field_id(_RETURN_TYPE)
        if name is None:
            return self.generic(node)
        scope = self.named_scope(ScopeKind.FUNCTION, node, name)
        if parameters is not None:
            self.parameters(parameters, scope)
        if returns is not None:
            self.events_append(self.annotation(returns))
        self.bind(scope.name)
        self.body(scope, body)
        self.events.append((FUNCTION, scope))
        return None

    def class_definition(self, node: Node) -> Expression | None:
        """``class``."""
        name, body = node.child_by_field_id(_NAME), node.child_by_field_id(_BODY)
        if name is None:
            return self.generic(node)
        scope = self.named_scope(ScopeKind.CLASS, node, name)
        bases = node.child_by_field_id(_SUPERCLASSES)
        if bases is not None:
            for child in bases.named_children:
                if child.kind_id in (syntax.KEYWORD_ARGUMENT, syntax.LIST_SPLAT, syntax.DICTIONARY_SPLAT):
                    self.use(child)
                elif child.kind_id != syntax.COMMENT and self.source[child.start_byte : child.end_byte] != b"object":
                    scope.bases.append(self.reference(child, Context.BASE))
        self.bind(scope.name)
        self.body(scope, body)
        self.events.append((CLASS, scope))
        return None

    def named_scope(self, kind: ScopeKind, node: Node, name: Node) -> Scope:
        """The scope of a definition, not yet entered."""
        start, end = name.start_byte, name.end_byte
        return Scope(kind, self.names[self.source[start:end]], node.start_byte, node.end_byte, start, end)

    def body(self, scope: Scope, body: Node | None) -> None:
        """Walk the body of a definition in its own scope."""
        saved = self.open_scope(scope)
        guarded, self.guarded = self.guarded, 0
        if body is not None:
            scope.body_start = body.start_byte
            self.use(body)
        self.guarded = guarded
        self.close_scope(saved)

    def return_statement(self, node: Node) -> Expression | None:
        """``return value``."""
        value = self.parenthesized(node)
        if value is not None:
            self.events.append((RETURN, value))
        return None

    def yielded(self, node: Node) -> Expression | None:
        """``yield value``: what a context manager gives."""
        value = self.parenthesized(node)
        scope = self.scope
        while scope is not None and scope.kind is ScopeKind.COMPREHENSION:
            scope = scope.parent
        if scope is not None:
            scope.is_generator = True
        if value is not None:
            self.events.append((RETURN, value))
        return None


STATEMENTS: Final[dict[str, Handler | None]] = {
    "assignment": Extractor.assignment,
    "augmented_assignment": Extractor.augmented,
    "if_statement": Extractor.if_statement,
    "while_statement": Extractor.while_statement,
    "for_statement": Extractor.for_statement,
    "try_statement": Extractor.try_statement,
    "with_statement": Extractor.with_statement,
    "match_statement": Extractor.match_statement,
    "function_definition": Extractor.function_definition,
    "class_definition": Extractor.class_definition,
    "decorated_definition": Extractor.decorated,
    "return_statement": Extractor.return_statement,
    "yield": Extractor.yielded,
    "delete_statement": Extractor.delete,
    "global_statement": Extractor.global_statement,
    "nonlocal_statement": Extractor.global_statement,
    "import_statement": Extractor.import_statement,
    "import_from_statement": Extractor.import_from,
    "future_import_statement": Extractor.import_from,
    "as_pattern": Extractor.as_pattern,
    "type_alias_statement": Extractor.type_alias,
    "pass_statement": None,
    "break_statement": None,
    "continue_statement": None,
}
Extractor.table = dispatch_table(EXPRESSIONS, STATEMENTS)


class Reader:
    """Makes facts of chunks; remembers spellings from one to the next."""

    def __init__(self) -> None:
        self._names = Names()
        self._plain = Plain()

    def facts(self, root: Node, source: bytes) -> Facts:
        """The facts of one chunk, given its syntax tree."""
        extractor = Extractor(source, self._names, self._plain)
        extractor.use(root)
        return Facts(
            events=extractor.events,
            bound=extractor.module_bound,
            names=extractor.read,
            imports=extractor.imports,
            scopes=extractor.scopes,
            has_error=root.has_error,
        )

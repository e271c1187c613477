"""Following a chain: what ``a.b(c)[0].d`` stands for, and which endpoints it names on the way.

The file is long because it is half of one interpreter; the other half, statements, is in ``resolve``.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from tensorlift.analysis import kinds
from tensorlift.analysis.facts import (
    GETATTR,
    INDEX_INTEGER,
    INDEX_OTHER,
    INDEX_SLICE,
    Event,
    Expression,
    Scope,
    ScopeKind,
)
from tensorlift.analysis.model import Context, Evidence, Export
from tensorlift.analysis.syntax import Node
from tensorlift.analysis.values import (
    Class,
    Function,
    Instance,
    Many,
    ModuleOf,
    Object,
    Self,
    Sequence,
    Target,
    Value,
    instance,
    join_all,
    target,
)
from tensorlift.analysis.world import World, of_kind

CALL: Final = Context.CALL
LOAD: Final = Context.LOAD

# (name, start, end, ends, base, context, evidence, call node, certain): a reference before it is placed in a module; start counts
# from the start of its part, end and ends from its own start
Raw = tuple[str, int, int, tuple[int, ...], str, Context, Evidence, "Node | None", bool]

# The key in a module's table under which its star imports of tracked packages are kept.
STARS: Final = "*"

Parts = tuple[tuple[Any, ...], ...]

IMPORTLIB: Final = ModuleOf("importlib", 0)
IMPORT_MODULE: Final = ModuleOf("importlib.import_module", 0)


class Frame:
    """A scope that is being run: what its names stand for."""

    __slots__ = ("bases", "globals", "is_class", "parent", "returns", "scope", "shadow_globals", "state", "this")

    def __init__(self, state: dict[str, Value | None], scope: Scope | None, parent: Frame | None) -> None:
        self.state = state
        self.scope = scope
        self.parent = parent
        self.globals = scope.globals if scope is not None and scope.globals else None
        self.is_class = False
        self.returns: Value | None = None
        self.bases: tuple[Value | None, ...] | None = None
        self.this: Self | None = None
        self.shadow_globals: dict[str, Value | None] = {}


class Recorder(Protocol):
    """Somebody who wants to know more than references: kinds of expressions, bindings and their uses."""

    def evaluated(self, expression: Expression, value: Value) -> None:
        """An expression stands for a value."""

    def evaluated_at(self, start: int, end: int, value: Value) -> None:
        """So do these bytes."""

    def bound(self, frame: Frame, name: str, start: int, value: Value | None) -> None:
        """A scope bound a name."""

    def used(self, frame: Frame | None, name: str, start: int, end: int) -> None:
        """A name was looked up and found in a scope, or nowhere."""


def exported(export: Export) -> Value | None:
    """The value of another module's name."""
    if export.target is not None:
        return target(export.target, Evidence.ALIAS)
    if export.kind is not None:
        return instance(export.kind)
    if export.returns is not None:
        return Function(of_kind(export.returns))
    return None


class Chains:
    """The half of a run that knows names, attributes, calls, subscripts and imports."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = world.known
        self.references: list[Raw] = []
        self.frame: Frame = Frame({}, None, None)
        self.recorder: Recorder | None = None

    def value(self, expression: Expression) -> Value | None:
        """What an expression stands for."""
        raise NotImplementedError

    def bind(self, name: str, value: Value | None, start: int = 0) -> None:
        """Bind a name in the current scope."""
        raise NotImplementedError

    # -- names ---------------------------------------------------------------------------------------------------

    def lookup(self, name: str) -> Value | None:
        """What a name stands for here."""
        frame: Frame | None = self.frame
        assert frame is not None
        state = frame.state
        if name in state:
            return state[name]
        now = True  # still in the function that is running, comprehensions aside
        while True:
            if frame.globals is not None and name in frame.globals:
                if now and name in frame.shadow_globals:
                    return frame.shadow_globals[name]
                while frame.parent is not None:
                    frame = frame.parent
                return frame.state[name] if name in frame.state else self.starred(name)
            now = now and frame.scope is not None and frame.scope.kind is ScopeKind.COMPREHENSION
            frame = frame.parent
            if frame is None:
                break
            if not frame.is_class:
                state = frame.state
                if name in state:
                    return state[name]
        return self.starred(name)

    def found_in(self, name: str) -> Frame | None:
        """The scope in which a name is found."""
        frame: Frame | None = self.frame
        first = True
        while frame is not None:
            if name in frame.state and (first or not frame.is_class):
                return frame
            frame = frame.parent
            first = False
        return None

    def name(self, expression: Expression) -> Value | None:
        """A bare name."""
        name = expression[1]
        value = self.lookup(name)
        if self.recorder is not None:
            self.recorder.used(self.found_in(name), name, expression[2], expression[3])
            if value is not None:
                self.recorder.evaluated_at(expression[2], expression[3], value)
        if value.__class__ is Target and expression[4] is not None:
            end = expression[3] - expression[2]
            text = value.name
            self.references.append(
                (text, expression[2], end, (end,), text, expression[4], value.evidence, None, value.certain)
            )
        return value

    # -- chains --------------------------------------------------------------------------------------------------

    def chain(self, expression: Expression) -> Value | None:
        """Attributes, calls and subscripts, from left to right."""
        _, base, start, at, parts, context = expression
        if base.__class__ is str:
            value = self.lookup(base)
            if self.recorder is not None:
                self.recorder.used(self.found_in(base), base, start, start + at)
                if value is not None:
                    self.recorder.evaluated_at(start, start + at, value)
            if value is None:
                return self.dunder_import(parts, start, context) if base == "__import__" else None
            if value.__class__ is Target and self.recorder is None:
                # nearly all chains: names of a package, perhaps called
                part = parts[0]
                if part[0].__class__ is tuple:
                    first = value.name
                    name = first + part[2]
                    ends = part[1]
                    count = len(parts)
                    evidence, certain = value.evidence, value.certain
                    if count == 1:
                        self.references.append(
                            (name, start, ends[-1], (at, *ends), first, context, evidence, None, certain)
                        )
                        return self.world.named(name, evidence, certain)
                    if count == 2 and parts[1][0] is None:
                        self.references.append(
                            (name, start, ends[-1], (at, *ends), first, CALL, evidence, parts[1][1], certain)
                        )
                        return self.world.result(name)
        else:
            value = self.getattr_value(base) if base[0] == GETATTR else self.value(base)
            if value is None:
                return None
        spelled = base.__class__ is str or base[0] == GETATTR  # else what is in parentheses was reported there
        return self.follow(value, parts, 0, start, at, context, spelled)

    def follow(
        self,
        value: Value | None,
        parts: Parts,
        index: int,
        start: int,
        at: int,
        context: Context,
        spelled: bool = True,
    ) -> Value | None:
        """What a value becomes after the parts from ``index`` on; ``at`` is where it is spelled until. ``spelled`` is false when
        these bytes name nothing by themselves, because a call gave the value."""
        count = len(parts)
        skip = 0  # names of parts[index] that are behind us
        while value is not None:
            if value.__class__ is Target:
                name = first = value.name
                evidence = value.evidence
                certain = value.certain
                ends: tuple[int, ...] = (at,)
                if index < count and parts[index][0].__class__ is tuple:
                    names, more, dotted = parts[index]
                    if skip:
                        more = more[skip:]
                        dotted = "." + ".".join(names[skip:])
                        skip = 0
                    name += dotted
                    ends += more
                    at = more[-1]
                    index += 1
                    spelled = True
                if index == count:
                    value = target(name, evidence, certain)
                    if spelled:
                        self.references.append((name, start, at, ends, first, context, evidence, None, certain))
                    if self.recorder is not None:
                        self.recorder.evaluated_at(start, start + at, value)
                    return value
                part = parts[index]
                if part[0] is None:
                    if spelled:
                        self.references.append((name, start, at, ends, first, CALL, evidence, part[1], certain))
                    value = self.world.result(name)
                    at = part[2]
                else:
                    if spelled:
                        self.references.append((name, start, at, ends, first, LOAD, evidence, None, certain))
                    value = None
                    at = part[1]
                index += 1
                spelled = False
            elif index == count:
                return value
            else:
                part = parts[index]
                head = part[0]
                if head is None:
                    value = self.imported(part[3]) if value == IMPORT_MODULE else self.call(value)
                    at = part[2]
                    index += 1
                    spelled = False
                elif head.__class__ is not tuple:
                    value = self.item_at(value, head)
                    at = part[1]
                    index += 1
                    spelled = False
                else:
                    value, index, skip, at = self.step(value, parts, index, skip, start, context)
                    spelled = True
            if value is not None and self.recorder is not None:
                self.recorder.evaluated_at(start, start + at, value)
        return None

    def step(
        self, value: Value, parts: Parts, index: int, skip: int, start: int, context: Context
    ) -> tuple[Value | None, int, int, int]:
        """One attribute of anything but a Target: the value after it, the next part and how many of its names are behind us,
        and where it ends. A method and its call are one step."""
        names, ends, _ = parts[index]
        name = names[skip]
        at = ends[skip]
        is_last = skip == len(names) - 1
        node = parts[index + 1][1] if index + 1 < len(parts) and parts[index + 1][0] is None else None
        kind = self.kind_for_attributes(value, name)
        if kind is None:
            following = self.attribute(value, name)
            if context is not LOAD and is_last and index + 1 == len(parts) and isinstance(value, Self):
                following = None  # what is assigned to is the program's own
            return (following, index + 1, 0, at) if is_last else (following, index, skip + 1, at)
        if context is Context.STORE and is_last and index + 1 == len(parts) and not isinstance(value, Instance):
            return None, index + 1, 0, at  # an attribute of the program's own
        guess = isinstance(value, Instance) and value.evidence is Evidence.GUESS
        evidence = Evidence.GUESS if guess else Evidence.VALUE
        known = None if is_last and node is not None else kinds.attribute_of(kind, name)
        if known is not None:
            here = context if is_last and index + 1 == len(parts) else LOAD
            self.references.append((kind + "." + name, start, at, (at,), kind, here, evidence, None, True))
            following = self.guessed(of_kind(known), evidence)
            return (following, index + 1, 0, at) if is_last else (following, index, skip + 1, at)
        rest = names[skip:]
        here = CALL if node is not None else context if index + 1 == len(parts) else LOAD
        self.references.append(
            (kind + "." + ".".join(rest), start, ends[-1], tuple(ends[skip:]), kind, here, evidence, node, True)
        )
        if node is None:
            return None, index + 1, 0, ends[-1]
        made = of_kind(kinds.method_of(kind, name)) if is_last else None
        return self.guessed(made, evidence), index + 2, 0, parts[index + 1][2]

    def guessed(self, value: Value | None, evidence: Evidence) -> Value | None:
        """What follows from a guess is a guess."""
        if evidence is Evidence.GUESS and isinstance(value, Instance):
            return instance(value.kind, evidence)
        return value

    def kind_for_attributes(self, value: Value, name: str) -> str | None:
        """The kind whose attribute ``name`` is taken, when the value's class is not the program's own."""
        if isinstance(value, Instance):
            return value.kind
        if isinstance(value, Self):
            found = self.inherited(value.attributes, value.bases, name)
            value.read[name] = value.attributes.get(name)
            return found
        if isinstance(value, Object):
            return self.inherited(value.of.attributes, value.of.bases, name)
        return None

    def inherited(self, attributes: Any, bases: tuple[Value | None, ...], name: str) -> str | None:
        """The class of a tracked package from which an attribute comes that the program does not define."""
        if name in attributes or None in bases:  # a base that we do not know may define it
            return None
        for base in bases:
            if isinstance(base, Target):
                return base.name
            if isinstance(base, Class):
                if name in base.attributes:
                    return None
                found = self.inherited(base.attributes, base.bases, name)
                if found is not None:
                    return found
        return None

    def attribute(self, value: Value, name: str) -> Value | None:
        """An attribute of one of the program's own things."""
        found: Value | None = None
        if isinstance(value, (Self, Object)):
            attributes = value.attributes if isinstance(value, Self) else value.of.attributes
            bases = value.bases if isinstance(value, Self) else value.of.bases
            found = self.own(attributes, bases, name)
            if isinstance(found, Function) and found.is_property:
                found = found.returns
            if found is None and name in kinds.GUESSES:
                found = instance(kinds.GUESSES[name], Evidence.GUESS)
        elif isinstance(value, Class):
            found = self.own(value.attributes, value.bases, name)
        elif isinstance(value, ModuleOf):
            found = self.module_attribute(value, name)
        return found

    def own(self, attributes: Any, bases: tuple[Value | None, ...], name: str, depth: int = 0) -> Value | None:
        """An attribute that the program's own classes define."""
        if name in attributes:
            result: Value | None = attributes[name]
            return result
        if depth < 20:
            for base in bases:
                if isinstance(base, Class):
                    found = self.own(base.attributes, base.bases, name, depth + 1)
                    if found is not None:
                        return found
        return None

    def call(self, value: Value) -> Value | None:
        """What calling a value gives."""
        if isinstance(value, Function):
            return value.returns
        if isinstance(value, Class):
            return self.instance_of(value)
        if isinstance(value, Instance):
            return of_kind(kinds.called(value.kind))
        if isinstance(value, Object):
            call = self.own(value.of.attributes, value.of.bases, "__call__")
            return call.returns if isinstance(call, Function) else None
        return None

    def instance_of(self, cls: Class) -> Value | None:
        """An instance of one of the program's own classes."""
        return Object(cls)

    def item_at(self, value: Value, index: int) -> Value | None:
        """What a subscript gives."""
        if isinstance(value, Instance):
            if value.kind == kinds.SHAPE:
                if index == INDEX_INTEGER:
                    return instance(kinds.DIMENSION, value.evidence)
                return instance(kinds.SHAPE, value.evidence) if index == INDEX_SLICE else None
            if value.kind in (kinds.TENSOR, kinds.VARIABLE):
                return instance(kinds.TENSOR, value.evidence)
            return None
        if isinstance(value, Many):
            return value if index == INDEX_SLICE else value.item
        if isinstance(value, Sequence) and index != INDEX_SLICE and index != INDEX_OTHER:
            return self.item_of(value)
        return None

    def item_of(self, value: Value | None) -> Value | None:
        """What iterating over a value gives."""
        if isinstance(value, Many):
            return value.item
        if isinstance(value, Sequence):
            return join_all(value.items)
        if isinstance(value, Instance) and value.kind == kinds.SHAPE:
            return instance(kinds.DIMENSION, value.evidence)
        return None

    def entered(self, value: Value | None) -> Value | None:
        """What ``with value as name`` binds."""
        if isinstance(value, (Instance, Object)):
            return value
        return None if isinstance(value, (Target, ModuleOf)) else value

    # -- builtins ------------------------------------------------------------------------------------------------

    def getattr_value(self, expression: Expression) -> Value | None:
        """``getattr(tf, "Session")``."""
        _, inner, literal, _, _, _ = expression
        value = None if inner is None else self.value(inner)
        if value is None or self.found_in("getattr") is not None:
            return None
        if isinstance(value, Target):
            return target(value.name + "." + literal, Evidence.ALIAS, value.certain)
        return self.attribute(value, literal)

    def getattr_(self, expression: Expression) -> Value | None:
        """The same, where nothing follows."""
        value = self.getattr_value(expression)
        if isinstance(value, Target):
            start, end, context = expression[3:]
            end -= start
            name = value.name
            self.references.append((name, start, end, (end,), name, context, Evidence.ALIAS, None, value.certain))
        return value

    def dunder_import(self, parts: Parts, start: int, context: Context) -> Value | None:
        """``__import__("tensorflow")`` gives the root package."""
        part = parts[0]
        if part[0] is not None or part[3] is None or self.found_in("__import__") is not None:
            return None
        value = self.imported(part[3].split(".", 1)[0])
        return self.follow(value, parts, 1, start, part[2], context) if len(parts) > 1 else value

    # -- imports -------------------------------------------------------------------------------------------------

    def imported(self, dotted: object) -> Value | None:
        """The module of that name, as ``importlib.import_module`` gives it."""
        if not isinstance(dotted, str):
            return None
        name = self.world.canonical(dotted)
        return None if name is None else target(name, Evidence.ALIAS)

    def starred(self, name: str) -> Value | None:
        """What a name that nobody binds stands for: a star import of a tracked package may have brought it."""
        frame: Frame | None = self.frame
        while frame is not None and frame.parent is not None:
            frame = frame.parent
        stars = frame.state.get(STARS) if frame is not None else None
        if isinstance(stars, Sequence):
            for item in reversed(stars.items):
                if isinstance(item, Target) and self.world.has(item.name, name):
                    return target(item.name + "." + name, Evidence.IMPORT)
        return None

    def module_attribute(self, value: ModuleOf, name: str) -> Value | None:
        """A name of another module."""
        if value == IMPORTLIB:
            return IMPORT_MODULE if name == "import_module" else None
        export = self.world.export(value.module, value.level, name)
        if export is not None:
            return exported(export)
        if self.world.resolver is None:
            return None
        module = f"{value.module}.{name}" if value.module else name
        return ModuleOf(module, value.level) if self.world.may_own(module, value.level) else None

    def import_(self, event: Event) -> None:
        """One item of an import statement binds its name."""
        _, bound, module, level, item, start, _ = event
        value: Value | None = None
        if item is None:
            name = self.world.canonical(module)
            if name is not None:
                value = target(name, Evidence.IMPORT)
            elif module == "importlib":
                value = IMPORTLIB
            elif self.world.may_own(module, 0):
                value = ModuleOf(module, 0)
        else:
            name = None if level or not module else self.world.canonical(module)
            if name is not None:
                value = target(f"{name}.{item}", Evidence.IMPORT)
            elif module == "importlib" and item == "import_module":
                value = IMPORT_MODULE
            elif self.world.may_own(module, level):
                value = self.module_attribute(ModuleOf(module, level), item)
        if value is None and bound in kinds.GUESSES:
            value = instance(kinds.GUESSES[bound], Evidence.GUESS)
        self.bind(bound, value, start)

    def mention(self, event: Event) -> None:
        """One item of an import statement is a reference."""
        _, item, module, level, start, ends = event
        ends = tuple([end - start for end in ends])
        if module is None:
            name = self.world.canonical(item)
            if name is not None:
                base = name.split(".", 1)[0]
                self.references.append((name, start, ends[-1], ends, base, Context.IMPORT, Evidence.IMPORT, None, True))
            return
        name = None if level or not module else self.world.canonical(module)
        if name is not None:
            name = f"{name}.{item}"
            self.references.append((name, start, ends[-1], ends, name, Context.IMPORT, Evidence.IMPORT, None, True))

    def star(self, event: Event) -> None:
        """``from module import *``."""
        _, module, level = event
        name = None if level or not module else self.world.canonical(module)
        state = self.frame.state
        if name is not None:
            before = state.get(STARS)
            items = before.items if isinstance(before, Sequence) else ()
            state[STARS] = Sequence((*items, target(name, Evidence.IMPORT)))
            self.world.starred()
            self.known = self.world.known
            return
        for bound, export in self.world.stars(module, level):
            self.bind(bound, exported(export))

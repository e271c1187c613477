"""Running facts: what every name of one chunk stands for, in the order in which the program would bind them.

This is an abstract interpreter. It goes through the events of a scope from top to bottom with a table of what each name
stands for. Where ways part (``if``, ``try``, loops) every way is taken and the tables are joined: a name that is TensorFlow on
one way is TensorFlow afterwards. Bodies of functions run when the scope around them has ended, and see its last state.
The body of a loop runs again when a turn made a name TensorFlow that it was not before.

The file is long because an interpreter is one recursion; names, attributes and calls are in ``chains``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tensorlift.analysis import kinds
from tensorlift.analysis.chains import Chains, Frame, Raw
from tensorlift.analysis.facts import (
    ANNOTATED,
    ARITH,
    ASSIGN,
    AUGMENT,
    BIND,
    BRANCH,
    CHAIN,
    CLASS,
    COMPREHENSION,
    DELETE,
    EITHER,
    FOR,
    FUNCTION,
    GETATTR,
    IMPORT,
    KEEP,
    KEPT,
    LAMBDA,
    LOOP,
    MENTION,
    NAME,
    RETURN,
    SEQUENCE,
    STAR,
    T_ATTRIBUTE,
    T_NAME,
    T_STAR,
    TRY,
    WALRUS,
    WITH,
    Event,
    Expression,
    Facts,
    Scope,
    ScopeKind,
)
from tensorlift.analysis.facts import (
    Target as Binding,
)
from tensorlift.analysis.model import Evidence
from tensorlift.analysis.values import (
    Class,
    Function,
    Instance,
    Many,
    Self,
    Sequence,
    Target,
    Value,
    class_value,
    function_value,
    instance,
    join,
    join_all,
    target,
    uncertain,
)
from tensorlift.analysis.world import World

_GUESSES: Final = kinds.GUESSES
_MISSING: Final[Any] = object()
_ROUNDS_OF_CLASS: Final = 3
_ROUNDS_OF_LOOP: Final = 4
_NESTED_LOOPS: Final = 3  # deeper ones run once: their cost would grow with every level


@dataclass(slots=True, eq=False)
class Later:
    """A body that runs when the scope around it has ended."""

    scope: Scope
    parent: Frame
    defaults: dict[str, Value | None]
    owner: Frame | None = None  # of a method: the frame of its class
    methods: list[Later] = field(default_factory=list)  # of a class: its methods


class Run(Chains):
    """One chunk in one environment."""

    def __init__(self, facts: Facts, world: World, summaries: Mapping[Scope, Value]) -> None:
        super().__init__(world)
        self.facts = facts
        self.summaries = summaries
        self.learned: dict[Scope, Value] = {}
        self.bound_as: dict[Scope, Value] = {}  # what the name of a function or class was bound to
        self.global_writes: dict[str, Value | None] = {}
        self.later: list[Later] = []
        self.twice = False  # a body runs more than once, on different ways
        self.turning = 0  # loops around
        self.kept: dict[int, Value | None] = {}
        self.trying: list[tuple[Frame, dict[str, Value | None]]] = []
        self.module_frame = Frame({}, None, None)

    # -- the two phases ------------------------------------------------------------------------------------------

    def run_module(self, state: dict[str, Value | None]) -> None:
        """The statements of the module's own scope; ``state`` is changed in place."""
        self.frame = self.module_frame
        self.frame.state = state
        self.execute(self.facts.events)

    def run_later(self, final: dict[str, Value | None]) -> None:
        """The bodies of functions; they see the module as it is in the end."""
        self.references = []
        self.learned = {}
        self.global_writes = {}
        self.module_frame.state = final
        for item in self.later:
            self.run_item(item)
        if self.twice:
            self.references = list({(raw[1], raw[2]): raw for raw in self.references}.values())

    def run_item(self, item: Later) -> None:
        """One function, or one class with all its methods."""
        if item.scope.kind is ScopeKind.CLASS:
            self.run_class(item)
        else:
            made = function_value(self.run_function(item), item.scope.is_property)
            if made is not None and item.scope.kind is ScopeKind.FUNCTION:
                self.learned[item.scope] = made

    def run_class(self, item: Later) -> None:
        """The methods of a class, until what they say of ``self`` holds still."""
        frame = item.parent
        assert frame.bases is not None
        outer_references = self.references
        attributes: dict[str, Value | None] = dict(frame.state)
        this = frame.this = Self(attributes, frame.bases)
        done: dict[int, tuple[list[Raw], dict[str, Value | None]]] = {}
        for _ in range(_ROUNDS_OF_CLASS):
            for index, method in enumerate(item.methods):
                if index in done and all(attributes.get(name) == value for name, value in done[index][1].items()):
                    continue
                self.references = []
                this.read = {}
                if method.scope.kind is ScopeKind.CLASS:
                    self.run_class(method)
                else:
                    made = function_value(self.run_function(method), method.scope.is_property)
                    name = method.scope.name
                    if made is not None and (attributes.get(name) is None or isinstance(attributes[name], Function)):
                        attributes[name] = made
                done[index] = (self.references, this.read)
            if all(attributes.get(name) == value for _, read in done.values() for name, value in read.items()):
                break
        self.references = [raw for references, _ in done.values() for raw in references]
        outer_references.extend(self.references)
        self.references = outer_references
        learned = class_value(item.scope.name, dict(attributes), frame.bases)
        if learned is not None:
            self.learned[item.scope] = learned

    def run_function(self, item: Later) -> Value | None:
        """One function's body; what it returns."""
        scope = item.scope
        state: dict[str, Value | None] = dict.fromkeys(scope.bound)
        parameters = scope.parameters
        if parameters:
            defaults = item.defaults
            for parameter in parameters:
                name = parameter.name
                value = defaults.get(name)
                if value is None:
                    kind = kinds.GUESSES.get(name)
                    if kind is not None and not parameter.star:
                        value = instance(kind, Evidence.GUESS)
                if value is not None:
                    self.world.note(name, value)
                state[name] = value
            if item.owner is not None and not scope.is_static and not parameters[0].star:
                state[parameters[0].name] = item.owner.this
                self.known.add(parameters[0].name)
        saved_frame, saved_later, saved_trying = self.frame, self.later, self.trying
        self.trying = []
        self.frame = frame = Frame(state, scope, item.parent)
        later: list[Later] = []
        self.later = later
        self.execute(scope.events)
        for inner in later:
            self.run_item(inner)
        self.frame, self.later, self.trying = saved_frame, saved_later, saved_trying
        if scope.is_generator and not scope.is_context_manager:
            return None
        return uncertain(frame.returns)

    # -- events --------------------------------------------------------------------------------------------------

    def execute(self, events: list[Event]) -> None:
        """Run events in order."""
        known, targets = self.known, self.world.targets
        for event in events:
            op = event[0]
            if op == CHAIN:
                base = event[1]
                if base.__class__ is not str or base in known:
                    self.chain(event)
            elif op == NAME:
                if event[1] in targets:
                    self.name(event)
            elif op == BIND:
                name, expression = event[1], event[2]
                value = None
                if expression is not None:
                    if expression[0] == CHAIN:
                        base = expression[1]
                        if base.__class__ is not str or base in known:
                            value = self.chain(expression)
                    else:
                        value = self.value(expression)
                    if value is None:
                        if name in _GUESSES:
                            value = self.guess_assigned(name, expression)
                    elif value.__class__ is Target:
                        value = self.aliased(value)
                self.bind(name, value, event[3])
            elif op < BIND:
                self.value(event)
            else:
                self.rare(op, event)
                known, targets = self.known, self.world.targets  # a star import may have changed them

    def rare(self, op: int, event: Event) -> None:
        """Events other than the three commonest."""
        if op == ASSIGN:
            value = None if event[2] is None else self.aliased(self.value(event[2]))
            for binding in event[1]:
                self.assign(binding, value)
        elif op == WITH:
            value = None if event[2] is None else self.value(event[2])
            self.assign(event[1], self.entered(value))
        elif op == FOR:
            value = None if event[2] is None else self.value(event[2])
            self.assign(event[1], self.item_of(self.aliased(value)))
        elif op == AUGMENT:
            self.augment(event[1], event[2])
        elif op == RETURN:
            value = self.value(event[1])
            frame: Frame | None = self.frame
            while frame is not None and frame.scope is not None and frame.scope.kind is ScopeKind.COMPREHENSION:
                frame = frame.parent
            if frame is not None:
                value = self.aliased(value)
                frame.returns = value if frame.returns is None else join(frame.returns, value)
        elif op == FUNCTION:
            self.define(event[1])
        elif op == CLASS:
            self.define_class(event[1])
        elif op == COMPREHENSION:
            self.comprehension(event[1], event[2], event[3])
        elif op == BRANCH:
            self.branch(event[1], event[2], event[3])
        elif op == LOOP:
            self.loop(event)
        elif op == TRY:
            self.try_(event)
        elif op == IMPORT:
            self.import_(event)
        elif op == MENTION:
            self.mention(event)
        elif op == STAR:
            self.star(event)
        elif op == DELETE:
            self.delete(event[1])
        elif op == WALRUS:
            self.walrus(event)
        elif op == KEEP:
            self.kept[id(event[1])] = self.value(event[1])
        elif op == ANNOTATED:
            self.annotated(event)

    def aliased(self, value: Value | None) -> Value | None:
        """What a name stands for after ``name = value``: imports become aliases."""
        if value.__class__ is Target and value.evidence is Evidence.IMPORT:
            return target(value.name, Evidence.ALIAS, value.certain)
        return value

    def guess_assigned(self, name: str, expression: Expression) -> Value | None:
        """``sess = something_unknown()`` is taken for a session."""
        kind = kinds.GUESSES[name]
        if kind == kinds.SESSION and expression[0] == CHAIN and expression[4][-1][0] is None:
            return instance(kind, Evidence.GUESS)
        return None

    def bind(self, name: str, value: Value | None, start: int = 0) -> None:
        """The innermost scope, or the one that global and nonlocal say, binds a name."""
        frame = self.frame
        scope = frame.scope
        if scope is not None and (scope.globals or scope.nonlocals):
            if name in scope.globals:
                self.world.note(name, value)
                self.global_writes[name] = join(value, self.global_writes.get(name))
                frame.shadow_globals[name] = value
                return
            if name in scope.nonlocals:
                outer = frame.parent
                while outer is not None and (outer.is_class or name not in outer.state):
                    outer = outer.parent
                if outer is not None and outer.scope is not None:
                    self.world.note(name, value)
                    outer.state[name] = join(value, outer.state[name])
                return
        frame.state[name] = value
        if value is not None:
            self.known.add(name)
            if value.__class__ is Target:
                self.world.targets.add(name)
        for trying, seen in self.trying:
            if trying is frame:
                seen[name] = join(seen[name], value) if name in seen else value
        if self.recorder is not None:
            self.recorder.bound(frame, name, start, value)

    def assign(self, binding: Binding | None, value: Value | None) -> None:
        """Bind a target, however nested."""
        if binding is None:
            return
        form = binding[0]
        if form == T_NAME:
            self.bind(binding[1], value, binding[2])
        elif form == T_ATTRIBUTE:
            this = self.lookup(binding[1])
            if this.__class__ is Self:
                attributes = this.attributes
                name = binding[2]
                attributes[name] = join(attributes[name], value) if name in attributes else value
        elif form == T_STAR:
            self.assign(binding[1], value if isinstance(value, Many) else None)
        else:
            targets = binding[1]
            if isinstance(value, Sequence) and len(value.items) == len(targets):
                for inner, item in zip(targets, value.items, strict=True):
                    self.assign(inner, item)
            else:
                each = value.item if isinstance(value, Many) else None
                for inner in targets:
                    self.assign(inner, value if inner is not None and inner[0] == T_STAR else each)

    def augment(self, name: str, expression: Expression | None) -> None:
        """``name += value``."""
        right = None if expression is None else self.value(expression)
        left = self.lookup(name)
        operands = [value.kind for value in (left, right) if isinstance(value, Instance)]
        kind = kinds.arithmetic(operands)
        if kind is not None:
            self.bind(name, instance(kind))
        else:
            self.bind(name, left if isinstance(left, (Many, Instance)) and right is None else None)

    def annotated(self, event: Event) -> None:
        """``name: annotation = value``."""
        _, binding, annotation, expression = event
        value = None if expression is None else self.aliased(self.value(expression))
        said = None if annotation is None else self.value(annotation)
        if value is None and isinstance(said, Target):
            value = instance(kinds.plain(said.name))
        self.assign(binding, value)

    def walrus(self, event: Event) -> None:
        """``(name := value)``: binds outside of comprehensions."""
        value = None if event[2] is None else self.aliased(self.value(event[2]))
        inner = self.frame
        frame: Frame | None = inner
        while frame is not None and frame.scope is not None and frame.scope.kind is ScopeKind.COMPREHENSION:
            frame = frame.parent
        if frame is not None:
            self.frame = frame
            self.bind(event[1], value, event[3])
            self.frame = inner

    def delete(self, name: str) -> None:
        """``del name``."""
        frame = self.frame
        if frame.scope is None or frame.is_class:
            frame.state.pop(name, None)
        else:
            self.bind(name, None)

    # -- ways that part ------------------------------------------------------------------------------------------

    def snapshot(self, names: tuple[str, ...]) -> list[Any]:
        """What those names are now."""
        state = self.frame.state
        return [state.get(name, _MISSING) for name in names]

    def restore(self, names: tuple[str, ...], values: list[Any]) -> None:
        """Make those names what they were."""
        state = self.frame.state
        for name, value in zip(names, values, strict=True):
            if value is _MISSING:
                state.pop(name, None)
            else:
                state[name] = value

    @staticmethod
    def joined(first: list[Any], second: list[Any]) -> list[Any]:
        """The values after two ways met. A name that is not bound on one of them counts like one bound to something unknown: nobody
        may have looked what a part binds that mentions nothing known."""
        return [
            (b if b is _MISSING else join(None, b)) if a is _MISSING else join(a, None if b is _MISSING else b)
            for a, b in zip(first, second, strict=True)
        ]

    def branch(self, arms: tuple[list[Event], ...], names: tuple[str, ...], exhaustive: bool) -> None:
        """One of the arms runs, or, unless they are exhaustive, none."""
        before = self.snapshot(names)
        after = None if exhaustive else before
        for arm in arms:
            self.execute(arm)
            here = self.snapshot(names)
            after = here if after is None else self.joined(here, after) if after is before else self.joined(after, here)
            self.restore(names, before)
        if after is not None:
            self.restore(names, after)

    def loop(self, event: Event) -> None:
        """A body that runs any number of times. It is run again when a turn made a name TensorFlow that it was not before."""
        _, body, names, binding, iterable = event
        items = None if iterable is None else self.item_of(self.aliased(self.value(iterable)))
        before = self.snapshot(names)
        mark, waiting = len(self.references), len(self.later)
        self.turning += 1
        for turn in range(_ROUNDS_OF_LOOP if self.turning <= _NESTED_LOOPS else 1):
            if turn:
                del self.references[mark:]
                del self.later[waiting:]
            self.assign(binding, items)
            self.execute(body)
            after = self.joined(before, self.snapshot(names))
            self.restore(names, after)
            if all(new is old or not isinstance(new, Target) for new, old in zip(after, before, strict=True)):
                break
            before = after
        self.turning -= 1

    def try_(self, event: Event) -> None:
        """A handler may start after any part of the body."""
        _, body, handlers, otherwise, finally_, names = event
        before = self.snapshot(names)
        seen: dict[str, Value | None] = {}
        self.trying.append((self.frame, seen))
        self.execute(body)
        broken = self.joined(before, [seen.get(name, _MISSING) for name in names])
        self.execute(otherwise)
        after = self.snapshot(names)
        for handler in handlers:
            self.restore(names, broken)
            self.execute(handler)
            after = self.joined(after, self.snapshot(names))
        self.trying.pop()
        if not finally_:
            self.restore(names, after)
            return
        # a way out with an exception leads through it, too; the program goes on only from the other one
        escaping = self.joined(after, self.joined(before, [seen.get(name, _MISSING) for name in names]))
        mark, waiting = len(self.references), len(self.later)
        self.restore(names, escaping)
        self.execute(finally_)
        on_the_way_out = self.references[mark:]
        del self.references[mark:]
        self.twice = self.twice or len(self.later) > waiting
        self.restore(names, after)
        self.execute(finally_)
        spans = {(raw[1], raw[2]) for raw in self.references[mark:]}
        self.references.extend(raw for raw in on_the_way_out if (raw[1], raw[2]) not in spans)

    # -- scopes --------------------------------------------------------------------------------------------------

    def defaults_of(self, scope: Scope) -> dict[str, Value | None]:
        """What the parameters are by their defaults and annotations, which are evaluated here."""
        found: dict[str, Value | None] = {}
        for parameter in scope.parameters:
            if parameter.annotation is not None:
                said = self.value(parameter.annotation)
                if isinstance(said, Target) and not parameter.star:
                    found[parameter.name] = instance(kinds.plain(said.name))
                elif isinstance(said, Class) and not parameter.star:
                    found[parameter.name] = self.instance_of(said)
            if parameter.default is not None:
                value = uncertain(self.aliased(self.value(parameter.default)))
                if value is not None and parameter.name not in found:
                    found[parameter.name] = value
        return found

    def define(self, scope: Scope) -> None:
        """A function: its defaults now, its body later."""
        defaults = self.defaults_of(scope)
        frame = self.frame
        value = self.summaries.get(scope)
        if value is not None:
            self.bound_as[scope] = value
        self.bind(scope.name, value, scope.name_start)
        owner = frame if frame.is_class else None
        self.later.append(Later(scope, frame, defaults, owner))

    def define_class(self, scope: Scope) -> None:
        """A class: its body now, its methods later."""
        bases = tuple([None if base is None else self.value(base) for base in scope.bases])
        outer, saved_later = self.frame, self.later
        self.frame = frame = Frame({}, scope, outer)
        frame.is_class = True
        frame.bases = bases
        methods: list[Later] = []
        self.later = methods
        self.execute(scope.events)
        self.frame, self.later = outer, saved_later
        saved_later.append(Later(scope, frame, {}, None, methods))
        value = self.summaries.get(scope) or class_value(scope.name, dict(frame.state), bases)
        if value is not None:
            self.bound_as[scope] = value
        self.bind(scope.name, value, scope.name_start)

    def comprehension(self, scope: Scope, first: Binding | None, iterable: Expression | None) -> None:
        """A comprehension runs on the spot, in a scope of its own; its first iterable belongs to the scope around it."""
        items = None if iterable is None else self.item_of(self.aliased(self.value(iterable)))
        outer = self.frame
        self.frame = Frame(dict.fromkeys(scope.bound), scope, outer)
        self.assign(first, items)
        self.execute(scope.events)
        self.frame = outer

    # -- expressions ---------------------------------------------------------------------------------------------

    def value(self, expression: Expression) -> Value | None:
        """What an expression stands for; references in it are emitted."""
        op = expression[0]
        if op == CHAIN:
            result = self.chain(expression)
        elif op == NAME:
            return self.name(expression)
        elif op == ARITH:
            operands = []
            for item in expression[1]:
                value = self.value(item)
                if isinstance(value, Instance):
                    operands.append(value.kind)
            kind = kinds.arithmetic(operands)
            result = instance(kind) if kind is not None else None
        elif op == SEQUENCE:
            items = tuple([None if item is None else self.aliased(self.value(item)) for item in expression[1]])
            result = Sequence(items) if any(item is not None for item in items) else None
        elif op == EITHER:
            result = join_all([None if item is None else self.aliased(self.value(item)) for item in expression[1]])
        elif op == LAMBDA:
            return self.lambda_(expression[1])
        elif op == GETATTR:
            return self.getattr_(expression)
        elif op == KEPT:
            return self.kept.get(id(expression[1]))
        else:
            return None
        if self.recorder is not None and result is not None:
            self.recorder.evaluated(expression, result)
        return result

    def lambda_(self, scope: Scope) -> Value | None:
        """A lambda: a function without a name."""
        defaults = self.defaults_of(scope)
        self.later.append(Later(scope, self.frame, defaults))
        return None

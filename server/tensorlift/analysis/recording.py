"""Questions that not everybody asks: what is bound where, who uses it, and the kind of any expression.

The names are resolved once more, with somebody who takes notes.
"""

from __future__ import annotations

import bisect
from functools import cached_property

from tensorlift.analysis.chains import STARS, Frame
from tensorlift.analysis.facts import Expression, Scope, ScopeKind
from tensorlift.analysis.model import Binding, Evidence
from tensorlift.analysis.parts import Part, Result
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.values import Instance, Sequence, Target, Value
from tensorlift.analysis.world import World

_UNKNOWN = (0, 0)


class Notes:
    """What is noted of one part; offsets count from the part's start."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[int, int], str] = {}
        self.bound_at: list[tuple[Scope | None, str, int, Value | None]] = []
        self.uses: list[tuple[Scope | None, str, int, int]] = []

    def evaluated(self, expression: Expression, value: Value) -> None:
        """An expression of some other form stands for a value."""
        if isinstance(value, Instance) and expression[0] in (2, 3, 4):
            self.kinds[expression[2], expression[3]] = value.kind

    def evaluated_at(self, start: int, end: int, value: Value) -> None:
        """These bytes stand for a value."""
        if isinstance(value, Instance):
            self.kinds[start, end] = value.kind

    def bound(self, frame: Frame, name: str, start: int, value: Value | None) -> None:
        """A scope bound a name."""
        self.bound_at.append((frame.scope, name, start, value))

    def used(self, frame: Frame | None, name: str, start: int, end: int) -> None:
        """A name was found in a scope."""
        if frame is not None:
            self.uses.append((frame.scope, name, start, end))


class Recording:
    """The notes of a whole module."""

    def __init__(
        self,
        parts: list[tuple[int, Part]],
        results: list[Result | None],
        final: dict[str, Value | None],
        source: bytes,
        world: World,
    ) -> None:
        self.parts = parts
        self.final = final
        self.source = source
        self.starts = [start for start, _ in parts]
        self.notes: list[Notes] = []
        state: dict[str, Value | None] = {}
        runs: list[Run] = []
        world.starred()  # look everything up
        for (_, part), result in zip(parts, results, strict=True):
            notes = Notes()
            self.notes.append(notes)
            if result is None:  # nothing concerns this part: it binds and uses no name of which anything is known
                continue
            run = Run(part.facts, world, result.run.summaries)
            run.recorder = notes
            run.run_module(state)
            for scope, value in result.run.bound_as.items():
                if scope.parent is None and state.get(scope.name) == run.bound_as.get(scope):
                    state[scope.name] = value
            runs.append(run)
        for run in runs:
            run.run_later(final)

    @cached_property
    def kinds(self) -> dict[tuple[int, int], str]:
        """Span of an expression -> kind of its value."""
        return {
            (base + start, base + end): kind
            for (base, _), notes in zip(self.parts, self.notes, strict=True)
            for (start, end), kind in notes.kinds.items()
        }

    @cached_property
    def history(self) -> dict[tuple[int, Scope | None, str], list[tuple[int, Value | None]]]:
        """(part, scope, name) -> what was bound, in order of running; the module's own scope is that of part -1."""
        found: dict[tuple[int, Scope | None, str], list[tuple[int, Value | None]]] = {}
        for index, ((base, _), notes) in enumerate(zip(self.parts, self.notes, strict=True)):
            for scope, name, start, value in notes.bound_at:
                key = (-1 if scope is None else index, scope, name)
                found.setdefault(key, []).append((base + start, value))
        return found

    def module_binds(self, name: str) -> bool:
        """Whether the module's own scope binds a name."""
        text = name.encode()
        return any(text in part.source and name in part.facts.bound for _, part in self.parts)

    def scopes_at(self, offset: int) -> tuple[int, list[Scope]]:
        """The part that holds an offset, and the scopes around it from the innermost."""
        if not self.parts:
            return 0, []
        index = max(0, bisect.bisect_right(self.starts, offset) - 1)
        base, part = self.parts[index]
        inner = offset - base
        around = [scope for scope in part.facts.scopes if scope.body_start <= inner <= scope.end]
        around.sort(key=lambda scope: (scope.body_start, -scope.end), reverse=True)
        return index, around

    def lookup(self, name: str, offset: int) -> Value | None:
        """What an identifier would stand for at an offset."""
        index, around = self.scopes_at(offset)
        for depth, scope in enumerate(around):
            if scope.kind is ScopeKind.CLASS and depth:
                continue
            if name in scope.globals:
                break
            if name not in scope.bound:
                continue
            entries = self.history.get((index, scope, name), [])
            if depth == 0:
                entries = [entry for entry in entries if entry[0] <= offset]
            return entries[-1][1] if entries else None
        if any(scope.kind is not ScopeKind.COMPREHENSION and scope.kind is not ScopeKind.CLASS for scope in around):
            return self.final.get(name) or self.starred(name)
        entries = [entry for entry in self.history.get((-1, None, name), []) if entry[0] <= offset]
        return entries[-1][1] if entries else self.starred(name)

    def starred(self, name: str) -> Value | None:
        """What a star import brings."""
        return None

    def is_bound(self, name: str, offset: int) -> bool:
        """Whether an identifier means something at an offset, or at module level."""
        if name in self.final or self.module_binds(name):
            return True
        _, around = self.scopes_at(offset)
        return any(name in scope.bound for scope in around)

    @cached_property
    def bindings(self) -> list[Binding]:
        """The names that stand for something of a tracked package."""
        uses: dict[tuple[int, Scope | None, str], set[tuple[int, int]]] = {}
        for index, ((base, _), notes) in enumerate(zip(self.parts, self.notes, strict=True)):
            for scope, name, start, end in notes.uses:
                key = (-1 if scope is None else index, scope, name)
                uses.setdefault(key, set()).add((base + start, base + end))
        found: dict[tuple[object, ...], Binding] = {}
        for index, ((base, part), notes) in enumerate(zip(self.parts, self.notes, strict=True)):
            if not notes.bound_at:
                continue
            items = {fact_item[2]: fact_item for fact in part.facts.imports for fact_item in fact.items}
            for scope, name, start, value in notes.bound_at:
                if not isinstance(value, Target) or value.evidence is Evidence.GUESS:
                    continue
                key = (-1 if scope is None else index, scope, name)
                span = (0, len(self.source)) if scope is None else (base + scope.start, base + scope.end)
                item = items.get(start)
                end = item[3] if item is not None else start + len(name.encode())
                binding = Binding(
                    name,
                    value.name,
                    base + start,
                    base + end,
                    span,
                    item is not None,
                    tuple(sorted(uses.get(key, ()))),
                )
                found[name, base + start, span] = binding
        return sorted(found.values(), key=lambda binding: (binding.start, binding.end))


__all__ = ["STARS", "Recording", "Sequence"]

"""From parts to results: what the names of a module stand for, across its parts.

Module-level code runs from top to bottom; bodies of functions see the module's last state. What a function returns, and what
the attributes of a class are, is learned from their bodies and known to others in the next round; rounds repeat until
nothing new is learned. So the result does not depend on any order but that of the source.

A part that mentions no name of which anything is known is not even parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tensorlift.analysis import kinds
from tensorlift.analysis.chains import STARS
from tensorlift.analysis.facts import Scope
from tensorlift.analysis.parts import Part, Result
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.values import Value, join
from tensorlift.analysis.world import World

MAX_ROUNDS: Final = 4

State = dict[str, Value | None]

# What may bring a value into a part that mentions nothing known: imports, and names that are guessed from.
_SEEDS: Final = re.compile(
    rb"\b(?:import|__import__|getattr|"
    + b"|".join(re.escape(name.encode()) for name in sorted(kinds.GUESSES))
    + rb")\b"
)


_STAR: Final = re.compile(rb"\bimport\s*\(?\s*\*")


@dataclass(slots=True)
class Solution:
    """The results of all parts (None for those that nothing concerns), the module's last state, and whether nothing new would be
    learned in another round."""

    results: list[Result | None]
    final: State
    converged: bool


class Interest:
    """Which parts can have anything to do with names of which something is known."""

    def __init__(self) -> None:
        self.names: dict[str, bytes] = {}
        self.everything = False

    def learn(self, state: State, names: object = None) -> None:
        """Names of a state of which something is known."""
        for name in state if names is None else names:  # type: ignore[attr-defined]
            if name not in self.names and state.get(name) is not None:
                self.names[name] = name.encode()
                if name == STARS:
                    self.everything = True

    def has(self, part: Part) -> bool:
        """Whether a part mentions any of them, or could bring its own."""
        if self.everything or part.facts_known:
            return True
        text = part.source
        if _SEEDS.search(text) is not None:
            return True
        return any(name in text and (len(name) > 4 or _word(name).search(text)) for name in self.names.values())


@lru_cache(maxsize=1024)
def _word(name: bytes) -> re.Pattern[bytes]:
    """A short name as a whole word: ``tf`` is not in ``outfile``."""
    return re.compile(rb"(?<![\w\x80-\xff])" + re.escape(name) + rb"(?![\w\x80-\xff])")


def solve(parts: list[Part], world: World) -> Solution:
    """The result of every part, and the module's last state."""
    interest = Interest()
    results: list[Result | None] = [None] * len(parts)
    summaries: dict[Scope, Value] = {}
    extra: State = {}
    final: State = {}
    dirty: set[str] | None = None
    converged = False
    for _ in range(MAX_ROUNDS):
        state: State = {}
        rerun: list[Result] = []
        for index, part in enumerate(parts):
            result = results[index]
            if result is None:
                if not interest.has(part):
                    continue
            elif dirty is not None and dirty.isdisjoint(part.facts.names):
                _replay(part, result, state, dirty, summaries, world)
                continue
            result = results[index] = Result(Run(part.facts, world, summaries))
            run_now(part, result, state)
            interest.learn(state, result.writes)
            rerun.append(result)
        final = dict(state)
        for name, value in extra.items():
            final[name] = join(value, final.get(name))
        interest.learn(final)
        for index, part in enumerate(parts):
            if results[index] is None and interest.has(part):
                # nothing that it mentions was known when its own statements ran
                result = results[index] = Result(Run(part.facts, world, summaries))
                run_now(part, result, {})
                rerun.append(result)
        for result in rerun:
            run_later(result, final)
        learned, extra_now, dirty = _news(results)
        dirty |= {name for name in extra_now.keys() | extra.keys() if extra_now.get(name) != extra.get(name)}
        if not dirty:
            converged = True
            break
        summaries, extra = learned, extra_now
        for name in dirty:
            interest.names.setdefault(name, name.encode())
    return Solution(results, final, converged)


def run_now(part: Part, result: Result, state: State) -> None:
    """The statements of a part's module-level code."""
    before = dict(state) if _STAR.search(part.source) is not None else None
    result.run.run_module(state)
    result.now = result.run.references
    result.writes = {name: state[name] for name in part.facts.bound if name in state}
    if STARS in state:
        result.writes[STARS] = state[STARS]
    if before is not None:  # what a star import binds is not written in the part
        result.writes.update((name, value) for name, value in state.items() if before.get(name) is not value)


def run_later(result: Result, final: State) -> None:
    """The bodies of a part's functions."""
    run = result.run
    run.run_later(final)
    result.later = run.references
    result.learned = run.learned
    result.global_writes = run.global_writes


def _replay(
    part: Part, result: Result, state: State, dirty: set[str], summaries: dict[Scope, Value], world: World
) -> None:
    """What a part that need not run again did to the module's state."""
    facts = part.facts
    for name in facts.bound:
        if name not in result.writes:
            state.pop(name, None)
    state.update(result.writes)
    if not dirty.isdisjoint(facts.bound):
        for scope in facts.scopes:
            if scope.parent is None and scope.name in dirty and scope in summaries:
                value = result.run.bound_as[scope] = summaries[scope]
                state[scope.name] = result.writes[scope.name] = value
                world.note(scope.name, value)


def _news(results: list[Result | None]) -> tuple[dict[Scope, Value], State, set[str]]:
    """What was learned of functions and classes, what functions wrote to globals, and the names of which that is news."""
    learned: dict[Scope, Value] = {}
    extra: State = {}
    dirty: set[str] = set()
    for result in results:
        if result is None:
            continue
        bound = result.run.bound_as
        if bound or result.learned:
            learned.update(result.learned)
            for scope in bound.keys() | result.learned.keys():
                if bound.get(scope) != result.learned.get(scope):
                    dirty.add(scope.name)
        for name, value in result.global_writes.items():
            extra[name] = join(value, extra[name]) if name in extra else value
    return learned, extra, dirty

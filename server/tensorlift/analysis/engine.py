"""From parts to results: what the names of a module stand for, across its parts.

Module-level code runs from top to bottom; bodies of functions see the module's last state. What a function returns, and what
the attributes of a class are, is learned from their bodies and known to others in the next round; rounds repeat until
nothing new is learned. So the result does not depend on any order but that of the source.
"""

from __future__ import annotations

from typing import Final

from tensorlift.analysis.facts import Scope
from tensorlift.analysis.parts import Part, Result
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.values import Value, join
from tensorlift.analysis.world import World

MAX_ROUNDS: Final = 4

State = dict[str, Value | None]


def run_all(parts: list[Part], world: World) -> tuple[list[Result], State]:
    """The result of every part, and the module's last state."""
    results: list[Result] = []
    summaries: dict[Scope, Value] = {}
    extra: State = {}
    final: State = {}
    dirty: set[str] | None = None
    for _ in range(MAX_ROUNDS):
        state: State = {}
        fresh: list[Result] = []
        stale: list[bool] = []
        for index, part in enumerate(parts):
            facts = part.facts
            rerun = dirty is None or not dirty.isdisjoint(facts.names)
            stale.append(rerun)
            if rerun:
                result = Result(Run(facts, world, summaries))
                result.run.run_module(state)
                result.now = result.run.references
                result.writes = {name: state[name] for name in facts.bound if name in state}
            else:
                result = results[index]
                for name in facts.bound:
                    if name not in result.writes:
                        state.pop(name, None)
                state.update(result.writes)
                if dirty is not None and not dirty.isdisjoint(facts.bound):
                    for scope in facts.scopes:
                        if scope.parent is None and scope.name in dirty and scope in summaries:
                            value = result.run.bound_as[scope] = summaries[scope]
                            state[scope.name] = result.writes[scope.name] = value
                            world.note(scope.name, value)
            fresh.append(result)
        final = dict(state)
        for name, value in extra.items():
            final[name] = join(value, final.get(name))
        for result, rerun in zip(fresh, stale, strict=True):
            if rerun:
                result.run.run_later(final)
                result.later = result.run.references
                result.learned = result.run.learned
                result.global_writes = result.run.global_writes
        results = fresh
        learned: dict[Scope, Value] = {}
        extra_now: State = {}
        for result in results:
            learned.update(result.learned)
            for name, value in result.global_writes.items():
                extra_now[name] = join(value, extra_now.get(name))
        dirty = set()
        for result in results:
            bound = result.run.bound_as
            if bound or result.learned:
                dirty |= {
                    scope.name
                    for scope in bound.keys() | result.learned.keys()
                    if bound.get(scope) != result.learned.get(scope)
                }
        dirty |= {name for name in extra_now.keys() | extra.keys() if extra_now.get(name) != extra.get(name)}
        if not dirty:
            break
        summaries, extra = learned, extra_now
    return results, final


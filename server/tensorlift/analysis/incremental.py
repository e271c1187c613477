"""From one version of a module to the next.

Parts that did not change are taken over as they are (``parts.cut``). Their results are, too, when what did change leaves the
surroundings of all others as they were: the same names bound to the same values, the same things learned of functions
and classes. Whenever that is in doubt, all results are computed anew, from parts that need no reading.
"""

from __future__ import annotations

from tensorlift.analysis.chains import STARS
from tensorlift.analysis.engine import MAX_ROUNDS, Interest, Solution, State, run_later, run_now, solve
from tensorlift.analysis.facts import Scope
from tensorlift.analysis.parts import Part, Placed, Result
from tensorlift.analysis.resolve import Run
from tensorlift.analysis.values import Value
from tensorlift.analysis.world import World

# Names whose being bound at all makes a difference.
_SPECIAL = frozenset({STARS, "getattr", "__import__", "importlib"})


def solve_again(new: list[Placed], old: list[Placed], before: Solution, world: World) -> Solution:
    """The solution for ``new``, given that for an earlier version."""
    parts = [placed.part for placed in new]
    known = _unchanged(new, old, before, world)
    return known if known is not None else solve(parts, world)


def _unchanged(new: list[Placed], old: list[Placed], before: Solution, world: World) -> Solution | None:
    """The solution when the surroundings of all unchanged parts are the same; None when that is in doubt."""
    if not before.converged or not before.results or STARS in before.final:
        return None
    head = 0
    limit = min(len(new), len(old))
    while head < limit and new[head].part is old[head].part:
        head += 1
    tail = 0
    while tail < limit - head and new[-1 - tail].part is old[-1 - tail].part:
        tail += 1
    outgoing = [
        (placed.part, result)
        for placed, result in zip(old[head : len(old) - tail], before.results[head : len(old) - tail], strict=True)
    ]
    incoming = [placed.part for placed in new[head : len(new) - tail]]
    if not outgoing and not incoming:
        return Solution(before.results, before.final, True)
    if any(b"import" in part.source for part in incoming) and world.resolver is not None:
        return None

    # the module's state in front of what changed, and what it made of that before
    state: State = {}
    for result in before.results[:head]:
        if result is not None:
            state.update(result.writes)
    was = dict(state)
    for _, result in outgoing:
        if result is not None:
            was.update(result.writes)
    interest = Interest()
    interest.learn(before.final)
    interest.learn(was)

    summaries: dict[Scope, Value] = {}
    results: list[Result | None] = []
    became: State = {}
    for _ in range(MAX_ROUNDS):
        results = []
        became = dict(state)
        for part in incoming:
            if not interest.has(part):
                results.append(None)
                continue
            result = Result(Run(part.facts, world, summaries))
            run_now(part, result, became)
            for name, value in became.items():
                world.note(name, value)
            results.append(result)
        learned: dict[Scope, Value] = {}
        stable = True
        for result in results:
            if result is not None:
                run_later(result, before.final)
                learned.update(result.learned)
                bound = result.run.bound_as
                if any(bound.get(scope) != result.learned.get(scope) for scope in bound.keys() | result.learned.keys()):
                    stable = False
        if stable:
            break
        summaries = learned
    else:
        return None
    gone = [part for part, result in outgoing if result is not None]
    if not _same_effect(was, became, gone, results, incoming):
        return None
    if _writes_globals(outgoing) != _writes_globals(list(zip(incoming, results, strict=True))):
        return None
    if _feeds_itself(incoming, results, new, before, head, tail):
        return None
    tail_results = before.results[len(before.results) - tail :] if tail else []
    return Solution([*before.results[:head], *results, *tail_results], before.final, True)


def _same_effect(
    was: State, became: State, gone: list[Part], results: list[Result | None], incoming: list[Part]
) -> bool:
    """Whether the module's state behind the changed parts is what it was, as far as anybody can tell."""
    for name in was.keys() | became.keys():
        if was.get(name) != became.get(name):
            return False
    for part in (*gone, *(part for part, result in zip(incoming, results, strict=True) if result is not None)):
        if not _SPECIAL.isdisjoint(part.facts.bound):
            return False
    return True


def _writes_globals(parts: list[tuple[Part, Result | None]]) -> list[State]:
    """What functions of some parts write to global names."""
    return [result.global_writes for _, result in parts if result is not None and result.global_writes]


def _feeds_itself(
    incoming: list[Part],
    results: list[Result | None],
    new: list[Placed],
    before: Solution,
    head: int,
    tail: int,
) -> bool:
    """Whether what is learned of the changed parts may depend on itself by way of others: then it cannot be taken over."""
    names = {scope.name for result in results if result is not None for scope in result.learned if scope.parent is None}
    if not names:
        return False
    reads = {
        name for part, result in zip(incoming, results, strict=True) if result is not None for name in part.facts.names
    }
    others = [
        (new[index].part, result)
        for index, result in (
            *enumerate(before.results[:head]),
            *zip(
                range(len(new) - tail, len(new)),
                before.results[len(before.results) - tail :] if tail else [],
                strict=True,
            ),
        )
        if result is not None and (result.learned or result.global_writes)
    ]
    reached: set[str] = set()
    frontier = names
    while frontier:
        fed: set[str] = set()
        for part, result in others:
            if not frontier.isdisjoint(part.facts.names):
                fed |= {scope.name for scope in result.learned if scope.parent is None} | result.global_writes.keys()
        frontier = fed - reached
        reached |= fed
    return not reached.isdisjoint(reads)

"""What became of a TensorFlow 1.15 endpoint in an era, by comparing facts; nothing curated yet.

In the era's TensorFlow, for the endpoint ``tf.N``:

1. ``tf.N is tf.compat.v1.N``: the same.
2. ``tf.compat.v1.N is tf.M``: moved to ``tf.M``.
3. ``tf.N`` is another object: the name is ambiguous; ``tf.compat.v1.N`` is TF1's.
4. only ``tf.compat.v1.N``: compat-only.
5. nowhere: gone.

On 2.16 and later ``tf.keras`` and what is made of it are Keras 3; TF1's objects are there with legacy Keras switched
on.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from facts import Era, Facts, Name, Parameters

SAME, MOVED, SIGNATURE, COMPAT_ONLY, GONE = "same", "moved", "signature", "compat-only", "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``expression`` takes what 1.15's endpoint took, ``parameters`` are its. ``breaks`` lists what may fail in a
    call."""

    fate: str
    expression: str | None
    parameters: Parameters | None
    breaks: tuple[str, ...] = ()
    ambiguous: bool = False
    legacy_keras: bool = False


def refused(old: Parameters, new: Parameters) -> list[str]:
    """Parameters of ``old`` that ``new`` doesn't take."""
    names = {name for name, _, _ in new}
    if any(kind == "var_keyword" for _, _, kind in new):
        return []
    return [name for name, _, kind in old if name not in names and not kind.startswith("var_")]


def unmapped(old: Parameters, new: Parameters, taken: set[str], *, rename: bool) -> list[tuple[str, str]]:
    """What to do with parameters that ``new`` doesn't have: refuse a call that gives one, or, where the two are known
    to mean the same place by place (``rename``), call it as it is called there."""
    old_names = {name for name, _, _ in old}
    places = [name for name, _, kind in new if kind == "positional"]
    found = []
    for name in refused(old, new):
        index = next(index for index, (known, _, _) in enumerate(old) if known == name)
        there = places[index] if index < len(places) else None
        fits = rename and old[index][2] == "positional" and there is not None and there not in old_names | taken
        found.append((name, there if fits and there is not None else "!refuse"))
    return found


def breaking(old: Parameters | None, new: Parameters | None) -> tuple[str, ...]:
    """Ways in which a call written for ``old`` fails or means something else with ``new``; empty when none is known."""
    if old is None or new is None or is_anything(old):
        return ()
    found = [f"gone: {name}" for name in refused(old, new)]
    old_places = [name for name, _, kind in old if kind == "positional"]
    new_places = [name for name, _, kind in new if kind == "positional"]
    takes_more = any(kind == "var_positional" for _, _, kind in new)
    gone = set(refused(old, new))
    for index, name in enumerate(old_places):
        if name in gone:
            continue
        if index >= len(new_places):
            if not takes_more:
                found.append(f"place: {name}")
        elif new_places[index] != name:
            found.append(f"place: {name}")
    if any(kind == "var_positional" for _, _, kind in old) and not takes_more:
        found.append("place: *")
    old_names = {name for name, _, _ in old}
    if not any(kind.startswith("var_") for _, _, kind in old):
        found += [
            f"required: {name}"
            for name, default, kind in new
            if default is None and not kind.startswith("var_") and name not in old_names
        ]
    return tuple(found)


def is_anything(parameters: Parameters) -> bool:
    """``(*args, **kwargs)``: a wrapper whose real signature the source doesn't say."""
    kinds = [kind for _, _, kind in parameters if kind != "positional"]
    return (
        bool(kinds)
        and all(kind.startswith("var_") for kind in kinds)
        and len(parameters) <= 2
        and len(kinds) == len(parameters)
    )


def public_rank(name: str, leaf: str) -> tuple[bool, bool, bool, bool, bool, int, str]:
    """Which of an object's public names reads best: stable, the old leaf, short. `tf.optimizers` and its like are
    bound to one Keras when TensorFlow is imported, before a program can choose the other: `tf.keras.optimizers` is
    not."""
    return (
        "experimental" in name,
        name.startswith("tf.raw_ops."),
        name.rpartition(".")[2] != leaf,
        name.startswith("tf.keras.backend."),
        name.startswith(("tf.optimizers.", "tf.losses.", "tf.metrics.", "tf.initializers.")),
        len(name),
        name,
    )


class Deriver:
    """Answers :meth:`outcome` for the endpoints of one set of facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._public: dict[str, dict[str, list[str]]] = {}
        for era, data in facts.eras.items():
            groups: dict[str, list[str]] = defaultdict(list)
            for name, fact in data.names.items():
                if not name.startswith("tf.compat.") and not fact.failure:
                    groups[fact.group].append(name)
            self._public[era] = groups
        self._cache: dict[tuple[str, str], Outcome] = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        for name in facts.old:
            self._children[name.rpartition(".")[0]].append(name)

    def outcome(self, endpoint: str, era: str) -> Outcome:
        """What became of a core endpoint."""
        key = endpoint, era
        if key not in self._cache:
            self._cache[key] = self._outcome(endpoint, era)
        return self._cache[key]

    def _outcome(self, endpoint: str, era: str) -> Outcome:
        if endpoint == "tf":
            return Outcome(SAME, None, None)
        if era == "216" and is_keras(endpoint):
            return self._under_legacy(endpoint)
        found = (
            self._module(endpoint, era) if self.facts.old[endpoint].kind == "module" else self._object(endpoint, era)
        )
        if era == "216" and found.fate == GONE:
            legacy = self.outcome(endpoint, "legacy")
            if legacy.fate != GONE:
                return replace(legacy, legacy_keras=True)
        if era == "legacy" and self._needs_keras(endpoint, found):
            return replace(found, legacy_keras=True)
        return found

    def _needs_keras(self, endpoint: str, found: Outcome) -> bool:
        """With legacy Keras on: whether the replacement would be something else without it."""
        if found.fate == GONE or found.expression is None:
            return False
        other = self.facts.eras["216"].names.get(found.expression)
        return is_keras(found.expression) or other is None or bool(other.failure)

    def _under_legacy(self, endpoint: str) -> Outcome:
        """``tf.keras`` on Keras 3: what legacy Keras has, and whether Keras 3 has the name too."""
        legacy = self.outcome(endpoint, "legacy")
        exists = endpoint in self.facts.eras["216"].names
        if legacy.fate == GONE:
            return legacy
        if legacy.fate == SAME:
            fate = SIGNATURE if exists else GONE
            return Outcome(fate, endpoint, legacy.parameters, ambiguous=exists, legacy_keras=True)
        return replace(legacy, legacy_keras=True, ambiguous=exists)

    def _object(self, endpoint: str, era: str) -> Outcome:
        names = self.facts.eras[era].names
        old = self.facts.old[endpoint]
        one, now = _present(names, f"tf.compat.v1{endpoint[2:]}"), _present(names, endpoint)
        if one is None:
            if now is None:
                return Outcome(GONE, None, None)
            one = now  # public without a v1 twin: the same name, as far as anybody can see
        breaks = breaking(old.parameters, one.parameters)
        if now is not None and now.group == one.group:
            if not breaks:
                return Outcome(SAME, None, now.parameters)
            return Outcome(SIGNATURE, endpoint, now.parameters, breaks, ambiguous=True)
        public = self.best_public(one, endpoint, era)
        if public is not None:
            return Outcome(MOVED, public, one.parameters, breaks, ambiguous=now is not None)
        fate = COMPAT_ONLY if now is None else SIGNATURE
        return Outcome(fate, f"tf.compat.v1{endpoint[2:]}", one.parameters, breaks, ambiguous=now is not None)

    def best_public(self, fact: Name, endpoint: str, era: str) -> str | None:
        """The best public name of an object outside ``tf.compat``."""
        leaf = endpoint.rpartition(".")[2]
        names = [name for name in self._public[era].get(fact.group, ()) if not name.startswith("tf.experimental.numpy")]
        return min(names, key=lambda name: public_rank(name, leaf)) if names else None

    def _module(self, endpoint: str, era: str) -> Outcome:
        names = self.facts.eras[era].names
        twin = f"tf.compat.v1{endpoint[2:]}"
        children = [self.outcome(child, era).fate for child in self._children.get(endpoint, ())]
        here, there = _present(names, endpoint), _present(names, twin)
        if here is not None and all(fate == SAME for fate in children):
            return Outcome(SAME, None, None)
        if there is None:
            return Outcome(SIGNATURE if here else GONE, endpoint if here else None, None, ambiguous=here is not None)
        fate = SIGNATURE if here is not None else COMPAT_ONLY
        return Outcome(fate, twin, None, ambiguous=here is not None)


def _present(names: dict[str, Name], name: str) -> Name | None:
    found = names.get(name)
    return found if found is not None and not found.failure else None


def is_keras(name: str) -> bool:
    """Whether a name is of ``tf.keras`` (or ``tf.compat.v1.keras``)."""
    name = name.replace("tf.compat.v1.", "tf.", 1)
    return name == "tf.keras" or name.startswith("tf.keras.")


def literal(text: str | None) -> tuple[bool, object]:
    """A default's value when its text is a literal."""
    if text is None:
        return False, None
    try:
        return True, ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return False, None


def class_members(era: Era, name: str) -> Iterable[str]:
    """Names of the members of a class of an era."""
    return era.members_of(name) or ()

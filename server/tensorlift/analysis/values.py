"""What a name can stand for while a program is read: abstract values.

``None`` stands for everything that we know nothing of. All values are immutable and equal by content, so that "has anything
changed?" is one comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from tensorlift.analysis.model import Evidence


@dataclass(frozen=True, slots=True)
class Target:
    """A name of a tracked package: ``tf``, ``tf.layers``, ``tf.nn.conv2d``. ``certain``: it is that on every way."""

    name: str
    evidence: Evidence
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Instance:
    """A value of a known kind: ``tf.Session``."""

    kind: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Many:
    """A list, tuple or iterable of things of one kind."""

    item: Value


@dataclass(frozen=True, slots=True)
class Sequence:
    """A tuple or list display."""

    items: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One of the program's own functions: what a call of it gives."""

    returns: Value | None
    is_property: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """One of the program's own classes: what its instances' attributes are."""

    name: str
    attributes: Mapping[str, Value | None]
    bases: tuple[Value | None, ...] = ()


def class_value(name: str, attributes: Mapping[str, Value | None], bases: tuple[Value | None, ...]) -> Class | None:
    """The value of one of the program's own classes; None when nothing worth knowing is known of it.

    Attributes of which nothing is known count where a tracked package's class is inherited from: they hide what that defines.
    """
    if any(base is not None for base in bases):
        return Class(name, attributes, bases)
    known = {attribute: value for attribute, value in attributes.items() if value is not None}
    return Class(name, known, ()) if known else None


def function_value(returns: Value | None, is_property: bool = False) -> Function | None:
    """The value of one of the program's own functions; None when nothing is known of what it returns."""
    return None if returns is None else Function(returns, is_property)


@dataclass(frozen=True, slots=True)
class Object:
    """An instance of one of the program's own classes."""

    of: Class


@dataclass(eq=False, slots=True)
class Self:
    """The instance inside a method of its class, while the class is still being read."""

    attributes: dict[str, Value | None]
    bases: tuple[Value | None, ...]
    read: dict[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModuleOf:
    """Another module of the program, or of a package that is not tracked."""

    module: str | None
    level: int


Value: TypeAlias = Target | Instance | Many | Sequence | Function | Class | Object | Self | ModuleOf


@lru_cache(maxsize=4096)
def target(name: str, evidence: Evidence, certain: bool = True) -> Target:
    """The one Target of that name."""
    return Target(name, evidence, certain)


def uncertain(value: Value | None) -> Value | None:
    """The same value, which may also be something else."""
    if isinstance(value, Target) and value.certain:
        return target(value.name, value.evidence, False)
    return value


@lru_cache(maxsize=4096)
def instance(kind: str, evidence: Evidence = Evidence.VALUE) -> Instance:
    """The one Instance of that kind."""
    return Instance(kind, evidence)


def _rank(value: Value) -> int:
    """How much a value is preferred where two meet. ``tf.contrib`` and private modules lose against what replaces them,
    ``tf.compat.v1`` wins: a version guard takes that branch on every TensorFlow that has it."""
    if isinstance(value, Target):
        name = value.name
        if name == "tf.compat.v1" or name.startswith("tf.compat.v1."):
            return 6
        if name.startswith(("tf.contrib", "tf.python", "tf.examples")):
            return 4
        return 5
    if isinstance(value, Instance):
        return 2 if value.evidence is Evidence.GUESS else 3
    return 1


def join(first: Value | None, second: Value | None) -> Value | None:
    """What a name stands for after two ways met: what is known wins against what is not, the first wins a tie.

    An alias that meets anything else is not certain any more. A name that only imports bind stays certain: where its import failed,
    it has no attributes to speak of.
    """
    if first is second:
        return first
    if first is None:
        return second if second is None or _imported(second) else uncertain(second)
    if second is None:
        return first if _imported(first) else uncertain(first)
    if first == second:
        return first
    winner = second if _rank(second) > _rank(first) else first
    return winner if _imported(first) and _imported(second) else uncertain(winner)


def _imported(value: Value) -> bool:
    return isinstance(value, Target) and value.evidence is Evidence.IMPORT


def join_all(values: Iterable[Value | None]) -> Value | None:
    """What may be any of some values."""
    result: Value | None = None
    first = True
    for value in values:
        result = value if first else join(result, value)
        first = False
    return result

"""What a name can stand for while a program is read: abstract values.

``None`` stands for everything that we know nothing of. All values are immutable and equal by content, so that "has anything
changed?" is one comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from tensorlift.analysis.model import Evidence


@dataclass(frozen=True, slots=True)
class Target:
    """A name of a tracked package: ``tf``, ``tf.layers``, ``tf.nn.conv2d``."""

    name: str
    evidence: Evidence


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
def target(name: str, evidence: Evidence) -> Target:
    """The one Target of that name."""
    return Target(name, evidence)


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
    """What a name stands for after two ways met: what is known wins against what is not, the first wins a tie."""
    if first is None or first is second:
        return second
    if second is None or first == second:
        return first
    return second if _rank(second) > _rank(first) else first

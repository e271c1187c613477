"""The catalog's vocabulary: endpoints, parameters, verdicts and replacements.

An *endpoint* is a dotted public name as a TensorFlow 1 program sees it, always spelled from ``tf.``:
``tf.Session``, ``tf.Session.run``, ``tf.contrib.layers.xavier_initializer``. Names that other packages own keep their
own root: ``tf_slim.conv2d``, ``absl.flags.DEFINE_string``, ``keras.optimizers.Adam``.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Era(enum.Enum):
    """A span of TensorFlow releases in which every endpoint has one fate."""

    TF215 = "2.15"  # 2.0 to 2.15: Keras 2, tf.estimator is there
    TF216 = "2.16"  # 2.16 to the newest known: Keras 3
    LEGACY = "legacy"  # 2.16 to the newest known with TF_USE_LEGACY_KERAS=1 and tf_keras


class Target(enum.Enum):
    """Where the user wants to go."""

    COMPAT = "compat"  # same behaviour, on tf.compat.v1
    NATIVE = "native"  # TensorFlow 2 style, no tf.compat.v1


class Kind(enum.Enum):
    """What an endpoint is."""

    FUNCTION = "function"
    CLASS = "class"
    MODULE = "module"
    CONSTANT = "constant"
    METHOD = "method"
    PROPERTY = "property"


class Fate(enum.Enum):
    """What became of a TensorFlow 1.15 endpoint in a later era. The values are those of ``explain --format json``."""

    SAME = "same"  # the same name means the same thing
    MOVED = "moved"  # the same object has another public name
    SIGNATURE = "signature"  # the name is there, but it takes other arguments or does something else
    COMPAT_ONLY = "compat-only"  # only under tf.compat.v1
    GONE = "gone"  # not in TensorFlow any more


class Applicability(enum.Enum):
    """What is promised of an automatic edit."""

    SAFE = "safe"  # same values, same side effects
    UNSAFE = "unsafe"  # right in the common case; wants a person's eye
    GUIDE = "guide"  # no edit: the message says what to write


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function's signature. ``default`` is source text, ``None`` when the argument is required."""

    name: str
    default: str | None = None
    kind: str = "positional"  # positional | keyword | var_positional | var_keyword


@dataclass(frozen=True, slots=True)
class ArgumentMap:
    """How a call's arguments become those of the replacement.

    ``changes`` maps an old parameter to what is written instead:

    * ``"axis"``: the same value under a new name;
    * ``"rate = 1 - {}"``: an expression in which ``{}`` is the old argument's text (parenthesised where needed);
    * ``"!drop"``: the argument had no effect on what is computed and is removed;
    * ``"!drop-if DEFAULT"``: removed when its text is that literal, else the call is left with the finding;
    * ``"!refuse"``: a call that gives this argument cannot be rewritten (``fallback`` is used when there is one).

    A parameter not named here keeps its name. ``additions`` are keyword arguments that must be written out when the
    call does not give them (TF1's default differs from the replacement's), as source text.
    """

    old: tuple[Parameter, ...]
    new: tuple[Parameter, ...]
    changes: Mapping[str, str] = field(default_factory=dict)
    additions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replacement:
    """What to write instead of an endpoint.

    ``expression`` is a dotted name (``tf.math.log``, ``tf_slim.conv2d``, ``absl.flags.FLAGS``) or
    ``support:NAME`` for a definition that the migration places in the user's support module.
    ``arguments`` is ``None`` when every call stays as it is. ``fallback`` is a dotted name that takes the original
    arguments unchanged; it serves a call whose arguments cannot be mapped, and a reference that is no call.
    """

    expression: str
    package: str
    applicability: Applicability
    arguments: ArgumentMap | None = None
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an endpoint is in one era, and what to do for one target.

    ``replacement`` is ``None`` when nothing has to be written, or when only ``note`` can help.
    ``needs_legacy_keras`` says that the replacement runs on 2.16 and later only with legacy Keras switched on.
    ``rule`` is the code of the rule that reports it, such as ``TL103``; ``""`` when there is nothing to report.
    """

    endpoint: str
    kind: Kind
    fate: Fate
    replacement: Replacement | None
    note: str
    rule: str
    needs_legacy_keras: bool = False
    # True when the name exists in the era but stands for another object (or signature) than in 1.15, so that a
    # reference is wrong only in a program that was written for TensorFlow 1.
    ambiguous: bool = False
    # True for a member of a class (tf.Session.run) of which only the class's own verdict is to be said: spelled out
    # (tf.GraphKeys.LOSSES) it moves with its class; on a value (sess.run) there is nothing to write.
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One public name of TensorFlow 1.15 (or of a private module that programs use) with its facts."""

    name: str
    kind: Kind
    parameters: tuple[Parameter, ...] | None  # None: not callable, or unknown

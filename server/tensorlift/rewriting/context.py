"""What a rule may look at: one module, the catalog, and what the user asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlift.analysis.model import Context, Evidence, Reference
from tensorlift.catalog.model import Era, Fate, Kind, Target, Verdict
from tensorlift.text.document import Document

if TYPE_CHECKING:
    from tensorlift.analysis.module import Module
    from tensorlift.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Program:
    """What is known of the program that a module belongs to.

    ``support`` is the dotted name under which the module imports the program's support module, which can hold any of
    ``definitions``. ``v1_behavior`` and
    ``legacy_keras`` say that something in the program switches them already. ``written_for_tf1`` is ``True`` when the
    rest of the program (its requirements, the modules around) was written for TensorFlow 1.
    """

    support: str = "tf1_support"
    definitions: frozenset[str] = frozenset()
    v1_behavior: bool = False
    legacy_keras: bool = False
    written_for_tf1: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A reference and what the catalog says of it. ``endpoint`` is the part of the reference's name that the catalog
    knows, ``end`` where it ends in the source."""

    reference: Reference
    endpoint: str
    end: int
    verdict: Verdict


@dataclass(frozen=True)
class ModuleContext:
    """One module under one target. ``era`` is the one that replacements are looked up in: for the compat target on 2.16
    and later that is the era of legacy Keras, which a migrated program switches on where it needs it."""

    document: Document
    module: Module
    catalog: Catalog
    era: Era
    target: Target
    program: Program = field(default_factory=Program)
    # Whether the module was written for TensorFlow 1, so that names which exist before and after mean the old ones.
    written_for_tf1: bool = False
    # Keep the code as it is on `import tensorflow.compat.v1 as tf`; mend only what is not there either.
    unchanged: bool = False

    @property
    def source(self) -> bytes:
        """The module's UTF-8 source."""
        return self.document.source

    def text(self, start: int, end: int) -> str:
        """Source text of a byte span."""
        return self.document.source[start:end].decode("utf-8", "replace")


def lookup_era(era: Era, target: Target) -> Era:
    """The era in which a target's replacements are looked up."""
    return Era.LEGACY if era is Era.TF216 and target is Target.COMPAT else era


# Endpoints that do not tell when a program was written, though TensorFlow 2 lost them: libraries use them to tell
# versions apart.
_BOTH = ("tf.compat.", "tf.python", "tf.core", "tf.keras", "tf.estimator", "tf.lite", "tf.distribute")
_NO_EVIDENCE = ("tf.contrib",)


def written_for_tf1(references: Sequence[Reference], catalog: Catalog) -> bool:
    """Whether a module has an unmistakable TensorFlow 1 use: a name that no TensorFlow 2 release has had at that
    place, spelled without ``compat.v1``."""
    for reference in references:
        name = reference.name
        if not name.startswith("tf.") or reference.evidence in (Evidence.VALUE, Evidence.GUESS):
            continue
        if name.startswith(_BOTH) or ".experimental" in name or reference.context is Context.STORE:
            continue
        if name in _NO_EVIDENCE:
            continue
        split = catalog.split(name)
        if split is None:
            continue
        verdict = catalog.verdict(split[0], Era.TF215, Target.COMPAT)
        newest = catalog.verdict(split[0], Era.TF216, Target.COMPAT)
        if newest is None or newest.ambiguous or not newest.rule:
            continue
        if verdict is None or verdict.ambiguous or (verdict.kind is Kind.MODULE and not name.startswith("tf.contrib.")):
            continue
        if verdict.fate in (Fate.COMPAT_ONLY, Fate.MOVED, Fate.GONE):
            return True
    return False

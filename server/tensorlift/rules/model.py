"""What a rule says: findings, and fixes made of edits.

Offsets are zero-based byte offsets into a document's UTF-8 source.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tensorlift.catalog.model import Applicability
from tensorlift.rewriting.model import ImportNeed
from tensorlift.text.edits import Edit


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that removes a finding. ``edits`` do not overlap. ``support`` names definitions that the program's
    support module must hold; ``program`` names program-wide needs: ``v1-behavior``, ``legacy-keras``;
    ``packages`` are distributions that the program needs from now on."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    imports: tuple[ImportNeed, ...] = ()
    support: tuple[str, ...] = ()
    program: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One use of TensorFlow 1, seen by one rule."""

    rule: str
    name: str  # the rule's name, kebab-case
    start: int
    end: int
    message: str
    endpoint: str | None = None
    replacement: str | None = None
    applicability: Applicability = Applicability.GUIDE
    data: object = field(default=None, compare=False, repr=False)  # what the rule's fix wants to remember


__all__ = ["Applicability", "Edit", "Finding", "Fix", "ImportNeed"]

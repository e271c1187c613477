"""What new text stands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportNeed:
    """A module that new text uses: ``import module as alias`` (``alias`` None: ``import module``), or
    ``from module import name as alias`` when ``name`` is given. The import planner places it, once per file."""

    module: str
    name: str | None = None
    alias: str | None = None

"""Findings about a program as a whole, shown on the file where it has to be switched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tensorlift.catalog.model import Applicability, Target
from tensorlift.lsp.diagnostics import WARNING, Encoder
from tensorlift.lsp.projects import View
from tensorlift.migration.facts import module_facts
from tensorlift.migration.program import Member
from tensorlift.migration.run import LEGACY, V1, layout_for
from tensorlift.migration.switching import first_import
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rules.base import rules
from tensorlift.rules.model import Finding

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

CODES = (V1, LEGACY)
# What a text holds that has been switched: seen at once, before the program is looked at again.
_DONE = {V1: b"disable_v2_behavior(", LEGACY: b"TF_USE_LEGACY_KERAS"}


def program_body(code: str, encoder: Encoder) -> dict[str, Any]:
    """The diagnostic of a finding about the program, but for its range."""
    message = rules()[code].says_of_program()
    data = {"rule": code, "endpoint": None, "applicability": Applicability.SAFE.value}
    return encoder.body(code, message, WARNING, (), data)


def needed(view: View, server: Server) -> tuple[str, ...]:
    """The codes to show on an open file: what the index knows of its program, kept honest by the file's own text."""
    examination = view.examination
    if examination is None or view.settings.target is not Target.COMPAT:
        return ()
    facts = module_facts(examination.context, examination.plan)
    alone = layout_for({view.unit.path: Member(facts, ())}, view.settings).switches.get(view.unit.path)
    own = (alone is not None and alone.v1, alone is not None and alone.legacy)
    told = server.index.programs(view.unit.path)
    if told is not None and facts.needs_v1 < 0 and facts.needs_legacy < 0:
        # Another file of the program needs it and this one is where it belongs (a package's __init__).
        own = (told[0] and not facts.switches_v1, told[1] and not facts.sets_legacy)
    elif told is not None:
        own = (own[0] and told[0], own[1] and told[1])
    return tuple(code for code, wanted in zip(CODES, own, strict=True) if wanted)


def findings(codes: tuple[str, ...], context: ModuleContext | None) -> list[Finding]:
    """The findings of those codes at the file's first import of TensorFlow."""
    if not codes or context is None:
        return []
    first = first_import(context)
    start, end = (first.start, first.end) if first is not None else (0, 0)
    known = rules()
    suppressed = context.module.suppressions
    return [
        Finding(code, known[code].name, start, end, known[code].says_of_program(), applicability=Applicability.SAFE)
        for code in codes
        if not suppressed.covers(code, start) and _DONE[code] not in context.source
    ]

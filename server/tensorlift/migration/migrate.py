"""One file, from its bytes to its findings and, when asked, to its migrated text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tensorlift.analysis.module import Module
from tensorlift.catalog.catalog import load
from tensorlift.catalog.model import Applicability
from tensorlift.catalog.version import era_of
from tensorlift.migration import support
from tensorlift.migration.compose import compose
from tensorlift.migration.examine import Examination, examine, groups
from tensorlift.migration.facts import ModuleFacts, module_facts
from tensorlift.rewriting.context import ModuleContext, Program, lookup_era, written_for_tf1
from tensorlift.rules.model import Finding
from tensorlift.text.document import Document
from tensorlift.workspace.names import Origin
from tensorlift.workspace.settings import Settings
from tensorlift.workspace.workspace import Workspace

MAX_PASSES = 12


@dataclass(frozen=True, slots=True)
class Record:
    """A finding in the form that people and programs read. ``start`` and ``end`` are one-based (line, column) in
    characters."""

    rule: str
    name: str
    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    message: str
    endpoint: str | None
    replacement: str | None
    applicability: Applicability


@dataclass(frozen=True)
class FileResult:
    """What a run found in one file. ``error`` says why it was left out (empty: it was not). ``source`` is its migrated
    UTF-8 source, ``None`` when nothing changed or nothing was asked for; ``fixed`` and ``left`` the findings that went
    and stayed. ``notes`` are sentences for the user (a rule that crashed, a fix that was dropped)."""

    path: str
    findings: tuple[Record, ...] = ()
    error: str = ""
    source: bytes | None = None
    fixed: tuple[Record, ...] = ()
    left: tuple[Record, ...] = ()
    notes: tuple[str, ...] = ()
    facts: ModuleFacts | None = None
    origins: tuple[Origin, ...] = ()
    anchor: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))  # where the file imports TensorFlow


def record(finding: Finding, document: Document, path: str) -> Record:
    """A finding with its place in lines and columns."""
    position = document.lines.position
    return Record(
        finding.rule,
        finding.name,
        path,
        position(finding.start),
        position(finding.end),
        finding.message,
        finding.endpoint,
        finding.replacement,
        finding.applicability,
    )


@lru_cache(maxsize=1)
def support_names() -> frozenset[str]:
    """What a support module can hold."""
    return frozenset(support.names())


def context_for(
    workspace: Workspace,
    document: Document,
    path: str,
    settings: Settings,
    program: Program | None = None,
    unchanged: bool = False,
    tf1: bool | None = None,
    previous: Module | None = None,
) -> ModuleContext:
    """The context in which the rules see a text. ``tf1`` says whether the module was written for TensorFlow 1
    (``None``: to be found out); ``previous`` is the
    analysis of an earlier text of the file."""
    known = workspace.is_current(path, document)
    module = workspace.module(path) if known else workspace.analyze(document, path, previous)
    catalog = load()
    program = replace(program or Program(), definitions=support_names())
    if tf1 is None:
        tf1 = program.written_for_tf1 or written_for_tf1(module.references, catalog)
    era = era_of(settings.tensorflow)
    on_v1 = tf1 or any(r.name.startswith("tf.compat.v1.") for r in module.references)
    if on_v1 or workspace.is_set_up(path, document.source):
        era = lookup_era(era, settings.target)
    return ModuleContext(document, module, catalog, era, settings.target, program, tf1, unchanged)


def migrate_source(
    workspace: Workspace,
    document: Document,
    path: str,
    settings: Settings,
    program: Program,
    unsafe: bool,
    tf1: bool | None = None,
    unchanged: bool = False,
) -> tuple[Document, list[Record], Examination, ModuleFacts, list[str]]:
    """Apply every fix that is asked for, pass by pass, until nothing is left to do. Gives the new document, the
    findings that went (placed in the text of their pass), the last examination, the facts of the first and notes."""
    removed: list[Record] = []
    notes: list[str] = []
    facts: ModuleFacts | None = None
    seen = {document.source}
    current = document
    previous: Module | None = None
    while True:
        context = context_for(workspace, current, path, settings, program, unchanged, tf1, previous)
        previous = context.module
        examination = examine(context, settings, unsafe)
        if facts is None:
            tf1 = context.written_for_tf1
            facts = module_facts(context, examination.plan)
        if len(seen) > MAX_PASSES:
            notes.append(f"stopped after {MAX_PASSES} passes; what is left is listed")
            break
        source, applied, dropped = compose(current.source, groups(examination))
        for group in dropped:
            for finding in group.key if isinstance(group.key, tuple) else ():
                notes.append(f"the fix for {finding.endpoint} was dropped: the result would not have been valid Python")
        if source == current.source or source in seen:
            break
        for group in applied:
            removed += [record(f, current, path) for f in (group.key if isinstance(group.key, tuple) else ())]
        seen.add(source)
        current = current.with_source(source)
    return current, removed, examination, facts, notes

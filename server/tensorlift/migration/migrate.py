"""One file, from its bytes to its findings and, when asked, to its migrated text."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlift.catalog.catalog import load
from tensorlift.catalog.model import Applicability
from tensorlift.catalog.version import era_of
from tensorlift.migration.compose import compose
from tensorlift.migration.examine import Examination, examine, groups
from tensorlift.migration.facts import ModuleFacts, module_facts
from tensorlift.rewriting.context import ModuleContext, Program, lookup_era
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


def context_for(
    workspace: Workspace, document: Document, path: str, settings: Settings, program: Program | None = None
) -> ModuleContext:
    """The context in which the rules see a text."""
    era = lookup_era(era_of(settings.tensorflow), settings.target)
    module = workspace.analyze(document, path)
    return ModuleContext(document, module, load(), era, settings.target, program or Program())


def examine_file(workspace: Workspace, path: str, settings: Settings, program: Program) -> tuple[Examination, bool] | None:
    """A file's examination and whether it was written for TensorFlow 1; ``None`` when it cannot name TensorFlow.
    Raises UnreadableError."""
    document = workspace.document(path)
    if not workspace.deserves_analysis(path, document.source):
        return None
    era = lookup_era(era_of(settings.tensorflow), settings.target)
    context = ModuleContext(document, workspace.module(path), load(), era, settings.target, program)
    examination = examine(context, settings)
    return examination, examination.plan.written_for_tf1


def migrate_source(
    workspace: Workspace,
    document: Document,
    path: str,
    settings: Settings,
    program: Program,
    unsafe: bool,
    tf1: bool | None = None,
) -> tuple[Document, list[Record], Examination, ModuleFacts, list[str]]:
    """Apply every fix that is asked for, pass by pass, until nothing is left to do. Gives the new document, the findings
    that went (placed in the text of their pass), the last examination, the facts of the first and notes."""
    removed: list[Record] = []
    notes: list[str] = []
    facts: ModuleFacts | None = None
    seen = {document.source}
    current = document
    while True:
        context = context_for(workspace, current, path, settings, program)
        examination = examine(context, settings, tf1, unsafe)
        if facts is None:
            tf1 = examination.plan.written_for_tf1
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

"""A run over many files: on one core or several, the same results in the same order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tensorlift.catalog.model import Applicability, Target
from tensorlift.migration.examine import examine
from tensorlift.migration.facts import module_facts
from tensorlift.migration.migrate import FileResult, Record, context_for, migrate_source, record
from tensorlift.migration.program import Layout, Member, Switch, components, lay_out
from tensorlift.migration.support import packages as support_packages
from tensorlift.migration.switching import first_import, is_support_text, merged_support, support_text, switch_edits
from tensorlift.rewriting.context import Program
from tensorlift.rules.base import rules
from tensorlift.text.document import Document, UnreadableError
from tensorlift.text.edits import apply_edits
from tensorlift.workspace.settings import Settings
from tensorlift.workspace.workspace import Workspace

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

V1 = "TL201"
LEGACY = "TL202"
SMALL = 1_500_000  # bytes of source below which a second process costs more than it brings

Progress = Callable[[int], None]

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Task:
    """What a worker needs to know: the workspace's root, the settings, whether to fix, whether unsafe fixes count."""

    root: str
    settings: Settings
    fix: bool = False
    unsafe: bool = True
    unchanged: bool = False


@dataclass(frozen=True)
class RunResult:
    """Results per file in the order asked for. ``created`` holds new files (the support modules) by path,
    ``packages`` the distributions that the migrated program needs beside TensorFlow."""

    files: Sequence[FileResult]
    created: Mapping[str, bytes] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    layout: Layout = field(default_factory=Layout)


class _Worker:
    """One process's share of a run."""

    def __init__(self, task: Task, workspace: Workspace | None = None) -> None:
        self.task = task
        self.workspace = workspace or Workspace(Path(task.root))

    def check(self, path: str, tf1: bool | None = None) -> FileResult:
        """Findings and facts of one file; ``tf1`` as in context_for."""
        workspace, settings = self.workspace, self.task.settings
        try:
            document = workspace.document(path)
            origins = tuple(workspace.origins(path, document.source))
            if not workspace.deserves_analysis(path, document.source):
                return FileResult(path, origins=origins)
            context = context_for(workspace, document, path, settings, unchanged=self.task.unchanged, tf1=tf1)
            examination = examine(context, settings, unsafe=self.task.unsafe or not self.task.fix)
        except UnreadableError as error:
            return FileResult(path, error=str(error))
        except RecursionError:
            return FileResult(path, error="is nested too deeply to be analysed")
        facts = module_facts(context, examination.plan)
        kept = is_support_text(document.source)
        found = () if kept else tuple(record(f, document, path) for f in examination.findings)
        first = first_import(context)
        position = document.lines.position
        anchor = (position(first.start), position(first.end)) if first else ((1, 1), (1, 1))
        return FileResult(path, found, notes=tuple(examination.crashed), facts=facts, origins=origins, anchor=anchor)

    def fix(self, path: str, switch: Switch | None, support: str, tf1: bool | None) -> FileResult:
        """One file migrated, with its share of the program's switches."""
        workspace, task = self.workspace, self.task
        try:
            document = workspace.document(path)
        except UnreadableError as error:
            return FileResult(path, error=str(error))
        program = Program(support=support) if support else Program()
        removed: list[Record] = []
        left: tuple[Record, ...] = ()
        notes: list[str] = []
        current = document
        if tf1 is not None:
            current, removed, examination, _, notes = migrate_source(
                workspace, document, path, task.settings, program, task.unsafe, tf1, task.unchanged
            )
            last = examination.context.document
            whole = examine(examination.context, task.settings) if not task.unsafe else examination
            left = tuple(record(f, last, path) for f in whole.findings)
            notes += whole.crashed
        if switch is not None:
            context = context_for(workspace, current, path, task.settings, program)
            edits = switch_edits(switch, context)
            if edits:
                removed += _switch_records(switch, path)
                current = current.with_source(apply_edits(current.source, edits))
        changed = current.source != document.source
        return FileResult(
            path,
            error="",
            source=current.source if changed else None,
            fixed=tuple(removed),
            left=left,
            notes=tuple(notes),
        )


_worker: _Worker | None = None  # one per worker process, made by _start


def _start(task: Task, workspace: Workspace | None = None) -> None:
    global _worker
    _worker = _Worker(task, workspace)


def _check(path: str) -> FileResult:
    assert _worker is not None
    return _worker.check(path)


def _check_as_tf1(path: str) -> FileResult:
    assert _worker is not None
    return _worker.check(path, True)


def _fix(arguments: tuple[str, Switch | None, str, bool | None]) -> FileResult:
    assert _worker is not None
    return _worker.fix(*arguments)


def run(
    paths: Sequence[str],
    task: Task,
    jobs: int,
    progress: Progress | None = None,
    workspace: Workspace | None = None,
) -> RunResult:
    """Check the files, and migrate them when the task says so. Nothing is written. A ``workspace`` that holds unsaved
    texts may be given: then this process does all the work, on those texts."""
    with _Pool(task, jobs if workspace is None and jobs > 1 and _large(paths) else 1, len(paths), workspace) as pool:
        files = []
        for result in pool.map(_check, paths):
            files.append(result)
            if progress:
                progress(1)
        again = {r.path: r for r in pool.map(_check_as_tf1, _carried_along(files))}
        files = [again.get(result.path, result) for result in files]
        layout = _layout(files, task)
        files = [_with_program_findings(result, layout, task.settings) for result in files]
        if not task.fix:
            return RunResult(files, layout=layout)
        return _fixed(files, layout, task, pool, progress)


def _carried_along(files: Sequence[FileResult]) -> list[str]:
    """Files without an unmistakable use of their own that belong to a TensorFlow 1 program all the same: they share
    imports with files that have one, and no file of the program uses what only TensorFlow 2 has."""
    members = {r.path: Member(r.facts, r.origins) for r in files if not r.error}
    found: list[str] = []
    for component in components(members):
        facts = {path: members[path].facts for path in component}
        old = sum(f is not None and f.written_for_tf1 for f in facts.values())
        if old and not any(f is not None and f.modern and not f.written_for_tf1 for f in facts.values()):
            found += [p for p, f in facts.items() if f is not None and not f.written_for_tf1 and not f.modern]
    return found


def _fixed(
    files: Sequence[FileResult], layout: Layout, task: Task, pool: _Pool, progress: Progress | None
) -> RunResult:
    todo: list[tuple[str, Switch | None, str, bool | None]] = []
    for result in files:
        switch = layout.switches.get(result.path)
        if result.error or (not result.findings and switch is None):
            continue
        tf1 = result.facts.written_for_tf1 if result.facts is not None else None
        todo.append((result.path, switch, layout.dotted.get(result.path, ""), tf1))
    migrated: dict[str, FileResult] = {}
    for new in pool.map(_fix, todo):
        migrated[new.path] = new
        if progress:
            progress(1)
    out = []
    packages: set[str] = set()
    for result in files:
        new_result = migrated.get(result.path)
        if new_result is None:
            out.append(replace(result, left=result.findings))
            continue
        if result.facts is not None:
            packages |= set(result.facts.packages)
        out.append(replace(new_result, findings=result.findings, facts=result.facts, origins=result.origins))
    created: dict[str, bytes] = {}
    for path, support in layout.supports.items():
        existing = Path(path).read_text(encoding="utf-8") if Path(path).is_file() else ""
        merged = merged_support(support, existing)
        created[path] = support_text(merged).encode()
        packages |= set(support_packages(support.definitions))
    if any(s.legacy for s in layout.switches.values()) or any(s.legacy for s in layout.supports.values()):
        packages.add("tf_keras")
    return RunResult(out, created, tuple(sorted(packages)), layout)


def _layout(files: Sequence[FileResult], task: Task) -> Layout:
    return layout_for({r.path: Member(r.facts, r.origins) for r in files if not r.error}, task.settings)


def layout_for(members: Mapping[str, Member], settings: Settings) -> Layout:
    """The layout of a program whose files may all be changed, with only what the settings ask for."""
    layout = lay_out(members, frozenset(members))
    if settings.target is not Target.COMPAT:
        return Layout()
    v1, legacy = settings.wants(V1), settings.wants(LEGACY)
    switches = {
        path: replace(switch, v1=switch.v1 and v1, legacy=switch.legacy and legacy)
        for path, switch in layout.switches.items()
        if (switch.v1 and v1) or (switch.legacy and legacy)
    }
    supports = {
        path: replace(support, v1=support.v1 and v1, legacy=support.legacy and legacy)
        for path, support in layout.supports.items()
    }
    return Layout(switches, supports, layout.dotted)


def _with_program_findings(result: FileResult, layout: Layout, settings: Settings) -> FileResult:
    switch = layout.switches.get(result.path)
    if switch is None or result.error:
        return result
    added = _switch_records(switch, result.path, result.anchor)
    findings = sorted((*added, *result.findings), key=lambda r: (r.start, r.end, r.rule))
    return replace(result, findings=tuple(findings))


def _switch_records(
    switch: Switch, path: str, anchor: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))
) -> list[Record]:
    known = rules()
    codes = [code for code, wanted in ((V1, switch.v1), (LEGACY, switch.legacy)) if wanted]
    records = []
    for code in codes:
        rule = known[code]
        message = rule.says_of_program()
        records.append(Record(code, rule.name, path, *anchor, message, None, None, Applicability.SAFE))
    return records


def _large(paths: Sequence[str]) -> bool:
    """Whether there is work for several processes."""
    total = 0
    for path in paths:
        with suppress(OSError):
            total += os.stat(path).st_size
        if total >= SMALL:
            return True
    return False


class _Pool:
    """Worker processes, or this process alone for little work."""

    def __init__(self, task: Task, jobs: int, files: int, workspace: Workspace | None = None) -> None:
        self._task = task
        self._workspace = workspace
        self._jobs = jobs
        self._files = files
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Pool:
        if self._jobs > 1:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            methods = multiprocessing.get_all_start_methods()
            method = "fork" if "fork" in methods and os.name == "posix" else "spawn"
            self._executor = ProcessPoolExecutor(
                self._jobs, multiprocessing.get_context(method), initializer=_start, initargs=(self._task,)
            )
        else:
            _start(self._task, self._workspace)
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def map(self, function: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
        """The function's results in the order of the items."""
        if self._executor is None:
            return map(function, items)
        return self._survive(function, list(items))

    def _survive(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """What the workers give; when one of them dies, the rest is done in this process."""
        from concurrent.futures.process import BrokenProcessPool

        done = 0
        chunk = max(1, min(32, self._files // (self._jobs * 8)))
        try:
            assert self._executor is not None
            for result in self._executor.map(function, items, chunksize=chunk):
                done += 1
                yield result
        except BrokenProcessPool:
            self._executor = None
            _start(self._task, self._workspace)
            yield from map(function, items[done:])


def document_of(result: FileResult) -> Document:
    """The document whose bytes are the migrated file's. Raises UnreadableError when the file went meanwhile."""
    original = Document.read(Path(result.path))
    return original if result.source is None else original.with_source(result.source)

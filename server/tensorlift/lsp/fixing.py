"""The changes that actions and commands ask for: of one finding, of a file, of a workspace."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tensorlift.analysis.module import Module
from tensorlift.catalog.model import Applicability, Target
from tensorlift.catalog.version import era_of
from tensorlift.lsp.projects import Project, View
from tensorlift.lsp.units import Unit
from tensorlift.migration.compose import Composition, Group
from tensorlift.migration.examine import Examination, examine, fix_one
from tensorlift.migration.program import SUPPORT_MODULE, Support
from tensorlift.migration.run import LEGACY, V1, RunResult, Task, run
from tensorlift.migration.switching import merged_support, support_text
from tensorlift.rewriting.context import lookup_era
from tensorlift.rules.model import Finding, Fix
from tensorlift.text.edits import Edit
from tensorlift.workspace.settings import Settings

PROGRAM_RULES = (V1, LEGACY)


def native_examination(view: View) -> Examination | None:
    """The view's text, examined for the native target."""
    context = view.context
    if context is None:
        return None
    settings = replace(view.settings, target=Target.NATIVE)
    era = lookup_era(era_of(settings.tensorflow), Target.NATIVE)
    return examine(replace(context, target=Target.NATIVE, era=era), settings)


def same_finding(examination: Examination, start: int, endpoint: str | None) -> Finding | None:
    """The finding at an offset about an endpoint."""
    return next((f for f in examination.findings if f.start == start and f.endpoint == endpoint), None)


def quick_fix(view: View, finding: Finding, native: bool = False) -> Fix | None:
    """The change that removes one finding."""
    if not native:
        return fix_one(view.examination, finding) if view.examination else None
    examination = native_examination(view)
    other = same_finding(examination, finding.start, finding.endpoint) if examination else None
    return fix_one(examination, other) if examination is not None and other is not None else None


@dataclass(frozen=True)
class FileFix:
    """A unit's new source, and the files (support modules) that go with it: path -> content."""

    source: bytes
    created: dict[str, bytes]
    packages: tuple[str, ...]
    fixed: int


def fix_file(
    unit: Unit,
    view: View,
    *,
    unsafe: bool = False,
    rule: str = "",
    unchanged: bool = False,
    target: Target | None = None,
) -> FileFix | None:
    """Everything in a file (of one rule, if that is given) mended, with the text that the command line writes; ``None``
    when nothing changes."""
    settings = view.settings if target is None else replace(view.settings, target=target)
    if rule:
        settings = replace(settings, select=(rule,), ignore=tuple(c for c in settings.ignore if not rule.startswith(c)))
    elif not unchanged:
        # What another file of the program switches is not switched here too.
        elsewhere = tuple(code for code in PROGRAM_RULES if code not in unit.program)
        settings = replace(settings, ignore=(*settings.ignore, *elsewhere))
    task = Task(unit.project.root, settings, fix=True, unsafe=unsafe, unchanged=unchanged)
    result = run([unit.path], task, 1, workspace=unit.project.workspace)
    file = result.files[0]
    if file.error or file.source is None:
        return None
    return FileFix(file.source, _needed(result), result.packages, len(file.fixed))


def _needed(result: RunResult) -> dict[str, bytes]:
    """The created files whose content is not on disk already."""
    return {path: data for path, data in result.created.items() if content(path) != data}


def content(path: str) -> bytes | None:
    """A file's bytes, ``None`` when there is no such file."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def support_files(view: View, definitions: Sequence[str]) -> dict[str, bytes]:
    """The support module that a quick fix leans on, beside the file or in its package; empty when it holds all of it."""
    path = os.path.join(os.path.dirname(view.unit.path), SUPPORT_MODULE + ".py")
    existing = (content(path) or b"").decode("utf-8", "replace")
    merged = merged_support(Support(path, False, False, tuple(definitions)), existing)
    new = support_text(merged).encode()
    return {} if existing.encode() == new else {path: new}


def fix_workspace(project: Project, settings: Settings, paths: Sequence[str], unsafe: bool) -> RunResult:
    """A whole workspace migrated, on the texts that are open."""
    return run(paths, Task(project.root, settings, fix=True, unsafe=unsafe), 1, workspace=project.workspace)


def fix_span(view: View, start: int, end: int) -> list[Edit]:
    """The edits of the safe quick fixes of all findings that begin in a span; of two that claim the same bytes the first."""
    composition = Composition()
    if view.examination is None:
        return []
    for finding in view.findings:
        if start <= finding.start < end and finding.applicability is Applicability.SAFE:
            fix = fix_one(view.examination, finding)
            if fix is not None and not fix.support:
                composition.add(Group(finding, tuple(fix.edits)))
    return [edit for group in composition.groups for edit in group.edits]


# -- suppression ---------------------------------------------------------------------------------------------------

_MARK = re.compile(rb"#[ \t]*tensorlift[ \t]*:[ \t]*ignore(-file)?(?![\w-])[ \t]*(?:\[([^\]\r\n]*)\])?", re.IGNORECASE)
_HEADER = re.compile(rb"#!|[ \t]*#.*coding[:=]")


def suppress_line(module: Module, code: str, offset: int) -> list[Edit] | None:
    """Edits that silence a rule on the line of an offset; ``None`` where no comment can stand."""
    source = module.source
    start = source.rfind(b"\n", 0, offset) + 1
    end = source.find(b"\n", offset)
    end = len(source) if end < 0 else end
    if end > start and source[end - 1 : end] == b"\r":
        end -= 1
    for match in _MARK.finditer(source, start, end):
        if not match.group(1) and match.group(2) is not None:
            at = match.end() - 1
            return [Edit(at, at, f", {code}")]
    line = source[start:end]
    if line.rstrip().endswith(b"\\") or _in_string(module, end):
        return None
    stripped = start + len(line.rstrip())
    return [Edit(stripped, end, f"  # tensorlift: ignore[{code}]")]


def _in_string(module: Module, offset: int) -> bool:
    found = module.node_at(offset, min(offset + 1, len(module.source)))
    node = found[0] if found else None
    while node is not None:
        if node.type in ("string", "string_content"):
            base = found[1] if found else 0
            return base + node.start_byte < offset < base + node.end_byte
        node = node.parent
    return False


def suppress_file(source: bytes, code: str, newline: str) -> list[Edit]:
    """Edits that silence a rule in a file."""
    for match in _MARK.finditer(source):
        if match.group(1) and match.group(2) is not None:
            at = match.end() - 1
            return [Edit(at, at, f", {code}")]
    at = 0
    for _ in range(2):
        end = source.find(b"\n", at)
        if end < 0 or not _HEADER.match(source[at:end]):
            break
        at = end + 1
    return [Edit(at, at, f"# tensorlift: ignore-file[{code}]{newline}")]


def confirmation(applicability: Applicability) -> str:
    """What a person is asked before an unsafe edit, empty for a safe one."""
    if applicability is not Applicability.UNSAFE:
        return ""
    return "This edit is right in the common case. Look at what the code computes before you keep it."

"""Findings and results as text and as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from tensorlift.catalog.model import Applicability
from tensorlift.cli.options import shown
from tensorlift.migration.migrate import FileResult, Record
from tensorlift.workspace.settings import Settings


def as_json(record: Record) -> dict[str, object]:
    """A finding as the JSON contract has it: one-based lines and columns, in characters."""
    return {
        "rule": record.rule,
        "name": record.name,
        "path": shown(record.path),
        "start": {"line": record.start[0], "column": record.start[1]},
        "end": {"line": record.end[0], "column": record.end[1]},
        "message": record.message,
        "endpoint": record.endpoint,
        "replacement": record.replacement,
        "applicability": record.applicability.value,
    }


def print_findings_json(findings: Iterable[Record]) -> None:
    """A JSON array of findings."""
    json.dump([as_json(record) for record in findings], sys.stdout, indent=2, ensure_ascii=False)
    print()


def line(record: Record, color: bool) -> str:
    """One finding on one line, ``path:line:column: CODE message``; a star marks what fix can mend, a question mark what
    it mends with --unsafe."""
    mark = {Applicability.SAFE: " [*]", Applicability.UNSAFE: " [?]"}.get(record.applicability, "")
    path, code = shown(record.path), record.rule
    if color:
        path, code, mark = f"\x1b[1m{path}\x1b[0m", f"\x1b[1;31m{code}\x1b[0m", f"\x1b[36m{mark}\x1b[0m"
    return f"{path}:{record.start[0]}:{record.start[1]}: {code}{mark} {record.message}"


def colored() -> bool:
    """Whether standard output is a terminal that wants colour."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def print_findings(findings: Sequence[Record], files: int, settings: Settings | None) -> None:
    """The findings line by line and a summary."""
    color = colored()
    for record in findings:
        print(line(record, color))
    if settings is not None:
        print(summary(findings, files, settings))


def summary(findings: Sequence[Record], files: int, settings: Settings) -> str:
    """One sentence that says what was found, for which release, and what to do about it."""
    where = f"for TensorFlow {settings.tensorflow} ({settings.origin}), target {settings.target.value}"
    if not findings:
        return f"No TensorFlow 1 use found in {_count(files, 'file')} {where}."
    kinds = Counter(record.applicability for record in findings)
    parts = []
    if kinds[Applicability.SAFE]:
        parts.append(f"{kinds[Applicability.SAFE]} [*] fixable with `tensorlift fix`")
    if kinds[Applicability.UNSAFE]:
        parts.append(f"{kinds[Applicability.UNSAFE]} [?] with `tensorlift fix --unsafe`")
    if kinds[Applicability.GUIDE]:
        parts.append(f"{kinds[Applicability.GUIDE]} for a person")
    return f"Found {_count(len(findings), 'finding')} in {_count(files, 'file')} {where}: {', '.join(parts)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fix_json(
    files: Sequence[FileResult],
    written: Sequence[str],
    created: Sequence[str],
    packages: Sequence[str],
    problems: object,
) -> dict[str, object]:
    """The outcome of a fix run as JSON."""
    left = [record for file in files for record in file.left]
    return {
        "changed": [shown(path) for path in written],
        "created": [shown(path) for path in created],
        "fixed": [as_json(record) for file in files for record in file.fixed],
        "findings": [as_json(record) for record in left],
        "packages": list(packages),
        "errors": problems,
    }

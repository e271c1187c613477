"""``tensorlift check``."""

from __future__ import annotations

import argparse
import os
import sys

from tensorlift.cli.options import roots_and_files, shown
from tensorlift.cli.output import print_findings, print_findings_json
from tensorlift.cli.progress import progress_bar
from tensorlift.migration.migrate import Record
from tensorlift.migration.run import Task, run


def check(arguments: argparse.Namespace) -> int:
    """Print the findings of the given paths. Raises CliError."""
    problems: list[tuple[str, str]] = []
    findings: list[Record] = []
    files = 0
    settings = None
    for root, settings, paths in roots_and_files(arguments, problems):
        with progress_bar("checking", len(paths)) as advance:
            result = run(paths, Task(str(root), settings), arguments.jobs or os.cpu_count() or 1, advance)
        files += len(paths)
        for file in result.files:
            findings += file.findings
            if file.error:
                problems.append((file.path, file.error))
            problems += [(file.path, note) for note in file.notes]
    for path, reason in problems:
        print(f"tensorlift: {shown(path)}: {reason}", file=sys.stderr)
    if arguments.format == "json":
        print_findings_json(findings)
    else:
        print_findings(findings, files, settings)
    if problems:
        return 2
    return 1 if findings else 0

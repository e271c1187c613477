"""``tensorlift fix``."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tensorlift.cli.options import CliError, roots_and_files, shown
from tensorlift.cli.output import colored, fix_json, line
from tensorlift.cli.progress import progress_bar
from tensorlift.migration.migrate import FileResult
from tensorlift.migration.requirements import RequirementChange, plan_requirements
from tensorlift.migration.run import RunResult, Task, document_of, run
from tensorlift.text.document import UnreadableError, UnwritableError, write_atomically
from tensorlift.workspace.settings import Settings


@dataclass
class Outcome:
    """What a fix run did, over all paths of the command."""

    files: list[FileResult] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    packages: set[str] = field(default_factory=set)
    declared: list[str] = field(default_factory=list)  # files in which requirements were added
    problems: list[tuple[str, str]] = field(default_factory=list)
    failed: bool = False


def fix(arguments: argparse.Namespace) -> int:
    """Migrate the given paths and tell what was done. Raises CliError."""
    outcome = Outcome()
    groups = roots_and_files(arguments, outcome.problems)
    output = _prepare_output(arguments, groups)
    for root, settings, paths in groups:
        task = Task(str(root), settings, fix=True, unsafe=arguments.unsafe, unchanged=arguments.run_unchanged)
        with progress_bar("migrating", 2 * len(paths)) as advance:
            result = run(paths, task, arguments.jobs or os.cpu_count() or 1, advance)
        outcome.files += result.files
        outcome.packages |= set(result.packages)
        _deliver(result, root, settings, arguments, output, outcome)
    for file in outcome.files:
        if file.error:
            outcome.problems.append((file.path, file.error))
        outcome.problems += [(file.path, note) for note in file.notes]
    for path, reason in outcome.problems:
        print(f"tensorlift: {shown(path)}: {reason}", file=sys.stderr)
    if arguments.format == "json":
        problems = [{"path": shown(p), "message": reason} for p, reason in outcome.problems]
        json.dump(
            fix_json(outcome.files, outcome.written, outcome.created, sorted(outcome.packages), problems),
            sys.stdout,
            indent=2,
            ensure_ascii=False,
        )
        print()
    else:
        _tell(outcome, groups[0][1] if groups else None, arguments)
    if outcome.problems:
        return 2
    return 1 if any(file.left for file in outcome.files) else 0


def _prepare_output(arguments: argparse.Namespace, groups: Sequence[tuple[Path, Settings, list[str]]]) -> Path | None:
    """Copy the tree to where it is to be migrated. Raises CliError."""
    if arguments.output is None or arguments.diff:
        return None
    if len(arguments.paths or ["."]) != 1:
        raise CliError("--output takes exactly one PATH, the tree to copy")
    source = Path(os.path.abspath((arguments.paths or ["."])[0]))
    output = Path(os.path.abspath(arguments.output))
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise CliError(f"--output {arguments.output}: is there already and not an empty folder; nothing was written")
    if output == source or (source in output.parents and source.is_file()):
        raise CliError(f"--output {arguments.output}: is the tree itself; leave --output out to migrate in place")
    try:
        if source.is_file():
            output.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, output / source.name)
        else:
            _copy_tree(source, output)
    except (OSError, shutil.Error) as error:
        raise CliError(f"--output {arguments.output}: {_first_reason(error)}") from None
    return output


def _copy_tree(source: Path, output: Path) -> None:
    def skip(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if os.path.join(folder, name) == str(output)}

    shutil.copytree(source, output, symlinks=True, ignore=skip, dirs_exist_ok=True)


def _first_reason(error: OSError | shutil.Error) -> str:
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list) and error.args[0]:
        return str(error.args[0][0][-1])
    return str(getattr(error, "strerror", None) or error)


def _deliver(
    result: RunResult,
    root: Path,
    settings: Settings,
    arguments: argparse.Namespace,
    output: Path | None,
    outcome: Outcome,
) -> None:
    """Write the run's result, or print it as a diff."""
    base = root if Path(os.path.abspath((arguments.paths or ["."])[0])).is_dir() else None
    # The support module first: a run that is cut short must not leave imports of what is not there.
    for path, data in result.created.items():
        target = _moved(path, base, output)
        old = target.read_bytes() if target.is_file() else b""
        if old == data:
            continue
        try:
            if arguments.diff:
                _print_diff(path, old, data, "utf-8")
            else:
                write_atomically(target, data)
            outcome.created.append(path)
        except UnwritableError as error:
            outcome.problems.append((path, str(error)))
    for file in result.files:
        if file.source is None:
            continue
        try:
            document = document_of(file)
            new = document.to_bytes()
            if arguments.diff:
                _print_diff(file.path, Path(file.path).read_bytes(), new, document.encoding)
            else:
                write_atomically(_moved(file.path, base, output), new)
            outcome.written.append(file.path)
        except (UnreadableError, UnwritableError, OSError) as error:
            outcome.problems.append((file.path, str(error)))
    for change in plan_requirements(root, result.packages, settings.tensorflow):
        _declare(change, base, output, arguments, outcome)


def _declare(
    change: RequirementChange, base: Path | None, output: Path | None, arguments: argparse.Namespace, outcome: Outcome
) -> None:
    try:
        if arguments.diff:
            _print_diff(str(change.path), change.old, change.new, "utf-8")
        else:
            write_atomically(_moved(str(change.path), base, output), change.new)
        outcome.declared.append(str(change.path))
    except UnwritableError as error:
        outcome.problems.append((str(change.path), str(error)))


def _moved(path: str, base: Path | None, output: Path | None) -> Path:
    if output is None:
        return Path(path)
    return output / (os.path.relpath(path, base) if base is not None else os.path.basename(path))


def _print_diff(path: str, old: bytes, new: bytes, encoding: str) -> None:
    """A unified diff that git and patch apply; the file's own bytes, whatever its line endings."""
    name = shown(path).replace(os.sep, "/")
    before = _lines(old.decode(encoding, "surrogateescape"))
    after = _lines(new.decode(encoding, "surrogateescape"))
    source = f"a/{name}" if os.path.exists(path) else "/dev/null"
    out = []
    for text in difflib.unified_diff(before, after, source, f"b/{name}"):
        out.append(text if text.endswith("\n") else text + "\n\\ No newline at end of file\n")
    sys.stdout.flush()
    data = "".join(out).encode(encoding, "surrogateescape")
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is not None:
        buffer.write(data)
        buffer.flush()
    else:
        sys.stdout.write("".join(out))


def _lines(text: str) -> list[str]:
    """Lines as git counts them: a line ends at LF only."""
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _tell(outcome: Outcome, settings: Settings | None, arguments: argparse.Namespace) -> None:
    """Per file and in total: what was changed, what was left, and why."""
    stream = sys.stderr if arguments.diff else sys.stdout
    color = colored() and not arguments.diff
    written = set(outcome.written)
    for file in outcome.files:
        if file.path in written or file.left:
            fixed = f"{len(file.fixed)} changed" if file.path in written else "unchanged"
            print(f"{shown(file.path)}: {fixed}, {len(file.left)} left", file=stream)
        for record in file.left:
            print("  " + line(record, color), file=stream)
    for path in outcome.created:
        print(f"{shown(path)}: written (the program's support module)", file=stream)
    fixed_total = sum(len(file.fixed) for file in outcome.files if file.path in written)
    left_total = sum(len(file.left) for file in outcome.files)
    verb = "Would change" if arguments.diff else "Changed"
    target = ""
    if settings is not None:
        target = f" for TensorFlow {settings.tensorflow} ({settings.origin}), target {settings.target.value}"
    print(
        f"{verb} {fixed_total} uses in {len(written)} of {len(outcome.files)} files{target}; "
        f"{left_total} left for a person.",
        file=stream,
    )
    if outcome.packages:
        names = ", ".join(sorted(outcome.packages))
        where = f" (added to {', '.join(shown(p) for p in outcome.declared)})" if outcome.declared else ""
        print(f"The program now also needs: {names}{where}.", file=stream)

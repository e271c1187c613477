"""Real repositories, before and after: their own tests under today's TensorFlow.

    python tools/bench/compat.py --mirror MIRROR --python ENV/bin/python [--only NAME,...]
        [--columns original,upgrade,tensorlift,shim]

For each repository of ``repos.json``: unpack it at its commit, run one command over the tree, run its tests in the
other interpreter (which has TensorFlow, tf_slim, tf_keras, pytest, pytest-timeout and what else the repositories
import), each test file in a process of its own. The columns are

* ``original``: the code as it is;
* ``upgrade``: after ``tf_upgrade_v2``, which comes with that TensorFlow;
* ``tensorlift``: after ``tensorlift fix --target compat --output``;
* ``shim``: the code as it is while ``import tensorflow`` is answered by compat.v1: roughly what can be reached.

Shown are tests passed of those that any column could collect, references to TensorFlow left that do not resolve, and
the tool's CPU seconds. ``--keep DIR`` keeps trees and logs. ``--json FILE`` writes everything, with the reason of
each failure.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import residue
from snapshot import MANIFEST, Repository, count_lines, manifest, unpack_repository

HERE = Path(__file__).parent
COLUMNS = ("original", "upgrade", "tensorlift", "shim")


@dataclass
class Result:
    """What one column made of one repository."""

    column: str
    exit: int | str = 0
    cpu: float = 0.0
    log: str = ""
    passed: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    collected: dict[str, int] = field(default_factory=dict)
    unimportable: dict[str, str] = field(default_factory=dict)
    ended: dict[str, int | str] = field(default_factory=dict)
    unresolved: int | None = None
    unresolved_contrib: int | None = None
    unparsed: list[str] = field(default_factory=list)


def children_cpu() -> float:
    """CPU seconds of all ended children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def migrate(column: str, source: Path, to: Path, python: Path, version: str, timeout: int) -> Result:
    """Run a column's tool from ``source`` to the new tree ``to``."""
    result = Result(column)
    commands = {
        "upgrade": [
            *(str(python.parent / "tf_upgrade_v2"), "--intree", str(source), "--outtree", str(to)),
            *("--reportfile", str(to.with_suffix(".report.txt"))),
        ],
        "tensorlift": [
            *(sys.executable, "-m", "tensorlift", "fix", "--target", "compat", "--tensorflow", version),
            *("--output", str(to), str(source)),
        ],
    }
    if column not in commands:
        shutil.copytree(source, to)
        return result
    begin = children_cpu()
    try:
        run = subprocess.run(
            commands[column], capture_output=True, text=True, errors="replace", timeout=timeout, cwd=to.parent
        )
        result.exit, result.log = run.returncode, run.stdout + run.stderr
    except subprocess.TimeoutExpired:
        result.exit = "timeout"
    result.cpu = round(children_cpu() - begin, 2)
    return result


def run_tests(repository: Repository, tree: Path, python: Path, result: Result, preload: bool) -> None:
    """Run the repository's tests on a migrated tree, into ``result``."""
    files = sorted({str(path.relative_to(tree)) for pattern in repository.tests for path in tree.glob(pattern)})
    files = [name for name in files if name not in repository.skip_tests]
    for driver in repository.drivers:
        shutil.copy(HERE / "drivers" / driver, tree / f"bench_{driver}")
        files.append(f"bench_{driver}")
    logs = tree.with_suffix(".logs")
    logs.mkdir()
    out = logs / "results.jsonl"
    spec = {
        "files": files,
        "root": str(tree),
        "pythonpath": [str((tree / path).resolve()) for path in repository.pythonpath],
        "out": str(out),
        "logs": str(logs),
        "test_timeout": repository.test_timeout,
        "file_timeout": repository.file_timeout,
        "repo_timeout": repository.repo_timeout,
        "preload": preload,
    }
    (logs / "spec.json").write_text(json.dumps(spec))
    home = tree.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "TF_"))}
    environment |= {
        "PYTHONPATH": str(HERE / "inside"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",  # numbers that do not depend on the processor
        "CUDA_VISIBLE_DEVICES": "-1",
        "MPLBACKEND": "Agg",
        "HOME": str(home),
    }
    if result.column == "shim":
        environment["BENCH_SHIM"] = "1"
    offline = ["unshare", "--net"] if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("unshare") else []
    with (logs / "runner.txt").open("w") as log:
        subprocess.run(
            [*offline, str(python), str(HERE / "inside" / "run_tests.py"), str(logs / "spec.json")],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    for line in out.read_text().splitlines() if out.exists() else ():
        event = json.loads(line)
        name, kind = event["id"], event["event"]
        if kind == "collected":
            file = name.split("::")[0]
            result.collected[file] = result.collected.get(file, 0) + 1
        elif kind == "unimportable":
            result.unimportable[name] = event["reason"]
        elif kind == "file":
            result.ended[name] = event["result"]
        elif event["outcome"] == "passed" and name not in result.failed:
            result.passed.add(name)
        elif event["outcome"] == "failed":
            result.passed.discard(name)
            result.failed[name] = event["reason"]
        elif event["outcome"] == "skipped":
            result.skipped.add(name)


def written_tests(path: Path) -> int:
    """The test functions that a file holds, for a file that no column could import."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return 0
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sum(node.name.startswith("test") for node in functions)


def total_tests(source: Path, results: list[Result]) -> int:
    """Tests that there are: per file what the best column collected, else what is written there."""
    files = {name for result in results for name in result.ended}
    total = 0
    for name in files:
        best = max(result.collected.get(name, 0) for result in results)
        total += best or written_tests(source / name)
    return total


def measure(repository: Repository, options: argparse.Namespace, folder: Path, version: str) -> dict[str, object]:
    """One line of the table, as data."""
    source = folder / "source"
    unpack_repository(options.mirror, repository, source)
    files, lines = count_lines(source)
    results = []
    for column in options.columns:
        tree = folder / column
        result = migrate(column, source, tree, options.python, version, options.tool_timeout)
        if tree.is_dir():
            bad, _, result.unparsed = residue.unresolved(tree, options.python)
            result.unresolved, result.unresolved_contrib = len(bad), sum(".contrib" in use.name for use in bad)
            run_tests(repository, tree, options.python, result, not options.no_preload)
        (folder / f"{column}.tool.txt").write_text(result.log)
        results.append(result)
    return {
        "name": repository.name,
        "repo": repository.repo,
        "commit": repository.commit,
        "files": files,
        "lines": lines,
        "total": total_tests(source, results),
        "columns": [asdict(result) for result in results],
    }


def reasons(column: dict[str, object], limit: int) -> list[tuple[str, int]]:
    """The commonest reasons why tests of a column did not pass."""
    count: Counter[str] = Counter()
    for reason in dict(column["failed"]).values():  # type: ignore[call-overload]
        count[reason] += 1
    for reason in dict(column["unimportable"]).values():  # type: ignore[call-overload]
        count[f"not importable: {reason}"] += 1
    for name, end in dict(column["ended"]).items():  # type: ignore[call-overload]
        if isinstance(end, str) or end < 0:
            count[f"{name} ended with {end}"] += 1
    return count.most_common(limit)


def show(row: dict[str, object], limit: int) -> None:
    """Print one repository."""
    cells = []
    for column in row["columns"]:  # type: ignore[attr-defined]
        left = f"{column['unresolved']}" if column["unresolved"] is not None else "-"
        cells.append(f"{len(column['passed']):5}/{row['total']:<5}{left:>6}{column['cpu']:8.1f}")
    print(f"{row['name']:18}{row['files']:6}{row['lines']:8}" + "".join(f" |{cell}" for cell in cells), flush=True)
    for column in row["columns"]:  # type: ignore[attr-defined]
        if limit and column["column"] == "tensorlift":
            for reason, count in reasons(column, limit):
                print(f"    {count:4}  {reason[:300]}", flush=True)


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True, help="folder of git snapshots, see snapshot.py")
    parser.add_argument("--python", type=Path, required=True, help="interpreter with TensorFlow and pytest")
    parser.add_argument("--manifest", type=Path, default=MANIFEST)
    parser.add_argument("--only", help="names of repos.json, separated by commas")
    parser.add_argument("--columns", default="original,upgrade,tensorlift")
    parser.add_argument("--tensorflow", help="version to migrate to (default: that of --python)")
    parser.add_argument("--tool-timeout", type=int, default=900, help="seconds")
    parser.add_argument("--no-preload", action="store_true", help="import TensorFlow anew for every test file")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show the N commonest reasons of failures")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    options.python = options.python.absolute()
    options.columns = options.columns.split(",")
    for column in options.columns:
        if column not in COLUMNS:
            parser.error(f"unknown column {column}: choose among {', '.join(COLUMNS)}")
    version = options.tensorflow or residue.tensorflow_version(options.python)
    base = options.keep.absolute() if options.keep else Path(tempfile.mkdtemp(prefix="tensorlift-bench-"))
    print(
        f"TensorFlow {version}; per column: tests passed/all, references that do not resolve, CPU seconds of the tool"
    )
    print(f"{'repository':18}{'files':>6}{'lines':>8}" + "".join(f" |{column:^25}" for column in options.columns))
    rows = []
    begin = time.time()
    for repository in manifest(options.manifest, options.only):
        folder = base / repository.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        rows.append(measure(repository, options, folder, version))
        show(rows[-1], options.failures)
        if not options.keep:
            shutil.rmtree(folder)
        if options.json:
            options.json.write_text(json.dumps({"tensorflow": version, "rows": rows}, indent=1, default=sorted))
    for position, column in enumerate(options.columns):
        results = [row["columns"][position] for row in rows]  # type: ignore[index]
        passed = sum(len(result["passed"]) for result in results)
        left = sum(result["unresolved"] or 0 for result in results)
        contrib = sum(result["unresolved_contrib"] or 0 for result in results)
        cpu = sum(result["cpu"] for result in results)
        total = sum(int(str(row["total"])) for row in rows)
        unresolved = f"{left} references unresolved ({contrib} of contrib)"
        print(f"{column:12}{passed} of {total} tests, {unresolved}, {cpu:.1f} s CPU")
    print(f"{len(rows)} repositories in {time.time() - begin:.0f} s")
    if not options.keep:
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

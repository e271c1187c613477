"""CPU time and memory of ``check`` and ``fix`` beside ``tf_upgrade_v2`` and single-threaded ruff, and how they grow.

    python tools/bench/cpu.py --mirror MIRROR --python ENV/bin/python [--rounds 5] [--lines 350000]

The corpus is google-research/bert plus openai/baselines. Tools run in turns (A B C A B C ...), each in a fresh
process; shown are medians of user + system seconds of all its processes together, wall seconds, and the largest
resident memory of one process. Ratios are taken round by round, then their median. Then trees of 1, 2, 4, ... copies
of the corpus, each copy a package of its own, up to ``--lines`` lines; and ``-j 1`` against the default on the
largest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from snapshot import count_lines, manifest, unpack_repository

CORPUS = "bert,baselines"


@dataclass(frozen=True)
class Cost:
    """What one run took: CPU and wall seconds, and megabytes of the largest process."""

    cpu: float
    wall: float
    memory: float


def measure(command: list[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a command to its end. A helper process of its own makes its children's usage countable by themselves."""
    helper = (
        "import resource, subprocess, sys, time\n"
        "begin = time.perf_counter()\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)\n"
        "wall = time.perf_counter() - begin\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, code.returncode)\n"
        "sys.stderr.buffer.write(code.stderr[-2000:])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", helper, *command],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, wall, memory, code = run.stdout.split()
    if code not in ("0", "1"):
        raise SystemExit(f"{' '.join(command)} ended with {code}\n{run.stderr}")
    return Cost(float(cpu), float(wall), float(memory))


def median(costs: list[Cost]) -> Cost:
    """Medians, each by itself."""
    return Cost(*(statistics.median(getattr(cost, field) for cost in costs) for field in ("cpu", "wall", "memory")))


def ratio(above: list[Cost], below: list[Cost]) -> float:
    """Median of the CPU ratios of the rounds."""
    return statistics.median(a.cpu / b.cpu for a, b in zip(above, below, strict=True))


def tensorlift(*arguments: str) -> list[str]:
    """The command line of this interpreter's tensorlift."""
    return [sys.executable, "-m", "tensorlift", *arguments]


def compare(options: argparse.Namespace, source: Path, folder: Path) -> None:
    """The tools in turns on the corpus."""
    out = folder / "out"
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        "check": (tensorlift("check", str(source), "--tensorflow", options.tensorflow), {}),
        "fix": (tensorlift("fix", str(source), "--tensorflow", options.tensorflow, "--output", str(out)), {}),
        "tf_upgrade_v2": (
            [
                *(str(options.python.parent / "tf_upgrade_v2"), "--intree", str(source), "--outtree", str(out)),
                *("--reportfile", str(folder / "report.txt")),
            ],
            {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        ),
    }
    if options.ruff:
        commands["ruff"] = (
            [options.ruff, "check", "--no-cache", "--isolated", str(source)],
            {"RAYON_NUM_THREADS": "1"},
        )
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, (command, environment) in commands.items():
            shutil.rmtree(out, ignore_errors=True)
            costs[name].append(measure(command, environment))
    print(f"{'tool':16}{'CPU s':>9}{'wall s':>9}{'MB':>8}")
    for name, several in costs.items():
        middle = median(several)
        print(f"{name:16}{middle.cpu:9.2f}{middle.wall:9.2f}{middle.memory:8.0f}")
    print(f"tf_upgrade_v2 / check  {ratio(costs['tf_upgrade_v2'], costs['check']):6.1f} times the CPU")
    print(f"tf_upgrade_v2 / fix    {ratio(costs['tf_upgrade_v2'], costs['fix']):6.1f} times the CPU")
    if options.ruff:
        print(f"check / ruff           {ratio(costs['check'], costs['ruff']):6.1f} times the CPU")
    for name in ("check", "fix"):
        share = median(costs[name]).memory / median(costs["tf_upgrade_v2"]).memory
        print(f"memory of {name:13}{share:6.2f} of tf_upgrade_v2's")


def grow(options: argparse.Namespace, source: Path, folder: Path) -> None:
    """Trees of more and more copies."""
    tree = folder / "tree"
    lines = count_lines(source)[1]
    copies, done = 1, 0
    previous: dict[str, float] = {}
    print(f"\n{'lines':>8}{'check CPU s':>13}{'growth':>8}{'MB':>7}{'fix CPU s':>12}{'growth':>8}{'MB':>7}")
    while True:
        for number in range(done, copies):
            shutil.copytree(source, tree / f"copy_{number}")
        done = copies
        row = f"{lines * copies:8}"
        for name, arguments in (("check", []), ("fix", ["--output", str(folder / "grown")])):
            several = []
            for _ in range(min(options.rounds, 3)):
                shutil.rmtree(folder / "grown", ignore_errors=True)
                command = tensorlift(name, str(tree), "--tensorflow", options.tensorflow, *arguments)
                several.append(measure(command))
            cost = median(several)
            growth = f"{cost.cpu / previous[name]:8.2f}" if name in previous else " " * 8
            previous[name] = cost.cpu
            row += f"{cost.cpu:{13 if name == 'check' else 12}.2f}{growth}{cost.memory:7.0f}"
        print(row, flush=True)
        if lines * copies >= options.lines:
            break
        copies = min(copies * 2, -(-options.lines // lines))
    one, default = [], []
    for _ in range(min(options.rounds, 3)):
        one.append(measure(tensorlift("check", str(tree), "--tensorflow", options.tensorflow, "-j", "1")))
        default.append(measure(tensorlift("check", str(tree), "--tensorflow", options.tensorflow)))
    single, several_cores = median(one), median(default)
    print(
        f"check -j 1: {single.wall:.2f} s wall; default on {os.cpu_count()} cores: {several_cores.wall:.2f} s wall,"
        f" {single.wall / several_cores.wall:.2f} times faster"
    )


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True, help="folder of git snapshots, see snapshot.py")
    parser.add_argument("--python", type=Path, required=True, help="interpreter with TensorFlow (for tf_upgrade_v2)")
    parser.add_argument("--ruff", default=shutil.which("ruff"), help="ruff to compare with (default: on the path)")
    parser.add_argument("--tensorflow", default="2.21")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, default=350_000, help="size of the largest tree; 0: no growing trees")
    options = parser.parse_args()
    begin = time.time()
    folder = Path(tempfile.mkdtemp(prefix="tensorlift-cpu-"))
    try:
        source = folder / "source"
        for repository in manifest(only=CORPUS):
            unpack_repository(options.mirror, repository, source / repository.name)
        files, lines = count_lines(source)
        print(f"{CORPUS.replace(',', ' + ')}: {files} files, {lines} lines; {options.rounds} rounds")
        compare(options, source, folder)
        if options.lines:
            grow(options, source, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"in {time.time() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

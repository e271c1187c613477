"""Findings on code that is written for TensorFlow 2, to be judged by a person: every one that is wrong is a bug.

    python tools/bench/false_positives.py --mirror MIRROR [--only NAME,...] [--tensorflow 2.21] [--json FILE]

Unpacks the code of ``modern.json`` (the tutorials and guides of tensorflow/docs, examples and libraries of the
TensorFlow 2 years), turns the code cells of notebooks into Python files (magics and shell lines become comments),
runs ``tensorlift check`` and counts the findings by rule and endpoint, each with the places where it stands. Some are
right: these trees hold pages about TensorFlow 1, and ``tf.compat.v1`` code that a Keras 3 TensorFlow rejects.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from snapshot import count_lines, unpack

MODERN = Path(__file__).with_name("modern.json")
MAGIC = re.compile(r"^(\s*)([%!?]|[\w.]+\?\s*$)", re.M)


def notebook_code(text: str) -> str:
    """The code cells of a notebook as one Python file; ``%magic`` and ``!shell`` lines are commented out."""
    cells = []
    for cell in json.loads(text).get("cells", []):
        if cell.get("cell_type") == "code":
            source = cell.get("source", "")
            code = source if isinstance(source, str) else "".join(source)
            if not code.lstrip().startswith("%%"):
                cells.append(MAGIC.sub(r"\1pass  # \2", code))
    return "\n\n".join(cells) + "\n"


def unpack_modern(mirror: Path, entry: dict[str, Any], to: Path) -> None:
    """One entry's Python files and notebooks, the latter as ``NAME.ipynb.py``."""
    include = tuple(entry.get("include", ()))
    unpack(mirror, entry["repo"], entry["commit"], to, include, ".py")
    unpack(mirror, entry["repo"], entry["commit"], to, include, ".ipynb")
    for path in to.rglob("*.ipynb"):
        try:
            path.with_name(path.name + ".py").write_text(notebook_code(path.read_text("utf8")), "utf8")
        except (ValueError, KeyError, AttributeError):
            print(f"not a notebook: {path}", file=sys.stderr)
        path.unlink()
    for pattern in entry.get("exclude", ()):
        for path in list(to.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def findings(tree: Path, version: str) -> list[dict[str, Any]]:
    """What check says of a tree."""
    command = [sys.executable, "-m", "tensorlift", "check", str(tree), "--tensorflow", version, "--format", "json"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.stderr.strip():
        print(run.stderr.strip()[:2000], file=sys.stderr)
    report: list[dict[str, Any]] = json.loads(run.stdout)
    return report


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True, help="folder of git snapshots, see snapshot.py")
    parser.add_argument("--only", help="names of modern.json, separated by commas")
    parser.add_argument("--tensorflow", default="2.21")
    parser.add_argument("--places", type=int, default=3, help="places shown per endpoint")
    parser.add_argument("--json", type=Path, help="write all findings there")
    parser.add_argument("--keep", type=Path, help="unpack here and keep it")
    options = parser.parse_args()
    base = options.keep or Path(tempfile.mkdtemp(prefix="tensorlift-modern-"))
    everything = []
    for entry in json.loads(MODERN.read_text())["entries"]:
        if options.only and entry["name"] not in options.only.split(","):
            continue
        tree = base / entry["name"]
        if not tree.exists():
            unpack_modern(options.mirror, entry, tree)
        files, lines = count_lines(tree)
        found = findings(tree.resolve(), options.tensorflow)
        print(f"\n{entry['name']}: {files} files, {lines} lines, {len(found)} findings", flush=True)
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for finding in found:
            path = Path(finding["path"]).resolve().relative_to(tree.resolve())
            groups[finding["rule"], str(finding["endpoint"])].append(f"{path}:{finding['start']['line']}")
            everything.append({**finding, "path": str(path), "entry": entry["name"]})
        for (rule, endpoint), places in sorted(groups.items(), key=lambda item: -len(item[1])):
            print(f"  {len(places):5} {rule} {endpoint}  {', '.join(places[: options.places])}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1))
    if not options.keep:
        shutil.rmtree(base, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

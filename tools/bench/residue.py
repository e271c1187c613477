"""References to TensorFlow that do not resolve in the installed TensorFlow, and whether ``tensorlift check`` says so.

    python tools/bench/residue.py TREE --python ENV/bin/python [--json]

Reads every Python file under TREE with ``ast``, follows imports and module-level aliases, and looks each dotted name
up in the TensorFlow (tf_slim, tensorflow_probability, keras, tf_keras) of the other interpreter. A name that is not
there is a line that fails when it runs. Each of them must have a finding; those without one are printed and make the
exit code 1. A tree that sets ``TF_USE_LEGACY_KERAS`` is looked up with legacy Keras.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import warnings
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOTS = ("tensorflow", "tensorflow_core", "tf_slim", "tf_keras", "keras", "tensorflow_probability", "tensorflow_addons")
RESOLVE = Path(__file__).parent / "inside" / "resolve.py"


@dataclass(frozen=True)
class Use:
    """A dotted name at a place; line and column are 1-based, in characters."""

    path: str
    line: int
    column: int
    name: str


def _dotted(node: ast.expr) -> tuple[ast.Name, list[str]] | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node, parts[::-1]) if isinstance(node, ast.Name) else None


class _Reader(ast.NodeVisitor):
    """Collects the uses of one file. Names are taken file-wide: the last import of a name wins, a parameter or a local
    assignment of the same name is not told apart (rare, and looked at by hand)."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines
        self.bound: dict[str, str] = {}
        self.uses: list[Use] = []
        self.patched: set[str] = set()

    def _add(self, node: ast.expr | ast.stmt, name: str) -> None:
        text = self.lines[node.lineno - 1].encode()[: node.col_offset]
        self.uses.append(Use(self.path, node.lineno, len(text.decode("utf8", "replace")) + 1, name))

    def imports(self, tree: ast.Module) -> None:
        """Bind what the file's import statements and module-level aliases name."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for item in node.names:
                    if item.name.split(".")[0] in ROOTS:
                        self.bound[item.asname or item.name.split(".")[0]] = (
                            item.name if item.asname else item.name.split(".")[0]
                        )
                        self._add(node, item.name)
            elif (
                isinstance(node, ast.ImportFrom)
                and node.module
                and not node.level
                and node.module.split(".")[0] in ROOTS
            ):
                for item in node.names:
                    name = node.module if item.name == "*" else f"{node.module}.{item.name}"
                    self._add(node, name)
                    if item.name != "*":
                        self.bound[item.asname or item.name] = name
        for node in tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                found = _dotted(node.value)
                if found and found[0].id in self.bound and found[1] and node.targets[0].id not in self.bound:
                    self.bound[node.targets[0].id] = ".".join([self.bound[found[0].id], *found[1]])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Record the longest chain of names."""
        found = _dotted(node)
        if found is None:
            self.generic_visit(node)
        elif found[0].id in self.bound:
            name = ".".join([self.bound[found[0].id], *found[1]])
            if isinstance(node.ctx, ast.Store):
                self.patched.add(name)
            else:
                self._add(node, name)


def read_uses(root: Path) -> tuple[list[Use], set[str], list[str]]:
    """Every use under ``root``, the names that the code itself defines on TensorFlow, and the files that don't
    parse."""
    uses: list[Use] = []
    patched: set[str] = set()
    unparsed: list[str] = []
    for path in sorted(root.rglob("*.py")):
        name = str(path.relative_to(root))
        text = path.read_bytes().decode("utf8", "replace")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError):
            unparsed.append(name)
            continue
        reader = _Reader(name, text.splitlines())
        reader.imports(tree)
        reader.visit(tree)
        uses += reader.uses
        patched |= reader.patched
    return uses, patched, unparsed


def resolve(python: Path, names: set[str], legacy_keras: bool) -> dict[str, str]:
    """The names that ``python``'s packages lack, with the prefix that is missing."""
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
    if legacy_keras:
        environment["TF_USE_LEGACY_KERAS"] = "1"
    run = subprocess.run(
        [str(python), str(RESOLVE)],
        input=json.dumps(sorted(names)),
        env=environment,
        text=True,
        capture_output=True,
        cwd="/",
    )
    if run.returncode:
        raise SystemExit(f"{python} could not look the names up:\n{run.stderr[-800:]}")
    found: dict[str, str] = json.loads(run.stdout.splitlines()[-1])
    return found


def unresolved(root: Path, python: Path) -> tuple[list[Use], int, list[str]]:
    """The uses that do not resolve, the number of all uses, and the files that were not read."""
    uses, patched, unparsed = read_uses(root)
    legacy = any(b"TF_USE_LEGACY_KERAS" in path.read_bytes() for path in root.rglob("*.py"))
    missing = resolve(python, {use.name for use in uses}, legacy)
    bad = [
        use
        for use in uses
        if use.name in missing and not any(use.name == p or use.name.startswith(p + ".") for p in patched)
    ]
    return bad, len(uses), unparsed


def _finding_lines(root: Path, arguments: list[str]) -> tuple[dict[str, list[tuple[int, int]]], bool]:
    """Spans of lines that have a finding, by path relative to the tree, and whether legacy Keras is asked for."""
    command = [sys.executable, "-m", "tensorlift", "check", str(root), "--format", "json", *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}:\n{run.stderr[-800:]}")
    report = json.loads(run.stdout)
    findings = report["findings"] if isinstance(report, dict) else report
    spans: dict[str, list[tuple[int, int]]] = {}
    for finding in findings:
        path = Path(finding["path"])
        path = path if path.is_absolute() else Path.cwd() / path
        name = str(path.resolve().relative_to(root.resolve()))
        spans.setdefault(name, []).append((finding["start"]["line"], finding["end"]["line"]))
    return spans, any(finding["rule"] == "TL202" for finding in findings)


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument(
        "--python", type=Path, required=True, help="interpreter with the TensorFlow to look names up in"
    )
    parser.add_argument("--tensorflow", help="version to give to check (default: that interpreter's)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-check", action="store_true", help="count only; do not run tensorlift check")
    options = parser.parse_args()
    bad, total, unparsed = unresolved(options.tree, options.python)
    if options.no_check:
        silent: list[Use] = []
    else:
        version = options.tensorflow or tensorflow_version(options.python)
        spans, legacy_asked_for = _finding_lines(options.tree, ["--tensorflow", version])
        silent = [use for use in bad if not any(a <= use.line <= b for a, b in spans.get(use.path, []))]
        if legacy_asked_for:  # said once for the program, not at each use
            still = resolve(options.python, {use.name for use in silent}, legacy_keras=True)
            silent = [use for use in silent if use.name in still]
    if options.json:
        print(
            json.dumps(
                {
                    "total": total,
                    "unparsed": unparsed,
                    "unresolved": [asdict(u) for u in bad],
                    "silent": [asdict(u) for u in silent],
                }
            )
        )
    else:
        contrib = sum(".contrib" in use.name for use in bad)
        print(
            f"{total} references, {len(bad)} do not resolve ({contrib} of contrib), {len(unparsed)} files do not parse"
        )
        if not options.no_check:
            print(f"{len(silent)} without a finding:")
        for name, count in Counter(use.name for use in (silent or bad)).most_common(60):
            where = next(use for use in (silent or bad) if use.name == name)
            print(f"  {count:5} {name}  {where.path}:{where.line}")
    return 1 if silent else 0


def tensorflow_version(python: Path) -> str:
    """``2.21`` and the like: the version of the TensorFlow that an interpreter has."""
    code = "import importlib.metadata as m; print('.'.join(m.version('tensorflow').split('.')[:2]))"
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

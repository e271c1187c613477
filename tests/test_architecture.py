"""Arrows go down only; what is heavy or foreign stays in its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent / "server" / "tensorlift"
FLOORS = ["text", "catalog", "analysis", "workspace", "rewriting", "rules", "migration", "cli", "lsp"]
MAY_IMPORT = {
    "text": {"text"},
    "catalog": {"catalog"},
    "analysis": {"analysis", "catalog", "text"},
    "workspace": {"workspace", "analysis", "catalog", "text"},
    "rewriting": {"rewriting", "analysis", "catalog", "text"},
    "rules": {"rules", "rewriting", "analysis", "catalog", "text"},
    "migration": {"migration", "rules", "rewriting", "workspace", "analysis", "catalog", "text"},
    "cli": {*FLOORS},
    "lsp": {*FLOORS} - {"cli"},
}
ONLY_IN = {
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "jedi": {"lsp"},
    "tree_sitter": {"analysis"},
    "tensorflow": set(),
    "rich": {"cli"},
}


def imported(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def modules() -> list[tuple[str, Path]]:
    return [(p.relative_to(SERVER).parts[0], p) for p in sorted(SERVER.rglob("*.py")) if p.parent != SERVER]


def test_arrows_go_down() -> None:
    wrong = []
    for floor, path in modules():
        for name in imported(path):
            parts = name.split(".")
            if parts[0] == "tensorlift" and len(parts) > 1 and parts[1] not in MAY_IMPORT[floor]:
                wrong.append(f"{path.relative_to(SERVER)} imports {name}")
    assert wrong == []
    assert {floor for floor, _ in modules()} == set(FLOORS)


def test_foreign_packages_stay_where_they_belong() -> None:
    wrong = []
    for floor, path in modules():
        for name in imported(path):
            allowed = ONLY_IN.get(name.split(".")[0])
            if allowed is not None and floor not in allowed:
                wrong.append(f"{path.relative_to(SERVER)} imports {name}")
    assert wrong == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tensorlift.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'tree_sitter', 'libcst', 'jedi', 'rich', 'pygls', 'pathspec', 'tensorflow'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "check" in done.stdout

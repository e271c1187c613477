"""Which files a run looks at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SKIPPED_FOLDERS = frozenset(
    (
        *(".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox"),
        *(".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode"),
        *("__pycache__", "__pypackages__", "node_modules", "site-packages", "venv"),
    )
)
GENERATED = ("_pb2.py", "_pb2_grpc.py")

# What to tell about a file or folder that was passed over: its path and the reason.
Report = Callable[[Path, str], None]


def is_source(name: str) -> bool:
    """Whether a file name is that of Python source which people write (generated protocol buffers are not)."""
    return name.endswith((".py", ".pyi", ".pyw")) and not name.endswith(GENERATED)


class Ignore:
    """The ``.gitignore`` files and ``exclude`` patterns that hold in a folder. Patterns are git's own."""

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []
        if exclude:
            self._specs.append((str(root), _spec(exclude)))
        for folder in _up_to_repository(root):
            self._read(str(folder))

    def _read(self, folder: str) -> GitIgnoreSpec | None:
        try:
            text = Path(folder, ".gitignore").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        spec = _spec(text.splitlines())
        self._specs.append((folder, spec))
        return spec

    def enter(self, folder: str) -> None:
        """Take up the ``.gitignore`` of a folder below the root."""
        self._read(folder)

    def matches(self, path: str, is_folder: bool) -> bool:
        """Whether a path is left out."""
        for base, spec in self._specs:
            prefix = base if base.endswith(os.sep) else base + os.sep
            if path.startswith(prefix):
                relative = path[len(prefix) :].replace(os.sep, "/")
                if spec.match_file(relative + "/" if is_folder else relative):
                    return True
        return False

    def __bool__(self) -> bool:
        return bool(self._specs)


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _up_to_repository(root: Path) -> Iterator[Path]:
    """The root and the folders above it up to the git repository's, outermost first; only the root outside git."""
    chain = [root, *root.parents]
    for index, folder in enumerate(chain):
        if (folder / ".git").exists():
            yield from reversed(chain[: index + 1])
            return
    yield root


def sources(root: Path, exclude: Sequence[str] = (), report: Report | None = None) -> Iterator[Path]:
    """Python source files below a folder, in the order of their names. Folders that hold no project code, generated
    files and what git ignores are passed over; symbolic links to folders are not followed, so a loop of links ends.
    What the operating system refuses is told to ``report``."""
    root = Path(os.path.abspath(root))
    ignore = Ignore(root, exclude)
    pending = [str(root)]
    while pending:
        folder = pending.pop()
        if folder != str(root) and os.path.exists(os.path.join(folder, ".gitignore")):
            ignore.enter(folder)
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if report:
                report(Path(folder), f"cannot be listed: {error.strerror or error}")
            continue
        folders: list[str] = []
        for entry in entries:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                wanted = is_folder if is_folder else is_source(entry.name) and entry.is_file()
            except OSError:
                continue
            if is_folder and (entry.name in SKIPPED_FOLDERS or is_environment(entry.path)):
                continue
            if not wanted or (ignore and ignore.matches(entry.path, is_folder)):
                continue
            if is_folder:
                folders.append(entry.path)
            else:
                yield Path(entry.path)
        pending.extend(reversed(folders))


def is_environment(folder: str) -> bool:
    """Whether a folder is a Python environment (it has ``pyvenv.cfg``), whatever its name."""
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))

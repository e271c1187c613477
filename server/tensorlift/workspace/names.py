"""Names across files: which file an import statement means, and what that file's names stand for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tensorlift.analysis.model import Export

# Bytes without which a file names nothing that is tracked, unless it gets it from another module of the workspace.
TRACKED = re.compile(rb"tensorflow|keras|tf_slim|absl")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\r\n#;]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_NAME = re.compile(rb"(\w+)(?:\s+as\s+\w+)?\s*(?:,|\)|$)")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that an import means, and the folder from which its absolute name starts (``None`` for a relative
    import)."""

    path: str
    root: str | None


class Files:
    """Which file an import statement means. ``exists`` tells whether a path is a file of the workspace; names are not
    looked for above ``root``."""

    def __init__(self, root: str, exists: Callable[[str], bool] = os.path.isfile) -> None:
        self._root = root
        self._exists = exists
        self._memo: dict[tuple[str, str, int], Origin | None] = {}
        self._listings: dict[str, frozenset[str]] = {}

    def forget(self) -> None:
        """Files came or went: look again."""
        self._memo.clear()
        self._listings.clear()

    def find(self, importer: str, module: str | None, level: int) -> Origin | None:
        """The file that ``from <level dots><module> import`` in the file ``importer`` means, ``None`` when it is none
        of the workspace's. An absolute name is looked for from the importer's folder upwards."""
        key = (os.path.dirname(importer), module or "", level)
        if key not in self._memo:
            self._memo[key] = self._find(*key)
        return self._memo[key]

    def _find(self, folder: str, module: str, level: int) -> Origin | None:
        parts = module.split(".") if module else []
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            path = self._file(folder, parts)
            return Origin(path, None) if path else None
        while parts:
            if self._may_hold(folder, parts[0]):
                path = self._file(folder, parts)
                if path:
                    return Origin(path, folder)
            above = os.path.dirname(folder)
            if folder == self._root or above == folder or len(above) < len(self._root):
                return None
            folder = above
        return None

    def _may_hold(self, folder: str, name: str) -> bool:
        """Whether a folder has a module or package of a name; most names of import statements are those of installed
        packages, which this tells without asking the file system for each."""
        if self._exists is not os.path.isfile:
            return True
        names = self._listings.get(folder)
        if names is None:
            try:
                names = frozenset(os.listdir(folder))
            except OSError:
                names = frozenset()
            self._listings[folder] = names
        return name in names or name + ".py" in names

    def _file(self, folder: str, parts: Sequence[str]) -> str | None:
        base = os.path.join(folder, *parts)
        for candidate in ((base + ".py") if parts else "", os.path.join(base, "__init__.py")):
            if candidate and self._exists(candidate):
                return candidate
        return None


def imported_modules(source: bytes) -> set[tuple[str, int]]:
    """Modules that a source's import statements name, as (dotted name, level), found without parsing. May hold names
    from strings; serves to decide which files deserve a look."""
    found: set[tuple[str, int]] = set()
    for match in _IMPORT.finditer(source):
        if match.group(1) is not None:
            name = match.group(1).decode("ascii", "replace")
            bare = name.lstrip(".")
            level = len(name) - len(bare)
            found.add((bare, level))
            for item in _NAME.findall(match.group(2)):  # a name may be a module of the package
                leaf = item.decode("ascii", "replace")
                found.add((f"{bare}.{leaf}" if bare else leaf, level))
        else:
            for item in match.group(3).decode("ascii", "replace").split(","):
                words = item.split()
                if words:
                    found.add((words[0], 0))
    return found


class WorkspaceResolver:
    """Answers the analysis's question about other modules of the workspace. ``exports_of`` gives what a file's names
    stand for (``None`` when it cannot be read, or when its analysis is under way: a circle of imports)."""

    def __init__(self, files: Files, exports_of: Callable[[str], Mapping[str, Export] | None]) -> None:
        self._files = files
        self._exports_of = exports_of

    def export(self, importer: str, module: str | None, level: int, name: str) -> Export | None:
        """What ``name`` of ``module`` stands for, see analysis.model.Resolver."""
        origin = self._files.find(importer, module, level)
        if origin is None:
            return None
        exports = self._exports_of(origin.path)
        return exports.get(name) if exports else None

    def knows(self, importer: str, module: str | None, level: int) -> bool:
        """Whether an import statement means a file of the workspace at all."""
        return self._files.find(importer, module, level) is not None

    def star(self, importer: str, module: str | None, level: int) -> Sequence[tuple[str, Export]]:
        """What ``from module import *`` binds, see analysis.model.Resolver."""
        origin = self._files.find(importer, module, level)
        exports = self._exports_of(origin.path) if origin else None
        if not exports:
            return ()
        return [(name, export) for name, export in exports.items() if not name.startswith("_")]

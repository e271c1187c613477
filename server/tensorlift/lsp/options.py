"""The client's settings, section ``tensorlift``; strange values are named once and passed over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tensorlift.catalog.model import Target
from tensorlift.workspace.settings import Overrides

SECTION = "tensorlift"
_VERSION = re.compile(r"[2-9]\d*\.\d+(\.\w+)*$")


@dataclass(frozen=True)
class Options:
    """``overrides`` are stronger than ``pyproject.toml``. ``workspace_files`` is the largest number of files of a workspace
    whose unopened files are looked at (0: none); ``largest_file`` the size in bytes up to which a file is looked at."""

    overrides: Overrides = field(default_factory=Overrides)
    code_lens: bool = True
    inlay_hints: bool = False
    workspace_diagnostics: bool = True
    workspace_files: int = 20_000
    largest_file: int = 2_000_000
    docstrings: bool = True
    python: str = ""
    documentation: str = ""
    cache: bool = True
    problems: tuple[str, ...] = ()


def read_options(data: Any) -> Options:
    """Options from what the client sent for its section (or around it)."""
    if isinstance(data, Mapping) and isinstance(data.get(SECTION), Mapping):
        data = data[SECTION]
    if not isinstance(data, Mapping):
        return Options()
    reader = _Reader(data)
    target = reader.text("target")
    version = reader.text("tensorflow")
    if target and target not in {t.value for t in Target}:
        reader.problems.append(f'target must be "compat" or "native", not {target!r}')
        target = ""
    if version and not _VERSION.match(version):
        reader.problems.append(f"tensorflow must be a release such as 2.21, not {version!r}")
        version = ""
    overrides = Overrides(
        target=Target(target) if target else None,
        tensorflow=version or None,
        select=reader.codes("select"),
        ignore=reader.codes("ignore"),
        exclude=reader.texts("exclude"),
    )
    return Options(
        overrides,
        code_lens=reader.flag("codeLens", True),
        inlay_hints=reader.flag("inlayHints", False),
        workspace_diagnostics=reader.flag("workspaceDiagnostics", True),
        workspace_files=reader.number("workspaceFiles", 20_000),
        largest_file=reader.number("largestFile", 2_000_000),
        docstrings=reader.flag("docstrings", True),
        python=reader.text("python"),
        documentation=reader.text("documentation"),
        cache=reader.flag("cache", True),
        problems=tuple(reader.problems),
    )


class _Reader:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.problems: list[str] = []

    def text(self, key: str) -> str:
        value = self._data.get(key)
        if value is None or isinstance(value, str):
            return (value or "").strip()
        self.problems.append(f"{key} must be a string")
        return ""

    def flag(self, key: str, default: bool) -> bool:
        value = self._data.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problems.append(f"{key} must be true or false")
        return default

    def number(self, key: str, default: int) -> int:
        value = self._data.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if value is not None:
            self.problems.append(f"{key} must be a number of at least 0")
        return default

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self._data.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value) or None
        self.problems.append(f"{key} must be a list of strings")
        return None

    def codes(self, key: str) -> tuple[str, ...] | None:
        return self.texts(key)

"""What the user asked for: ``[tool.tensorlift]`` and the command line, read once per project into a frozen object."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tensorlift.catalog.model import Target
from tensorlift.workspace.requirements import installed_version, required_version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NEWEST = "2.21"


class SettingsError(Exception):
    """A setting that cannot be followed; the text names the file, the key and what it takes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one project. ``root`` is the folder whose ``pyproject.toml`` was read, else the one asked about.
    ``tensorflow`` is a release such as ``2.21``; ``origin`` says where it was found."""

    root: Path
    target: Target = Target.COMPAT
    tensorflow: str = NEWEST
    origin: str = "the newest known"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, rule: str) -> bool:
        """Whether a rule's findings are asked for; a code may be shortened to a prefix (``TL1``)."""
        if self.ignore and rule.startswith(self.ignore):
            return False
        return not self.select or rule.startswith(self.select)


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line (or an editor) says, stronger than any file. ``None`` means not said."""

    target: Target | None = None
    tensorflow: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None


_KEYS = ("target", "tensorflow", "select", "ignore", "exclude")


def project_root(path: Path) -> Path:
    """The nearest folder above (or at) a path with a ``pyproject.toml``, ``setup.py``, ``setup.cfg`` or ``.git``; the
    path's own folder where there is none."""
    folder = path if path.is_dir() else path.parent
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        if any((candidate / name).exists() for name in ("pyproject.toml", "setup.py", "setup.cfg", ".git")):
            return candidate
    return folder


def load(path: Path, overrides: Overrides | None = None) -> Settings:
    """The settings that hold for a path. Raises SettingsError."""
    root = project_root(path)
    settings = _from_table(Settings(root), _table(root), root / "pyproject.toml")
    over = overrides or Overrides()
    if over.target is not None:
        settings = replace(settings, target=over.target)
    for name in ("select", "ignore", "exclude"):
        value = getattr(over, name)
        if value is not None:
            settings = replace(settings, **{name: value})
    if over.tensorflow is not None:
        return replace(settings, tensorflow=over.tensorflow, origin="the command line")
    if settings.origin != "the newest known":
        return settings
    for folder in _folders(path, root):
        found = required_version(folder)
        if found is not None:
            return replace(settings, tensorflow=found[0], origin=found[1])
    installed = installed_version(root)
    if installed is not None:
        return replace(settings, tensorflow=installed, origin="the interpreter's installed TensorFlow")
    return settings


def _folders(path: Path, root: Path) -> list[Path]:
    """The folders from a path up to its project's root."""
    folder = (path if path.is_dir() else path.parent).resolve()
    chain = [folder, *folder.parents]
    return chain[: chain.index(root) + 1] if root in chain else [root]


def _table(root: Path) -> Mapping[str, Any]:
    file = root / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from None
    tool = data.get("tool", {})
    table = tool.get("tensorlift", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError(f"{file}: [tool.tensorlift] must be a table")
    return table


def _from_table(settings: Settings, table: Mapping[str, Any], file: Path) -> Settings:
    for key, value in table.items():
        if key not in _KEYS:
            raise SettingsError(f"{file}: [tool.tensorlift] has no setting {key!r}; it has {', '.join(_KEYS)}")
        if key == "target":
            settings = replace(settings, target=_target(value, file))
        elif key == "tensorflow":
            if not isinstance(value, str):
                raise SettingsError(f'{file}: tensorflow must be a string such as "2.21"')
            settings = replace(settings, tensorflow=value, origin="pyproject.toml")
        else:
            if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
                raise SettingsError(f"{file}: {key} must be a list of strings")
            lists: dict[str, Any] = {key: tuple(value)}
            settings = replace(settings, **lists)
    return settings


def _target(value: object, file: Path) -> Target:
    try:
        return Target(value)
    except ValueError:
        raise SettingsError(f'{file}: target must be "compat" or "native", not {value!r}') from None

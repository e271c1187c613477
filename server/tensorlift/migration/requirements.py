"""The packages that a migrated program needs, added to the file in which its project names its requirements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Import name (or distribution) -> requirement as pip reads it.
_DISTRIBUTIONS = {
    "tf_slim": "tf-slim",
    "tf_keras": "tf_keras",
    "absl": "absl-py",
    "tensorflow_probability": "tensorflow-probability",
    "tensorflow_addons": "tensorflow-addons",
    "tensorflow_io": "tensorflow-io",
    "tensorflow_datasets": "tensorflow-datasets",
}
_DEPENDENCIES = re.compile(rb"^(?:dependencies)[ \t]*=[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RequirementChange:
    """A requirements file before and after."""

    path: Path
    old: bytes
    new: bytes


def plan_requirements(root: Path, packages: Iterable[str], tensorflow: str) -> list[RequirementChange]:
    """Changes that add the packages to ``requirements.txt``, else to ``pyproject.toml``'s dependencies; none where the
    project has neither, or names them already. ``tensorflow`` is the release that the program is to run on."""
    wanted = [_requirement(name, tensorflow) for name in sorted(set(packages))]
    if not wanted:
        return []
    for path, add in ((root / "requirements.txt", _add_line), (root / "pyproject.toml", _add_dependency)):
        try:
            old = path.read_bytes()
        except OSError:
            continue
        missing = [r for r in wanted if not _names(old, r)]
        new = add(old, missing) if missing else old
        if new is None:
            continue
        return [RequirementChange(path, old, new)] if new != old else []
    return []


def _requirement(name: str, tensorflow: str) -> str:
    distribution = _DISTRIBUTIONS.get(name, name)
    if distribution == "tf_keras":
        return f"tf_keras~={'.'.join(tensorflow.split('.')[:2])}.0"
    return distribution


def _bare(requirement: str) -> str:
    return re.split(r"[~=<>!\[; ]", requirement, maxsplit=1)[0]


def _names(text: bytes, requirement: str) -> bool:
    name = re.escape(_bare(requirement)).replace("_", "[-_]").replace(r"\-", "[-_]")
    return re.search(rf"(?i)(?<![\w.-]){name}(?![\w.-])", text.decode("utf-8", "replace")) is not None


def _add_line(text: bytes, missing: list[str]) -> bytes:
    newline = b"\r\n" if b"\r\n" in text else b"\n"
    joint = b"" if not text or text.endswith((b"\n", b"\r")) else newline
    return text + joint + b"".join(requirement.encode() + newline for requirement in missing)


def _add_dependency(text: bytes, missing: list[str]) -> bytes | None:
    """``None`` where the project's table has no list of dependencies."""
    project = re.search(rb"^\[project\][ \t]*\r?$", text, re.MULTILINE)
    found = _DEPENDENCIES.search(text, project.end()) if project else None
    if found is None:
        return None
    header = re.search(rb"^\[", text[project.end() :] if project else b"", re.MULTILINE)
    if header is not None and project is not None and found.start() > project.end() + header.start():
        return None
    quoted = [f'"{requirement}"'.encode() for requirement in missing]
    rest = text[found.end() :]
    multiline = re.match(rb"[ \t]*(?:#[^\n]*)?(\r?\n)([ \t]*)", rest)
    if multiline and not rest[multiline.end() :].startswith(b"]"):
        newline, indent = multiline.group(1), multiline.group(2)
        return text[: found.end()] + b"".join(newline + indent + q + b"," for q in quoted) + rest
    empty = rest.lstrip().startswith(b"]")
    return text[: found.end()] + b", ".join(quoted) + (b"" if empty else b", ") + rest

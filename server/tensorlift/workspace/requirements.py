"""Which TensorFlow a project asks for, read from what it declares or from what is installed beside it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_NAMES = r"tensorflow(?:[-_](?:cpu|gpu|macos|intel|rocm|cpu-aws))?"
# tensorflow==2.15.*, "tensorflow-gpu>=2.4,<2.16", tensorflow = "^2.15" (Pipfile), tensorflow=2.15 (conda)
_REQUIREMENT = re.compile(
    rf"""(?<![\w./-])["']?{_NAMES}["']?(?:\[[\w,\s-]+\])?\s*(?:=\s*["'])?\s*"""
    r"""\(?\s*((?:[~=!<>^]=?=?\s*\d+(?:\.(?:\d+|\*))*\w*\s*,?\s*)+)""",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"([~=!<>^]=?=?)\s*(\d+)(?:\.(\d+|\*))?")
_FILES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile", "environment.yml", "environment.yaml", "conda.yaml")


def requirement_files(root: Path) -> Iterator[Path]:
    """The files of a project that may name its requirements, those at its root only, in a fixed order."""
    yield from sorted(p for p in root.glob("requirements*.txt") if p.is_file())
    folder = root / "requirements"
    if folder.is_dir():
        yield from sorted(p for p in folder.glob("*.txt") if p.is_file())
    yield from (root / name for name in _FILES if (root / name).is_file())


def required_version(root: Path) -> tuple[str, str] | None:
    """The TensorFlow 2 release that the project's requirements settle on and the file that says so; ``None`` when they
    name none, name a TensorFlow 1, or leave it open."""
    for file in requirement_files(root):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for line in text.splitlines():
            match = _REQUIREMENT.search(line.split("#", 1)[0])
            version = settle(match.group(1)) if match else None
            if version:
                return version, file.name
    return None


def settle(specifier: str) -> str | None:
    """The release that a version specifier settles on (``==2.15.*`` -> ``2.15``, ``>=2.4,<2.16`` -> ``2.15``,
    ``>=2.16`` -> ``2.16``), ``None`` when it allows releases before and after 2.16, or only TensorFlow 1."""
    lower: tuple[int, int] | None = None
    upper: tuple[int, int] | None = None  # inclusive
    for operator, major_text, minor_text in _CLAUSE.findall(specifier):
        major = int(major_text)
        any_minor = minor_text in ("", "*")
        minor = 0 if any_minor else int(minor_text)
        if operator in ("==", "===", "=", "~=", "^"):
            if operator in ("==", "===", "=") and not any_minor:
                return f"{major}.{minor}" if major >= 2 else None
            lower = max(lower or (0, 0), (major, minor))
            whole_major = any_minor or operator in ("^", "~=")
            upper = (major, 999) if whole_major else (major, minor)
            if operator == "~=" and specifier.count(".") >= 2:
                upper = (major, minor)
        elif operator in (">=", ">"):
            lower = max(lower or (0, 0), (major, minor))
        elif operator == "<=":
            upper = (major, minor)
        elif operator == "<":
            upper = (major - 1, 999) if any_minor or minor == 0 else (major, minor - 1)
    if upper is not None and upper[0] < 2:
        return None
    if upper is not None and upper[1] != 999:
        return f"{upper[0]}.{upper[1]}"
    if lower is not None and lower >= (2, 16):
        return f"{lower[0]}.{lower[1]}"
    return None


_INSTALLED = re.compile(r"tensorflow(?:_cpu|_gpu|_macos|_intel)?-(\d+)\.(\d+)[^-]*\.dist-info$", re.IGNORECASE)


def installed_version(root: Path) -> str | None:
    """The TensorFlow 2 that is installed in the project's own ``.venv`` or ``venv``, else beside this program; read
    off the names of the distributions' folders, nothing is imported."""
    for name in (".venv", "venv", "env"):
        folders = [*(root / name).glob("lib/python3*/site-packages"), *(root / name).glob("Lib/site-packages")]
        version = _newest_installed(map(str, folders))
        if version:
            return version
    return _newest_installed(sys.path)


def _newest_installed(folders: Iterable[str]) -> str | None:
    for folder in folders:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            match = _INSTALLED.match(name)
            if match and int(match.group(1)) >= 2:
                return f"{match.group(1)}.{match.group(2)}"
    return None

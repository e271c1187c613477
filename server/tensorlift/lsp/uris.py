"""URIs and paths."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/?([A-Za-z])[:|](?=/|$)")


def to_path(uri: str) -> str | None:
    """The absolute path of a ``file:`` URI, ``None`` for any other (``untitled:``, ``vscode-notebook-cell:``). Percent
    signs are decoded; ``file:///c%3A/x`` is ``C:/x`` with this system's separators on Windows, ``/c:/x`` elsewhere."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() != "file":
        return None
    path = unquote(parts.path)
    if "\0" in path or not path:
        return None
    if sys.platform == "win32":
        drive = _DRIVE.match(path)
        if drive:
            path = drive.group(1).upper() + ":" + path[drive.end() :]
        elif parts.netloc:
            path = f"//{parts.netloc}{path}"
        return os.path.normpath(path)
    return os.path.normpath(path) if path.startswith("/") else None


def from_path(path: str | os.PathLike[str]) -> str:
    """The URI of an absolute path."""
    text = Path(path).as_posix()
    if not text.startswith("/"):
        text = "/" + text
    return "file://" + quote(text, safe="/!$&'()*+,;=:@~-._")


def stand_in(uri: str, folder: str) -> str:
    """A path for a text that is no file, so that names can be looked up from it: one of the folder that nobody has."""
    name = re.sub(r"[^\w.-]+", "_", uri.rpartition("/")[2] or uri)[-80:]
    return os.path.join(folder, f".{name}.unsaved.py")

"""What is analysed as one: an open file, or all code cells of a notebook."""

from __future__ import annotations

import bisect
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tensorlift.lsp.texts import Text
from tensorlift.migration.live import Live, Look
from tensorlift.text.document import Document

if TYPE_CHECKING:
    from pathlib import Path

    from tensorlift.analysis.model import Export
    from tensorlift.lsp.projects import Project, View

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A range in one of a unit's texts."""

    uri: str
    range: Json


class Unit:
    """One thing to analyse. ``revision`` grows with every change, so that what was computed of an earlier text is told
    apart. ``path`` is the file's, or a stand-in from which names are looked up."""

    def __init__(self, key: str, path: str, project: Project, on_disk: bool) -> None:
        self.key = key
        self.path = path
        self.project = project
        self.on_disk = on_disk
        self.revision = time.monotonic_ns() // 1000  # so that a document opened again begins anew
        self.view: View | None = None
        self.live = Live()
        self.look: tuple[int, int, Look | None] | None = None  # of which revision and generation, and what was seen
        self.exports: Mapping[str, Export] | None = None  # what others were told that its names stand for
        self.program: tuple[str, ...] = ()  # codes of findings about its program that are shown on it

    # -- what the kinds of units answer differently --------------------------------------------------------------

    def uris(self) -> Sequence[str]:
        """The documents whose diagnostics belong to this unit."""
        raise NotImplementedError

    def version_of(self, uri: str) -> int | None:
        """The client's version of one of the documents."""
        raise NotImplementedError

    def source(self) -> bytes:
        """The text that is analysed."""
        raise NotImplementedError

    def place(self, start: int, end: int) -> Place | None:
        """Where a byte span of the source is; ``None`` when it is in no document or in two."""
        raise NotImplementedError

    def offset(self, uri: str, position: Any) -> int:
        """The byte offset in the source of a position (an object with ``line`` and ``character``)."""
        raise NotImplementedError

    def document(self) -> Document:
        """The snapshot that the engine sees."""
        from pathlib import Path

        path: Path | None = Path(self.path)
        return Document(self.source(), path)


class FileUnit(Unit):
    """An open file, or an unsaved text."""

    def __init__(self, uri: str, path: str, project: Project, text: Text, on_disk: bool) -> None:
        super().__init__(uri, path, project, on_disk)
        self.text = text

    def uris(self) -> Sequence[str]:
        """See Unit."""
        return (self.key,)

    def version_of(self, uri: str) -> int | None:
        """See Unit."""
        return self.text.version

    def source(self) -> bytes:
        """See Unit."""
        return self.text.source

    def place(self, start: int, end: int) -> Place | None:
        """See Unit."""
        return Place(self.key, self.text.range(start, end))

    def offset(self, uri: str, position: Any) -> int:
        """See Unit."""
        return self.text.offset(position.line, position.character)

    def document(self) -> Document:
        """See Unit."""
        document = super().document()
        document.__dict__["lines"] = self.text.lines()
        return document


@dataclass
class Cell:
    """A code cell."""

    uri: str
    text: Text
    start: int = 0  # where it begins in the notebook's source


_MAGIC = re.compile(rb"^[ \t]*(?:[%!?]|[\w.]+\?{1,2}[ \t]*$)[^\r\n]*", re.MULTILINE)
_ASSIGNED = re.compile(rb"(?<=[^=!<>]=)[ \t]*[!%][^\r\n]*")


def masked(source: bytes) -> bytes:
    """A cell's code with what IPython alone understands made harmless, at the same length: magics and shell lines become
    comments, a cell magic other than one that runs Python makes a comment of the cell."""
    if not (b"%" in source or b"!" in source or b"?" in source):
        return source
    first = source.lstrip()
    if first.startswith(b"%%") and not first.startswith((b"%%time", b"%%capture", b"%%prun")):
        return re.sub(rb"[^\r\n]+", lambda m: b"#" + b" " * (len(m[0]) - 1), source)
    source = _MAGIC.sub(_comment, source)
    return _ASSIGNED.sub(lambda m: b" 0" + b" " * (len(m[0]) - 2) if len(m[0]) > 1 else b"0", source)


def _comment(match: re.Match[bytes]) -> bytes:
    text = match[0]
    indent = len(text) - len(text.lstrip())
    return text[:indent] + b"#" + b" " * (len(text) - indent - 1)


@dataclass
class _Joined:
    source: bytes = b""
    starts: list[int] = field(default_factory=list)


class NotebookUnit(Unit):
    """The code cells of a notebook, one after the other."""

    def __init__(self, uri: str, path: str, project: Project) -> None:
        super().__init__(uri, path, project, False)
        self.cells: list[Cell] = []
        self.order: list[tuple[str, bool]] = []  # all cells of the notebook: URI, and whether it is code
        self._joined: _Joined | None = None

    def changed(self) -> None:
        """Cells came, went or changed."""
        self._joined = None

    def _join(self) -> _Joined:
        if self._joined is None:
            joined = _Joined()
            pieces: list[bytes] = []
            at = 0
            for cell in self.cells:
                cell.start = at
                joined.starts.append(at)
                pieces.append(masked(cell.text.source))
                at += len(cell.text.source) + 1
            joined.source = b"\n".join(pieces)
            self._joined = joined
        return self._joined

    def uris(self) -> Sequence[str]:
        """See Unit."""
        return [cell.uri for cell in self.cells]

    def cell(self, uri: str) -> Cell | None:
        """The cell with that URI."""
        return next((cell for cell in self.cells if cell.uri == uri), None)

    def version_of(self, uri: str) -> int | None:
        """See Unit."""
        cell = self.cell(uri)
        return cell.text.version if cell else None

    def source(self) -> bytes:
        """See Unit."""
        return self._join().source

    def place(self, start: int, end: int) -> Place | None:
        """See Unit."""
        starts = self._join().starts
        index = bisect.bisect_right(starts, start) - 1
        if index < 0:
            return None
        cell = self.cells[index]
        size = len(cell.text.source)
        low, high = start - cell.start, end - cell.start
        if low > size or high > size:
            return None
        return Place(cell.uri, cell.text.range(low, high))

    def offset(self, uri: str, position: Any) -> int:
        """See Unit."""
        self._join()
        cell = self.cell(uri)
        if cell is None:
            raise KeyError(uri)
        return cell.start + cell.text.offset(position.line, position.character)


def inside(path: str, folder: str) -> bool:
    """Whether a path lies in a folder."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)

"""Edits of the engine as workspace edits of the protocol."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tensorlift.lsp import uris
from tensorlift.lsp.texts import Text
from tensorlift.lsp.units import Unit
from tensorlift.text.edits import Edit

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]


class NotPossibleError(Exception):
    """The client lacks an ability that a change needs; the text says which."""


def between(old: bytes, new: bytes) -> list[Edit]:
    """Small edits that turn one text into another: line by line, and within a line only what differs."""
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = 0
    while head < len(a) and head < len(b) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[len(a) - 1 - tail] == b[len(b) - 1 - tail]:
        tail += 1
    starts = [0]
    for line in a:
        starts.append(starts[-1] + len(line))
    edits: list[Edit] = []
    matcher = difflib.SequenceMatcher(None, a[head : len(a) - tail], b[head : len(b) - tail], autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            continue
        old_lines, new_lines = a[head + a0 : head + a1], b[head + b0 : head + b1]
        if len(old_lines) == len(new_lines):
            for number, (before, after) in enumerate(zip(old_lines, new_lines, strict=True)):
                if before != after:
                    edits.append(_within(starts[head + a0 + number], before, after))
        else:
            text = b"".join(new_lines).decode("utf-8", "replace")
            edits.append(Edit(starts[head + a0], starts[head + a1], text))
    return edits


def _within(start: int, before: bytes, after: bytes) -> Edit:
    """The difference of two lines, cut at characters."""
    old, new = before.decode("utf-8", "replace"), after.decode("utf-8", "replace")
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[len(old) - 1 - tail] == new[len(new) - 1 - tail]:
        tail += 1
    first = start + len(old[:head].encode())
    last = start + len(before) - len(old[len(old) - tail :].encode()) if tail else start + len(before)
    return Edit(first, last, new[head : len(new) - tail])


class Change:
    """A workspace edit in the making."""

    def __init__(self, server: Server, confirm: str = "") -> None:
        self._client = server.client
        self._server = server
        self._confirm = confirm if server.client.annotations else ""
        self._texts: dict[str, tuple[int | None, list[Json]]] = {}
        self._created: list[str] = []

    def add(self, unit: Unit, edits: Iterable[Edit], only: str | None = None) -> None:
        """Edits of a unit; ``only`` leaves out those of the unit's other documents."""
        for edit in dict.fromkeys(sorted(edits)):
            if edit.start == edit.end and not edit.text:
                continue
            place = unit.place(edit.start, edit.end)
            if place is None or (only is not None and place.uri != only):
                continue
            self._edit(place.uri, unit.version_of(place.uri), place.range, edit.text)

    def replace(self, path: str, old: bytes | None, new: bytes) -> None:
        """Another content for a file: one that is open, one on disk with the content ``old``, or a new one (``None``).
        Raises NotPossibleError."""
        uri = uris.from_path(path)
        unit = self._server.documents.get(uri)
        if unit is not None:
            self.add(unit, between(unit.source(), new))
            return
        if old is None:
            if not (self._client.creates_files and self._client.document_changes):
                raise NotPossibleError(f"{path} would have to be written, and this editor lets no server create files")
            self._created.append(uri)
            self._edit(uri, None, {"start": _ORIGIN, "end": _ORIGIN}, new.decode("utf-8", "replace"))
            return
        text = Text(old, self._client.encoding)
        for edit in between(old, new):
            self._edit(uri, None, text.range(edit.start, edit.end), edit.text)

    def _edit(self, uri: str, version: int | None, span: Json, text: str) -> None:
        item: Json = {"range": span, "newText": text}
        if self._confirm:
            item["annotationId"] = "unsafe"
        self._texts.setdefault(uri, (version, []))[1].append(item)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def build(self) -> Json:
        """The workspace edit."""
        if not self._client.document_changes:
            return {"changes": {uri: edits for uri, (_, edits) in self._texts.items()}}
        changes: list[Json] = []
        for uri, (version, edits) in self._texts.items():
            if uri in self._created:
                changes.append({"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}})
            changes.append({"textDocument": {"uri": uri, "version": version}, "edits": edits})
        built: Json = {"documentChanges": changes}
        if self._confirm:
            built["changeAnnotations"] = {
                "unsafe": {"label": "Unsafe fix", "needsConfirmation": True, "description": self._confirm}
            }
        return built


_ORIGIN: Mapping[str, int] = {"line": 0, "character": 0}

__all__ = ["Change", "NotPossibleError", "Sequence", "between"]

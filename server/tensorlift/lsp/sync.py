"""Open documents: their text is the client's, edit by edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from tensorlift.lsp import uris
from tensorlift.lsp.texts import Text, encode
from tensorlift.lsp.units import FileUnit, Unit

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

_LANGUAGES = frozenset(("python", "python3", "py", "cython", ""))


def register(server: Server) -> None:
    """Follow what the client opens, changes and closes."""
    sync = Sync(server)
    server.on(types.TEXT_DOCUMENT_DID_OPEN, sync.opened)
    server.on(types.TEXT_DOCUMENT_DID_CHANGE, sync.changed)
    server.on(types.TEXT_DOCUMENT_DID_CLOSE, sync.closed)
    server.on(types.TEXT_DOCUMENT_DID_SAVE, sync.saved)


class Sync:
    """Opening, changing and closing of files."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document is the client's from now on. One that is open already starts anew."""
        server, item = self.server, params.text_document
        if item.uri in server.documents:
            self._close(item.uri)
        if item.language_id.lower() not in _LANGUAGES and not item.uri.endswith((".py", ".pyi", ".pyw")):
            return
        path = uris.to_path(item.uri)
        on_disk = path is not None
        if path is None:
            root = next(iter(server.folders), None)
            path = uris.stand_in(item.uri, root or "/")
        project = server.project_for(path)
        text = Text(encode(item.text), server.client.encoding, item.version)
        unit = FileUnit(item.uri, path, project, text, on_disk)
        server.units[item.uri] = server.documents[item.uri] = unit
        project.changed(unit)
        server.touch(unit)
        server.opened(unit)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply changes in their order; diagnostics follow when no more messages wait."""
        server = self.server
        unit = server.documents.get(params.text_document.uri)
        if not isinstance(unit, FileUnit):
            return
        apply(unit.text, params.content_changes)
        unit.text.version = params.text_document.version
        unit.project.changed(unit)
        server.changed(unit)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """What is on disk counts again."""
        self._close(params.text_document.uri)

    def _close(self, uri: str) -> None:
        server = self.server
        unit = server.documents.get(uri)
        if not isinstance(unit, FileUnit):
            return
        del server.documents[uri]
        server.units.pop(unit.key, None)
        unit.project.closed(unit)
        if uri in server.published:
            server.send_diagnostics(uri, None, "[]")
        server.closed(unit)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A file's text reached the disk: what others read of it may have changed."""
        unit = self.server.documents.get(params.text_document.uri)
        if isinstance(unit, FileUnit):
            self.server.saved(unit)


def apply(text: Text, changes: object) -> None:
    """Apply content changes of the protocol to a text."""
    for change in changes if isinstance(changes, (list, tuple)) else ():
        span = getattr(change, "range", None)
        if span is None:
            text.apply({"text": change.text})
        else:
            first = text.offset(span.start.line, span.start.character)
            last = text.offset(span.end.line, span.end.character)
            text.splice(min(first, last), max(first, last), encode(change.text))


__all__ = ["Unit", "apply", "register"]

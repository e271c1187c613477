"""Notebooks: the code cells of one notebook share imports and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.lsp import uris
from tensorlift.lsp.sync import apply
from tensorlift.lsp.texts import Text, encode
from tensorlift.lsp.units import Cell, NotebookUnit

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]


def register(server: Server) -> None:
    """Follow what the client does with notebooks."""
    notebooks = Notebooks(server)
    server.on(types.NOTEBOOK_DOCUMENT_DID_OPEN, notebooks.opened)
    server.on(types.NOTEBOOK_DOCUMENT_DID_CHANGE, notebooks.changed)
    server.on(types.NOTEBOOK_DOCUMENT_DID_CLOSE, notebooks.closed)
    server.on(types.NOTEBOOK_DOCUMENT_DID_SAVE, lambda params: None)
    selector = {"notebook": {"notebookType": "jupyter-notebook"}, "cells": [{"language": "python"}]}
    server.complete.append(
        lambda capabilities: capabilities.update(notebookDocumentSync={"notebookSelector": [selector], "save": True})
    )


class Notebooks:
    """Opening, changing and closing of notebooks."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def opened(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook with the texts of its cells."""
        server, notebook = self.server, params.notebook_document
        if notebook.uri in server.units:
            self._close(notebook.uri)
        path = uris.to_path(notebook.uri)
        if path is None:
            path = uris.stand_in(notebook.uri, next(iter(server.folders), "/"))
        unit = NotebookUnit(notebook.uri, path, server.project_for(path))
        texts = {item.uri: item for item in params.cell_text_documents}
        for cell in notebook.cells:
            unit.order.append((cell.document, cell.kind == types.NotebookCellKind.Code))
            if cell.kind == types.NotebookCellKind.Code and cell.document in texts:
                item = texts[cell.document]
                unit.cells.append(Cell(item.uri, Text(encode(item.text), server.client.encoding, item.version)))
        server.units[notebook.uri] = unit
        self._take(unit)

    def _take(self, unit: NotebookUnit) -> None:
        """The unit's cells or their texts are others now."""
        server = self.server
        for uri in [uri for uri, other in server.documents.items() if other is unit]:
            del server.documents[uri]
        for uri in unit.uris():
            server.documents[uri] = unit
        unit.changed()
        unit.project.changed(unit)
        server.changed(unit)

    def changed(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Cells came, went, moved or changed their text."""
        server = self.server
        unit = server.units.get(params.notebook_document.uri)
        cells = params.change.cells
        if not isinstance(unit, NotebookUnit) or cells is None:
            return
        if cells.structure is not None:
            self._restructure(unit, cells.structure)
        for content in cells.text_content or ():
            cell = unit.cell(content.document.uri)
            if cell is not None:
                apply(cell.text, content.changes)
                cell.text.version = content.document.version
        self._take(unit)

    def _restructure(self, unit: NotebookUnit, structure: Any) -> None:
        server = self.server
        opened = {item.uri: item for item in structure.did_open or ()}
        known = {cell.uri: cell for cell in unit.cells}
        all_cells = unit.order
        at, count = structure.array.start, structure.array.delete_count
        added = [(cell.document, cell.kind == types.NotebookCellKind.Code) for cell in structure.array.cells or ()]
        all_cells[at : at + count] = added
        cells: list[Cell] = []
        for uri, is_code in all_cells:
            if uri in opened and is_code:
                item = opened[uri]
                known[uri] = Cell(uri, Text(encode(item.text), server.client.encoding, item.version))
            if is_code and uri in known:
                cells.append(known[uri])
        unit.cells = cells
        here = set(unit.uris())
        for closed in structure.did_close or ():
            if closed.uri not in here and closed.uri in server.published:
                server.send_diagnostics(closed.uri, None, "[]")

    def closed(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """The notebook is no longer ours to look at."""
        self._close(params.notebook_document.uri)

    def _close(self, uri: str) -> None:
        server = self.server
        unit = server.units.pop(uri, None)
        if not isinstance(unit, NotebookUnit):
            return
        for cell in unit.cells:
            server.documents.pop(cell.uri, None)
            if cell.uri in server.published:
                server.send_diagnostics(cell.uri, None, "[]")
        unit.project.closed(unit)
        server.closed(unit)

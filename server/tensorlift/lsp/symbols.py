"""Symbols: the outline of a document, and definitions and TensorFlow 1 endpoints of the workspace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.analysis.model import Definition
from tensorlift.lsp import uris
from tensorlift.lsp.projects import View

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]

_CLASS, _METHOD, _FUNCTION, _EVENT = 5, 6, 12, 24
MOST = 500  # symbols in one answer


def register(server: Server) -> None:
    """Answer textDocument/documentSymbol and workspace/symbol."""
    symbols = Symbols(server)
    server.on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.document)
    server.on(types.WORKSPACE_SYMBOL, symbols.workspace)
    server.complete.append(
        lambda capabilities: capabilities.update(documentSymbolProvider=True, workspaceSymbolProvider=True)
    )


def _kind(definition: Definition, classes: frozenset[str]) -> int:
    if definition.kind == "class":
        return _CLASS
    return _METHOD if definition.qualified.rpartition(".")[0] in classes else _FUNCTION


class Symbols:
    """Answers from the open texts and from the index."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def document(self, params: types.DocumentSymbolParams) -> list[Json] | None:
        """Functions and classes, nested where the client shows that."""
        uri = params.text_document.uri
        view = self.server.view(uri)
        unit = self.server.documents.get(uri)
        if unit is None or unit.project.too_large(unit):
            return None
        module = view.module if view is not None else None
        if module is None:
            module = unit.project.workspace.module(unit.path)
        found = [d for d in module.definitions if (at := unit.place(d.name_start, d.name_end)) and at.uri == uri]
        classes = frozenset(d.qualified for d in found if d.kind == "class")
        if not self.server.client.nested_symbols:
            return [
                {
                    "name": d.name,
                    "kind": _kind(d, classes),
                    "location": {"uri": uri, "range": place.range},
                    "containerName": d.qualified.rpartition(".")[0],
                }
                for d in found
                if (place := unit.place(d.start, d.end)) is not None
            ]
        return self._nested(unit, found, classes)

    @staticmethod
    def _nested(unit: Any, found: Sequence[Definition], classes: frozenset[str]) -> list[Json]:
        top: list[Json] = []
        open_: list[tuple[int, Json]] = []  # definitions around the present one, with their ends
        for definition in found:
            whole, name = (
                unit.place(definition.start, definition.end),
                unit.place(definition.name_start, definition.name_end),
            )
            if whole is None or name is None:
                continue
            symbol: Json = {
                "name": definition.name,
                "kind": _kind(definition, classes),
                "range": whole.range,
                "selectionRange": name.range,
                "children": [],
            }
            while open_ and open_[-1][0] <= definition.start:
                open_.pop()
            (open_[-1][1]["children"] if open_ else top).append(symbol)
            open_.append((definition.end, symbol))
        return top

    def workspace(self, params: types.WorkspaceSymbolParams) -> list[Json]:
        """Definitions whose name holds the query's characters in their order, and endpoints in use with their counts."""
        query = params.query.lower()
        found: list[tuple[int, str, Json]] = []
        uses: dict[str, tuple[int, Json]] = {}
        for uri, names, spans in self._sources():
            for qualified, kind, *span in names:
                rank = _rank(query, qualified)
                if rank is not None:
                    symbol = {
                        "name": qualified.rpartition(".")[2],
                        "kind": _CLASS if kind == "class" else _FUNCTION,
                        "location": {"uri": uri, "range": _range(span)},
                        "containerName": qualified.rpartition(".")[0],
                    }
                    found.append((rank, qualified, symbol))
            for endpoint, places in spans.items():
                count, first = uses.get(endpoint, (0, {"uri": uri, "range": _range(places[0])}))
                uses[endpoint] = count + len(places), first
        for endpoint, (count, location) in uses.items():
            rank = _rank(query, endpoint)
            if rank is not None:
                many = "use" if count == 1 else "uses"
                symbol = {"name": f"{endpoint} ({count} {many})", "kind": _EVENT, "location": location}
                found.append((rank, endpoint, symbol | {"containerName": "TensorFlow"}))
        found.sort(key=lambda item: item[:2])
        return [symbol for _, _, symbol in found[:MOST]]

    def _sources(self) -> Any:
        """URI, definitions and endpoint spans (of findings only) of every file, open texts first."""
        server = self.server
        for unit in server.units.values():
            view = server.view_of(unit)
            if view is not None and view.module is not None:
                yield from self._of_view(view)
        for entry in server.index.entries():
            uri = uris.from_path(entry.path)
            if uri in server.documents or not (entry.names or entry.uses):
                continue
            spans = json.loads(entry.spans) if entry.uses and entry.spans else {}
            yield uri, entry.names, {name: places for name, places in spans.items() if name in entry.uses}

    @staticmethod
    def _of_view(view: View) -> Any:
        assert view.module is not None
        names: dict[str, list[list[Any]]] = {uri: [] for uri in view.unit.uris()}
        spans: dict[str, dict[str, list[list[int]]]] = {uri: {} for uri in names}
        for definition in view.module.definitions:
            place = view.unit.place(definition.name_start, definition.name_end)
            if place is not None:
                names[place.uri].append([definition.qualified, definition.kind, *_flat(place.range)])
        for finding in view.findings:
            place = view.unit.place(finding.start, finding.end)
            if place is not None and finding.endpoint:
                spans[place.uri].setdefault(finding.endpoint, []).append(_flat(place.range))
        for uri in names:
            yield uri, names[uri], spans[uri]


def _flat(span: Json) -> list[int]:
    return [span["start"]["line"], span["start"]["character"], span["end"]["line"], span["end"]["character"]]


def _range(span: Sequence[int]) -> Json:
    return {"start": {"line": span[0], "character": span[1]}, "end": {"line": span[2], "character": span[3]}}


def _rank(query: str, name: str) -> int | None:
    """How well a name fits a query: 0 best, ``None`` not at all."""
    low = name.lower()
    leaf = low.rpartition(".")[2]
    if not query or leaf.startswith(query) or low.startswith(query):
        return 0
    if query in low:
        return 1
    at = 0
    for character in query:
        at = low.find(character, at) + 1
        if not at:
            return None
    return 2

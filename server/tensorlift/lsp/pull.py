"""Diagnostics that the client asks for: of a document, and of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.lsp import uris
from tensorlift.lsp.protocol import Encoded, Json
from tensorlift.lsp.units import Unit

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

BATCH = 50  # reports that go into one partial result


def register(server: Server) -> None:
    """Answer textDocument/diagnostic and workspace/diagnostic."""
    pull = Pull(server)
    server.on(types.TEXT_DOCUMENT_DIAGNOSTIC, pull.document)
    server.on(types.WORKSPACE_DIAGNOSTIC, pull.workspace)
    server.complete.append(pull.capability)


class Pull:
    """Reports with result ids: the same id means the same diagnostics."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def capability(self, capabilities: Json) -> None:
        """A client that is pushed to must not hear of pulling, or it shows everything twice."""
        if not self.server.client.pulls:
            capabilities.pop("diagnosticProvider", None)
            return
        capabilities["diagnosticProvider"] = {
            "identifier": "tensorlift",
            "interFileDependencies": True,
            "workspaceDiagnostics": True,
        }

    def document(self, params: types.DocumentDiagnosticParams) -> Any:
        """The diagnostics of one document; ``unchanged`` when the client holds them already."""
        server, uri = self.server, params.text_document.uri
        unit = server.documents.get(uri)
        if unit is None:
            path = uris.to_path(uri)
            entry = server.index.entry(path) if path else None
            items = server.index.diagnostics(path) if path and entry else "[]"
            return Encoded(f'{{"kind":"full","items":{items}}}')
        if not server.client.refreshes_diagnostics:
            server.settle_now(unit)  # there is no telling this client later
        identity = self._identity(unit)
        if params.previous_result_id == identity:
            return {"kind": "unchanged", "resultId": identity}
        return Encoded(f'{{"kind":"full","resultId":"{identity}","items":{self._items(unit, uri)}}}')

    def _identity(self, unit: Unit) -> str:
        return f"{id(unit.project):x}.{unit.revision}.{unit.project.generation}.{'.'.join(unit.program)}"

    def _items(self, unit: Unit, uri: str) -> str:
        return self.server.encoded(unit).get(uri, "[]")

    def workspace(self, params: types.WorkspaceDiagnosticParams) -> Any:
        """The diagnostics of all files, in parts when the client takes parts. Only what it does not hold is sent whole."""
        server = self.server
        known = {entry.uri: entry.value for entry in params.previous_result_ids}
        reports = []
        for unit in list(server.units.values()):
            for uri in unit.uris():
                reports.append(
                    self._report(
                        uri, self._identity(unit), known, unit.version_of(uri), lambda u=uri, n=unit: self._items(n, u)
                    )
                )
        for path, identity in server.index.reports():
            uri = uris.from_path(path)
            if uri not in server.documents:
                reports.append(self._report(uri, identity, known, None, lambda p=path: server.index.diagnostics(p)))
        held = {uri for uri in known if uri not in server.documents and not server.index.has(uris.to_path(uri) or "")}
        reports += [f'{{"kind":"full","uri":{server.quoted(uri)},"version":null,"items":[]}}' for uri in sorted(held)]
        token = params.partial_result_token
        if token is None:
            return Encoded(f'{{"items":[{",".join(reports)}]}}')
        import json

        for at in range(0, len(reports), BATCH):
            part = f'{{"token":{json.dumps(token)},"value":{{"items":[{",".join(reports[at : at + BATCH])}]}}}}'
            server.protocol.notify_encoded("$/progress", part)
        return Encoded('{"items":[]}')

    def _report(self, uri: str, identity: str, known: dict[str, str], version: int | None, items: Any) -> str:
        head = f'"uri":{self.server.quoted(uri)},"version":{"null" if version is None else version},"resultId":"{identity}"'
        if known.get(uri) == identity:
            return f'{{"kind":"unchanged",{head}}}'
        return f'{{"kind":"full",{head},"items":{items()}}}'

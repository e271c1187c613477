"""Code lenses: on a file, and on each function or class, that can be migrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.catalog.model import Applicability

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]


def register(server: Server) -> None:
    """Answer textDocument/codeLens."""
    server.on(types.TEXT_DOCUMENT_CODE_LENS, Lenses(server).lenses)
    server.complete.append(lambda capabilities: capabilities.update(codeLensProvider={"resolveProvider": False}))


class Lenses:
    """Counts what can be done."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def lenses(self, params: types.CodeLensParams) -> list[Json]:
        """One lens on top of a file that has findings, one on each outermost function or class that can be migrated whole."""
        uri = params.text_document.uri
        view = self.server.view(uri)
        if view is None or view.module is None or not view.findings:
            return []
        if not view.unit.project.options.code_lens:
            return []
        total = len(view.findings)
        fixable = sum(f.applicability is not Applicability.GUIDE for f in view.findings)
        zero = {"line": 0, "character": 0}
        title = f"{total} TensorFlow 1 {'use' if total == 1 else 'uses'}, {fixable} fixable"
        command: Json = {"title": title, "command": "tensorlift.report"}
        if fixable:
            command = {"title": f"{title}: migrate", "command": "tensorlift.migrateFile", "arguments": [uri]}
        first = view.unit.uris()
        lenses: list[Json] = []
        if first and first[0] == uri:
            lenses.append({"range": {"start": zero, "end": zero}, "command": command})
        for definition in view.module.definitions:
            if "." in definition.qualified:
                continue
            inside = [f for f in view.findings if definition.start <= f.start < definition.end]
            if not inside or any(f.applicability is not Applicability.SAFE for f in inside):
                continue
            place = view.unit.place(definition.name_start, definition.name_end)
            if place is None or place.uri != uri:
                continue
            count = f"{len(inside)} {'use' if len(inside) == 1 else 'uses'}"
            data = {"uri": uri, "revision": view.unit.revision, "do": "span"}
            data |= {"start": definition.start, "end": definition.end}
            lenses.append(
                {
                    "range": place.range,
                    "command": {
                        "title": f"{count}, all fixable: migrate this {definition.kind}",
                        "command": "tensorlift.applyAction",
                        "arguments": [data],
                    },
                }
            )
        return lenses

"""Inlay hints: the new name behind the old one. Off until the settings switch them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]


def register(server: Server) -> None:
    """Answer textDocument/inlayHint."""
    server.on(types.TEXT_DOCUMENT_INLAY_HINT, Hints(server).hints)
    server.complete.append(lambda capabilities: capabilities.update(inlayHintProvider={"resolveProvider": False}))


class Hints:
    """Hints of the visible range."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def hints(self, params: types.InlayHintParams) -> list[Json]:
        """One hint behind each name that has another one today."""
        uri = params.text_document.uri
        view = self.server.view(uri)
        if view is None or not view.unit.project.options.inlay_hints:
            return []
        low, high = view.unit.offset(uri, params.range.start), view.unit.offset(uri, params.range.end)
        found: list[Json] = []
        for finding in view.findings:
            if not low <= finding.end <= high or not finding.replacement or finding.replacement == finding.endpoint:
                continue
            place = view.unit.place(finding.start, finding.end)
            if place is None or place.uri != uri:
                continue
            label = "-> " + finding.replacement.removeprefix("support:")
            found.append(
                {"position": place.range["end"], "label": label, "paddingLeft": True, "tooltip": finding.message}
            )
        return found

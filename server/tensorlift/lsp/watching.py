"""Files that change on disk, and work that a person cancels."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.lsp import uris
from tensorlift.workspace.discovery import is_source

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server


def register(server: Server) -> None:
    """Follow workspace/didChangeWatchedFiles and window/workDoneProgress/cancel."""
    watching = Watching(server)
    server.on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, watching.changed)
    server.on(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, watching.cancelled)
    server.protocol.fm.builtin_features.pop(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, None)


class Watching:
    """Keeps what is known of the disk right."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def changed(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Files came, went or changed: look at them and at what depends on them again."""
        server = self.server
        sources: list[str] = []
        settings = False
        for event in params.changes:
            path = uris.to_path(event.uri)
            if path is None:
                continue
            if is_source(os.path.basename(path)):
                sources.append(path)
            else:
                settings = True
            if event.type == types.FileChangeType.Deleted and event.uri in server.published:
                if event.uri not in server.documents:
                    server.send_diagnostics(event.uri, None, "[]")
        if settings:
            for project in server.projects():
                project.forget_settings()
            server.settings_changed()
        if sources:
            for project in server.projects():
                project.forget_modules(sources)
            server.index.update(sources)
            server.refresh()

    def cancelled(self, params: Any) -> None:
        """A person does not want to wait for the index."""
        self.server.index.cancel(str(params.token))

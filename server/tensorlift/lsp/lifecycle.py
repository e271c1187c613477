"""From initialize to shutdown: what the client can do, which folders it has open, and the settings that hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.lsp import transport, uris
from tensorlift.lsp.client import read_client
from tensorlift.lsp.diagnostics import Encoder
from tensorlift.lsp.options import SECTION, Options, read_options
from tensorlift.lsp.projects import Project

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

WATCHED = (
    *("**/*.py", "**/*.pyi", "**/*.pyw", "**/pyproject.toml", "**/requirements*.txt", "**/requirements/*.txt"),
    *("**/.gitignore", "**/setup.cfg", "**/Pipfile", "**/environment.y*ml"),
)


def register(server: Server) -> None:
    """Answer the messages that begin and end a session, and those that change folders and settings."""
    lifecycle = Lifecycle(server)
    server.on(types.INITIALIZE, lifecycle.initialize)
    server.on(types.INITIALIZED, lifecycle.initialized)
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, lifecycle.configuration_changed)
    server.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, lifecycle.folders_changed)
    server.on(types.SET_TRACE, lambda params: None)


class Lifecycle:
    """Folders and settings of the session."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._asked = 0

    def initialize(self, params: types.InitializeParams) -> None:
        """Take up what the client is and has."""
        server = self.server
        plain = server.protocol._converter.unstructure(params)
        server.client = read_client(plain.get("clientInfo"), plain.get("capabilities") or {})
        server.options = read_options(params.initialization_options)
        server.encoder = Encoder(server.client, server.options)
        folders = [f.uri for f in params.workspace_folders or ()]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        elif not folders and params.root_path and os.path.isabs(params.root_path):
            folders = [uris.from_path(params.root_path)]
        for uri in folders:
            self._add(uri)
        if params.process_id:
            server.start(transport.watch_parent(params.process_id, lambda: server.stop(1)))

    def initialized(self, params: Any) -> None:
        """Ask for what a client gives only now."""
        server, client = self.server, self.server.client
        registrations: list[dict[str, Any]] = []
        if client.registers_configuration:
            registrations.append(
                {
                    "id": "configuration",
                    "method": "workspace/didChangeConfiguration",
                    "registerOptions": {"section": SECTION},
                }
            )
        if client.registers_watchers:
            watchers = [{"globPattern": pattern} for pattern in WATCHED]
            registrations.append(
                {"id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": watchers}}
            )
        if registrations:
            server.protocol.ask("client/registerCapability", {"registrations": registrations})
        for problem in server.options.problems:
            server.tell(problem, warning=True)
        if client.configuration:
            self.pull()
        else:
            server.ready()

    # -- settings ------------------------------------------------------------------------------------------------

    def configuration_changed(self, params: types.DidChangeConfigurationParams) -> None:
        """Settings changed: those that come along hold, else they are asked for."""
        if self.server.client.configuration:
            self.pull()
        elif params.settings is not None:
            self._configure(read_options(_plain(params.settings)), {})

    def pull(self) -> None:
        """Ask for the settings of each folder, and for those of everything else."""
        roots = list(self.server.folders)
        items: list[dict[str, Any]] = [{"section": SECTION}]
        items += [{"scopeUri": uris.from_path(root), "section": SECTION} for root in roots]

        def answer(result: Any) -> None:
            if not isinstance(result, list) or not result:
                self.server.ready()
                return
            shared = read_options(result[0]) if result[0] is not None else self.server.options
            own = {root: read_options(data) for root, data in zip(roots, result[1:], strict=False) if data is not None}
            self._configure(shared, own)
            self.server.ready()

        self.server.protocol.ask("workspace/configuration", {"items": items}, answer)

    def _configure(self, shared: Options, own: dict[str, Options]) -> None:
        server = self.server
        for problem in dict.fromkeys(p for o in (shared, *own.values()) for p in o.problems):
            server.tell(problem, warning=True)
        changed = False
        if shared != server.options:
            changed = True
            server.options = shared
            server.encoder = Encoder(server.client, shared)
        for root, project in (*server.folders.items(), *server.strays.items()):
            options = own.get(root, shared)
            if options != project.options:
                changed = True
                project.configure(options)
        if changed:
            server.settings_changed()

    # -- folders -------------------------------------------------------------------------------------------------

    def folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Folders came or went: open documents find their project anew."""
        server = self.server
        gone = [path for folder in params.event.removed if (path := uris.to_path(folder.uri)) in server.folders]
        for path in gone:
            if path is not None:
                server.folders.pop(path)
                server.folder_gone(path)
        for folder in params.event.added:
            self._add(folder.uri)
        for unit in server.units.values():
            project = server.project_for(unit.path)
            if project is not unit.project:
                unit.project = project
                unit.view = None
                project.changed(unit)
        server.refresh()
        if server.client.configuration:
            self.pull()
        else:
            server.ready()

    def _add(self, uri: str) -> None:
        path = uris.to_path(uri)
        if path is None:
            self.server.tell(f"{uri} is no folder of this file system and is not looked at", warning=True)
        elif path not in self.server.folders:
            self.server.folders[path] = Project(path, self.server.options)


def _plain(value: Any) -> Any:
    """pygls may decode free-form objects into named tuples; make dictionaries of them again."""
    if hasattr(value, "_asdict"):
        return {key: _plain(item) for key, item in value._asdict().items()}
    return value

"""The language server: who is connected, what is open, and the features that answer."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from tensorlift import __version__
from tensorlift.lsp import programs, transport, uris
from tensorlift.lsp.client import Client
from tensorlift.lsp.diagnostics import Encoder
from tensorlift.lsp.docstrings import Docstrings
from tensorlift.lsp.index import Index
from tensorlift.lsp.logs import set_up_logging
from tensorlift.lsp.options import Options
from tensorlift.lsp.projects import Project, View
from tensorlift.lsp.protocol import Json, Protocol
from tensorlift.lsp.units import FileUnit, Unit, inside
from tensorlift.workspace.settings import project_root

log = logging.getLogger(__name__)

FEATURES = (
    "lifecycle",
    "sync",
    "pull",
    "hover",
    "actions",
    "commands",
    "symbols",
    "navigation",
    "lens",
    "hints",
    "notebooks",
    "watching",
)
QUIET = 0.3  # seconds without a change after which a text is looked at more closely
PATIENCE = 0.05  # seconds for which diagnostics wait at most while more messages are coming


class Server(LanguageServer):
    """One client's session. Features are the modules named in FEATURES; each has a ``register`` function."""

    protocol: Protocol

    def __init__(self) -> None:
        self.client = Client()
        self.options = Options()
        self.encoder = Encoder(self.client, self.options)
        self.folders: dict[str, Project] = {}  # by path of the workspace folder
        self.strays: dict[str, Project] = {}  # projects of files outside of all folders, by their root
        self.units: dict[str, Unit] = {}  # by key
        self.documents: dict[str, Unit] = {}  # by URI: a file is its own document, a notebook's cells share a unit
        self.awaited: dict[Any, Callable[[Any], None]] = {}
        self.jobs: set[asyncio.Task[Any]] = set()
        self.published: set[str] = set()  # URIs that the client holds diagnostics for
        self.after_publish: list[Callable[[Unit], None]] = []
        self.closing: list[Callable[[], None]] = []
        self.apply_action: Callable[[Any], None] = lambda data: None
        self.pending: Callable[[], bool] = lambda: False
        self._numbers = itertools.count(1)
        self._dirty: dict[str, Unit] = {}
        self._dirty_since = 0.0
        self._settling: dict[str, asyncio.TimerHandle] = {}
        self._stopped: asyncio.Future[int] | None = None
        super().__init__(
            "tensorlift",
            __version__,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.index = Index(self)
        self.docstrings = Docstrings(self)
        self.complete: list[Callable[[Json], None]] = []
        for name in FEATURES:
            module = __import__(f"tensorlift.lsp.{name}", fromlist=["register"])
            module.register(self)

    def on(self, method: str, handler: Callable[[Any], Any]) -> None:
        """Let a function answer a method of the protocol; a coroutine function may wait."""
        self.protocol.fm.features[method] = handler

    # -- projects and units --------------------------------------------------------------------------------------

    def project_for(self, path: str) -> Project:
        """The project that a file belongs to: the innermost workspace folder, else one of its own."""
        best = ""
        for folder in self.folders:
            if inside(path, folder) and len(folder) > len(best):
                best = folder
        if best:
            return self.folders[best]
        from pathlib import Path

        try:
            root = str(project_root(Path(path)))
        except OSError:
            root = os.path.dirname(path)
        if root not in self.strays:
            self.strays[root] = Project(root, self.options)
        return self.strays[root]

    def projects(self) -> Iterable[Project]:
        """All projects."""
        return (*self.folders.values(), *self.strays.values())

    def view(self, uri: str) -> View | None:
        """What is seen of an open document's unit; ``None`` for a document that is not open, or whose analysis failed (the
        log says why)."""
        unit = self.documents.get(uri)
        return self.view_of(unit) if unit is not None else None

    def view_of(self, unit: Unit) -> View | None:
        """The same for a unit."""
        try:
            view = unit.project.view(unit)
        except Exception as error:  # a failure on one file must not end the session
            self.protocol.crashed(f"the analysis of {unit.path}", error)
            return None
        if view.program != unit.program:
            own = view.examination.findings if view.examination else ()
            view.findings, view.program = (*programs.findings(unit.program, view.context), *own), unit.program
        for problem in unit.project.problems:
            self.tell(problem, warning=True)
        unit.project.problems.clear()
        return view

    # -- diagnostics ---------------------------------------------------------------------------------------------

    def touch(self, unit: Unit) -> None:
        """A unit's diagnostics may have changed: publish them once no more messages are waiting."""
        if self.client.pulls:
            return
        if not self._dirty:
            self._dirty_since = time.monotonic()
            asyncio.get_running_loop().call_soon(self._publish_dirty)
        self._dirty[unit.key] = unit

    def _publish_dirty(self) -> None:
        if self.pending() and time.monotonic() - self._dirty_since < PATIENCE:
            asyncio.get_running_loop().call_soon(self._publish_dirty)
            return
        dirty, self._dirty = self._dirty, {}
        for unit in dirty.values():
            if self.units.get(unit.key) is unit:
                self.publish(unit)

    def publish(self, unit: Unit) -> None:
        """Send a unit's diagnostics."""
        for uri, items in self.encoded(unit).items():
            self.send_diagnostics(uri, unit.version_of(uri), items)
        for call in self.after_publish:
            call(unit)

    def encoded(self, unit: Unit) -> dict[str, str]:
        """A unit's diagnostics now: URI -> JSON array."""
        if not isinstance(unit, FileUnit):
            view = self.view_of(unit)
            return self.encoder.unit(view) if view is not None else dict.fromkeys(unit.uris(), "[]")
        try:
            look = unit.project.look(unit)
            if look is None:
                return {unit.key: "[]"}
            program = programs.findings(unit.program, look.context)
            return {unit.key: self.encoder.live(unit, look, unit.project.settings_for(unit.path), program)}
        except Exception as error:  # a failure on one file must not end the session
            self.protocol.crashed(f"the analysis of {unit.path}", error)
            return {unit.key: "[]"}

    def send_diagnostics(self, uri: str, version: int | None, items: str) -> None:
        """Send an encoded array of diagnostics for a document."""
        if items == "[]":
            self.published.discard(uri)
        else:
            self.published.add(uri)
        numbered = f',"version":{version}' if version is not None and self.client.diagnostic_versions else ""
        self.protocol.notify_encoded(
            "textDocument/publishDiagnostics", f'{{"uri":{self.quoted(uri)}{numbered},"diagnostics":{items}}}'
        )

    @staticmethod
    def quoted(text: str) -> str:
        """A JSON string."""
        import json

        return json.dumps(text)

    def refresh(self, units: Iterable[Unit] | None = None) -> None:
        """What units show may have changed though their text did not."""
        if self.client.pulls:
            if self.client.refreshes_diagnostics:
                self.protocol.ask("workspace/diagnostic/refresh", None)
        else:
            for unit in self.units.values() if units is None else units:
                self.touch(unit)

    # -- what happens --------------------------------------------------------------------------------------------

    def ready(self) -> None:
        """The client's settings are known: look at the workspace."""
        for root in list(self.folders):
            if root not in self.index.folders:
                self.index.start(root)

    def settings_changed(self) -> None:
        """Everything is to be seen anew."""
        for root in list(self.folders):
            if root in self.index.folders:
                self.index.start(root)
        self.index.show_all()
        for unit in self.units.values():
            self.settle(unit)
        self.refresh()
        self.refresh_decorations()

    def refresh_decorations(self) -> None:
        """Lenses and hints may have changed without an edit."""
        if self.client.refreshes_lenses:
            self.protocol.ask("workspace/codeLens/refresh", None)
        if self.client.refreshes_hints and self.options.inlay_hints:
            self.protocol.ask("workspace/inlayHint/refresh", None)

    def folder_gone(self, root: str) -> None:
        """A workspace folder was closed."""
        self.index.drop(root)

    def index_ready(self) -> None:
        """The index knows all files, or knows some of them better."""
        for unit in self.units.values():
            self.settle(unit)
        if self.client.pulls and self.client.refreshes_diagnostics:
            self.protocol.ask("workspace/diagnostic/refresh", None)

    def program_changed(self, unit: Unit) -> None:
        """The index decided anew where a program is switched."""
        self.settle(unit)

    def opened(self, unit: Unit) -> None:
        """A unit was opened."""
        self.settle(unit)
        self.dependants_changed(unit)

    def closed(self, unit: Unit) -> None:
        """A unit was closed: the index's word counts for its file."""
        self._settling.pop(unit.key, None)
        if unit.on_disk:
            self.index.update([unit.path])
            self.index.show(unit.path)

    def saved(self, unit: Unit) -> None:
        """A unit's text is on disk now."""
        self.index.update([unit.path])

    def changed(self, unit: Unit) -> None:
        """A unit has another text."""
        self.touch(unit)
        self.settle(unit)

    def settle(self, unit: Unit) -> None:
        """Look at what needs no look at every keystroke once the unit has been quiet for a moment."""
        old = self._settling.pop(unit.key, None)
        if old is not None:
            old.cancel()
        self._settling[unit.key] = asyncio.get_running_loop().call_later(QUIET, self._settle, unit)

    def _settle(self, unit: Unit) -> None:
        self._settling.pop(unit.key, None)
        if self.units.get(unit.key) is not unit:
            return
        if self.settle_now(unit):
            self.refresh((unit,))
        self.dependants_changed(unit)

    def settle_now(self, unit: Unit) -> bool:
        """Find out what has to be said on a unit about its program; whether that changed."""
        view = self.view_of(unit)
        if view is None:
            return False
        try:
            codes = programs.needed(view, self)
        except Exception as error:  # one file must not end the session
            self.protocol.crashed(f"the program of {unit.path}", error)
            return False
        changed = codes != unit.program
        unit.program = codes
        return changed

    def dependants_changed(self, unit: Unit) -> None:
        """When a unit's names stand for something else now, other open units that use them are looked at anew."""
        if not unit.on_disk or unit.project.too_large(unit):
            return
        exports = dict(unit.project.workspace.exports(unit.path))
        if exports == unit.exports:
            return
        first, unit.exports = unit.exports is None, exports
        others = [other for other in self.units.values() if other is not unit and other.project is unit.project]
        if others and not (first and not exports):
            unit.project.forget_modules()
            self.refresh(others)

    # -- talking -------------------------------------------------------------------------------------------------

    def tell(self, message: str, warning: bool = False) -> None:
        """A line for the client's log."""
        (log.warning if warning else log.info)("%s", message)
        self.protocol.notify("window/logMessage", {"type": 2 if warning else 3, "message": message})

    def show(self, message: str, kind: int = 3) -> None:
        """A message for the person."""
        self.protocol.notify("window/showMessage", {"type": kind, "message": message})

    def next_number(self) -> int:
        """A number that was not given before."""
        return next(self._numbers)

    def start(self, work: Any) -> asyncio.Task[Any]:
        """Run a coroutine beside the messages; its failure is logged."""
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(work)
        self.jobs.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.jobs.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.protocol.crashed(f"background work {task.get_name()}", error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """pygls met an error outside of a request: log it, do not disturb the person."""
        self.protocol.crashed(getattr(source, "__name__", str(source)), error)

    def complete_capabilities(self, capabilities: Json) -> None:
        """Let features add what pygls's builder does not know."""
        for call in self.complete:
            call(capabilities)

    # -- life ----------------------------------------------------------------------------------------------------

    def stop(self, code: int) -> None:
        """End the session with an exit code."""
        if self._stopped is not None and not self._stopped.done():
            self._stopped.set_result(code)

    async def run(self, tcp: int | None) -> int:
        """Serve until the client ends it. Gives the exit code."""
        self._stopped = asyncio.get_running_loop().create_future()
        if tcp is None:
            writer, self.pending = await transport.open_stdio(self.protocol)
        else:
            writer = await transport.open_tcp(
                self.protocol, tcp, lambda port: log.warning("listening on port %d", port)
            )
        code = await self._stopped
        for task in list(self.jobs):
            task.cancel()
        for call in self.closing:
            call()
        writer.close()
        return code


def serve(tcp: int | None, log_file: str | None, log_level: str) -> int:
    """Run the language server on standard input and output, or on a local port. Gives the exit code."""
    set_up_logging(log_file, log_level)
    server = Server()
    loop = asyncio.new_event_loop()
    try:
        code = loop.run_until_complete(server.run(tcp))
        loop.run_until_complete(asyncio.sleep(0))
    except KeyboardInterrupt:
        code = 1
    logging.shutdown()
    os._exit(code)  # threads that wait for input or for jedi must not keep the process


__all__ = ["Server", "serve", "uris"]

"""The index as the server sees it: fed by a process of its own, asked by symbols, references and the workspace's problems."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tensorlift.lsp import uris
from tensorlift.lsp.units import inside

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

log = logging.getLogger(__name__)

_LINE = 1 << 28  # bytes of the longest line from the worker that is believed


@dataclass
class Entry:
    """What is known of one file. ``uses`` counts findings by endpoint; ``spans`` is JSON: endpoint -> ranges;
    ``names`` are definitions: qualified name, kind and the name's range."""

    path: str
    hash: str
    diagnostics: str
    uses: dict[str, int]
    spans: str
    names: list[list[Any]]
    anchor: list[int] | None


@dataclass
class _Folder:
    entries: dict[str, Entry] = field(default_factory=dict)
    programs: dict[str, list[bool]] = field(default_factory=dict)
    token: str = ""
    total: int = 0
    ready: bool = False
    revision: int = 0


class Index:
    """Entries of all workspace folders."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.folders: dict[str, _Folder] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[Any] | None = None
        self._waiting: list[bytes] = []
        self._progress: dict[str, str] = {}  # token -> root
        server.closing.append(self.close)

    # -- asking --------------------------------------------------------------------------------------------------

    def entry(self, path: str) -> Entry | None:
        """What is known of a file."""
        for folder in self.folders.values():
            if path in folder.entries:
                return folder.entries[path]
        return None

    def entries(self) -> Iterator[Entry]:
        """All files, each once."""
        seen: set[str] = set()
        for folder in self.folders.values():
            for path, entry in folder.entries.items():
                if path not in seen:
                    seen.add(path)
                    yield entry

    def has(self, path: str) -> bool:
        """Whether a file is known."""
        return self.entry(path) is not None

    def is_ready(self) -> bool:
        """Whether every folder has been looked at."""
        return all(folder.ready for folder in self.folders.values())

    def programs(self, path: str) -> list[bool] | None:
        """Whether a file is where its program switches to TensorFlow 1's behaviour, and to legacy Keras; ``None`` while
        that is not known."""
        for folder in self.folders.values():
            if path in folder.entries and folder.ready:
                return folder.programs.get(path, [False, False])
        return None

    def diagnostics(self, path: str) -> str:
        """The diagnostics of a file that is not open, as a JSON array."""
        entry = self.entry(path)
        if entry is None or not self._shows(path):
            return "[]"
        switch = self.programs(path) or [False, False]
        extra = self._program_items(entry, switch)
        if not extra:
            return entry.diagnostics
        return f"[{extra}]" if entry.diagnostics == "[]" else f"[{extra},{entry.diagnostics[1:]}"

    def _shows(self, path: str) -> bool:
        return self.server.project_for(path).options.workspace_diagnostics

    def _program_items(self, entry: Entry, switch: list[bool]) -> str:
        from tensorlift.lsp.programs import CODES, program_body

        if entry.anchor is None:
            return ""
        line, character, last, end = entry.anchor
        span = {"start": {"line": line, "character": character}, "end": {"line": last, "character": end}}
        bodies = [program_body(code, self.server.encoder) for code, wanted in zip(CODES, switch, strict=True) if wanted]
        return ",".join(json.dumps({"range": span, **body}, separators=(",", ":")) for body in bodies)

    def revision(self, path: str) -> int:
        """A number that changes when what is said of a file's program may have changed."""
        return next((f.revision for f in self.folders.values() if path in f.entries), 0)

    def reports(self) -> Iterator[tuple[str, str]]:
        """Files that are shown though nobody opened them, with an id of what is said of each."""
        for entry in self.entries():
            if self._shows(entry.path):
                switch = self.programs(entry.path) or [False, False]
                yield entry.path, f"{entry.hash}{int(switch[0])}{int(switch[1])}{len(entry.diagnostics)}"

    # -- feeding -------------------------------------------------------------------------------------------------

    def start(self, root: str) -> None:
        """Look at a folder from scratch."""
        project = self.server.folders.get(root)
        if project is None:
            return
        if project.options.workspace_files == 0:
            self.folders[root] = _Folder(ready=True)
            return
        old = self.folders.get(root)
        if old is not None:
            self._end_progress(old, "started anew")
        self.folders[root] = _Folder(entries=old.entries if old else {}, programs=old.programs if old else {})
        self._begin_progress(root)
        cache = str(_cache_folder() / (hashlib.blake2b(root.encode(), digest_size=12).hexdigest() + ".json.z"))
        self._command("index", root, (), cache if project.options.cache else "")

    def update(self, paths: list[str]) -> None:
        """Files changed on disk."""
        for root in self.folders:
            mine = tuple(path for path in paths if inside(path, root))
            if mine:
                self._command("update", root, mine, "")

    def drop(self, root: str) -> None:
        """A folder is no longer part of the workspace."""
        folder = self.folders.pop(root, None)
        if folder is None:
            return
        self._end_progress(folder, "removed")
        for path in folder.entries:
            uri = uris.from_path(path)
            if uri in self.server.published and uri not in self.server.documents and not self.has(path):
                self.server.send_diagnostics(uri, None, "[]")

    def cancel(self, token: str) -> None:
        """The person does not want to wait for a folder: what is known stays, no more is looked at."""
        root = self._progress.get(token)
        folder = self.folders.get(root) if root is not None else None
        if root is None or folder is None:
            return
        self._end_progress(folder, "cancelled")
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process, self._starting = self._process, None, None
        if process is not None and process.returncode is None:
            process.kill()

    def _command(self, do: str, root: str, paths: tuple[str, ...], cache: str) -> None:
        from tensorlift.lsp.worker import Command

        project = self.server.folders[root]
        command = Command(do, root, self.server.client, project.options, paths, cache)
        self._waiting.append(base64.b64encode(pickle.dumps(command)) + b"\n")
        if self._process is None:
            if self._starting is None:
                self._starting = self.server.start(self._spawn())
        else:
            self._flush()

    def _flush(self) -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            for line in self._waiting:
                self._process.stdin.write(line)
            self._waiting.clear()

    async def _spawn(self) -> None:
        environment = dict(
            os.environ, PYTHONPATH=os.pathsep.join(p for p in sys.path if p), PYTHONDONTWRITEBYTECODE="1"
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tensorlift.lsp.worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=_LINE,
        )
        self._process = process
        self._flush()
        assert process.stdout is not None
        while line := await process.stdout.readline():
            try:
                self._take(json.loads(line))
            except Exception as error:
                self.server.protocol.crashed("a line of the index", error)
            await asyncio.sleep(0)
        await process.wait()
        if self._process is process:
            self._process = self._starting = None
            if process.returncode:
                self.server.tell(
                    f"the index's process ended with {process.returncode}; open files are not affected", True
                )

    def _take(self, data: dict[str, Any]) -> None:
        root = data["root"]
        folder = self.folders.get(root)
        if folder is None:
            return
        for fields in data.get("files", ()):
            entry = Entry(**fields)
            old = folder.entries.get(entry.path)
            folder.entries[entry.path] = entry
            if old is None or old.diagnostics != entry.diagnostics:
                self.show(entry.path)
        if "files" in data:
            self._report(folder)
        if "total" in data:
            folder.total = data["total"]
        if "gone" in data and folder.entries.pop(data["gone"], None) is not None:
            self.show(data["gone"])
        if "skipped" in data:
            self._end_progress(folder, "too many files")
            self.server.tell(f"{root} has more than {data['skipped'] - 1} files: only open ones are looked at")
            folder.ready = True
        if "programs" in data:
            self._programs(folder, data["programs"])
        if "done" in data:
            folder.ready = True
            self._end_progress(folder, f"{data['done']} files")
            log.info("%s: %d files, %d looked at anew", root, data["done"], data["fresh"])
            self.server.index_ready()
        if "updated" in data:
            self.server.index_ready()

    def _programs(self, folder: _Folder, programs: dict[str, list[bool]]) -> None:
        old, folder.programs = folder.programs, programs
        folder.revision += 1
        folder.ready = True
        for path in {*old, *programs}:
            if old.get(path) != programs.get(path):
                self.show(path)
                unit = self.server.documents.get(uris.from_path(path))
                if unit is not None:
                    self.server.program_changed(unit)

    def show(self, path: str) -> None:
        """Push the diagnostics of a file that is not open."""
        uri = uris.from_path(path)
        if self.server.client.pulls or uri in self.server.documents:
            return
        items = self.diagnostics(path)
        if items != "[]" or uri in self.server.published:
            self.server.send_diagnostics(uri, None, items)

    def show_all(self) -> None:
        """Push the diagnostics of all files that are not open (a setting changed)."""
        for entry in self.entries():
            self.show(entry.path)

    # -- progress ------------------------------------------------------------------------------------------------

    def _begin_progress(self, root: str) -> None:
        if not self.server.client.progress:
            return
        folder = self.folders[root]
        folder.token = token = f"tensorlift-index-{self.server.next_number()}"
        self._progress[token] = root
        self.server.protocol.ask("window/workDoneProgress/create", {"token": token})
        title = f"Tensorlift: looking at {Path(root).name}"
        value = {"kind": "begin", "title": title, "cancellable": True, "percentage": 0}
        self.server.protocol.notify("$/progress", {"token": token, "value": value})

    def _report(self, folder: _Folder) -> None:
        if folder.token and folder.total:
            done = min(len(folder.entries), folder.total)
            value = {
                "kind": "report",
                "percentage": 100 * done // folder.total,
                "message": f"{done} of {folder.total} files",
            }
            self.server.protocol.notify("$/progress", {"token": folder.token, "value": value})

    def _end_progress(self, folder: _Folder, message: str) -> None:
        if folder.token:
            self.server.protocol.notify(
                "$/progress", {"token": folder.token, "value": {"kind": "end", "message": message}}
            )
            self._progress.pop(folder.token, None)
            folder.token = ""


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(Path.home() / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "tensorlift"

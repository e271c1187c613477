"""The index's own process: ``python -m tensorlift.lsp.worker``.

Looks at all files of a workspace while the server answers its client. Commands come as lines on standard input (pickled by
the server that started us, in base64), results go out as JSON lines. It ends when its input does.
"""

from __future__ import annotations

import base64
import contextlib
import gc
import hashlib
import json
import os
import pickle
import queue
import sys
import threading
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tensorlift import __version__
from tensorlift.analysis.model import Evidence
from tensorlift.catalog.catalog import load
from tensorlift.lsp import uris
from tensorlift.lsp.client import Client
from tensorlift.lsp.diagnostics import Encoder
from tensorlift.lsp.options import Options
from tensorlift.lsp.projects import Project, View
from tensorlift.lsp.texts import Text
from tensorlift.lsp.units import FileUnit
from tensorlift.migration.facts import ModuleFacts, module_facts
from tensorlift.migration.program import Member
from tensorlift.migration.run import layout_for
from tensorlift.migration.switching import first_import
from tensorlift.text.document import Document, UnreadableError
from tensorlift.workspace.discovery import sources
from tensorlift.workspace.names import Origin

BATCH = 40  # files told of at once
FORMAT = 1  # of the cache


@dataclass(frozen=True)
class Command:
    """What the server asks for: ``index`` a root anew, or ``update`` some of its files."""

    do: str
    root: str
    client: Client = field(default_factory=Client)
    options: Options = field(default_factory=Options)
    paths: tuple[str, ...] = ()
    cache: str = ""


Entry = dict[str, Any]


class Root:
    """The index of one folder."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.project = Project(command.root, command.options)
        self.encoder = Encoder(command.client, command.options)
        self.entries: dict[str, Entry] = {}
        self.members: dict[str, Member] = {}
        self._hashes: dict[str, str] = {}

    # -- one file ------------------------------------------------------------------------------------------------

    def hash_of(self, path: str) -> str:
        """A file's content in short, empty when it cannot be read."""
        if path not in self._hashes:
            try:
                self._hashes[path] = hashlib.blake2b(Path(path).read_bytes(), digest_size=12).hexdigest()
            except OSError:
                self._hashes[path] = ""
        return self._hashes[path]

    def forget(self, paths: Iterable[str]) -> None:
        """Files changed on disk."""
        for path in paths:
            self._hashes.pop(path, None)

    def entry(self, path: str) -> Entry:
        """All that the index says of a file."""
        entry: Entry = {
            "path": path,
            "hash": self.hash_of(path),
            "diagnostics": "[]",
            "uses": {},
            "spans": "",
            "names": [],
        }
        entry |= {"origins": [], "facts": None, "anchor": None}
        try:
            document = Document.read(Path(path))
        except UnreadableError:
            return entry
        workspace = self.project.workspace
        text = Text(document.source, self.command.client.encoding)
        unit = FileUnit(uris.from_path(path), path, self.project, text, True)
        origins = tuple(workspace.origins(path, document.source))
        entry["origins"] = [(origin.path, origin.root) for origin in origins]
        view = self.project.view(unit)
        if view.examination is not None:
            self._fill(entry, view, text)
        self.members[path] = Member(_facts(entry["facts"]), origins)
        return entry

    def _fill(self, entry: Entry, view: View, text: Text) -> None:
        assert view.examination is not None and view.module is not None
        context = view.examination.context
        entry["diagnostics"] = self.encoder.unit(view)[view.unit.key]
        facts = module_facts(context, view.examination.plan)
        entry["facts"] = [getattr(facts, name) for name in ModuleFacts.__dataclass_fields__]
        catalog = load()
        spans: dict[str, list[list[int]]] = {}
        for reference in view.module.references:
            if reference.evidence is Evidence.GUESS or not reference.name.startswith("tf."):
                continue
            split = catalog.split(reference.name)
            if split is not None and split[0] != "tf":
                spans.setdefault(split[0], []).append(_span(text, reference.start, reference.end))
        entry["spans"] = json.dumps(spans, separators=(",", ":")) if spans else ""
        found: dict[str, int] = {}
        for finding in view.findings:
            if finding.endpoint:
                found[finding.endpoint] = found.get(finding.endpoint, 0) + 1
        entry["uses"] = found
        entry["names"] = [
            [d.qualified, d.kind, *_span(text, d.name_start, d.name_end)] for d in view.module.definitions
        ]
        first = first_import(context)
        if first is not None:
            entry["anchor"] = _span(text, first.start, first.end)

    # -- the cache -----------------------------------------------------------------------------------------------

    def key(self) -> str:
        """What all entries of a cache depend on beside the files."""
        catalog = Path(sys.modules["tensorlift"].__file__ or "").parent / "catalog" / "data" / "endpoints.txt"
        stamp = catalog.stat().st_mtime_ns if catalog.is_file() else 0
        settings = self.project.settings_for(os.path.join(self.project.root, "x.py"))
        command = self.command
        return repr((FORMAT, __version__, stamp, command.client, command.options, settings))

    def read_cache(self) -> dict[str, Entry]:
        """Entries of an earlier session, by path; empty when there are none that hold."""
        if not self.command.cache:
            return {}
        try:
            data = json.loads(zlib.decompress(Path(self.command.cache).read_bytes()))
            if data["key"] == self.key():
                return {entry["path"]: entry for entry in data["entries"]}
        except (OSError, ValueError, KeyError, TypeError, zlib.error):
            pass
        return {}

    def write_cache(self) -> None:
        """Keep the entries for the next session."""
        if not self.command.cache:
            return
        with contextlib.suppress(OSError):
            target = Path(self.command.cache)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = {"key": self.key(), "entries": list(self.entries.values())}
            temporary = target.with_suffix(f".{os.getpid()}")
            temporary.write_bytes(zlib.compress(json.dumps(data, separators=(",", ":")).encode(), 1))
            temporary.replace(target)

    def holds(self, path: str, cache: dict[str, Entry], known: dict[str, bool]) -> bool:
        """Whether an entry of the cache is right still: neither the file changed nor what it imports, however far."""
        if path in known:
            return known[path]
        known[path] = True  # a circle of imports
        entry = cache.get(path)
        good = entry is not None and entry["hash"] == self.hash_of(path) != ""
        if good and entry is not None:
            good = all(self.holds(origin, cache, known) for origin, _ in entry["origins"])
        known[path] = good
        return good


def _facts(values: list[Any] | None) -> ModuleFacts | None:
    if values is None:
        return None
    made: list[Any] = [tuple(v) if isinstance(v, (list, tuple)) else v for v in values]
    return ModuleFacts(*made)


def _span(text: Text, start: int, end: int) -> list[int]:
    first, last = text.position(start), text.position(end)
    return [first["line"], first["character"], last["line"], last["character"]]


class Worker:
    """Does one thing after the other; a new command for a root ends what is done for it."""

    def __init__(self) -> None:
        self.roots: dict[str, Root] = {}
        self.commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._work: list[Iterator[None]] = []

    def listen(self) -> None:
        """Take commands up as they come."""
        for line in sys.stdin.buffer:
            self.commands.put(pickle.loads(base64.b64decode(line)))
        self.commands.put(None)
        os._exit(0)

    def run(self) -> None:
        """Work until the input ends."""
        threading.Thread(target=self.listen, daemon=True).start()
        while True:
            command = self._next(wait=not self._work)
            if command is not None:
                self._work.append(self._index(command) if command.do == "index" else self._update(command))
            elif self._work:
                try:
                    next(self._work[0])
                except StopIteration:
                    self._work.pop(0)
                except Exception as error:  # one root's failure must not end the others
                    print(f"index: {type(error).__name__}: {error}", file=sys.stderr)
                    self._work.pop(0)

    def _next(self, wait: bool) -> Command | None:
        try:
            return self.commands.get(block=wait)
        except queue.Empty:
            return None

    def tell(self, root: str, **data: Any) -> None:
        """One line to the server."""
        sys.stdout.write(json.dumps({"root": root, **data}, separators=(",", ":")) + "\n")
        sys.stdout.flush()

    def _index(self, command: Command) -> Iterator[None]:
        root = self.roots[command.root] = Root(command)
        paths: list[str] = []
        settings = root.project.settings_for(os.path.join(command.root, "x.py"))
        for source in sources(Path(command.root), settings.exclude):
            paths.append(str(source))
            if len(paths) > command.options.workspace_files:
                self.tell(command.root, skipped=len(paths))
                return
        self.tell(command.root, total=len(paths))
        cache = root.read_cache()
        known: dict[str, bool] = {}
        batch: list[Entry] = []
        fresh = 0
        for path in paths:
            if self.roots.get(command.root) is not root:
                return
            if root.holds(path, cache, known):
                entry = cache[path]
                origins = tuple(Origin(p, r) for p, r in entry["origins"])
                root.members[path] = Member(_facts(entry["facts"]), origins)
            else:
                fresh += 1
                entry = self._entry(root, path)
            root.entries[path] = entry
            batch.append(entry)
            if len(batch) >= BATCH:
                self._send(command.root, batch)
                yield
        self._send(command.root, batch)
        self._programs(root)
        self.tell(command.root, done=len(paths), fresh=fresh)
        if fresh:
            root.write_cache()
        gc.collect()

    @staticmethod
    def _entry(root: Root, path: str) -> Entry:
        try:
            return root.entry(path)
        except Exception as error:  # one file must not cost the others
            print(f"index: {path}: {type(error).__name__}: {error}", file=sys.stderr)
            return {
                "path": path,
                "hash": "",
                "diagnostics": "[]",
                "uses": {},
                "spans": "",
                "names": [],
                "origins": [],
            } | {
                "facts": None,
                "anchor": None,
            }

    def _send(self, root: str, batch: list[Entry]) -> None:
        if batch:
            self.tell(root, files=[{k: e[k] for k in _SENT} for e in batch])
            batch.clear()

    def _programs(self, root: Root) -> None:
        settings = root.project.settings_for(os.path.join(root.project.root, "x.py"))
        layout = layout_for(root.members, settings)
        codes = {path: [switch.v1, switch.legacy] for path, switch in layout.switches.items()}
        self.tell(root.project.root, programs=codes)

    def _update(self, command: Command) -> Iterator[None]:
        root = self.roots.get(command.root)
        if root is None:
            return
        root.forget(command.paths)
        changed = set(command.paths)
        before = {path: root.entries[path]["hash"] for path in changed if path in root.entries}
        if all(before.get(path) == root.hash_of(path) != "" for path in changed):
            return
        root.project.forget_modules(tuple(changed))
        affected = self._dependants(root, changed)
        batch: list[Entry] = []
        for path in sorted(changed | affected):
            if not os.path.isfile(path):
                root.entries.pop(path, None)
                root.members.pop(path, None)
                self.tell(command.root, gone=path)
                continue
            entry = root.entries[path] = self._entry(root, path)
            batch.append(entry)
            yield
        self._send(command.root, batch)
        self._programs(root)
        self.tell(command.root, updated=len(changed | affected))

    @staticmethod
    def _dependants(root: Root, changed: set[str]) -> set[str]:
        """Files that import the changed ones, however far."""
        users: dict[str, list[str]] = {}
        for path, entry in root.entries.items():
            for origin, _ in entry["origins"]:
                users.setdefault(origin, []).append(path)
        found: set[str] = set()
        pending = list(changed)
        while pending:
            for user in users.get(pending.pop(), ()):
                if user not in found and user not in changed:
                    found.add(user)
                    pending.append(user)
        return found


_SENT = ("path", "hash", "diagnostics", "uses", "spans", "names", "anchor")

if __name__ == "__main__":
    with contextlib.suppress(OSError, AttributeError):
        os.nice(5)
    # Both classes must be the ones that the server pickled.
    from tensorlift.lsp import worker

    worker.Worker().run()

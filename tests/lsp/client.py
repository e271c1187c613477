"""A small client over standard input and output, for what no client library sends: odd clients and odd messages."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
import tokenize
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tensorlift

Json = dict[str, Any]

SERVER = Path(tensorlift.__file__).resolve().parents[1]
PATIENCE = float(
    os.environ.get("TENSORLIFT_PATIENCE", "60")
)  # seconds; every wait is for a condition, this only ends a test that would hang

FULL: Json = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "dataSupport": True,
            "isPreferredSupport": True,
            "disabledSupport": True,
            "resolveSupport": {"properties": ["edit"]},
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source.fixAll"]}},
        },
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "applyEdit": True,
        "workspaceEdit": {
            "documentChanges": True,
            "resourceOperations": ["create", "rename", "delete"],
            "changeAnnotationSupport": {"groupsOnLabel": True},
        },
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
}


def without(capabilities: Json, *paths: str) -> Json:
    """A copy of the capabilities that lacks what the dotted paths name."""
    copy: Json = json.loads(json.dumps(capabilities))
    for path in paths:
        *parents, leaf = path.split(".")
        holder: Any = copy
        for part in parents:
            holder = holder.get(part, {})
        holder.pop(leaf, None)
    return copy


class Client:
    """One session with a server process. Requests of the server are answered as a plain editor would."""

    def __init__(self, *arguments: str, env: Mapping[str, str] | None = None, tcp: int | None = None) -> None:
        environment = dict(os.environ, PYTHONPATH=str(SERVER), **(env or {}))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tensorlift", "server", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self.messages: list[Json] = []  # all that the server sent
        self.settings: Any = None  # answer to workspace/configuration: one object, or a function of the item
        self.applied: list[Json] = []  # edits that the server asked to apply
        self.capabilities: Json = {}
        self.stderr = b""
        self._number = 0
        self._inbox: queue.Queue[Json | None] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, daemon=True),
            threading.Thread(target=self._drain, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                break
            self._inbox.put(json.loads(stream.read(length)))
        self._inbox.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.stderr += line

    def send_bytes(self, data: bytes) -> None:
        """Bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: Any) -> None:
        """One message."""
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        """A notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def post(self, method: str, params: Any = None) -> int:
        """A request without waiting; gives its id."""
        self._number += 1
        self.send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def request(self, method: str, params: Any = None) -> Any:
        """A request and its result; an error reply fails the test."""
        reply = self.reply(self.post(method, params))
        assert "error" not in reply, reply
        return reply["result"]

    def error(self, method: str, params: Any = None) -> Json:
        """A request that must be answered with an error."""
        reply = self.reply(self.post(method, params))
        assert "error" in reply, reply
        error: Json = reply["error"]
        return error

    def reply(self, number: int | None) -> Json:
        """The reply to a request."""
        return self.wait(lambda m: "method" not in m and m.get("id") == number)

    def wait(self, wanted: Callable[[Json], bool], since: int = 0) -> Json:
        """The first message from ``since`` on that is wanted, waiting for it if need be."""
        deadline = time.monotonic() + PATIENCE
        at = since
        while True:
            while at < len(self.messages):
                if wanted(self.messages[at]):
                    return self.messages[at]
                at += 1
            self._take(deadline)

    def _take(self, deadline: float) -> None:
        try:
            message = self._inbox.get(timeout=max(0.01, deadline - time.monotonic()))
        except queue.Empty:
            raise AssertionError(f"nothing came; standard error: {self.stderr.decode()}") from None
        assert message is not None, f"the server went away: {self.stderr.decode()}"
        self.messages.append(message)
        if "id" in message and "method" in message:
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": self._answer(message)})

    def _answer(self, message: Json) -> Any:
        method, params = message["method"], message.get("params") or {}
        if method == "workspace/configuration":
            return [self.settings(item) if callable(self.settings) else self.settings for item in params["items"]]
        if method == "workspace/applyEdit":
            self.applied.append(params["edit"])
            return {"applied": True}
        return None

    def initialize(self, folders: list[Path], capabilities: Json | None = None, **extra: Any) -> Json:
        """The handshake; gives the server's capabilities."""
        uris = [folder.as_uri() for folder in folders]
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "tests"},
                "rootUri": uris[0] if uris else None,
                "workspaceFolders": [{"uri": uri, "name": uri.rpartition("/")[2]} for uri in uris] or None,
                "capabilities": FULL if capabilities is None else capabilities,
                **extra,
            },
        )
        self.capabilities = result["capabilities"]
        self.notify("initialized", {})
        return self.capabilities

    # -- documents -----------------------------------------------------------------------------------------------

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: Json) -> None:
        """Change a document."""
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)},
        )

    def close(self, uri: str) -> None:
        """Close a document."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def diagnostics(self, uri: str, version: int | None = None, since: int = 0) -> list[Json]:
        """The diagnostics that were published for a version."""

        def wanted(message: Json) -> bool:
            params = message.get("params") or {}
            published = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == uri
            return published and (version is None or params.get("version") == version)

        items: list[Json] = self.wait(wanted, since)["params"]["diagnostics"]
        return items

    def actions(
        self, uri: str, span: Json, diagnostics: list[Json] | None = None, only: list[str] | None = None
    ) -> list[Json]:
        """Code actions of a range."""
        context = {"diagnostics": diagnostics or [], "triggerKind": 1, **({"only": only} if only else {})}
        found = self.request(
            "textDocument/codeAction", {"textDocument": {"uri": uri}, "range": span, "context": context}
        )
        return found or []

    def resolve(self, action: Json) -> Json:
        """A code action with its edit."""
        resolved: Json = action if "edit" in action else self.request("codeAction/resolve", action)
        return resolved

    # -- the end -------------------------------------------------------------------------------------------------

    def stop(self) -> int:
        """End the session as a well-behaved client; gives the exit code."""
        if self.process.poll() is None:
            self.request("shutdown")
            self.notify("exit")
        return self.ended()

    def ended(self) -> int:
        """Wait for the process to end."""
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End the process whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def position(text: str, offset: int, encoding: str = "utf-16") -> Json:
    """The protocol's position of an offset (in characters) of a text."""
    before = text[:offset].replace("\r\n", "\n")
    line = before.count("\n")
    column = before.rpartition("\n")[2]
    units = {"utf-8": len(column.encode()), "utf-16": len(column.encode("utf-16-le")) // 2, "utf-32": len(column)}
    return {"line": line, "character": units[encoding]}


def at(text: str, word: str, encoding: str = "utf-16", inside: int = 0) -> Json:
    """The position where a word of a text begins, or ``inside`` characters behind that."""
    return position(text, text.index(word) + inside, encoding)


def offset(text: str, place: Json, encoding: str = "utf-16") -> int:
    """The offset (in characters) of a position."""
    lines = text.splitlines(keepends=True) if "\f" not in text else _lines(text)
    start = sum(len(line) for line in lines[: place["line"]])
    line = lines[place["line"]] if place["line"] < len(lines) else ""
    if encoding == "utf-32":
        return start + place["character"]
    width = 2 if encoding == "utf-16" else 1
    raw = line.encode("utf-16-le" if encoding == "utf-16" else "utf-8")[: place["character"] * width]
    return start + len(raw.decode("utf-16-le" if encoding == "utf-16" else "utf-8"))


def _lines(text: str) -> list[str]:
    import re

    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def applied(text: str, edits: list[Json], encoding: str = "utf-16") -> str:
    """A text with text edits applied, as an editor does it."""
    spans = [
        (offset(text, e["range"]["start"], encoding), offset(text, e["range"]["end"], encoding), number, e["newText"])
        for number, e in enumerate(edits)
    ]
    out, at_ = [], 0
    for start, end, _, new in sorted(spans):
        assert start >= at_, "edits overlap"
        out += [text[at_:start], new]
        at_ = end
    return "".join((*out, text[at_:]))


def edits_of(edit: Json, uri: str) -> list[Json]:
    """The text edits of a workspace edit for one document."""
    if "documentChanges" in edit:
        return [
            e
            for change in edit["documentChanges"]
            if change.get("textDocument", {}).get("uri") == uri
            for e in change["edits"]
        ]
    found: list[Json] = edit.get("changes", {}).get(uri, [])
    return found


def read(path: Path) -> tuple[str, str]:
    """A program's text with its line ends, and its encoding."""
    with path.open("rb") as file:
        encoding, _ = tokenize.detect_encoding(file.readline)
    return path.read_bytes().decode(encoding), encoding

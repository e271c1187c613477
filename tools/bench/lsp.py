#!/usr/bin/env python3
"""CPU time of the language server per keystroke beside another server's, on files of two sizes, in one run.

    python tools/bench/lsp.py --peer "ruff server" FILE_OF_1000_LINES FILE_OF_5000_LINES

For each file and each server in turn: open it, then insert and delete a character in its middle (the text stays valid), then type a
call that does not parse for a while. The figure is user and system time of the server's whole process tree from /proc, divided by
the number of edits (Linux only; ticks of 10 ms, so use at least 100 edits). Read the ratios: the milliseconds are one machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

QUIET = 1.5  # seconds after opening, so that an index does not count as typing
TYPED = "x = tf.layers.dense(tf.log(y"


class Session:
    """One server with one open file."""

    def __init__(self, command: str, file: Path) -> None:
        self.process = subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=file.parent,
        )
        self.uri = file.resolve().as_uri()
        self.text = file.read_text(encoding="utf-8")
        self.version = 0
        self.published = threading.Condition()
        self.last = -1
        self.replies: dict[int, Any] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        """One message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            message = json.loads(stream.read(length))
            with self.published:
                if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == self.uri:
                    version = message["params"].get("version")
                    self.last = self.version if version is None else version
                elif "method" in message and "id" in message:
                    items = (message.get("params") or {}).get("items")
                    result = [None] * len(items) if message["method"] == "workspace/configuration" else None
                    self.send({"id": message["id"], "result": result})
                elif "id" in message:
                    self.replies[message["id"]] = message
                self.published.notify_all()

    def start(self) -> None:
        """Initialize and open the file."""
        capabilities = {
            "textDocument": {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}},
            "general": {"positionEncodings": ["utf-16"]},
        }
        root = self.uri.rpartition("/")[0]
        self.send(
            {
                "id": 1,
                "method": "initialize",
                "params": {"processId": os.getpid(), "rootUri": root, "capabilities": capabilities},
            }
        )
        with self.published:
            self.published.wait_for(lambda: 1 in self.replies, 60)
        self.send({"method": "initialized", "params": {}})
        item = {"uri": self.uri, "languageId": "python", "version": 0, "text": self.text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        with self.published:
            self.published.wait_for(lambda: self.last == 0, 60)
        time.sleep(QUIET)

    def change(self, line: int, start: int, end: int, text: str) -> float | None:
        """One edit within a line; gives the milliseconds until its diagnostics, ``None`` when none came."""
        self.version += 1
        span = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        identifier = {"uri": self.uri, "version": self.version}
        began = time.perf_counter()
        params = {"textDocument": identifier, "contentChanges": [{"range": span, "text": text}]}
        self.send({"method": "textDocument/didChange", "params": params})
        with self.published:
            came = self.published.wait_for(lambda: self.last >= self.version, 5)
        return (time.perf_counter() - began) * 1e3 if came else None

    def cpu(self) -> float:
        """Milliseconds of CPU that the process and its children have used."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    def stop(self) -> None:
        """End the server."""
        self.send({"id": 2, "method": "shutdown"})
        with self.published:
            self.published.wait_for(lambda: 2 in self.replies, 10)
        self.send({"method": "exit"})
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _tree(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, pending = [], [pid]
    while pending:
        pid = pending.pop()
        found.append(pid)
        pending += children.get(pid, [])
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(command: str, file: Path, edits: int) -> dict[str, float]:
    """CPU per edit on valid and on half-typed text, and how long diagnostics took."""
    session = Session(command, file)
    session.start()
    lines = session.text.splitlines()
    line = next(n for n in range(len(lines) // 2, len(lines)) if not lines[n].strip())
    width = len(lines[line])
    try:
        for number in range(4):
            session.change(line, width, width + number % 2, "" if number % 2 else "#")
        before = session.cpu()
        times = [session.change(line, width, width + n % 2, "" if n % 2 else "#") for n in range(edits)]
        valid = (session.cpu() - before) / edits
        before = session.cpu()
        count = 0
        while count < edits:
            for number, character in enumerate(TYPED):
                session.change(line, width + number, width + number, character)
            session.change(line, width, width + len(TYPED), "")
            count += len(TYPED) + 1
        typed = (session.cpu() - before) / count
    finally:
        session.stop()
    answered = [t for t in times if t is not None]
    return {"cpu": valid, "typing": typed, "wall": statistics.median(answered) if answered else float("nan")}


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--server", default=f"{sys.executable} -m tensorlift server")
    parser.add_argument("--peer", default="ruff server")
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{'file':28}{'server':8}{'CPU/edit':>12}{'typing':>12}{'wall':>12}")
    for file in arguments.files:
        rows: dict[str, list[dict[str, float]]] = {"ours": [], "peer": []}
        for _ in range(arguments.rounds):
            rows["ours"].append(measure(arguments.server, file, arguments.edits))
            rows["peer"].append(measure(arguments.peer, file, arguments.edits))
        medians = {
            name: {key: statistics.median(r[key] for r in found) for key in found[0]} for name, found in rows.items()
        }
        for name, row in medians.items():
            print(f"{file.name:28}{name:8}{row['cpu']:>9.2f} ms{row['typing']:>9.2f} ms{row['wall']:>9.2f} ms")
        ratios = [
            medians["ours"][key] / medians["peer"][key] if medians["peer"][key] else float("nan")
            for key in ("cpu", "typing", "wall")
        ]
        print(f"{'':28}{'ratio':8}" + "".join(f"{ratio:>9.2f}   " for ratio in ratios))
    return 0


if __name__ == "__main__":
    sys.exit(main())

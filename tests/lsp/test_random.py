"""A driver that does what it likes, seeded: nothing fails, and what is shown at the end is what a fresh server shows."""

from __future__ import annotations

import os
import random
from pathlib import Path

from .client import FULL, Client, Json, applied, position, read
from .conftest import Start

PROGRAMS = sorted((Path(__file__).parents[1] / "corpus" / "data").glob("*.py"))
STEPS = int(os.environ.get("TENSORLIFT_STEPS", "250"))
TYPED = (
    "#",
    "(",
    ")",
    "\n",
    "tf.",
    "tf.log(x)",
    "'",
    '"""',
    "\t",
    "é😀",
    "import tensorflow as tf\n",
    "\r\n",
    "\f",
    "slim.",
)


class Driver:
    """Knows what a client knows: the texts and their versions."""

    def __init__(self, client: Client, root: Path, seed: int) -> None:
        self.client = client
        self.root = root
        self.random = random.Random(seed)
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.posted: list[int] = []

    def step(self) -> None:
        """One thing that a person or an odd client does."""
        choice = self.random.random()
        if not self.texts or choice < 0.08:
            self.open()
        elif choice < 0.12:
            self.close()
        elif choice < 0.70:
            self.edit()
        elif choice < 0.74:
            self.client.settings = self.random.choice(
                (None, {"ignore": ["TL104"]}, {"tensorflow": "2.15"}, {"target": 7})
            )
            self.client.notify("workspace/didChangeConfiguration", {"settings": None})
        elif choice < 0.77:
            self.client.notify("textDocument/didChange", {"textDocument": {"uri": "file:///nowhere.py"}})
        elif choice < 0.79:
            self.client.send_bytes(b"garbage\r\nContent-Length: 3\r\n\r\n{]}")
        elif choice < 0.82:
            self.touch()
        else:
            self.ask()

    def open(self) -> None:
        path = self.random.choice(PROGRAMS)
        uri = (self.root / path.name).as_uri()
        if uri not in self.texts:
            self.texts[uri], _ = read(path)
            self.versions[uri] = 1
            self.client.open(uri, self.texts[uri])

    def close(self) -> None:
        uri = self.random.choice(list(self.texts))
        del self.texts[uri]
        self.client.close(uri)

    def edit(self) -> None:
        uri = self.random.choice(list(self.texts))
        changes: list[Json] = []
        for _ in range(self.random.choice((1, 1, 1, 3))):
            text = self.texts[uri]
            start = self.random.randrange(len(text) + 1)
            end = min(len(text), start + self.random.choice((0, 0, 0, 1, 5, 60)))
            if text[start - 1 : start + 1] == "\r\n" or text[end - 1 : end + 1] == "\r\n":
                continue
            span = {"start": position(text, start), "end": position(text, end)}
            change = {"range": span, "text": self.random.choice(TYPED)}
            self.texts[uri] = applied(text, [{"range": span, "newText": change["text"]}])
            changes.append(change)
        self.versions[uri] += 1
        self.client.change(uri, self.versions[uri], *changes)

    def touch(self) -> None:
        path = self.root / self.random.choice(PROGRAMS).name
        kind = 2
        if path.exists() and self.random.random() < 0.3:
            path.unlink()
            kind = 3
        else:
            path.write_text("import tensorflow as tf\ny = tf.log(1.0)\n")
        self.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": path.as_uri(), "type": kind}]})

    def ask(self) -> None:
        uri = self.random.choice(list(self.texts))
        spot = position(self.texts[uri], self.random.randrange(len(self.texts[uri]) + 1))
        document = {"textDocument": {"uri": uri}}
        span = {"start": spot, "end": spot}
        method, params = self.random.choice(
            (
                ("textDocument/hover", {**document, "position": spot}),
                ("textDocument/definition", {**document, "position": spot}),
                ("textDocument/references", {**document, "position": spot, "context": {"includeDeclaration": True}}),
                ("textDocument/codeAction", {**document, "range": span, "context": {"diagnostics": []}}),
                ("textDocument/documentSymbol", document),
                ("textDocument/codeLens", document),
                ("workspace/symbol", {"query": "log"}),
                ("workspace/executeCommand", {"command": "tensorlift.report"}),
            )
        )
        self.posted.append(self.client.post(method, params))
        if self.random.random() < 0.2:
            self.client.notify("$/cancelRequest", {"id": self.posted.pop()})


def shown(client: Client, uris: list[str]) -> dict[str, list[tuple[object, ...]]]:
    """What the client shows for each document once everything is quiet: the last that was published."""
    last: dict[str, list[tuple[object, ...]]] = {}
    for message in client.messages:
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] in uris:
            last[message["params"]["uri"]] = [
                (d["code"], d["range"]["start"]["line"], d["range"]["start"]["character"], d["message"])
                for d in message["params"]["diagnostics"]
                if not d["code"].startswith("TL2")  # said of the program once the text has been quiet
            ]
    return last


def test_a_long_session_ends_as_a_fresh_one_begins(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text('[tool.tensorlift]\ntensorflow = "2.21"\n')
    log = tmp_path / "server.log"
    client = start(root, capabilities=FULL, arguments=("--log-file", str(log)))
    driver = Driver(client, root, seed=20)
    for _ in range(STEPS):
        driver.step()
    client.settings = None
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    uris = list(driver.texts)
    for uri in uris:
        driver.versions[uri] += 1
        client.change(uri, driver.versions[uri], {"text": driver.texts[uri]})
        client.diagnostics(uri, driver.versions[uri])
    for number in driver.posted:
        reply = client.reply(number)
        assert "error" not in reply or reply["error"]["code"] in (-32800, -32801), reply
    other = start(root)
    for uri in uris:
        other.open(uri, driver.texts[uri])
    for uri in uris:
        other.diagnostics(uri, 1)
    expected = shown(other, uris)
    for _ in range(200):
        client.request("workspace/symbol", {"query": "zzz"})
        other.request("workspace/symbol", {"query": "zzz"})
        expected = shown(other, uris)
        if shown(client, uris) == expected:
            break
    assert shown(client, uris) == expected
    errors = [line for line in log.read_text().splitlines() if " ERROR " in line or "Traceback" in line]
    assert errors == []

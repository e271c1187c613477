"""A session's beginning and end, and messages that no client should send."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from .client import FULL, PATIENCE, SERVER, Client, without
from .conftest import PROGRAM, Start


def test_capabilities_say_what_the_server_does(session: Client) -> None:
    capabilities = session.capabilities
    assert capabilities["positionEncoding"] == "utf-16"
    sync = capabilities["textDocumentSync"]
    assert sync["openClose"] is True and sync["change"] == 2 and sync["save"]
    for name in ("hover", "references", "definition", "documentSymbol", "workspaceSymbol", "codeLens", "inlayHint"):
        assert capabilities[f"{name}Provider"]
    assert capabilities["codeActionProvider"] == {
        "codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll.tensorlift"],
        "resolveProvider": True,
    }
    assert "tensorlift.migrateFile" in capabilities["executeCommandProvider"]["commands"]
    assert "diagnosticProvider" not in capabilities  # this client does not pull
    assert capabilities["notebookDocumentSync"]["notebookSelector"]


def test_exit_after_shutdown_is_success_and_without_is_not(root: Path) -> None:
    client = Client()
    try:
        client.initialize([root])
        assert client.stop() == 0
    finally:
        client.kill()
    client = Client()
    try:
        client.initialize([root])
        client.notify("exit")
        assert client.ended() == 1
    finally:
        client.kill()


def test_a_closed_pipe_ends_the_process(root: Path) -> None:
    client = Client()
    try:
        client.initialize([root])
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.ended() == 1
    finally:
        client.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals and process ids as POSIX has them")
def test_a_dead_parent_ends_the_process(root: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    client = Client()
    try:
        client.initialize([root], processId=parent.pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait(PATIENCE)
        assert client.ended() == 1
    finally:
        client.kill()
        parent.poll()


def test_order_of_messages_is_kept(root: Path) -> None:
    client = Client()
    try:
        assert client.error("textDocument/hover", {})["code"] == -32002  # not initialized
        client.initialize([root])
        assert client.error("initialize", {"capabilities": {}, "processId": None, "rootUri": None})["code"] == -32600
        client.request("shutdown")
        assert client.error("textDocument/hover", {})["code"] == -32600
        client.notify("exit")
        assert client.ended() == 0
    finally:
        client.kill()


def test_garbage_is_answered_and_the_next_request_too(session: Client, root: Path) -> None:
    uri = (root / "garbage.py").as_uri()
    session.open(uri, PROGRAM)
    before = len(session.messages)
    session.send_bytes(b"this is no header\r\nContent-Length: 9\r\n\r\n{not json")
    assert session.wait(lambda m: m.get("id", 0) is None and "error" in m, before)["error"]["code"] == -32700
    session.send([1, 2])
    session.send({"jsonrpc": "2.0"})
    session.send({"jsonrpc": "2.0", "method": 7})
    session.notify("$/unheardOf", {"x": 1})
    session.notify("textDocument/didChange", {"textDocument": "no object"})
    session.notify("textDocument/didChange", None)
    assert session.error("tensorlift/unheardOf")["code"] == -32601
    assert session.error("textDocument/hover", {"textDocument": 3})["code"] == -32602
    assert session.error("textDocument/codeAction", None)["code"] == -32602
    assert session.error("workspace/executeCommand", {"command": "nope"})["code"] == -32602
    assert (
        session.error("workspace/executeCommand", {"command": "tensorlift.migrateFile", "arguments": [3]})["code"]
        == -32602
    )
    assert (
        session.error("codeAction/resolve", {"title": "x", "data": {"uri": "file:///nowhere", "do": "all"}})["code"]
        == -32602
    )
    hover = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 8}}
    assert "tf.placeholder" in session.request("textDocument/hover", hover)["contents"]["value"]


def test_edits_out_of_range_are_clamped(session: Client, root: Path) -> None:
    uri = (root / "range.py").as_uri()
    session.open(uri, "import tensorflow as tf\n")
    session.diagnostics(uri, 1)
    far = {"start": {"line": 900, "character": 900}, "end": {"line": 901, "character": 0}}
    session.change(uri, 2, {"range": far, "text": "tf.log(1)\n"})
    assert [d["range"]["start"] for d in session.diagnostics(uri, 2)] == [{"line": 1, "character": 0}]


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "file:///c%3A/Users/x/model.py",
        "file:///tmp/with%20space%20%C3%A9.py",
        "vscode-notebook-cell:/tmp/x.ipynb#W0sZmlsZQ%3D%3D",
        "git:/tmp/x.py?%7B%7D",
        "nonsense",
    ],
)
def test_any_uri_can_be_opened(session: Client, uri: str) -> None:
    session.open(uri, "import tensorflow as tf\ntf.log(1)\n")
    assert [d["code"] for d in session.diagnostics(uri, 1)] == ["TL101"]
    session.close(uri)


def test_texts_that_are_no_programs(session: Client, root: Path) -> None:
    for name, text in {
        "binary": "\0\1\2tensorflow\0",
        "lone": "import tensorflow as tf\nx = '\ud83d'; tf.log(1)\n",
        "deep": "import tensorflow as tf\nx = " + "(" * 5000,
        "empty": "",
    }.items():
        uri = (root / f"{name}.py").as_uri()
        session.open(uri, text)
        session.diagnostics(uri, 1)
        session.close(uri)
    assert session.request("workspace/symbol", {"query": "nothing like this"}) == []


def test_a_file_of_ten_megabytes_is_left_alone(session: Client, root: Path) -> None:
    uri = (root / "huge.py").as_uri()
    session.open(uri, "import tensorflow as tf\n" + "tf.log(1)  # padding padding padding\n" * 280_000)
    assert session.diagnostics(uri, 1) == []
    session.close(uri)


def test_folders_that_are_not_there(start: Start, tmp_path: Path) -> None:
    client = start(tmp_path / "gone", capabilities=without(FULL, "window.workDoneProgress"))
    uri = (tmp_path / "gone" / "a.py").as_uri()
    client.open(uri, "import tensorflow as tf\ntf.log(1)\n")
    assert [d["code"] for d in client.diagnostics(uri, 1)] == ["TL101"]


def test_a_log_file_is_written(tmp_path: Path, start: Start) -> None:
    log = tmp_path / "server.log"
    client = start(tmp_path, arguments=("--log-file", str(log), "--log-level", "debug"))
    client.open((tmp_path / "a.py").as_uri(), PROGRAM)
    client.diagnostics((tmp_path / "a.py").as_uri(), 1)
    assert client.stop() == 0
    assert log.stat().st_size > 0
    assert client.stderr == b""


def test_tcp_serves_one_client(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tensorlift", "server", "--tcp", "0"],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ, PYTHONPATH=str(SERVER)),
    )
    try:
        assert process.stderr is not None
        port = int(process.stderr.readline().rsplit(b" ", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            params = {"processId": None, "rootUri": None, "capabilities": {}}
            for message in (
                {"id": 1, "method": "initialize", "params": params},
                {"method": "initialized", "params": {}},
                {"id": 2, "method": "shutdown"},
                {"method": "exit"},
            ):
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            answer = b""
            while data := connection.recv(1 << 16):
                answer += data
        assert b'"hoverProvider"' in answer
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def test_many_messages_at_once_give_the_last_text(session: Client, root: Path) -> None:
    uri = (root / "burst.py").as_uri()
    session.open(uri, "import tensorflow as tf\n")
    for number in range(100):
        end = {"line": 1 + number, "character": 0}
        session.change(uri, 2 + number, {"range": {"start": end, "end": end}, "text": "tf.log(1)\n"})
    assert sum(d["code"] == "TL101" for d in session.diagnostics(uri, 101)) == 100

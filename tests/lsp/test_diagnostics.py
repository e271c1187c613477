"""Diagnostics: pushed, pulled, and those of files that nobody opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from .client import FULL, Client, Json, at, without
from .conftest import PROGRAM, Start

PULL: Json = {
    **FULL,
    "textDocument": {**FULL["textDocument"], "diagnostic": {"dynamicRegistration": True}},
    "workspace": {**FULL["workspace"], "diagnostics": {"refreshSupport": True}},
}


def codes(diagnostics: list[Json]) -> list[str]:
    """Codes of what is said of names; what is said of the program comes once the text has been quiet."""
    return [d["code"] for d in diagnostics if not d["code"].startswith("TL2")]


def of_program(diagnostics: list[Json]) -> list[str]:
    """Codes of what is said of the program."""
    return [d["code"] for d in diagnostics if d["code"].startswith("TL2")]


def test_a_program_says_what_fails_and_what_changes(session: Client, root: Path) -> None:
    uri = (root / "program.py").as_uri()
    session.open(uri, PROGRAM)
    found = session.diagnostics(uri, 1)
    first = next(d for d in found if d["range"]["start"] == at(PROGRAM, "tf.placeholder"))
    assert first["severity"] == 1
    assert first["code"] == "TL102"
    assert first["source"] == "tensorlift"
    assert first["tags"] == [2]
    assert first["range"]["end"] == at(PROGRAM, "tf.placeholder", inside=len("tf.placeholder"))
    assert first["data"] == {"rule": "TL102", "endpoint": "tf.placeholder", "applicability": "safe"}
    dropout = next(d for d in found if d["range"]["start"] == at(PROGRAM, "tf.nn.dropout"))
    assert (dropout["code"], dropout["severity"]) == ("TL104", 2)
    slim = next(d for d in found if d["range"]["start"] == at(PROGRAM, "slim.conv2d"))
    related = slim["relatedInformation"][0]
    assert related["location"] == {
        "uri": uri,
        "range": {"start": at(PROGRAM, "slim\n"), "end": at(PROGRAM, "slim\n", inside=4)},
    }
    assert related["message"] == "slim is tf.contrib.slim, imported here"


def test_a_name_under_compat_has_a_hint_for_the_native_target(start: Start, tmp_path: Path) -> None:
    client = start(tmp_path, settings={"target": "native", "tensorflow": "2.15"})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "import tensorflow as tf\nx = tf.compat.v1.log(2.0)\n")
    client.wait(lambda m: m.get("method") == "workspace/configuration")
    client.request("workspace/symbol", {"query": "zzz"})
    found = client.wait(
        lambda m: m.get("method") == "textDocument/publishDiagnostics" and codes(m["params"]["diagnostics"]) != []
    )["params"]["diagnostics"]
    assert [d["severity"] for d in found] == [4]


def test_the_whole_program_is_spoken_of_where_it_is_switched(session: Client, root: Path) -> None:
    uri = (root / "whole.py").as_uri()
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\nwith tf.Session() as s:\n    s.run(x)\n"
    session.open(uri, text)
    session.wait(
        lambda m: (
            m.get("method") == "textDocument/publishDiagnostics"
            and m["params"]["uri"] == uri
            and "TL201" in of_program(m["params"]["diagnostics"])
        )
    )
    session.change(uri, 2, {"text": text.replace("\nx", "\ntf.compat.v1.disable_v2_behavior()\nx")})
    session.wait(
        lambda m: (
            m.get("method") == "textDocument/publishDiagnostics"
            and m["params"]["uri"] == uri
            and m["params"]["version"] == 2
            and "TL201" not in of_program(m["params"]["diagnostics"])
        )
    )


def test_typing_follows_the_text_through_states_that_do_not_parse(session: Client, root: Path) -> None:
    uri = (root / "typing.py").as_uri()
    session.open(uri, "import tensorflow as tf\n\n\ndef f(x):\n    return x\n")
    version = 1
    line = "    y = tf.log(tf.exp(x"
    for number, character in enumerate(line):
        version += 1
        spot = {"line": 4, "character": number}
        session.change(uri, version, {"range": {"start": spot, "end": spot}, "text": character})
    session.change(
        uri,
        version + 1,
        {
            "range": {"start": {"line": 4, "character": len(line)}} | {"end": {"line": 4, "character": len(line)}},
            "text": "))\n",
        },
    )
    found = session.diagnostics(uri, version + 1)
    assert codes(found) == ["TL101"]
    assert found[0]["range"]["start"] == {"line": 4, "character": 8}


def test_closing_clears(session: Client, root: Path) -> None:
    uri = (root / "closing.py").as_uri()
    session.open(uri, PROGRAM)
    assert session.diagnostics(uri, 1)
    before = len(session.messages)
    session.close(uri)
    assert session.diagnostics(uri, None, before) == []


def test_suppression_comments_are_heard(session: Client, root: Path) -> None:
    uri = (root / "silent.py").as_uri()
    session.open(uri, "import tensorflow as tf\ntf.log(1)  # tensorlift: ignore[TL101]\ntf.log(2)\n")
    assert [d["range"]["start"]["line"] for d in session.diagnostics(uri, 1) if d["code"] == "TL101"] == [2]


def test_code_of_tensorflow_2_is_left_in_peace(session: Client, root: Path) -> None:
    uri = (root / "modern.py").as_uri()
    text = (
        "import tensorflow as tf\n\n\n@tf.function\ndef f(x):\n    return tf.reduce_sum(tf.nn.dropout(x, rate=0.5))\n"
    )
    session.open(uri, text)
    assert session.diagnostics(uri, 1) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_ranges_are_counted_as_the_client_counts(start: Start, root: Path, encoding: str, newline: str) -> None:
    capabilities = {**FULL, "general": {"positionEncodings": [encoding, "utf-16"]}}
    key = f"_client_{encoding}"
    client = getattr(start, key, None)
    if client is None:
        client = start(root, capabilities=capabilities)
        setattr(start, key, client)
    assert client.capabilities["positionEncoding"] == encoding
    text = newline.join(
        [
            "import tensorflow as tf",
            'a = "😀é̈"; b = tf.log(1.0)',
            "\tx = '𝔘'\f; tf.log('é')",
            "\f",
            "héé = tf.log(2.0)",
            "",
        ]
    )
    uri = (root / f"ranges_{encoding}_{ord(newline[0])}_{len(newline)}.py").as_uri()
    client.open(uri, text)
    found = client.diagnostics(uri, 1)
    lines = text.split(newline)
    units = {"utf-8": lambda s: len(s.encode()), "utf-16": lambda s: len(s.encode("utf-16-le")) // 2, "utf-32": len}
    expected = []
    for number, line in enumerate(lines):
        if "tf.log" in line:
            start_ = units[encoding](line[: line.index("tf.log")])
            expected.append(({"line": number, "character": start_}, {"line": number, "character": start_ + 6}))
    assert [(d["range"]["start"], d["range"]["end"]) for d in found if d["code"] == "TL101"] == expected


def test_a_client_without_abilities_gets_plain_diagnostics(start: Start, root: Path) -> None:
    client = start(root, capabilities={})
    assert client.capabilities["positionEncoding"] == "utf-16"
    uri = (root / "plain.py").as_uri()
    client.open(uri, PROGRAM)
    found = client.diagnostics(uri)
    assert len(found) > 5
    assert all(set(d) == {"range", "severity", "code", "source", "message"} for d in found)


# -- pulling -------------------------------------------------------------------------------------------------------


def test_pulled_diagnostics_have_ids(start: Start, root: Path) -> None:
    client = start(root, capabilities=PULL)
    assert client.capabilities["diagnosticProvider"]["workspaceDiagnostics"] is True
    uri = (root / "pulled.py").as_uri()
    client.open(uri, PROGRAM)
    ask = {"textDocument": {"uri": uri}}
    first = client.request("textDocument/diagnostic", ask)
    assert first["kind"] == "full" and "TL102" in codes(first["items"])
    again = client.request("textDocument/diagnostic", {**ask, "previousResultId": first["resultId"]})
    assert again["kind"] == "unchanged"
    client.change(uri, 2, {"text": "import tensorflow as tf\n"})
    third = client.request("textDocument/diagnostic", {**ask, "previousResultId": first["resultId"]})
    assert third["kind"] == "full" and third["items"] == []
    assert not [m for m in client.messages if m.get("method") == "textDocument/publishDiagnostics"]


def test_the_workspace_is_pulled_in_parts(start: Start, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"m{number}.py").write_text("import tensorflow as tf\ntf.log(1)\n")
    client = start(tmp_path, capabilities=PULL)
    client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    result = client.request("workspace/diagnostic", {"previousResultIds": [], "partialResultToken": "t"})
    parts = [
        m["params"]["value"]["items"]
        for m in client.messages
        if m.get("method") == "$/progress" and m["params"]["token"] == "t"
    ]
    reports = [*result["items"], *(item for part in parts for item in part)]
    assert len(parts) > 1
    assert sorted(r["uri"] for r in reports) == sorted((tmp_path / f"m{n}.py").as_uri() for n in range(60))
    assert all(codes(r["items"]) == ["TL101"] for r in reports)
    known = [{"uri": r["uri"], "value": r["resultId"]} for r in reports]
    again = client.request("workspace/diagnostic", {"previousResultIds": known})
    assert {r["kind"] for r in again["items"]} == {"unchanged"}


# -- the workspace -------------------------------------------------------------------------------------------------


def published(client: Client, uri: str, wanted: list[str], since: int = 0) -> None:
    """Wait until a document's diagnostics have those codes."""
    client.wait(
        lambda m: (
            m.get("method") == "textDocument/publishDiagnostics"
            and m["params"]["uri"] == uri
            and codes(m["params"]["diagnostics"]) == wanted
        ),
        since,
    )


def test_files_that_nobody_opened_are_shown_and_followed(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "closed.py"
    file.write_text("import tensorflow as tf\ntf.log(1)\n")
    client = start(tmp_path)
    uri = file.as_uri()
    published(client, uri, ["TL101"])
    before = len(client.messages)
    file.write_text("import tensorflow as tf\ntf.log(1)\ntf.log(2)\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]})
    published(client, uri, ["TL101", "TL101"], before)
    before = len(client.messages)
    client.open(uri, "import tensorflow as tf\n")
    published(client, uri, [], before)
    before = len(client.messages)
    client.close(uri)
    published(client, uri, ["TL101", "TL101"], before)
    before = len(client.messages)
    file.unlink()
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
    published(client, uri, [], before)


def test_workspace_diagnostics_can_be_switched_off(start: Start, tmp_path: Path) -> None:
    (tmp_path / "closed.py").write_text("import tensorflow as tf\ntf.log(1)\n")
    client = start(tmp_path, settings={"workspaceDiagnostics": False})
    client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    assert not [m for m in client.messages if m.get("method") == "textDocument/publishDiagnostics"]


def test_a_change_of_a_re_exporting_module_reaches_who_depends_on_it(start: Start, tmp_path: Path) -> None:
    (tmp_path / "backend.py").write_text("import tensorflow as tf\nL = tf.layers\n")
    (tmp_path / "model.py").write_text("from backend import L\nnet = L.dense(x, 3)\n")
    client = start(tmp_path)
    model, backend = (tmp_path / "model.py").as_uri(), (tmp_path / "backend.py").as_uri()
    client.open(model, (tmp_path / "model.py").read_text())
    assert codes(client.diagnostics(model, 1)) == ["TL140"]
    client.open(backend, (tmp_path / "backend.py").read_text())
    client.diagnostics(backend, 1)
    before = len(client.messages)
    client.change(backend, 2, {"text": "import tensorflow as tf\nL = make_layers()\n"})
    published(client, model, [], before)
    before = len(client.messages)
    client.change(backend, 3, {"text": "import tensorflow as tf\nL = tf.layers\n"})
    published(client, model, ["TL140"], before)


def test_settings_change_live(start: Start, tmp_path: Path) -> None:
    text = "import tensorflow as tf\ntf.log(1)\ntf.layers.dense(x, 3)\n"
    client = start(tmp_path, settings={"ignore": ["TL140"]})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, text)
    published(client, uri, ["TL101"])
    before = len(client.messages)
    client.settings = {"select": ["TL140"]}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    published(client, uri, ["TL140"], before)


def test_settings_that_are_pushed_hold_too(start: Start, tmp_path: Path) -> None:
    client = start(tmp_path, capabilities=without(FULL, "workspace.configuration"))
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "import tensorflow as tf\ntf.log(1)\n")
    published(client, uri, ["TL101"])
    before = len(client.messages)
    client.notify("workspace/didChangeConfiguration", {"settings": {"tensorlift": {"ignore": ["TL101"], "target": 3}}})
    published(client, uri, [], before)
    told = client.wait(lambda m: m.get("method") == "window/logMessage" and "target" in m["params"]["message"])
    assert told["params"]["type"] == 2


def test_pyproject_is_heard_when_it_changes(start: Start, tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[tool.tensorlift]\ntensorflow = "2.21"\n')
    client = start(tmp_path)
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, "import tensorflow as tf\ntf.log(1)\n")
    published(client, uri, ["TL101"])
    before = len(client.messages)
    project.write_text('[tool.tensorlift]\nignore = ["TL101"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": project.as_uri(), "type": 2}]})
    published(client, uri, [], before)


def test_folders_have_their_own_version_and_come_and_go(start: Start, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\ntf.estimator.Estimator(model_fn=f)\n"
    for folder, version in ((old, "2.15"), (new, "2.21")):
        folder.mkdir()
        (folder / "pyproject.toml").write_text(f'[tool.tensorlift]\ntensorflow = "{version}"\n')
    client = start(old, new)
    for folder in (old, new):
        client.open((folder / "a.py").as_uri(), text)
    there = codes(client.diagnostics((old / "a.py").as_uri(), 1))
    gone = codes(client.diagnostics((new / "a.py").as_uri(), 1))
    assert "TL150" in gone and "TL150" not in there
    (old / "b.py").write_text("import tensorflow as tf\ntf.log(1)\n")
    folder = {"uri": old.as_uri(), "name": "old"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    before = len(client.messages)
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    published(client, (old / "b.py").as_uri(), ["TL101"], before)


def test_a_second_start_reads_the_index_from_its_cache(start: Start, tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"m{number}.py").write_text("import tensorflow as tf\ntf.log(1)\n")
    log = tmp_path.parent / "cache.log"
    for fresh in (5, 0):
        client = start(tmp_path, arguments=("--log-file", str(log)))
        client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
        client.stop()
        assert f"5 files, {fresh} looked at anew" in log.read_text()
        log.write_text("")

"""Symbols, references, definitions, lenses, hints and commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from .client import FULL, Client, Json, applied, at, edits_of, without
from .conftest import Start

FILES = {
    "app/__init__.py": "",
    "app/backend.py": "import tensorflow as tf\n\nlayers = tf.layers\n\n\ndef session():\n    return tf.Session()\n",
    "app/api.py": "from app.backend import layers, session\n",
    "app/model.py": """import tensorflow as tf
from app.api import layers, session


class Model:
    def build(self, x):
        return layers.dense(tf.log(x), 3)


def run(net):
    with session() as s:
        return s.run(net)
""",
    "train.py": "import tensorflow as tf\nfrom app.model import Model\nx = tf.log(tf.placeholder(tf.float32))\n",
}


@pytest.fixture(scope="module", name="project")
def _project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "requirements.txt").write_text("tensorflow==2.21.0\n")
    return root


@pytest.fixture(scope="module", name="client")
def _client(start: Start, project: Path) -> Client:
    client = start(project)
    client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    return client


@pytest.fixture(name="model")
def _model(client: Client, project: Path) -> str:
    uri = (project / "app" / "model.py").as_uri()
    client.open(uri, FILES["app/model.py"])
    return uri


def test_progress_is_told_from_begin_to_end(client: Client) -> None:
    told = [m["params"]["value"] for m in client.messages if m.get("method") == "$/progress"]
    assert told[0]["kind"] == "begin" and told[0]["cancellable"] is True
    assert told[-1] == {"kind": "end", "message": "5 files"}
    created = [m for m in client.messages if m.get("method") == "window/workDoneProgress/create"]
    assert len(created) == 1


def test_workspace_symbols_are_definitions_and_endpoints_in_use(client: Client, project: Path) -> None:
    found = client.request("workspace/symbol", {"query": "model"})
    assert next((s["name"], s["kind"]) for s in found) == ("Model", 5)
    uses = client.request("workspace/symbol", {"query": "tf.log"})
    assert [s["name"] for s in uses] == ["tf.log (2 uses)"]
    assert client.request("workspace/symbol", {"query": "tf.Sess"})[0]["name"] == "tf.Session (1 use)"
    assert [s["name"] for s in client.request("workspace/symbol", {"query": "bld"})] == ["build"]


def test_document_symbols_are_nested(client: Client, model: str) -> None:
    found = client.request("textDocument/documentSymbol", {"textDocument": {"uri": model}})
    assert [(s["name"], s["kind"]) for s in found] == [("Model", 5), ("run", 12)]
    assert [(s["name"], s["kind"]) for s in found[0]["children"]] == [("build", 6)]
    text = FILES["app/model.py"]
    assert found[0]["selectionRange"]["start"] == at(text, "Model")


def test_document_symbols_are_flat_where_a_client_wants_that(start: Start, project: Path) -> None:
    client = start(project, capabilities=without(FULL, "textDocument.documentSymbol"))
    uri = (project / "app" / "model.py").as_uri()
    client.open(uri, FILES["app/model.py"])
    found = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [(s["name"], s["containerName"]) for s in found] == [("Model", ""), ("build", "Model"), ("run", "")]


def test_references_of_an_endpoint_span_the_workspace(client: Client, model: str, project: Path) -> None:
    params = {"textDocument": {"uri": model}, "position": at(FILES["app/model.py"], "tf.log", inside=4)}
    found = client.request("textDocument/references", {**params, "context": {"includeDeclaration": True}})
    places = sorted((f["uri"].rpartition("/")[2], f["range"]["start"]["line"]) for f in found)
    assert places == [("model.py", 6), ("train.py", 2)]


@pytest.mark.parametrize(
    ("word", "file", "line"),
    [
        ("layers.dense", "app/backend.py", 2),
        ("session() as", "app/backend.py", 5),
        ("Model", "app/model.py", 4),
        ("run(net)", "app/model.py", 9),
    ],
)
def test_definitions_are_found_through_re_exports(
    client: Client, model: str, project: Path, word: str, file: str, line: int
) -> None:
    params = {"textDocument": {"uri": model}, "position": at(FILES["app/model.py"], word, inside=1)}
    found = client.request("textDocument/definition", params)
    assert [(f["uri"], f["range"]["start"]["line"]) for f in found] == [((project / file).as_uri(), line)]


def test_lenses_offer_to_migrate(client: Client, model: str) -> None:
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": model}})
    text = FILES["app/model.py"]
    head = found[0]
    assert head["range"]["start"] == {"line": 0, "character": 0}
    assert head["command"]["command"] == "tensorlift.migrateFile" and head["command"]["arguments"] == [model]
    assert re.fullmatch(r"(\d) TensorFlow 1 uses, \1 fixable: migrate", head["command"]["title"])
    lens = next(f for f in found[1:] if f["range"]["start"] == at(text, "Model"))
    before = len(client.applied)
    command: Any = lens["command"]
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    client.wait(lambda m: m.get("method") == "workspace/applyEdit")
    new = applied(text, edits_of(client.applied[before], model))
    assert "tf.math.log(x)" in new and new.count("\n") >= text.count("\n")


def test_hints_show_new_names_when_asked_for(start: Start, project: Path) -> None:
    client = start(project, settings={"inlayHints": True, "codeLens": False, "workspaceFiles": 0})
    uri = (project / "train.py").as_uri()
    client.open(uri, FILES["train.py"])
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    for _ in range(200):  # until the settings have come
        found = client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": span})
        if found:
            break
    assert [h["label"] for h in found] == ["-> tf.math.log", "-> tf.compat.v1.placeholder"]
    assert client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}) == []


def test_hints_are_off_at_first(client: Client, model: str) -> None:
    span = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    assert client.request("textDocument/inlayHint", {"textDocument": {"uri": model}, "range": span}) == []


def test_the_report_counts(client: Client, project: Path) -> None:
    report = client.request("workspace/executeCommand", {"command": "tensorlift.report"})
    assert report["byRule"]["TL101"] == 2
    assert report["total"] == sum(report["byRule"].values()) == sum(report["byFile"].values())
    assert (project / "train.py").as_uri() in report["byFile"]


def test_a_rule_is_explained(client: Client) -> None:
    text = client.request("workspace/executeCommand", {"command": "tensorlift.explain", "arguments": ["TL101"]})
    assert text.startswith("TL101 moved-endpoint")
    assert client.error("workspace/executeCommand", {"command": "tensorlift.explain", "arguments": ["TL999"]})


def test_a_file_is_migrated_by_a_command(client: Client, project: Path) -> None:
    uri = (project / "train.py").as_uri()
    client.open(uri, FILES["train.py"])
    before = len(client.applied)
    told = client.request("workspace/executeCommand", {"command": "tensorlift.migrateFile", "arguments": [uri]})
    assert told["fixed"] >= 2
    while len(client.applied) == before:
        client.request("workspace/symbol", {"query": "zzz"})
    new = applied(FILES["train.py"], edits_of(client.applied[before], uri))
    assert "tf.math.log(tf.compat.v1.placeholder(tf.float32))" in new
    client.close(uri)


def test_a_workspace_is_migrated_after_a_preview(client: Client, project: Path) -> None:
    before = len(client.applied)
    told = client.request(
        "workspace/executeCommand", {"command": "tensorlift.migrateWorkspace", "arguments": [{"target": "compat"}]}
    )
    assert told["changed"] == 4  # the package's __init__ switches behaviour
    while len(client.applied) == before:
        client.request("workspace/symbol", {"query": "zzz"})
    edit = client.applied[before]
    assert edit["changeAnnotations"]["unsafe"]["needsConfirmation"] is True
    touched = {
        change["textDocument"]["uri"].rpartition("/")[2] for change in edit["documentChanges"] if "edits" in change
    }
    assert {"backend.py", "model.py", "train.py"} <= touched
    for name in ("app/backend.py", "app/model.py", "train.py"):
        new = applied(FILES[name], edits_of(edit, (project / name).as_uri()))
        compile(new, name, "exec")
        assert "tf.log" not in new and "tf.Session" not in new
    assert (project / "train.py").read_text() == FILES["train.py"]  # nothing is written by the server


def test_one_rule_is_fixed_in_the_workspace(client: Client, project: Path) -> None:
    before = len(client.applied)
    command = {"command": "tensorlift.fixRuleInWorkspace", "arguments": ["TL101"]}
    assert client.request("workspace/executeCommand", command)["fixed"] == 2
    while len(client.applied) == before:
        client.request("workspace/symbol", {"query": "zzz"})
    new = applied(FILES["train.py"], edits_of(client.applied[before], (project / "train.py").as_uri()))
    assert new == FILES["train.py"].replace("tf.log", "tf.math.log")


def test_the_index_can_be_made_anew(client: Client) -> None:
    before = len(client.messages)
    client.request("workspace/executeCommand", {"command": "tensorlift.restartIndex"})
    client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end", before)
    assert client.request("workspace/symbol", {"query": "Model"})


def test_work_can_be_cancelled(start: Start, tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"m{number}.py").write_text("import tensorflow as tf\ntf.log(1)\n")
    client = start(tmp_path, settings={"cache": False})
    begin: Json = client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "begin")
    client.notify("window/workDoneProgress/cancel", {"token": begin["params"]["token"]})
    client.wait(lambda m: m.get("method") == "$/progress" and m["params"]["value"]["kind"] == "end")
    uri = (tmp_path / "m1.py").as_uri()
    client.open(uri, "import tensorflow as tf\ntf.log(1)\n")
    assert client.diagnostics(uri, 1)
    number = client.post("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 4}})
    client.notify("$/cancelRequest", {"id": number})
    reply = client.reply(number)
    assert "result" in reply or reply["error"]["code"] == -32800

"""Code actions: what is offered, what it does to the text, and to whom it is said how."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import ClientCapabilities
from pygls.protocol import default_converter
from pytest_lsp import client_capabilities
from tensorlift.cli.main import main

from .client import FULL, Client, Json, applied, at, edits_of, read, without
from .conftest import PROGRAM, Start

HERE = Path(__file__).resolve()
CORPUS = sorted((HERE.parents[1] / "corpus" / "data").glob("*.py"))


def everywhere(text: str) -> Json:
    return {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}


def spot(text: str, word: str) -> Json:
    return {"start": at(text, word), "end": at(text, word)}


def titles(actions: list[Json]) -> list[str]:
    return [action["title"] for action in actions]


def named(actions: list[Json], title: str) -> Json:
    found = [action for action in actions if action["title"].startswith(title)]
    assert found, titles(actions)
    return found[0]


def fixed_by_command_line(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    """What ``tensorlift fix`` makes of a file."""
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[tool.tensorlift]\ntensorflow = "2.21"\n')
    file = folder / name
    file.write_bytes(text.encode(encoding))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        main(["fix", str(file)])
    return file.read_bytes().decode(encoding)


@pytest.fixture(name="uri")
def _uri(session: Client, root: Path) -> str:
    """A document that holds the program, opened anew."""
    uri = (root / "quick.py").as_uri()
    session.open(uri, PROGRAM)
    return uri


# -- quick fixes ---------------------------------------------------------------------------------------------------


def test_a_quick_fix_mends_one_use(session: Client, uri: str) -> None:
    found = session.diagnostics(uri, 1)
    diagnostic = next(d for d in found if d["range"]["start"] == at(PROGRAM, "tf.log"))
    action = named(session.actions(uri, diagnostic["range"], [diagnostic]), "Replace with `tf.math.log`")
    assert action["kind"] == "quickfix" and action["isPreferred"] is True
    assert action["diagnostics"] == [diagnostic]
    assert "edit" not in action  # this client asks for it
    edit = session.resolve(action)["edit"]
    assert edit["documentChanges"][0]["textDocument"] == {"uri": uri, "version": 1}
    assert applied(PROGRAM, edits_of(edit, uri)) == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")


def test_arguments_are_mapped(session: Client, uri: str) -> None:
    action = named(session.actions(uri, spot(PROGRAM, "tf.nn.dropout")), "Replace with `tf.nn.dropout`")
    new = applied(PROGRAM, edits_of(session.resolve(action)["edit"], uri))
    assert new == PROGRAM.replace("keep_prob=0.5", "rate=1 - 0.5")


def test_an_import_is_mended_with_what_uses_it(session: Client, uri: str) -> None:
    action = named(session.actions(uri, spot(PROGRAM, "slim\n")), "Replace with `tf_slim`")
    new = applied(PROGRAM, edits_of(session.resolve(action)["edit"], uri))
    assert new == PROGRAM.replace("from tensorflow.contrib import slim", "import tf_slim as slim")


def test_every_finding_has_actions_and_every_edit_makes_a_program(session: Client, uri: str) -> None:
    for diagnostic in session.diagnostics(uri, 1):
        actions = session.actions(uri, diagnostic["range"], [diagnostic])
        assert any(action["title"].startswith(("Replace", "Switch", "Set up")) for action in actions), diagnostic
        for action in actions:
            if "command" not in action:
                compile(applied(PROGRAM, edits_of(session.resolve(action)["edit"], uri)), "x", "exec")


def test_all_of_one_rule(session: Client, uri: str) -> None:
    action = named(session.actions(uri, spot(PROGRAM, "tf.log")), "Fix all TL101")
    assert action["title"] == "Fix all TL101 moved-endpoint in this file (2)"
    new = applied(PROGRAM, edits_of(session.resolve(action)["edit"], uri))
    assert new == PROGRAM.replace("tf.log(", "tf.math.log(")


def test_ignoring_here_and_in_the_file(session: Client, root: Path) -> None:
    uri = (root / "ignoring.py").as_uri()
    text = "#!/usr/bin/env python\nimport tensorflow as tf\nx = tf.log(tf.Session())  # note\ny = tf.log(2)\n"
    session.open(uri, text)
    actions = session.actions(uri, spot(text, "tf.log"))
    here = session.resolve(named(actions, "Ignore TL101 on this line"))["edit"]
    silent = applied(text, edits_of(here, uri))
    assert silent == text.replace("# note", "# note  # tensorlift: ignore[TL101]")
    file = session.resolve(named(actions, "Ignore TL101 in this file"))["edit"]
    assert applied(text, edits_of(file, uri)) == text.replace("python\n", "python\n# tensorlift: ignore-file[TL101]\n")
    session.change(uri, 2, {"text": silent})
    names = [d for d in session.diagnostics(uri, 2) if not d["code"].startswith("TL2")]
    assert [d["range"]["start"]["line"] for d in names] == [2, 3]
    more = session.resolve(named(session.actions(uri, spot(silent, "tf.Session")), "Ignore TL102 on this line"))["edit"]
    assert "ignore[TL101, TL102]" in applied(silent, edits_of(more, uri))


def test_running_unchanged(session: Client, root: Path) -> None:
    uri = (root / "unchanged.py").as_uri()
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\ny = tf.log(x)\n"
    session.open(uri, text)
    action = named(session.actions(uri, spot(text, "tf.placeholder")), "Run unchanged")
    assert action["kind"] == "refactor.rewrite"
    new = applied(text, edits_of(session.resolve(action)["edit"], uri))
    assert new == text.replace(
        "import tensorflow as tf\n", "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
    )


def test_kinds_are_filtered(session: Client, uri: str) -> None:
    whole = everywhere(PROGRAM)
    assert {a["kind"] for a in session.actions(uri, whole, only=["source.fixAll.tensorlift"])} == {
        "source.fixAll.tensorlift"
    }
    assert {a["kind"] for a in session.actions(uri, whole, only=["source.fixAll"])} == {"source.fixAll.tensorlift"}
    assert {a["kind"] for a in session.actions(uri, whole, only=["quickfix"])} == {"quickfix"}
    assert session.actions(uri, whole, only=["source.organizeImports"]) == []


def test_nothing_is_offered_where_nothing_is_wrong(session: Client, root: Path) -> None:
    uri = (root / "right.py").as_uri()
    session.open(uri, "import tensorflow as tf\nx = tf.math.log(1.0)\n")
    assert session.actions(uri, everywhere("\n\n")) == []


def test_an_edit_for_an_older_text_is_refused(session: Client, root: Path) -> None:
    uri = (root / "stale.py").as_uri()
    session.open(uri, PROGRAM)
    action = named(session.actions(uri, spot(PROGRAM, "tf.log")), "Replace with `tf.math.log`")
    session.change(uri, 2, {"text": "\n" + PROGRAM})
    assert session.error("codeAction/resolve", action)["code"] == -32801
    session.close(uri)
    session.open(uri, "\n" + PROGRAM)
    assert session.error("codeAction/resolve", action)["code"] == -32801


def test_a_definition_that_is_needed_comes_in_a_support_module(session: Client, root: Path) -> None:
    folder = root / "supported"
    folder.mkdir()
    uri, support = (folder / "a.py").as_uri(), (folder / "tf1_support.py").as_uri()
    text = "import tensorflow as tf\nhp = tf.contrib.training.HParams(a=1)\n"
    session.open(uri, text)
    actions = session.actions(uri, spot(text, "tf.contrib"))
    edit = session.resolve(named(actions, "Replace with `tf1_support.HParams`"))["edit"]
    assert {"kind": "create", "uri": support, "options": {"ignoreIfExists": True}} in edit["documentChanges"]
    assert "class HParams" in edits_of(edit, support)[0]["newText"]
    assert "HParams(a=1)" in applied(text, edits_of(edit, uri))


# -- the whole file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", CORPUS, ids=lambda path: path.stem)
def test_fix_all_writes_what_the_command_line_writes(
    session: Client, root: Path, tmp_path: Path, program: Path
) -> None:
    text, encoding = read(program)
    folder = root / program.stem
    folder.mkdir()
    file = folder / program.name
    uri = file.as_uri()
    session.open(uri, text)
    session.diagnostics(uri, 1)
    # The program around the file is looked at once the text has been quiet.
    expected = fixed_by_command_line(tmp_path / "cli", program.name, text, encoding)
    actions = session.actions(uri, everywhere(text), only=["source.fixAll.tensorlift"])
    if not actions:
        assert expected == text
        return
    edit = session.resolve(actions[0])["edit"]
    assert applied(text, edits_of(edit, uri)) == expected
    shutil.rmtree(folder)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_fix_all_of_strange_texts(start: Start, root: Path, tmp_path: Path, encoding: str) -> None:
    text = (
        "# héllo 😀\r\nimport tensorflow as tf\r\n\r\ns = '😀é̈𝔘'; y = tf.log(1.0)  # ünï\r\n"
        "if y:\r\n\tz = tf.nn.dropout(  # 😀\r\n\t\ty, keep_prob=0.5)\r\n\f\r\nw = '''\r\n😀''' ; tf.placeholder(tf.float32)"
    )
    client = start(root, capabilities={**FULL, "general": {"positionEncodings": [encoding]}})
    uri = (root / f"strange_{encoding}.py").as_uri()
    client.open(uri, text)
    client.diagnostics(uri, 1)
    expected = fixed_by_command_line(tmp_path / "cli", "strange.py", text)
    assert expected != text
    action = client.actions(uri, everywhere(text), only=["source.fixAll"])[0]
    assert applied(text, edits_of(client.resolve(action)["edit"], uri), encoding) == expected


def test_a_second_fix_all_has_nothing_to_do(session: Client, root: Path) -> None:
    uri = (root / "twice.py").as_uri()
    session.open(uri, PROGRAM)
    session.diagnostics(uri, 1)
    action = session.actions(uri, everywhere(PROGRAM), only=["source.fixAll"])[0]
    new = applied(PROGRAM, edits_of(session.resolve(action)["edit"], uri))
    session.change(uri, 2, {"text": new})
    assert session.diagnostics(uri, 2) == []
    assert session.actions(uri, everywhere(new), only=["source.fixAll"]) == []


# -- clients -------------------------------------------------------------------------------------------------------

PROFILES = (
    *("visual-studio-code@1.65", "neovim@0.6", "neovim@0.7", "neovim@0.8", "neovim@0.9", "neovim@0.10"),
    *("neovim@0.11", "emacs"),
)


def profile(name: str) -> Json:
    """The capabilities that a real editor sends."""
    found: ClientCapabilities = client_capabilities(name)
    plain: Json = default_converter().unstructure(found)
    return plain


@pytest.mark.parametrize("editor", PROFILES)
def test_each_editor_gets_edits_that_it_can_apply(start: Start, root: Path, editor: str) -> None:
    capabilities = profile(editor)
    client = start(root, capabilities=capabilities)
    uri = (root / "editor.py").as_uri()
    client.open(uri, PROGRAM)
    if "diagnosticProvider" in client.capabilities:  # an editor that pulls is not pushed to
        found = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
    else:
        found = client.diagnostics(uri)
    diagnostic = next(d for d in found if d["range"]["start"] == at(PROGRAM, "tf.log"))
    action = named(client.actions(uri, diagnostic["range"], [diagnostic]), "Replace with `tf.math.log`")
    resolves = capabilities["textDocument"].get("codeAction", {}).get("resolveSupport", {}).get("properties", [])
    assert ("edit" in action) == ("edit" not in resolves)
    edit = client.resolve(action)["edit"]
    encoding = client.capabilities["positionEncoding"]
    assert applied(PROGRAM, edits_of(edit, uri), encoding) == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")
    whole = client.actions(uri, everywhere(PROGRAM), only=["source.fixAll"])[0]
    assert "tf.compat.v1.Session" in applied(PROGRAM, edits_of(client.resolve(whole)["edit"], uri), encoding)


def test_a_client_without_literals_gets_commands(start: Start, root: Path) -> None:
    client = start(root, capabilities=without(FULL, "textDocument.codeAction"))
    assert client.capabilities["codeActionProvider"] is True
    uri = (root / "commands.py").as_uri()
    client.open(uri, PROGRAM)
    client.diagnostics(uri, 1)
    commands = client.actions(uri, spot(PROGRAM, "tf.log"))
    command = named(commands, "Replace with `tf.math.log`")
    assert set(command) == {"title", "command", "arguments"}
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    client.wait(lambda m: m.get("method") == "workspace/applyEdit")
    assert applied(PROGRAM, edits_of(client.applied[0], uri)) == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")


@pytest.mark.parametrize(
    "missing",
    [
        "textDocument.codeAction.resolveSupport",
        "textDocument.codeAction.isPreferredSupport",
        "textDocument.codeAction.dataSupport",
        "workspace.workspaceEdit.documentChanges",
        "workspace.workspaceEdit.changeAnnotationSupport",
        "workspace.applyEdit",
    ],
)
def test_a_client_may_lack_any_ability(start: Start, root: Path, missing: str) -> None:
    client = start(root, capabilities=without(FULL, missing))
    uri = (root / "lacking.py").as_uri()
    client.open(uri, PROGRAM)
    client.diagnostics(uri, 1)
    actions = client.actions(uri, spot(PROGRAM, "tf.log"))
    action = named(actions, "Replace with `tf.math.log`")
    assert ("isPreferred" in action) == (missing != "textDocument.codeAction.isPreferredSupport")
    edit = client.resolve(action)["edit"]
    assert ("changes" in edit) == (missing == "workspace.workspaceEdit.documentChanges")
    assert applied(PROGRAM, edits_of(edit, uri)) == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")


def test_without_resolving_costly_actions_are_commands(start: Start, root: Path) -> None:
    client = start(root, capabilities=without(FULL, "textDocument.codeAction.resolveSupport"))
    uri = (root / "costly.py").as_uri()
    client.open(uri, PROGRAM)
    client.diagnostics(uri, 1)
    action = named(client.actions(uri, spot(PROGRAM, "tf.log")), "Fix all TL101")
    command: dict[str, Any] = action["command"]
    client.request("workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]})
    client.wait(lambda m: m.get("method") == "workspace/applyEdit")
    assert applied(PROGRAM, edits_of(client.applied[0], uri)) == PROGRAM.replace("tf.log(", "tf.math.log(")


def test_unsafe_edits_ask_for_confirmation(session: Client, root: Path) -> None:
    uri = (root / "unsafe.py").as_uri()
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\n" + UNSAFE
    session.open(uri, text)
    found = session.diagnostics(uri, 1)
    unsafe = [d for d in found if d["data"]["applicability"] == "unsafe"]
    assert unsafe, found
    actions = session.actions(uri, unsafe[0]["range"], unsafe[:1])
    action = named(actions, "Replace with")
    assert "isPreferred" not in action
    edit = session.resolve(action)["edit"]
    assert edit["changeAnnotations"]["unsafe"]["needsConfirmation"] is True
    assert all(e["annotationId"] == "unsafe" for e in edits_of(edit, uri))
    assert json.dumps(edit)


UNSAFE = "tf.contrib.keras.optimizers.Adam(lr=0.1)\ntf.contrib.framework.assert_scalar(x)\n"

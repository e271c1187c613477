"""Notebooks: cells share names, magics disturb nothing, fixes land in the right cell."""

from __future__ import annotations

from pathlib import Path

from .client import Client, Json, applied, edits_of

CELLS = [
    "%matplotlib inline\n!pip install tensorflow\nimport tensorflow as tf",
    "x = tf.placeholder(tf.float32)\nfiles = !ls\ny = tf.log(x)",
    "%%bash\necho tf.log",
    "z = tf.log(y)\ntf.Session?",
]


def opened(session: Client, root: Path, name: str, cells: list[str]) -> tuple[str, list[str]]:
    notebook = (root / name).as_uri()
    uris = [f"vscode-notebook-cell:{root / name}#{number}" for number in range(len(cells))]
    session.notify(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {
                "uri": notebook,
                "notebookType": "jupyter-notebook",
                "version": 1,
                "cells": [{"kind": 2, "document": uri} for uri in uris],
            },
            "cellTextDocuments": [
                {"uri": uri, "languageId": "python", "version": 1, "text": text}
                for uri, text in zip(uris, cells, strict=True)
            ],
        },
    )
    return notebook, uris


def lines(diagnostics: list[Json]) -> list[tuple[str, int]]:
    return [(d["code"], d["range"]["start"]["line"]) for d in diagnostics if not d["code"].startswith("TL2")]


def test_cells_share_imports(session: Client, root: Path) -> None:
    _, uris = opened(session, root, "share.ipynb", CELLS)
    assert lines(session.diagnostics(uris[0], 1)) == []
    assert lines(session.diagnostics(uris[1], 1)) == [("TL102", 0), ("TL101", 2)]
    assert lines(session.diagnostics(uris[2], 1)) == []
    assert lines(session.diagnostics(uris[3], 1)) == [("TL101", 0)]
    hover = {"textDocument": {"uri": uris[3]}, "position": {"line": 0, "character": 8}}
    assert "tf.math.log" in session.request("textDocument/hover", hover)["contents"]["value"]


def test_a_fix_lands_in_its_cell(session: Client, root: Path) -> None:
    _, uris = opened(session, root, "fix.ipynb", CELLS)
    found = session.diagnostics(uris[3], 1)
    actions = session.actions(uris[3], found[0]["range"], found[:1])
    action = next(a for a in actions if a["title"] == "Replace with `tf.math.log`")
    edit = session.resolve(action)["edit"]
    assert [c["textDocument"] for c in edit["documentChanges"]] == [{"uri": uris[3], "version": 1}]
    assert applied(CELLS[3], edits_of(edit, uris[3])) == CELLS[3].replace("tf.log", "tf.math.log")


def test_fix_all_asked_of_every_cell_makes_each_edit_once(session: Client, root: Path) -> None:
    _, uris = opened(session, root, "all.ipynb", CELLS)
    session.diagnostics(uris[3], 1)
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    context = {"diagnostics": [], "only": ["source.fixAll.tensorlift"]}
    asked = [
        session.post("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": whole, "context": context})
        for uri in uris
    ]
    touched: list[str] = []
    texts = list(CELLS)
    for number, request in enumerate(asked):
        for action in session.reply(request)["result"] or []:
            edit = session.resolve(action)["edit"]
            touched += [c["textDocument"]["uri"] for c in edit.get("documentChanges", [])]
            texts[number] = applied(texts[number], edits_of(edit, uris[number]))
    assert len(touched) == len(set(touched))
    assert texts[1].endswith("x = tf.compat.v1.placeholder(tf.float32)\nfiles = !ls\ny = tf.math.log(x)")
    assert "".join(texts).count("tf.compat.v1.disable_v2_behavior()") == 1
    assert texts[3] == "z = tf.math.log(y)\ntf.Session?"
    assert texts[2] == CELLS[2]
    assert "!pip install tensorflow" in texts[0]


def test_cells_come_go_and_change(session: Client, root: Path) -> None:
    notebook, uris = opened(session, root, "change.ipynb", CELLS)
    session.diagnostics(uris[3], 1)
    version = {"uri": notebook, "version": 2}
    spot = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 10}}
    changed = {"document": {"uri": uris[3], "version": 2}, "changes": [{"range": spot, "text": "tf.exp"}]}
    session.notify(
        "notebookDocument/didChange", {"notebookDocument": version, "change": {"cells": {"textContent": [changed]}}}
    )
    assert lines(session.diagnostics(uris[3], 2)) == []
    before = len(session.messages)
    structure = {"array": {"start": 0, "deleteCount": 1, "cells": []}, "didClose": [{"uri": uris[0]}]}
    session.notify(
        "notebookDocument/didChange", {"notebookDocument": version, "change": {"cells": {"structure": structure}}}
    )
    assert lines(session.diagnostics(uris[1], 1, before)) == []  # nothing imports tf any more
    new = f"vscode-notebook-cell:{root / 'change.ipynb'}#new"
    before = len(session.messages)
    text = {"uri": new, "languageId": "python", "version": 1, "text": "import tensorflow as tf"}
    structure = {"array": {"start": 0, "deleteCount": 0, "cells": [{"kind": 2, "document": new}]}, "didOpen": [text]}
    session.notify(
        "notebookDocument/didChange", {"notebookDocument": version, "change": {"cells": {"structure": structure}}}
    )
    assert lines(session.diagnostics(uris[1], 1, before)) == [("TL102", 0), ("TL101", 2)]
    before = len(session.messages)
    session.notify(
        "notebookDocument/didClose",
        {"notebookDocument": {"uri": notebook}, "cellTextDocuments": [{"uri": uri} for uri in (new, *uris[1:])]},
    )
    assert session.diagnostics(uris[1], None, before) == []


def test_a_notebook_of_tensorflow_2_is_left_in_peace(session: Client, root: Path) -> None:
    cells = ["import tensorflow as tf\n%load_ext tensorboard", "@tf.function\ndef f(x):\n    return tf.math.log(x)"]
    _, uris = opened(session, root, "modern.ipynb", cells)
    assert session.diagnostics(uris[0], 1) == session.diagnostics(uris[1], 1) == []

"""Hover on names, aliases, methods, arguments and replacements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .client import FULL, Client, Json, at, without
from .conftest import Start

TEXT = """import tensorflow as tf
from tensorflow.contrib import layers as L

init = L.xavier_initializer()
y = tf.nn.dropout(tf.log(x), keep_prob=0.5)
z = tf.math.log(y)
lr = tf.train.exponential_decay(0.1, step, 10, 0.9)
with tf.Session() as sess:
    sess.run(z)
plain = 3
"""


@pytest.fixture(name="uri")
def _uri(session: Client, root: Path) -> str:
    uri = (root / "hover.py").as_uri()
    session.open(uri, TEXT)
    return uri


def hover(client: Client, uri: str, text: str, word: str, inside: int = 1) -> Any:
    params = {"textDocument": {"uri": uri}, "position": at(text, word, inside=inside)}
    return client.request("textDocument/hover", params)


def value(client: Client, uri: str, word: str, inside: int = 1) -> str:
    found = hover(client, uri, TEXT, word, inside)
    assert found is not None, word
    text: str = found["contents"]["value"]
    return text


def test_hover_teaches(session: Client, uri: str) -> None:
    log = value(session, uri, "tf.log(", 4)
    assert "**`tf.log`**" in log and "TensorFlow 2.21, pyproject.toml" in log
    assert "Write **`tf.math.log`**" in log
    assert (
        "# before\ny = tf.nn.dropout(tf.log(x), keep_prob=0.5)\n# after\ny = tf.nn.dropout(tf.math.log(x), keep_prob=0.5)"
        in log
    )
    assert "TL101 moved-endpoint" in log
    assert hover(session, uri, TEXT, "tf.log(", 4)["range"] == {
        "start": at(TEXT, "tf.log("),
        "end": at(TEXT, "tf.log(", inside=6),
    }


def test_hover_on_an_alias_says_what_it_stands_for(session: Client, uri: str) -> None:
    assert "tf.contrib.layers.xavier_initializer" in value(session, uri, "L.xavier", 4)
    assert "tf.contrib.layers`" in value(session, uri, "L.xavier", 0)


def test_hover_on_arguments_shows_what_becomes_of_them(session: Client, uri: str) -> None:
    for inside in (0, 4, 9):
        assert "| `keep_prob` | `rate=1 - keep_prob` |" in value(session, uri, "keep_prob", inside)


def test_hover_on_methods_of_known_values(session: Client, uri: str) -> None:
    assert "tf.Session.run" in value(session, uri, "sess.run", 6)


def test_hover_on_the_replacement_says_that_it_is_right(session: Client, uri: str) -> None:
    assert "means the same today" in value(session, uri, "tf.math.log", 9)


def test_hover_on_anything_else_is_silent(session: Client, uri: str) -> None:
    assert hover(session, uri, TEXT, "plain") is None
    assert hover(session, uri, TEXT, "0.9") is None
    nowhere = {"textDocument": {"uri": "file:///not/open.py"}, "position": {"line": 0, "character": 0}}
    assert session.request("textDocument/hover", nowhere) is None


def test_clients_without_markdown_get_plain_text(start: Start, root: Path) -> None:
    plain: Json = without(FULL, "textDocument.hover.contentFormat")
    client = start(root, capabilities=plain)
    uri = (root / "hover.py").as_uri()
    client.open(uri, TEXT)
    found = hover(client, uri, TEXT, "tf.nn.dropout", 8)
    assert found["contents"]["kind"] == "plaintext"
    text = found["contents"]["value"]
    assert "keep_prob -> rate=1 - keep_prob" in text
    assert "**" not in text and "```" not in text


def test_docstrings_of_the_environment_come_when_they_are_ready(start: Start, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    package = _environment(environment)
    (package / "__init__.py").write_text("from . import math\n")
    (package / "math.py").write_text('def log(x):\n    """The logarithm, says this environment."""\n    return x\n')
    client = start(tmp_path, settings={"python": str(environment / "bin" / "python")})
    uri = (tmp_path / "a.py").as_uri()
    client.open(uri, TEXT)
    client.diagnostics(uri, 1)
    for _ in range(100):
        if "says this environment" in value(client, uri, "tf.log(", 4):
            return
    raise AssertionError("the docstring never came")


def _environment(folder: Path) -> Path:
    import subprocess
    import sys

    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    package = next(folder.glob("lib/python3*/site-packages")) / "tensorflow"
    package.mkdir()
    return package

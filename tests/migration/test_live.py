"""Findings remembered from keystroke to keystroke are those of a fresh look."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tensorlift.migration.examine import examine
from tensorlift.migration.live import Live
from tensorlift.migration.migrate import context_for
from tensorlift.rules.model import Finding
from tensorlift.text.document import Document
from tensorlift.workspace.settings import Settings
from tensorlift.workspace.workspace import Workspace

PROGRAMS = sorted((Path(__file__).parents[1] / "corpus" / "data").glob("*.py"))
TYPED = (b"#", b"(", b")", b"\n", b"\n\n", b"x", b".", b"tf.log(x)", b"'", b'"""', b" ", b"import tensorflow as tf\n")
TYPED += (b"  # tensorlift: ignore[TL102]", b"from tensorflow.contrib import slim\n", b"slim.conv2d(x)", b"\xc3\xa9")


def told(findings: list[Finding]) -> list[tuple[object, ...]]:
    return [(f.rule, f.start, f.end, f.message, f.endpoint, f.replacement, f.applicability) for f in findings]


def fresh(source: bytes, path: str, settings: Settings) -> list[Finding]:
    workspace = Workspace(settings.root)
    document = Document(source, Path(path))
    workspace.put(path, document)
    return list(examine(context_for(workspace, document, path, settings), settings).findings)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_typing_gives_what_a_fresh_look_gives(program: Path, tmp_path: Path) -> None:
    source = program.read_bytes()
    path = str(tmp_path / program.name)
    settings = Settings(tmp_path, tensorflow="2.21")
    workspace, live, random_ = Workspace(tmp_path), Live(), random.Random(program.stem)
    for _ in range(25):
        document = Document(source, Path(path))
        workspace.put(path, document)
        look = live.look(workspace, document, path, settings)
        assert told(look.findings()) == told(fresh(source, path, settings)), source.decode()
        at = random_.randrange(len(source))
        end = at + random_.choice((0, 0, 0, 1, 2, 30))
        source = source[:at] + random_.choice(TYPED) + source[end:]
        source = source.decode("utf-8", "ignore").encode()


def test_what_did_not_change_is_not_looked_at_again(tmp_path: Path) -> None:
    path = str(tmp_path / "a.py")
    settings = Settings(tmp_path, tensorflow="2.21")
    workspace, live = Workspace(tmp_path), Live()
    before = b"import tensorflow as tf\n\ndef f(x):\n    return tf.log(x)\n\ndef g(x):\n    return tf.log(x)\n"
    pieces = []
    for source in (before, before.replace(b"def g(x):", b"def g(x):\n    y = x")):
        document = Document(source, Path(path))
        workspace.put(path, document)
        pieces.append(live.look(workspace, document, path, settings).pieces)
    assert pieces[0][0][1] is pieces[1][0][1]
    assert pieces[0][1][1] is not pieces[1][1][1]

"""Documents keep every byte, and files are never half written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from tensorlift.text.document import Document, UnreadableError, UnwritableError, write_atomically
from tensorlift.text.edits import Edit, OverlapError, apply_edits


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n",
        b"\xef\xbb\xbfx = 1\r\n",
        "# -*- coding: latin-1 -*-\nx = '\xe9'\n".encode("latin-1"),
        "x = '\U0001d54f'".encode(),
        b"x = 1\r\ny = 2\n\x0cz = 3\r",
        b"",
    ],
    ids=["plain", "bom", "latin-1", "no-final-newline", "mixed", "empty"],
)
def test_bytes_come_back(data: bytes) -> None:
    assert Document.from_bytes(data).to_bytes() == data


def test_latin_1_text_is_edited_in_utf_8_and_written_in_latin_1() -> None:
    document = Document.from_bytes("# coding: latin-1\nname = 'é'\n".encode("latin-1"))
    assert document.source.decode() == "# coding: latin-1\nname = 'é'\n"
    changed = document.with_source(document.source.replace(b"name", b"title"))
    assert changed.to_bytes() == "# coding: latin-1\ntitle = 'é'\n".encode("latin-1")


def test_text_that_the_encoding_lacks_is_refused() -> None:
    document = Document.from_bytes(b"# coding: latin-1\n")
    with pytest.raises(UnwritableError, match="latin-1"):
        document.with_source("# coding: latin-1\nλ\n".encode()).to_bytes()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\x00\x01", "NUL bytes"),
        (b"x = '\xe9'\n", "not utf-8 text"),
        (b"# coding: no-such-thing\n", "encoding that Python does not know"),
    ],
)
def test_what_is_no_source_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        Document.from_bytes(data)


def test_columns_count_characters_and_form_feeds_end_no_line() -> None:
    document = Document.from_bytes("a\x0cb\r\n'\U0001d54f' + x".encode())
    assert document.lines.position(0) == (1, 1)
    assert document.lines.position(2) == (1, 3)
    assert document.lines.position(document.source.index(b"x")) == (2, 7)


@pytest.mark.parametrize(("text", "newline"), [("a\nb\n", "\n"), ("a\r\nb\r\n", "\r\n"), ("a\rb\r", "\r"), ("", "\n")])
def test_newline_is_the_files_own(text: str, newline: str) -> None:
    assert Document.from_bytes(text.encode()).newline == newline


def test_write_keeps_mode_and_links(tmp_path: Path) -> None:
    target = tmp_path / "real.py"
    target.write_bytes(b"old")
    target.chmod(0o750)
    link = tmp_path / "link.py"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o750
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.py", "real.py"]


def test_failed_write_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.py"
    target.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(UnwritableError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.py"]


def test_edits_apply_in_order_and_refuse_overlap() -> None:
    assert apply_edits(b"abc", [Edit(2, 3, "Z"), Edit(0, 1, "X"), Edit(1, 1, "-")]) == b"X-bZ"
    with pytest.raises(OverlapError):
        apply_edits(b"abc", [Edit(0, 2, ""), Edit(1, 3, "")])
    with pytest.raises(ValueError, match="outside"):
        apply_edits(b"abc", [Edit(2, 9, "")])

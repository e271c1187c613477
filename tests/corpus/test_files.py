"""Files as they really are: encodings, line ends, sizes, folders that cannot be read, and a process that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import PROGRAMS, Command

SMALL = "import tensorflow as tf\nx = tf.placeholder(tf.float32)  # in\ny = tf.log(x)\n"


def fix_bytes(tensorlift: Command, folder: Path, source: bytes) -> bytes:
    """The bytes of a file after ``fix``, which must have done its work."""
    path = folder / "program.py"
    path.write_bytes(source)
    outcome = tensorlift("fix", folder, "-j", "1")
    assert outcome.code in (0, 1), outcome.err
    after = path.read_bytes()
    assert b"tf.math.log(x)" in after
    return after


def test_windows_line_ends_stay(tensorlift: Command, tmp_path: Path) -> None:
    after = fix_bytes(tensorlift, tmp_path, SMALL.replace("\n", "\r\n").encode())
    assert after.count(b"\r\n") == after.count(b"\n")


def test_line_ends_of_old_macs_stay(tensorlift: Command, tmp_path: Path) -> None:
    after = fix_bytes(tensorlift, tmp_path, SMALL.replace("\n", "\r").encode())
    assert b"# in\r" in after


def test_mixed_line_ends_stay_where_they_were(tensorlift: Command, tmp_path: Path) -> None:
    after = fix_bytes(tensorlift, tmp_path, SMALL.replace("# in\n", "# in\r\n").encode() + b"z = 1\n")
    assert b"# in\r\n" in after
    assert b"z = 1\n" in after


def test_no_final_newline_stays_so(tensorlift: Command, tmp_path: Path) -> None:
    assert fix_bytes(tensorlift, tmp_path, SMALL.rstrip("\n").encode()).endswith(b"tf.math.log(x)")


def test_byte_order_mark_stays_first(tensorlift: Command, tmp_path: Path) -> None:
    after = fix_bytes(tensorlift, tmp_path, b"\xef\xbb\xbf" + SMALL.encode())
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\xef\xbb\xbf") == 1


def test_latin_1_stays_latin_1(tensorlift: Command, tmp_path: Path) -> None:
    source = "# -*- coding: latin-1 -*-\n# caf\u00e9\n" + SMALL + "name = 'ni\u00f1o'\n"
    after = fix_bytes(tensorlift, tmp_path, source.encode("latin-1"))
    assert "# caf\u00e9\n".encode("latin-1") in after
    assert "name = 'ni\u00f1o'\n".encode("latin-1") in after


def test_characters_beyond_the_basic_plane(tensorlift: Command, tmp_path: Path) -> None:
    source = SMALL + "a = '\U0001f600'; b = tf.log(x); c = 'e\u0301\U0001f468\u200d\U0001f469'\n"
    path = tmp_path / "columns.py"
    path.write_text(source, encoding="utf8")
    found = [f for f in tensorlift("check", path, "--format", "json").findings if f["start"]["line"] == 4]
    assert [f["start"]["column"] for f in found] == [source.splitlines()[3].index("tf.log") + 1]
    after = fix_bytes(tensorlift, tmp_path, source.encode()).decode()
    assert "a = '\U0001f600'; b = tf.math.log(x); c = 'e\u0301\U0001f468\u200d\U0001f469'\n" in after


def test_tabs_and_form_feeds(tensorlift: Command, tmp_path: Path) -> None:
    source = "import tensorflow as tf\n\x0c\ndef f(x):\n\tif x:\n\t\treturn tf.log(x)  \t# tab\n\x0c\treturn None\n"
    path = tmp_path / "program.py"
    path.write_text(source)
    tensorlift("fix", tmp_path, "-j", "1")
    after = path.read_text()
    assert "\n\x0c\ndef f(x):\n\tif x:\n\t\treturn tf.math.log(x)  \t# tab\n\x0c\treturn None\n" in after


def test_mode_is_kept(tensorlift: Command, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("#!/usr/bin/env python\n" + SMALL)
    path.chmod(0o750)
    tensorlift("fix", tmp_path, "-j", "1")
    assert path.stat().st_mode & 0o777 == 0o750
    assert path.read_text().startswith("#!/usr/bin/env python\n")


def test_a_link_to_a_file_stays_a_link(tensorlift: Command, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "program.py").write_text(SMALL)
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "program.py")
    tensorlift("fix", tmp_path, "-j", "1")
    assert (tmp_path / "link.py").is_symlink()
    assert "tf.math.log" in (tmp_path / "real" / "program.py").read_text()


def test_a_loop_of_links_ends(tensorlift: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "a" / "program.py").write_text(SMALL)
    outcome = tensorlift("check", tmp_path, "--format", "json", "-j", "1")
    assert {Path(f["path"]).name for f in outcome.findings} == {"program.py"}


def test_binary_file_is_said_and_left(tensorlift: Command, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    content = b"import tensorflow as tf\ntf.log(1.)\n\0\x01\xfe\xff"
    path.write_bytes(content)
    (tmp_path / "good.py").write_text(SMALL)
    outcome = tensorlift("fix", tmp_path, "-j", "1")
    assert outcome.code == 2
    assert "program.py" in outcome.err
    assert path.read_bytes() == content
    assert "tf.math.log" in (tmp_path / "good.py").read_text()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="POSIX permissions")
def test_folder_without_permission_is_said_and_the_rest_done(tensorlift: Command, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (tmp_path / "good.py").write_text(SMALL)
    tensorlift("check", tmp_path, "--format", "json", "-j", "1")  # what it imports is imported while files can be read
    locked.chmod(0)
    root = os.geteuid() == 0
    for folder in (tmp_path, *tmp_path.parents):
        if root and str(folder).startswith(os.environ.get("TMPDIR", "/tmp") + "/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    if root:
        os.seteuid(65534)
    try:
        outcome = tensorlift("check", tmp_path, "--format", "json", "-j", "1")
    finally:
        if root:
            os.seteuid(0)
        locked.chmod(0o755)
    assert outcome.code == 2
    assert "locked" in outcome.err
    assert any(f["endpoint"] == "tf.log" for f in outcome.findings)


def test_file_that_is_not_there(tensorlift: Command, tmp_path: Path) -> None:
    outcome = tensorlift("check", tmp_path / "nothing.py")
    assert outcome.code == 2
    assert "nothing.py" in outcome.err
    assert "Traceback" not in outcome.err


def test_empty_file_and_empty_folder(tensorlift: Command, tmp_path: Path) -> None:
    assert tensorlift("check", tmp_path).code == 0
    (tmp_path / "empty.py").write_bytes(b"")
    assert tensorlift("fix", tmp_path).code == 0
    assert (tmp_path / "empty.py").read_bytes() == b""


def test_a_file_of_100_000_lines(tensorlift: Command, tmp_path: Path) -> None:
    block = "def f{0}(x, keep):\n    h = tf.nn.relu(tf.matmul(x, W))\n    # {0}\n    return tf.log(h) + {0}\n\n"
    path = tmp_path / "long.py"
    path.write_text("import tensorflow as tf\nW = tf.zeros([1])\n" + "".join(block.format(i) for i in range(20_000)))
    begin = time.process_time()
    outcome = tensorlift("check", path, "--format", "json", "-j", "1")
    assert time.process_time() - begin < 60
    assert sum(f["endpoint"] == "tf.log" for f in outcome.findings) == 20_000
    tensorlift("fix", path, "-j", "1")
    assert path.read_text().count("return tf.math.log(h)") == 20_000


def test_deep_nesting(tensorlift: Command, tmp_path: Path) -> None:
    path = tmp_path / "deep.py"
    path.write_text("import tensorflow as tf\nx = " + "(" * 3000 + "tf.log(1.)" + ")" * 3000 + "\n")
    assert tensorlift("check", path).code in (1, 2)
    path.write_text("import tensorflow as tf\nx = " + " + ".join(["tf.log(1.)"] * 5000) + "\n")
    assert tensorlift("check", path).code in (1, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("delay", [0.15, 0.3, 0.45, 0.6, 0.9])
def test_killed_in_the_middle_leaves_whole_files(tensorlift: Command, tmp_path: Path, delay: float) -> None:
    tree, reference = tmp_path / "tree", tmp_path / "reference"
    for root in (tree, reference):
        for number in range(4):
            folder = root / f"part{number}"
            folder.mkdir(parents=True)
            for program in PROGRAMS:
                (folder / program.name).write_bytes(program.read_bytes())
    before = {path.relative_to(tree): path.read_bytes() for path in tree.rglob("*.py")}
    tensorlift("fix", reference, "-j", "1")
    after = {path.relative_to(reference): path.read_bytes() for path in reference.rglob("*.py")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tensorlift", "fix", str(tree), "-j", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for path, content in before.items():
        assert (tree / path).read_bytes() in (content, after[path])
    tensorlift("fix", tree, "-j", "1")
    assert {path.relative_to(tree): path.read_bytes() for path in tree.rglob("*.py")} == after

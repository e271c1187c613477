"""Real Neovim: diagnostics, hover, a quick fix, fix all, save; then the file on disk is compared."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tensorlift

SCRIPT = Path(__file__).with_name("neovim.lua")
SERVER = Path(tensorlift.__file__).resolve().parents[1]

PROGRAM = """import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4])
name = "é😀"; y = tf.log(x)
z = tf.nn.dropout(tf.log(y), keep_prob=0.5)
with tf.Session() as sess:
    sess.run(z)
"""
FIXED = """import tensorflow as tf
tf.compat.v1.disable_v2_behavior()

x = tf.compat.v1.placeholder(tf.float32, [None, 4])
name = "é😀"; y = tf.math.log(x)
z = tf.nn.dropout(tf.math.log(y), rate=1 - 0.5)
with tf.compat.v1.Session() as sess:
    sess.run(z)
"""


def editors() -> list[str]:
    """Every Neovim on this machine: beside the interpreter (PyPI's wheel) and on the path (the system's)."""
    found = [
        Path(sys.executable).parent / "nvim",
        *(Path(p) / "nvim" for p in os.environ.get("PATH", "").split(os.pathsep)),
    ]
    working: dict[str, str] = {}
    for path in found:
        if path.is_file():
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
            version = re.match(r"NVIM v(\d+\.\d+)", said)
            if version:
                working.setdefault(version[1], str(path))
    return list(working.values())


NEOVIMS = editors()


@pytest.mark.parametrize("editor", NEOVIMS or [pytest.param("", marks=pytest.mark.skip(reason="no nvim is installed"))])
def test_a_session_in_neovim(editor: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text('[tool.tensorlift]\ntensorflow = "2.21"\n')
    file, out = root / "program.py", tmp_path / "out.json"
    file.write_text(PROGRAM, encoding="utf-8")
    environment = dict(
        os.environ,
        PYTHONPATH=str(SERVER),
        HOME=str(tmp_path),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
        XDG_STATE_HOME=str(tmp_path / "state"),
        TENSORLIFT_COMMAND=json.dumps([sys.executable, "-m", "tensorlift", "server"]),
        TENSORLIFT_ROOT=str(root),
        TENSORLIFT_FILE=str(file),
        TENSORLIFT_OUT=str(out),
    )
    command = [editor, "--clean", "--headless", "-n", "-i", "NONE", "-c", f"luafile {SCRIPT}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert out.is_file(), done.stderr
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert "error" not in seen, seen["error"]
    assert {row[0] for row in seen["diagnostics"]} >= {"TL101", "TL102", "TL104"}
    assert ["TL102", 2, 4, 1] in seen["diagnostics"]
    assert "Write **`tf.math.log`**" in seen["hover"] or "Write tf.math.log" in seen["hover"]
    assert seen["after_quick_fix"] + "\n" == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")
    assert file.read_text(encoding="utf-8") == FIXED


def test_neovim_is_there_where_it_must_be() -> None:
    """On the machine that runs all tests, no editor's test may be skipped silently."""
    if os.environ.get("TENSORLIFT_EDITORS") != "required":
        pytest.skip("TENSORLIFT_EDITORS=required says that editors are installed")
    assert NEOVIMS and shutil.which("sh")

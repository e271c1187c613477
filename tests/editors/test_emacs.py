"""Real Emacs with eglot: diagnostics, hover, a quick fix, fix all, save; then the file on disk is compared."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_neovim import FIXED, PROGRAM, SERVER

SCRIPT = Path(__file__).with_name("eglot.el")


def has_eglot() -> bool:
    """Whether this machine's Emacs can load eglot."""
    emacs = shutil.which("emacs")
    if emacs is None:
        return False
    done = subprocess.run([emacs, "--batch", "--eval", "(require 'eglot)"], capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(not has_eglot(), reason="no Emacs with eglot is installed")
def test_a_session_in_emacs(tmp_path: Path) -> None:
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
        TENSORLIFT_COMMAND=json.dumps([sys.executable, "-m", "tensorlift", "server"]),
        TENSORLIFT_FILE=str(file),
        TENSORLIFT_OUT=str(out),
    )
    command = ["emacs", "--batch", "-l", str(SCRIPT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert out.is_file(), done.stderr
    seen = json.loads(out.read_text(encoding="utf-8"))
    assert "error" not in seen, (seen["error"], done.stderr[-2000:])
    assert any("TL101" in text or "tf.log" in text for text in seen["diagnostics"])
    assert "tf.math.log" in seen["hover"]
    assert seen["after_quick_fix"] == PROGRAM.replace("tf.log(x)", "tf.math.log(x)")
    assert file.read_text(encoding="utf-8") == FIXED

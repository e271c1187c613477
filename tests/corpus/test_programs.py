"""The programs of ``data`` do what they did, in the TensorFlow that is installed, after ``fix``."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Command

NOT_RUN = {
    "python2_leftovers": "Python 2",
}


@pytest.mark.tensorflow
@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed")
def test_program_runs_after_fix(tensorlift: Command, program: Path, tmp_path: Path) -> None:
    if program.stem in NOT_RUN:
        pytest.skip(NOT_RUN[program.stem])
    version = ".".join(importlib.metadata.version("tensorflow").split(".")[:2])
    path = tmp_path / program.name
    path.write_bytes(program.read_bytes())
    tensorlift("fix", tmp_path, "--tensorflow", version, "-j", "1")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, program.name], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-2000:]

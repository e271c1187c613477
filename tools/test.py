#!/usr/bin/env python3
"""Installs what the tests need and runs all of them: `python3 tools/test.py`.

Environments are made once under `.tensorlift-env/`: one with the newest TensorFlow that is known, in which the tests
run, and one with TensorFlow 2.15, in which tests run migrated programs (it wants a Python 3.9, 3.10 or 3.11 on the
machine; without one those tests are skipped and say so). Arguments are passed on to pytest; `--lint` also runs the
linter, the formatter's check and the type checker.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".tensorlift-env"
NEWEST = [
    "tensorflow-cpu==2.21.*",
    "tf_keras==2.21.*",
    "tf-slim==1.1.*",
    "tensorflow-probability==0.25.*",
    "pytest-timeout",
]
OLD = ["tensorflow-cpu==2.15.1", "tf_keras==2.15.*", "tf-slim==1.1.*", "tensorflow-probability==0.23.*", "numpy<2"]


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(name: str, interpreter: str, packages: list[str]) -> Path:
    """A virtual environment with the packages, made when it is not there or its packages changed."""
    environment = HOME / name
    stamp = environment / ".packages"
    pyproject = (ROOT / "pyproject.toml").read_bytes() if any("-e" in p for p in packages) else b""
    wanted = hashlib.sha256("\n".join(packages).encode() + pyproject).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return python_of(environment)
    print(f"making {environment.relative_to(ROOT)} (some minutes, about 2 GB)", flush=True)
    shutil.rmtree(environment, ignore_errors=True)
    subprocess.run([interpreter, "-m", "venv", environment], check=True)
    pip = [python_of(environment), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True, cwd=ROOT)
    stamp.write_text(wanted)
    return python_of(environment)


def old_python() -> str | None:
    """An interpreter that TensorFlow 2.15 has wheels for."""
    if (3, 9) <= sys.version_info[:2] <= (3, 11):
        return sys.executable
    for version in ("3.11", "3.10", "3.9"):
        found = shutil.which(f"python{version}")
        if found and subprocess.run([found, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
            return found
    return None


def main() -> int:
    """Make the environments, run everything, give pytest's exit code."""
    arguments = sys.argv[1:]
    lint = "--lint" in arguments
    arguments = [a for a in arguments if a != "--lint"]
    if sys.version_info < (3, 10):  # noqa: UP036 (told instead of a syntax error somewhere)
        print("Python 3.10 or later is needed", file=sys.stderr)
        return 2
    python = ensure("newest", sys.executable, ["-e", ".[test,lint]", *NEWEST])
    environ = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1")
    interpreter = old_python()
    if interpreter is None:
        print("no Python 3.9 to 3.11 was found: the tests on TensorFlow 2.15 will be skipped", flush=True)
    else:
        environ["TENSORLIFT_TF215"] = str(ensure("tf215", interpreter, OLD))
    if lint:
        for command in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
            print("$", *command, flush=True)
            subprocess.run([python, "-m", *command], check=True, cwd=ROOT)
    return subprocess.run([python, "-m", "pytest", *arguments], cwd=ROOT, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

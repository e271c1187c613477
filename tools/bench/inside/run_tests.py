"""Runs test files in the TensorFlow environment, each in a process of its own. The one argument is a JSON file:

``files``, ``root`` (the tree), ``pythonpath``, ``out`` (JSON lines), ``logs`` (a folder), ``test_timeout``,
``file_timeout`` and ``repo_timeout`` in seconds, ``preload`` (fork each process from one that has imported
TensorFlow, which saves its import per file).
"""

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path


def run_file(spec: dict, name: str) -> None:
    """Run one test file in this process and end it."""
    os.setsid()
    log = os.open(Path(spec["logs"]) / f"{name.replace('/', '_')}.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ["BENCH_OUT"] = spec["out"]
    os.chdir(spec["root"])
    sys.path[:0] = spec["pythonpath"]
    sys.argv = ["pytest"]
    code = 99
    try:
        import pytest

        options = ["-q", "-p", "tf1era", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", spec["root"]]
        options += ["-W", "ignore", "--tb=short", f"--timeout={spec['test_timeout']}"]
        code = int(pytest.main([*options, name]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Run all files one after the other and write one ``file`` event for each."""
    spec = json.loads(Path(sys.argv[1]).read_text())
    if spec["preload"]:
        import numpy  # noqa: F401
        import pytest  # noqa: F401
        import tensorflow  # noqa: F401
    begin = time.time()
    for name in spec["files"]:
        left = begin + spec["repo_timeout"] - time.time()
        result: int | str = "no time left"
        if left > 0:
            child = os.fork()
            if child == 0:
                run_file(spec, name)
            end = time.time() + min(left, spec["file_timeout"])
            status = None
            while status is None and time.time() < end:
                time.sleep(0.05)
                found, code = os.waitpid(child, os.WNOHANG)
                status = code if found else None
            if status is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                result = "timeout"
            else:
                result = os.waitstatus_to_exitcode(status)
        with Path(spec["out"]).open("a") as out:
            out.write(json.dumps({"event": "file", "id": name, "result": result}) + "\n")


if __name__ == "__main__":
    main()

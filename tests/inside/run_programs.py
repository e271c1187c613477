"""Runs programs one by one in processes forked from one that has imported TensorFlow.

Usage: PYTHON run_programs.py FOLDER PROGRAM... ; prints a JSON object: program -> [exit code, output]. With the
environment variable AS_TF1 set, `import tensorflow` gives the programs TensorFlow 1 (`tensorflow.compat.v1` without
TensorFlow 2's behaviour).
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path


def run(program: str) -> tuple[int, str]:
    """Exit code and output of one program."""
    out = io.StringIO()
    code = 0
    sys.argv = [program]
    sys.path.insert(0, str(Path(program).resolve().parent))
    with redirect_stdout(out), redirect_stderr(out):
        try:
            runpy.run_path(program, run_name="__main__")
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            traceback.print_exc(limit=-3)
            code = 1
    return code, out.getvalue()


def main() -> None:
    """Run all programs of the command line."""
    os.chdir(sys.argv[1])
    import tensorflow  # noqa: F401

    if os.environ.get("AS_TF1"):
        import tensorflow.compat.v1 as v1

        v1.disable_v2_behavior()
        sys.modules["tensorflow"] = v1
    results = {}
    for program in sys.argv[2:]:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            with os.fdopen(writer, "w") as pipe:
                json.dump(run(program), pipe)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        results[program] = json.loads(text) if text else [-1, "the process died"]
    print(json.dumps(results))


if __name__ == "__main__":
    main()

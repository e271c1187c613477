"""Run migrated examples of tf.contrib. A script for a process of its own, because legacy Keras is chosen before
TensorFlow is imported: the first argument names the migrated module, the second a JSON file of expectations by
function. Prints a JSON object: function -> what is wrong."""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import Any


def problem(function: Any, expectation: str, module: Any) -> str | None:
    """Run one example in a graph of its own and judge what comes out."""
    tf = module.tf
    try:
        with tf.Graph().as_default(), tf.compat.v1.Session() as session:
            result = function()
            session.run(tf.compat.v1.global_variables_initializer())
            session.run(tf.compat.v1.local_variables_initializer())
            session.run(tf.compat.v1.tables_initializer())
            value = session.run(result)
        judged = eval(expectation, {**vars(module), "v": value})
    except Exception as failure:
        return f"{type(failure).__name__}: {failure}"[:600]
    return None if judged else f"{value!r:.300} is not: {expectation}"


def main() -> None:
    """Read the module and the expectations, and print the problems."""
    path, expectations = sys.argv[1:3]
    specification = importlib.util.spec_from_file_location("program", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.path.insert(0, path.rpartition("/")[0])
    specification.loader.exec_module(module)
    with open(expectations, encoding="utf-8") as file:
        wanted = json.load(file)
    found = {name: problem(getattr(module, name), text, module) for name, text in wanted.items()}
    print("PROBLEMS", json.dumps(found))


if __name__ == "__main__":
    main()

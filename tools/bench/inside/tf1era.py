"""pytest plugin, loaded in the TensorFlow environment for every column of the comparison alike.

Code of 2016 to 2020 uses names that Python, NumPy, SciPy and Pillow have dropped since. They are put back here, so
that a test that fails, fails because of TensorFlow. Each outcome goes as one JSON line to the file that ``BENCH_OUT``
names.
"""

import collections
import collections.abc
import contextlib
import importlib
import inspect
import json
import os
import sys
import types
import unittest

NUMPY_NAMES = {"int": int, "float": float, "bool": bool, "object": object, "str": str, "complex": complex}
NUMPY_NAMES |= {"long": int, "unicode": str}
NUMPY_ALIASES = {"float_": "float64", "int0": "intp", "complex_": "complex128", "string_": "bytes_", "unicode_": "str_"}
NUMPY_ALIASES |= {"Inf": "inf", "Infinity": "inf", "infty": "inf", "NaN": "nan", "alltrue": "all", "sometrue": "any"}
NUMPY_ALIASES |= {"product": "prod", "cumproduct": "cumprod", "in1d": "isin", "row_stack": "vstack"}
NUMPY_ALIASES |= {"trapz": "trapezoid", "round_": "round"}
UNITTEST_ALIASES = {
    "assertEquals": "assertEqual",
    "assertNotEquals": "assertNotEqual",
    "assertItemsEqual": "assertCountEqual",
    "assert_": "assertTrue",
    "assertAlmostEquals": "assertAlmostEqual",
    "assertRaisesRegexp": "assertRaisesRegex",
    "assertRegexpMatches": "assertRegex",
    "assertNotRegexpMatches": "assertNotRegex",
}


def _numpy() -> None:
    import numpy

    for name, value in NUMPY_NAMES.items():
        if name not in numpy.__dict__:
            setattr(numpy, name, value)
    for name, modern in NUMPY_ALIASES.items():
        if name not in numpy.__dict__ and hasattr(numpy, modern):
            setattr(numpy, name, getattr(numpy, modern))
    numpy.__dict__.setdefault("asscalar", lambda array: array.item())


def _python() -> None:
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    if not hasattr(inspect, "getargspec"):
        form = collections.namedtuple("ArgSpec", "args varargs keywords defaults")
        inspect.getargspec = lambda function: form(*inspect.getfullargspec(function)[:4])
    for name, modern in UNITTEST_ALIASES.items():
        if not hasattr(unittest.TestCase, name):
            setattr(unittest.TestCase, name, getattr(unittest.TestCase, modern))


def _libraries() -> None:
    with contextlib.suppress(ImportError):
        import scipy
        import scipy.special

        try:
            misc = importlib.import_module("scipy.misc")
        except ImportError:
            misc = types.ModuleType("scipy.misc")
            sys.modules["scipy.misc"] = scipy.misc = misc
        if not hasattr(misc, "logsumexp"):
            misc.logsumexp = scipy.special.logsumexp
        arpack = types.ModuleType("scipy.sparse.linalg.eigen.arpack")
        with contextlib.suppress(ImportError):
            from scipy.sparse.linalg import eigsh

            arpack.eigsh = eigsh
            sys.modules.setdefault("scipy.sparse.linalg.eigen", types.ModuleType("scipy.sparse.linalg.eigen"))
            sys.modules.setdefault("scipy.sparse.linalg.eigen.arpack", arpack)
    with contextlib.suppress(ImportError):
        from PIL import Image

        if not hasattr(Image, "ANTIALIAS"):
            Image.ANTIALIAS = Image.LANCZOS


_python()
_numpy()
_libraries()
if os.environ.get("BENCH_SHIM"):
    import importshim

    importshim.install()


def _write(event: dict) -> None:
    with open(os.environ["BENCH_OUT"], "a") as out:
        out.write(json.dumps(event) + "\n")


def _reason(report) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    lines = [line.strip() for line in (crash.message if crash else str(report.longrepr)).splitlines() if line.strip()]
    if not crash:
        lines = [line[1:].strip() for line in lines if line.startswith("E ")][-2:] or lines[-2:]
    return " | ".join(lines[:2])[:400]


def pytest_collection_modifyitems(items) -> None:
    items[:] = [item for item in items if item.name != "test_session"]  # a context manager of tf.test.TestCase


def pytest_collection_finish(session) -> None:
    for item in session.items:
        _write({"event": "collected", "id": item.nodeid})
    with contextlib.suppress(Exception):  # tests run by tf.test.main() find their flags parsed
        from absl import flags

        if not flags.FLAGS.is_parsed():
            flags.FLAGS(["test"], known_only=True)


def pytest_collectreport(report) -> None:
    if report.failed:
        _write({"event": "unimportable", "id": report.nodeid, "reason": _reason(report)})


def pytest_runtest_logreport(report) -> None:
    if report.when == "call" or report.outcome != "passed":
        event = {"event": "test", "id": report.nodeid, "outcome": report.outcome}
        if report.outcome == "failed":
            event["reason"] = _reason(report)
        _write(event)

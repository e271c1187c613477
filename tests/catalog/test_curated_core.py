"""The curated data of TensorFlow 1.15's core: their form, and calls before and after, run and compared.

``examples_core.toml`` has calls in TensorFlow 1's words. Each runs as it stands on ``tf.compat.v1`` and, after
``tensorlift fix``, on TensorFlow 2: in a graph and eagerly, values and gradients have to be equal.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tensorlift.cli.main import main
from tensorlift.migration import support

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CURATED = Path(__file__).parents[2] / "server" / "tensorlift" / "catalog" / "curated"
FILES = sorted(CURATED.glob("core_*.toml"))
ERAS = ("tf215", "tf216", "legacy")
EXAMPLES = tomllib.loads((Path(__file__).parent / "examples_core.toml").read_text(encoding="utf-8"))
NAMES = (
    *("vector", "matrix", "tensor", "thin", "image", "deep", "blocks", "signal", "volume", "target", "values", "one"),
    *(
        "kernel",
        "kernel_up",
        "kernel1d",
        "kernel3d",
        "kernel3d_up",
        "depthwise",
        "pointwise",
        "morph",
        "flags",
        "counts",
    ),
    *("words", "numbers", "lines", "raw", "serialized", "square", "vocabulary", "folder", "fresh"),
)


def tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a curated file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


# Devices can be configured only before TensorFlow starts.
NOT_RUN = {"tf.config.experimental.set_virtual_device_configuration"}


def needs_example(key: str, table: dict[str, Any]) -> bool:
    """Whether a table maps the arguments of calls and promises that nothing else changes."""
    mapped = "args" in table or "add" in table
    promised = table.get("applicability", "safe") == "safe" and not key.startswith("tf.python.")
    return mapped and promised and key not in NOT_RUN


# -- form ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_tables_are_sorted(path: Path) -> None:
    keys = list(tables(path))
    assert keys == sorted(keys)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_notes_are_sentences_of_their_own(path: Path) -> None:
    for key, table in tables(path).items():
        for part in (table, *(table.get(era, {}) for era in ERAS)):
            for note in filter(None, (part.get("note"), part.get("native_note"))):
                assert note[0].isupper() or note[0] in "`a", (key, note)
                assert note.endswith((".", "...)", "...).")) and "\n" not in note, (key, note)
                assert len(note) > 20, (key, note)


def test_no_sentence_serves_everything() -> None:
    """A note may serve a family, never half of the catalog."""
    uses: dict[str, int] = {}
    for path in FILES:
        for table in tables(path).values():
            note = table.get("note", "")
            uses[note] = uses.get(note, 0) + 1
    uses.pop("")
    assert max(uses.values()) < 40


def test_support_definitions_exist() -> None:
    known = set(support.names())
    for path in FILES:
        for key, table in tables(path).items():
            for part in (table, *(table.get(era, {}) for era in ERAS)):
                name = part.get("compat", "")
                if name.startswith("support:") and not name.endswith("*"):
                    assert name.removeprefix("support:") in known, key


def test_every_argument_map_has_an_example() -> None:
    """Functions that tf.compat.v1 still has: methods need values, and names of the time before 1.0 cannot be run."""
    for path in FILES:
        if path.stem in ("core_methods", "core_ancient"):
            continue
        for key, table in tables(path).items():
            if not needs_example(key, table):
                continue
            assert key in EXAMPLES, key
            calls = " ".join(EXAMPLES[key]["calls"])
            for name, change in table.get("args", {}).items():
                if change != "!refuse":
                    used = f"{name}=" in calls or positional(key, name)
                    assert used, f"no example of {key} gives {name}"


def positional(key: str, name: str) -> bool:
    """Parameters that examples give by place: what they stand for is told by their position."""
    return (key, name) in {("tf.sparse.split", "split_dim"), ("tf.sparse_split", "split_dim")} or name == "input"


def test_no_example_without_an_argument_map() -> None:
    known = {key for path in FILES for key, table in tables(path).items() if "args" in table or "add" in table}
    assert set(EXAMPLES) <= known


# -- before and after --------------------------------------------------------------------------------------------------


def program() -> str:
    """All examples as one module of functions."""
    lines = ["import tensorflow as tf", ""]
    for key, table in EXAMPLES.items():
        for number, call in enumerate(table["calls"]):
            lines += ["", f"def {function_name(key, number)}({', '.join(NAMES)}):", f"    return {call}", ""]
    return "\n".join(lines)


def function_name(key: str, number: int) -> str:
    return f"example_{key.replace('.', '_')}_{number}"


class Runner:
    """The examples as functions, on ``tf.compat.v1`` and migrated."""

    def __init__(self, tf: Any, before: str, after: str, folder: Path) -> None:
        self.tf = tf
        self.before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        exec(before.replace("import tensorflow as tf", "import tensorflow.compat.v1 as tf", 1), self.before)
        exec(after, self.after)
        self.folder = folder
        self.vocabulary = folder / "vocabulary.txt"
        self.vocabulary.write_text("a\nb\n")
        self.runs = 0

    def plain(self) -> dict[str, Any]:
        """Inputs that are no tensors."""
        self.runs += 1
        fresh = self.folder.parent / f"fresh{self.runs}"
        fresh.mkdir()
        feature = self.tf.train.Feature(float_list=self.tf.train.FloatList(value=[1.5, -2.0]))
        example = self.tf.train.Example(features=self.tf.train.Features(feature={"a": feature}))
        return {
            "square": square,
            "vocabulary": str(self.vocabulary),
            "folder": str(self.folder),
            "fresh": f"{fresh}/",
            "serialized": example.SerializeToString(),
        }

    def graph(self, function: Callable[..., Any], call: str) -> list[Any]:
        """Values, then gradients of their sum by the inputs, in a graph of their own."""
        tf, v1 = self.tf, self.tf.compat.v1
        with tf.Graph().as_default():
            arrays = used(call)
            inputs = {name: tf.identity(array) for name, array in arrays.items()}
            outputs = flat(tf, function(**self.arguments(inputs)))
            floats = [t for t in inputs.values() if t.dtype.is_floating]
            total = total_of(tf, outputs)
            slopes = self.slopes(lambda: v1.gradients(total, floats)) if total is not None and floats else []
            wanted = [*outputs, *(tf.convert_to_tensor(s) if s is not None else None for s in slopes)]
            run = [o for o in wanted if tf.is_tensor(o) or isinstance(o, tf.Operation)]
            values = iter(v1.Session().run(run) if run else [])
            return [next(values) if any(o is r for r in run) else o for o in wanted]

    def eager(self, function: Callable[..., Any], call: str) -> list[Any]:
        """The same, eagerly."""
        tf = self.tf
        tf.random.set_seed(7)
        inputs = {name: tf.constant(array) for name, array in used(call).items()}
        floats = [t for t in inputs.values() if t.dtype.is_floating]
        with tf.GradientTape() as tape:
            tape.watch(floats)
            outputs = flat(tf, function(**self.arguments(inputs)))
            total = total_of(tf, outputs)
        slopes = self.slopes(lambda: tape.gradient(total, floats)) if total is not None and floats else []
        slopes = [None if s is None else tf.convert_to_tensor(s) for s in slopes]
        return [o.numpy() if tf.is_tensor(o) else o for o in [*outputs, *slopes]]

    @staticmethod
    def slopes(gradients: Callable[[], list[Any]]) -> list[Any]:
        """Gradients; none of an op that has none."""
        try:
            return gradients()
        except LookupError:
            return []

    def arguments(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return {**dict.fromkeys(NAMES), **self.plain(), **inputs}


def square(x: Any) -> Any:
    """Something for autograph to convert."""
    if x.shape.rank == 1:
        return x
    return x * x


def used(call: str) -> dict[str, Any]:
    """The arrays that a call names."""
    names = {node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)}
    return {name: array for name, array in arrays().items() if name in names}


def arrays() -> dict[str, Any]:
    """Inputs by name; the same in every call."""
    import numpy as np

    random = np.random.default_rng(1)

    def floats(*shape: int) -> Any:
        return random.uniform(-1.0, 1.0, shape).astype("float32")

    return {
        "vector": floats(6),
        "matrix": floats(4, 6),
        "tensor": floats(2, 3, 4),
        "thin": floats(1, 3, 1, 2),
        "image": floats(2, 8, 8, 3),
        "deep": floats(2, 4, 4, 8),
        "blocks": floats(8, 2, 3, 1),
        "signal": floats(2, 10, 3),
        "volume": floats(1, 4, 4, 4, 2),
        "target": (lambda t: t / t.sum(1, keepdims=True))(random.uniform(0.1, 1.0, (4, 6)).astype("float32")),
        "values": floats(2),
        "one": np.float32(1.5),
        "kernel": floats(3, 3, 3, 5),
        "kernel_up": floats(3, 3, 5, 3),
        "kernel1d": floats(3, 3, 4),
        "kernel3d": floats(2, 2, 2, 2, 3),
        "kernel3d_up": floats(2, 2, 2, 3, 2),
        "depthwise": floats(3, 3, 3, 2),
        "pointwise": floats(1, 1, 6, 4),
        "morph": floats(3, 3, 3),
        "flags": random.uniform(size=(4, 6)) > 0.4,
        "counts": np.array([1, 2, 2, 5, 7], "int32"),
        "words": np.array([b"alpha", b"beta", b"\xc3\xa4gg"]),
        "numbers": np.array([b"3", b"-7"]),
        "lines": np.array([b"4,x"]),
        "raw": np.array([b"abcd"]),
    }


def flat(tf: Any, result: Any) -> list[Any]:
    """The parts of a result; composite tensors are taken apart."""
    return list(tf.nest.flatten(result, expand_composites=True))


def total_of(tf: Any, outputs: list[Any]) -> Any:
    """The sum over all floating outputs, weighted so that no two positions are alike; ``None`` without any."""
    parts = []
    for output in outputs:
        if tf.is_tensor(output) and output.dtype.is_floating:
            line = tf.cast(tf.reshape(output, [-1]), tf.float32)
            parts.append(tf.reduce_sum(line * tf.cos(tf.range(tf.size(line), dtype=tf.float32))))
    return tf.add_n(parts) if parts else None


def same(a: Any, b: Any) -> bool:
    """Whether two results are the same value."""
    import numpy as np

    if isinstance(a, (np.ndarray, np.generic)) or isinstance(b, (np.ndarray, np.generic)):
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    return bool(a == b) or repr(a) == repr(b)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    if find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("examples")
    file = folder / "examples.py"
    file.write_text(program())
    main(["fix", str(file), "--tensorflow", tf.__version__, "--ignore", "TL201,TL202"])
    data = folder / "data"
    data.mkdir()
    yield Runner(tf, program(), file.read_text(), data)


@pytest.mark.tensorflow
@pytest.mark.parametrize("endpoint", list(EXAMPLES))
def test_before_and_after_are_equal(runner: Runner, endpoint: str) -> None:
    for number, call in enumerate(EXAMPLES[endpoint]["calls"]):
        name = function_name(endpoint, number)
        after = runner.graph(runner.after[name], call)
        if EXAMPLES[endpoint].get("lost"):
            continue
        before = runner.graph(runner.before[name], call)
        assert len(before) == len(after), call
        for one, other in zip(before, after, strict=True):
            assert same(one, other), f"in a graph: {call}\n{one}\n{other}"
        if not runner.tf.executing_eagerly():
            continue  # another test switched TensorFlow 2 behaviour off in this process
        try:
            before = runner.eager(runner.before[name], call)
        except (RuntimeError, NotImplementedError, AttributeError, TypeError):
            continue  # works in graphs only
        after = runner.eager(runner.after[name], call)
        for one, other in zip(before, after, strict=True):
            assert same(one, other), f"eagerly: {call}\n{one}\n{other}"


@pytest.mark.tensorflow
def test_argument_maps_leave_compat_v1_behind(runner: Runner) -> None:
    """Only calls that nothing in TensorFlow 2 equals fall back to tf.compat.v1."""
    kept = [name for name, value in runner.after.items() if name.startswith("example_") and uses_compat(value)]
    assert len(kept) < 45, kept


def uses_compat(function: Any) -> bool:
    """Whether a migrated example still names ``tf.compat``."""
    return "compat" in function.__code__.co_names

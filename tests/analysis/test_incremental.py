"""After any edit, the incremental result equals the full one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorlift.analysis.module import Module, analyze

CORPUS = Path(__file__).parent.parent / "corpus" / "analysis"
SOURCES = [path.read_bytes() for path in sorted(CORPUS.glob("*.py"))]
SOURCES.append(b"\n\n".join(SOURCES))

PIECES = [
    *(
        b"",
        b"(",
        b")",
        b"[",
        b'"',
        b'"""',
        b"#",
        b"\n",
        b"\n\n",
        b" ",
        b"    ",
        b".",
        b"=",
        b",",
        b":",
        b"\\",
        b"@",
        b"\r\n",
    ),
    *(
        b"tf",
        b"x",
        b"import tensorflow as tf\n",
        b"tf = None\n",
        b"def f():\n",
        b"    return tf.Session()\n",
        b"f().run(1)\n",
    ),
    *(
        b"class A:\n",
        b"else:\n",
        b"global tf\n",
        b"self.x = tf",
        b"layers = tf.nn\n",
        b"from tensorflow import *\n",
        b"del tf\n",
    ),
    b"def f():\n    return g()\n\ndef g():\n    return f() or tf.Session()\n\n",
]

edits = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 0, 1, 2, 10, 100]), st.sampled_from(PIECES), st.booleans()),
    min_size=1,
    max_size=6,
)


def seen(module: Module) -> tuple[object, ...]:
    return (list(module.references), dict(module.exports), list(module.imports), list(module.definitions))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(SOURCES), edits)
def test_incremental_equals_full(source: bytes, edits: list[tuple[float, int, bytes, bool]]) -> None:
    module = analyze(source)
    for where, length, piece, at_line in edits:
        start = int(where * len(source))
        if at_line:
            start = source.rfind(b"\n", 0, start) + 1
        source = source[:start] + piece + source[start + length :]
        module = analyze(source, previous=module)
        assert seen(module) == seen(analyze(source))


def test_unchanged_parts_are_taken_over() -> None:
    source = SOURCES[-1]
    before = analyze(source)
    at = source.index(b"activation(initializer)")
    after = analyze(source[:at] + b" " + source[at:], previous=before)
    kept = {id(placed.part) for placed in before.parts} & {id(placed.part) for placed in after.parts}
    assert len(kept) == len(before.parts) - 1

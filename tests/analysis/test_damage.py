"""Code that does not parse: what is damaged stays where it is."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from helpers import names
from tensorlift.analysis.module import analyze

BODY = """import tensorflow as tf

def first(x):
    '''Docstring.'''
    a = tf.nn.relu(x, name="a")
{damage}
    b = tf.layers.dense(a, 3)
    return tf.reduce_sum(b)


def second():
    \"\"\"Another docstring.

    With text.
    \"\"\"
    return tf.zeros([1])
"""
EXPECTED = ["tf.nn.relu", "tf.layers.dense", "tf.reduce_sum", "tf.zeros"]


@pytest.mark.parametrize(
    "damage",
    [
        "    x = tf.layers.", "    foo(tf.nn.", "    foo(1, [2", "    if x", "    y = 'abc", "    )", "    def g(:", "    return (",
        "    print x, a", "    exec 'x' in y", "    raise E, 'x'", "    y = `x`", "    y = 0777", "    if x <> y: pass", "    @",
        "    try: pass\n    except E, e: pass", "    print >>f, x,", "    import", "    from x import (", "    for i in", "    lambda",
        "    x = {", "    class", "    else:", "    y = x if", "  unindented", "        indented", "    def g(a, (b, c)): pass",
    ],
)  # fmt: skip
def test_one_damaged_line(damage: str) -> None:
    text = BODY.format(damage=damage)
    start = text.index(damage)
    found = [
        r for r in analyze(text.encode()).references if r.context.value != "import" and r.evidence.value == "import"
    ]
    assert [r.name for r in found if not start <= r.start < start + len(damage)] == EXPECTED


def test_half_typed_attribute_above_a_name() -> None:
    assert names("import tensorflow as tf\nx = tf.layers.\ny = 3\n") == ["tf.layers -> tf.layers"]
    assert names("import tensorflow as tf\nx = (tf.layers.\ny)\n") == ["tf.layers.\ny -> tf.layers.y"]
    assert names("import tensorflow as tf\nx = tf.layers. \\\n  y\n") == ["tf.layers. \\\n  y -> tf.layers.y"]


@pytest.mark.parametrize("quotes", ['"""Another', 'text.\n    """'])
def test_a_docstring_that_is_not_closed(quotes: str) -> None:
    text = BODY.format(damage="    pass") + BODY.format(damage="    pass").replace("first", "third")
    damaged = text.replace(quotes, quotes.replace('"""', ""), 1)
    found = [r.name for r in analyze(damaged.encode()).references if r.context.value == "call"]
    assert len(found) >= 2 * len(EXPECTED) - 1


def test_most_references_survive() -> None:
    random = Random(1)
    corpus = Path(__file__).parent.parent / "corpus" / "analysis"
    expected = found = invented = 0
    for path in sorted(corpus.glob("*.py")):
        source = path.read_bytes()
        whole = [(r.start, r.end, r.name) for r in analyze(source).references]
        for _ in range(60):
            spans = [match.span() for match in re.finditer(rb"[()\[\]{}\"':,.=]", source)]
            start, end = random.choice(spans)
            line_start, line_end = source.rfind(b"\n", 0, start) + 1, source.find(b"\n", end)
            if source[line_start : line_start + 12].lstrip().startswith((b"import", b"from", b"try", b"if", b'"""')):
                continue  # what is bound there changes what follows
            after = {(r.start, r.end, r.name) for r in analyze(source[:start] + source[end:]).references}
            kept = {
                (s if s < start else s - 1, e if e <= start else e - 1, n)
                for s, e, n in whole
                if not line_start <= s <= line_end
            }
            outside = {r for r in after if not line_start <= r[0] <= line_end}
            expected += len(kept)
            found += len(kept & outside)
            invented += len(outside - kept)
    assert found >= 0.97 * expected, (found, expected)
    assert invented <= 0.02 * expected

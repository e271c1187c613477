"""Arguments that were renamed, removed, reordered or re-meant, before and after."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

HEAD = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\n"
MIGRATED = "import tensorflow as tf\nx = tf.compat.v1.placeholder(tf.float32)\n"

CASES = {
    "renamed keyword": ("tf.reduce_sum(x, reduction_indices=[0])", "tf.reduce_sum(x, axis=[0])"),
    "two renamed": (
        "tf.reduce_mean(x, reduction_indices=1, keep_dims=True)",
        "tf.reduce_mean(x, axis=1, keepdims=True)",
    ),
    "expression": ("tf.nn.dropout(x, keep_prob=keep)", "tf.nn.dropout(x, rate=1 - keep)"),
    "expression, parenthesised": (
        "tf.nn.dropout(x, keep_prob=a if b else c)",
        "tf.nn.dropout(x, rate=1 - (a if b else c))",
    ),
    "positional becomes keyword": ("tf.nn.dropout(x, 0.5)", "tf.nn.dropout(x, rate=1 - 0.5)"),
    "what follows becomes keyword too": (
        "tf.nn.dropout(x, 0.5, None, 7)",
        "tf.nn.dropout(x, rate=1 - 0.5, noise_shape=None, seed=7)",
    ),
    "trailing comma": ("tf.nn.dropout(x, 0.5,)", "tf.nn.dropout(x, rate=1 - 0.5,)"),
    "nothing that changed": ("tf.reduce_sum(x, 1)", "tf.reduce_sum(x, 1)"),
    "unpacked arguments": ("tf.reduce_sum(*args)", "tf.compat.v1.reduce_sum(*args)"),
    "unpacked keywords": ("tf.nn.dropout(x, **options)", "tf.compat.v1.nn.dropout(x, **options)"),
    "nested": (
        "tf.nn.dropout(tf.reduce_sum(x, keep_dims=True), keep_prob=tf.reduce_max(x, reduction_indices=0))",
        "tf.nn.dropout(tf.reduce_sum(x, keepdims=True), rate=1 - tf.reduce_max(x, axis=0))",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_arguments(case: str, migrate: Callable[..., str]) -> None:
    before, after = CASES[case]
    assert migrate(f"{HEAD}y = {before}\n") == f"{MIGRATED}y = {after}\n"


def test_comments_line_breaks_and_order_stay(migrate: Callable[..., str]) -> None:
    before = dedent(
        """\
        y = tf.reduce_sum(
            x,  # the input
            keep_dims=True,   # shape
            # along the rows
            reduction_indices=[
                0,
            ],
        )  # done
        """
    )
    after = before.replace("keep_dims", "keepdims").replace("reduction_indices", "axis")
    assert migrate(HEAD + before) == MIGRATED + after


def test_windows_line_endings_and_tabs_stay(migrate: Callable[..., str]) -> None:
    before = "import tensorflow as tf\r\nif 1:\r\n\tx = tf.placeholder(tf.float32)\r\n\ty = tf.log(x)\r\n"
    after = before.replace("tf.placeholder", "tf.compat.v1.placeholder").replace("tf.log", "tf.math.log")
    assert migrate(before) == after


def test_calls_that_take_the_new_arguments_already_stay(migrate: Callable[..., str]) -> None:
    text = "import tensorflow as tf\ny = tf.reduce_sum(x, axis=1, keepdims=True)\nz = tf.nn.dropout(x, rate=0.5)\n"
    assert migrate(text) == text


def test_a_renamed_argument_is_reported_where_nothing_else_is_of_tensorflow_1(
    check: Callable[..., list[dict[str, object]]],
) -> None:
    (finding,) = check("import tensorflow as tf\ny = tf.reduce_sum(x, keep_dims=True)\n")
    assert (finding["rule"], finding["endpoint"], finding["applicability"]) == ("TL104", "tf.reduce_sum", "safe")
    assert finding["start"] == {"line": 2, "column": 5}
    assert finding["end"] == {"line": 2, "column": 18}
    assert "`keep_dims` becomes `keepdims`" in str(finding["message"])


def test_what_is_written_uses_the_names_of_the_module(migrate: Callable[..., str]) -> None:
    assert migrate("import tensorflow as T\ny = T.to_float(x)\n") == (
        "import tensorflow as T\ny = T.cast(x, dtype=T.float32)\n"
    )
    assert migrate("import tensorflow\ny = tensorflow.to_float(x)\n") == (
        "import tensorflow\ny = tensorflow.cast(x, dtype=tensorflow.float32)\n"
    )

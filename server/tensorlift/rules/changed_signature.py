"""TL104: changed signature."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class ChangedSignature(Rule):
    """The name is still there, but takes other arguments or does something else.

    `tf.nn.dropout` took `keep_prob` and takes `rate`; `tf.reduce_sum` took `reduction_indices` and `keep_dims`;
    `tf.losses.mean_squared_error` is a Keras function now. Where the arguments can be mapped so that the values stay
    what they were, the call is rewritten with its order, comments and line breaks kept. Where they cannot (`*args`, an
    alias of the function, `functools.partial`), the name under `tf.compat.v1` is written, which is the function of
    TensorFlow 1 itself.

    In a program that was written for TensorFlow 2 such a name is right as it is, and only a call that would certainly
    fail is reported.
    """

    code = "TL104"
    name = "changed-signature"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "x = tf.placeholder(tf.float32, [None, 3])\n"
            "y = tf.reduce_sum(tf.nn.dropout(x, keep_prob=1.0), reduction_indices=1, keep_dims=True)\n"
            "with tf.Session() as session:\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "x = tf.compat.v1.placeholder(tf.float32, [None, 3])\n"
            "y = tf.reduce_sum(tf.nn.dropout(x, rate=1 - 1.0), axis=1, keepdims=True)\n"
            "with tf.compat.v1.Session() as session:\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "takes other arguments or does something else in TensorFlow 2"


RULE = ChangedSignature()

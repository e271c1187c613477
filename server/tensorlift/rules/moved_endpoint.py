"""TL101: moved endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class MovedEndpoint(Rule):
    """The same function or class has another public name in TensorFlow 2.

    TensorFlow 2 sorted its names into modules: `tf.log` is `tf.math.log`, `tf.random_normal` is `tf.random.normal`.
    Where the object behind `tf.compat.v1.NAME` is also public under a TensorFlow 2 name, that name is written: the
    same code runs, so the fix is safe.
    """

    code = "TL101"
    name = "moved-endpoint"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "y = tf.log(tf.to_double([1.0, 2.0]))\n"
            "with tf.Session() as session:\n"
            "    print('>', session.run(y))\n",
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "y = tf.math.log(tf.cast([1.0, 2.0], dtype=tf.float64))\n"
            "with tf.compat.v1.Session() as session:\n"
            "    print('>', session.run(y))\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "has another name in TensorFlow 2"


RULE = MovedEndpoint()

"""TL140: legacy keras endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class LegacyKerasEndpoint(Rule):
    """A name that on TensorFlow 2.16 and later works with legacy Keras only.

    `tf.layers`, `tf.nn.rnn_cell` and `tf.compat.v1.keras` were written on Keras 2. TensorFlow 2.16 brought Keras 3,
    with which they raise. They work when the package `tf_keras` is installed and `TF_USE_LEGACY_KERAS=1` is set before
    TensorFlow first uses Keras; TL202 sets it.
    """

    code = "TL140"
    name = "legacy-keras-endpoint"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "x = tf.placeholder(tf.float32, [None, 3])\n"
            "y = tf.layers.dense(x, 2, kernel_initializer=tf.ones_initializer())\n"
            "with tf.Session() as session:\n"
            "    session.run(tf.global_variables_initializer())\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
            "import os\n"
            'os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")\n'
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "x = tf.compat.v1.placeholder(tf.float32, [None, 3])\n"
            "y = tf.compat.v1.layers.dense(x, 2, kernel_initializer=tf.compat.v1.ones_initializer())\n"
            "with tf.compat.v1.Session() as session:\n"
            "    session.run(tf.compat.v1.global_variables_initializer())\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "needs legacy Keras on TensorFlow 2.16 and later"


RULE = LegacyKerasEndpoint()

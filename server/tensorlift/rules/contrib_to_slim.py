"""TL121: contrib to slim."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class ContribToSlim(Rule):
    """A name of `tf.contrib.slim`, `tf.contrib.layers` or `tf.contrib.framework` that lives on in `tf_slim`.

    `pip install tf-slim`. It works on graphs, so it is a step of the compat target; for the native target the finding
    names the Keras layer.
    """

    code = "TL121"
    name = "contrib-to-slim"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "slim = tf.contrib.slim\n"
            "x = tf.placeholder(tf.float32, [1, 4, 4, 3])\n"
            "print('>', slim.conv2d(x, 8, 3).shape)\n",
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "import tf_slim as slim\n"
            "x = tf.compat.v1.placeholder(tf.float32, [1, 4, 4, 3])\n"
            "print('>', slim.conv2d(x, 8, 3).shape)\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "lives on in the package `tf_slim`"


RULE = ContribToSlim()

"""TL131: absl flags."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class AbslFlags(Rule):
    """`tf.flags` and `tf.app.flags` became `absl.flags`; `tf.compat.v1.flags` still behaves as it did.

    `tf.flags.FLAGS` parses the command line when it is first read, absl's does not: that is why the compat target
    keeps TensorFlow's.
    """

    code = "TL131"
    name = "absl-flags"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "tf.flags.DEFINE_integer('steps', 3, 'How many.')\n"
            "print('>', tf.flags.FLAGS.steps)\n",
            "import tensorflow as tf\n"
            "\n"
            "tf.compat.v1.flags.DEFINE_integer('steps', 3, 'How many.')\n"
            "print('>', tf.compat.v1.flags.FLAGS.steps)\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is `absl.flags` today"


RULE = AbslFlags()

"""TL102: compat only endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class CompatOnlyEndpoint(Rule):
    """The name is only in `tf.compat.v1` today.

    Graphs, sessions, placeholders, variable scopes, collections and what was built on them stayed in
    `tf.compat.v1`. For the compat target the name is written there: the same object, so the fix is safe. For the native
    target the finding says what takes its place.
    """

    code = "TL102"
    name = "compat-only-endpoint"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "x = tf.placeholder(tf.float32, [None, 3])\n"
            "y = 2 * x\n"
            "with tf.Session() as session:\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "x = tf.compat.v1.placeholder(tf.float32, [None, 3])\n"
            "y = 2 * x\n"
            "with tf.compat.v1.Session() as session:\n"
            "    print('>', session.run(y, {x: [[1, 2, 3]]}))\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is only in `tf.compat.v1` today"


RULE = CompatOnlyEndpoint()

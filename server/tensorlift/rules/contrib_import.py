"""TL110: contrib import."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class ContribImport(Rule):
    """An import of `tensorflow.contrib`, which no TensorFlow 2 has: the module fails when it is imported.

    When one package serves all that the module uses (`tf_slim` for `tf.contrib.slim`), the import brings that
    package under the same name and the uses stay as they are. Else each use is written through its own replacement and
    the import goes away.
    """

    code = "TL110"
    name = "contrib-import"
    examples = (
        Example(
            "from tensorflow.contrib import slim\n\nprint('>', slim.l2_regularizer(0.1).__name__)\n",
            "import tf_slim as slim\n"
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "print('>', slim.l2_regularizer(0.1).__name__)\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is gone with `tf.contrib`"


RULE = ContribImport()

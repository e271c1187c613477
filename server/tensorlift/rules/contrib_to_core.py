"""TL120: contrib to core."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class ContribToCore(Rule):
    """A name of `tf.contrib` that lives on in TensorFlow itself, under another name or in `tf.compat.v1`."""

    code = "TL120"
    name = "contrib-to-core"
    examples = (
        Example(
            "import tensorflow as tf\n"
            "\n"
            "step = tf.contrib.framework.get_or_create_global_step()\n"
            "print('>', step.name)\n",
            "import tensorflow as tf\n"
            "tf.compat.v1.disable_v2_behavior()\n"
            "\n"
            "step = tf.compat.v1.train.get_or_create_global_step()\n"
            "print('>', step.name)\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "left `tf.contrib` for TensorFlow itself"


RULE = ContribToCore()

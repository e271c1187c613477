"""TL133: gfile."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Example, Rule


class Gfile(Rule):
    """`tf.gfile` became `tf.io.gfile`: the same functions under names in snake_case."""

    code = "TL133"
    name = "gfile"
    examples = (
        Example(
            "import tensorflow as tf\n\nprint('>', tf.gfile.Exists('/no/such/file'))\n",
            "import tensorflow as tf\n\nprint('>', tf.io.gfile.exists('/no/such/file'))\n",
        ),
    )

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "moved to `tf.io.gfile`"


RULE = Gfile()

"""TL134: python io."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class PythonIo(Rule):
    """`tf.python_io` became `tf.io`: readers and writers of TFRecord files under new names."""

    code = "TL134"
    name = "python-io"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "moved to `tf.io`"


RULE = PythonIo()

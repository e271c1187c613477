"""TL111: private module."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class PrivateModule(Rule):
    """A private module of TensorFlow (`tensorflow.python...`, `tensorflow.core...`) that moved or went.

    Private modules change without notice. Where a public name stands for the same object it is written.
    """

    code = "TL111"
    name = "private-module"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is private and not where it was"


RULE = PrivateModule()

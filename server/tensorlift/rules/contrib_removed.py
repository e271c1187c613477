"""TL124: contrib removed."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class ContribRemoved(Rule):
    """A name of `tf.contrib` without a successor. The finding says what to write instead."""

    code = "TL124"
    name = "contrib-removed"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is gone with `tf.contrib`"


RULE = ContribRemoved()

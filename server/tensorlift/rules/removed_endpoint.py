"""TL103: removed endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class RemovedEndpoint(Rule):
    """The name is gone from TensorFlow, also from `tf.compat.v1`.

    Where an equal replacement exists it is written; else the finding says what to do by hand.
    """

    code = "TL103"
    name = "removed-endpoint"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is gone from TensorFlow"


RULE = RemovedEndpoint()

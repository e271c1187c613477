"""TL105: unknown endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class UnknownEndpoint(Rule):
    """Neither TensorFlow 1.15 nor the target release has a public name like this.

    It is a name from before TensorFlow 1.0, a private one, or a slip of the keyboard. Nothing is changed.
    """

    code = "TL105"
    name = "unknown-endpoint"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is known to no supported TensorFlow"


RULE = UnknownEndpoint()

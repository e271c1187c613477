"""TL132: absl logging."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class AbslLogging(Rule):
    """`tf.logging` became `absl.logging`; `tf.compat.v1.logging` still behaves as it did."""

    code = "TL132"
    name = "absl-logging"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is `absl.logging` today"


RULE = AbslLogging()

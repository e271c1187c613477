"""TL130: absl app."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class AbslApp(Rule):
    """`tf.app` became `absl.app`; `tf.compat.v1.app` still behaves as it did."""

    code = "TL130"
    name = "absl-app"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is `absl.app` today"


RULE = AbslApp()

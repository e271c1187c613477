"""TL123: contrib to support."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class ContribToSupport(Rule):
    """A name of `tf.contrib` that no maintained package has: the program's support module gets a definition of it.

    The support module (`tf1_support.py`) is placed once, in the program's package, and holds only what is used.
    """

    code = "TL123"
    name = "contrib-to-support"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "has no successor; the program's support module gets a definition"


RULE = ContribToSupport()

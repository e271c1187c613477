"""TL143: keras session."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class KerasSession(Rule):
    """Keras functions on sessions (`set_session`, `get_session`), which today's Keras does not have."""

    code = "TL143"
    name = "keras-session"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "works on sessions, which today's Keras does not have"


RULE = KerasSession()

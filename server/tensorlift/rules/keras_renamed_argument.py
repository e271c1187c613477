"""TL141: keras renamed argument."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class KerasRenamedArgument(Rule):
    """An argument that today's Keras calls otherwise, or does not take any more (`lr`, `decay`)."""

    code = "TL141"
    name = "keras-renamed-argument"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "takes other arguments in today's Keras"


RULE = KerasRenamedArgument()

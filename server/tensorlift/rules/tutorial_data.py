"""TL112: tutorial data."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class TutorialData(Rule):
    """The data helpers of the tutorials (`tensorflow.examples.tutorials.mnist.input_data`) are not shipped any more.

    The program's support module gets a definition with the same `read_data_sets` and `next_batch`.
    """

    code = "TL112"
    name = "tutorial-data"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is not shipped any more"


RULE = TutorialData()

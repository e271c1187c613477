"""TL122: contrib to package."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class ContribToPackage(Rule):
    """A name of `tf.contrib` that lives on in another package (TensorFlow Probability, TensorFlow I/O, ...)."""

    code = "TL122"
    name = "contrib-to-package"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "lives on in another package"


RULE = ContribToPackage()

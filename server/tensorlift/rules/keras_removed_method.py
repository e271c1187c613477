"""TL142: keras removed method."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class KerasRemovedMethod(Rule):
    """A method that Keras models had and have not any more (`fit_generator`, `predict_classes`, `to_yaml`)."""

    code = "TL142"
    name = "keras-removed-method"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is gone from Keras"


RULE = KerasRemovedMethod()

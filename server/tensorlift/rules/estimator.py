"""TL150: estimator removed."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class EstimatorRemoved(Rule):
    """`tf.estimator` is gone from TensorFlow 2.16 and later; 2.15 is the last release with it.

    There is no automatic edit: a model function becomes a Keras model with `compile` and `fit`, or the program stays on
    TensorFlow 2.15. The finding says which Keras call takes the place of the one at hand.
    """

    code = "TL150"
    name = "estimator-removed"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "is gone from TensorFlow 2.16 and later"


RULE = EstimatorRemoved()

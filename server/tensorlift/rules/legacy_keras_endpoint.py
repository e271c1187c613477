"""TL140: legacy keras endpoint."""

from __future__ import annotations

from tensorlift.rewriting.plan import Mending
from tensorlift.rules.base import Rule


class LegacyKerasEndpoint(Rule):
    """A name that on TensorFlow 2.16 and later works with legacy Keras only.

    `tf.layers`, `tf.nn.rnn_cell` and `tf.compat.v1.keras` were written on Keras 2. TensorFlow 2.16 brought Keras 3,
    with which they raise. They work when the package `tf_keras` is installed and `TF_USE_LEGACY_KERAS=1` is set before
    TensorFlow first uses Keras; TL202 sets it.
    """

    code = "TL140"
    name = "legacy-keras-endpoint"

    def says(self, mending: Mending) -> str:
        """See Rule.says."""
        return "needs legacy Keras on TensorFlow 2.16 and later"


RULE = LegacyKerasEndpoint()

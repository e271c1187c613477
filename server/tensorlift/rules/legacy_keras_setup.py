"""TL202: legacy keras setup."""

from __future__ import annotations

from tensorlift.rules.base import Rule


class LegacyKerasSetup(Rule):
    """The program uses what works with legacy Keras only, on TensorFlow 2.16 or later.

    `TF_USE_LEGACY_KERAS=1` must be in the environment before TensorFlow first uses Keras, and `tf_keras` must be
    installed. The fix sets the variable at the same place as TL201 and adds the package to the project's requirements.
    """

    code = "TL202"
    name = "legacy-keras-setup"

    def says_of_program(self) -> str:
        """See Rule.says_of_program."""
        return (
            "The program uses what works with legacy Keras only: "
            "`TF_USE_LEGACY_KERAS=1` must be set before TensorFlow first uses Keras, and tf_keras be installed"
        )


RULE = LegacyKerasSetup()

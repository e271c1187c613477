"""TL201: v2 behavior."""

from __future__ import annotations

from tensorlift.rules.base import Rule


class V2Behavior(Rule):
    """The program was written for graphs and sessions, and TensorFlow 2 runs eagerly.

    `tf.compat.v1.disable_v2_behavior()` gives it TensorFlow 1's execution, variables, shapes and control flow. It has
    to run once per program, before the first operation is made, whichever module is imported first: a script gets the
    call behind its TensorFlow import, a package in a support module that its `__init__` imports.
    """

    code = "TL201"
    name = "v2-behavior"

    def says_of_program(self) -> str:
        """See Rule.says_of_program."""
        return (
            "The program was written for graphs and sessions, and TensorFlow 2 runs eagerly: "
            "`tf.compat.v1.disable_v2_behavior()` must run before the first operation"
        )


RULE = V2Behavior()

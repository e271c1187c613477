"""What the tests of support definitions share: a module composed as the migration composes it, and a session."""

from __future__ import annotations

import importlib.util
import os
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tensorlift.migration import support

Load = Callable[..., Any]


@pytest.fixture
def load() -> Load:
    """Composes a support module with the given names and runs it, as the user's program would import it."""

    def load(*names: str) -> types.ModuleType:
        for package in ("tensorflow", *support.packages(names)):
            if importlib.util.find_spec(package) is None:
                pytest.skip(f"{package} is not installed")
        module = types.ModuleType("tf1_support")
        exec(compile(support.compose(names), "tf1_support.py", "exec"), module.__dict__)
        return module

    return load


@pytest.fixture
def tf() -> Iterator[Any]:
    """TensorFlow as a TF1 program sees it after migration, in a graph of its own, with legacy Keras where Keras is 3."""
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    import tensorflow

    tensorflow.compat.v1.disable_v2_behavior()
    with tensorflow.Graph().as_default():
        yield tensorflow


@pytest.fixture
def run(tf: Any) -> Callable[..., Any]:
    """Runs fetches in a fresh session after initialising all variables and tables."""

    def run(fetches: Any, feed: Any = None) -> Any:
        with tf.compat.v1.Session() as session:
            session.run(
                [
                    tf.compat.v1.global_variables_initializer(),
                    tf.compat.v1.local_variables_initializer(),
                    tf.compat.v1.tables_initializer(),
                ]
            )
            return session.run(fetches, feed)

    return run

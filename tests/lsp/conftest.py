"""Sessions with real server processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .client import Client, Json

PROGRAM = """import tensorflow as tf
from tensorflow.contrib import slim

x = tf.placeholder(tf.float32, [None, 4])
y = tf.nn.dropout(tf.log(x), keep_prob=0.5)
z = tf.log(y)
net = slim.conv2d(z, 3, 3)


def run():
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(net)
"""

Start = Callable[..., Client]


@pytest.fixture(scope="module", name="start")
def _start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts servers that end with the module's tests."""
    clients: list[Client] = []
    cache = tmp_path_factory.mktemp("cache")

    def start(
        *folders: Path, capabilities: Json | None = None, arguments: tuple[str, ...] = (), **extra: Any
    ) -> Client:
        client = Client(*arguments, env={"XDG_CACHE_HOME": str(cache)})
        clients.append(client)
        client.settings = extra.pop("settings", None)
        client.initialize(list(folders), capabilities, **extra)
        return client

    yield start
    for client in clients:
        try:
            client.stop()
        finally:
            client.kill()


@pytest.fixture(scope="module", name="root")
def _root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace folder with settings that no test machine changes."""
    root = tmp_path_factory.mktemp("workspace")
    (root / "pyproject.toml").write_text('[tool.tensorlift]\ntensorflow = "2.21"\n')
    return root


@pytest.fixture(scope="module", name="session")
def _session(start: Start, root: Path) -> Client:
    """A session of a client that can do everything, on the module's workspace."""
    return start(root)

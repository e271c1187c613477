"""Docstrings of what is installed in the user's environment, read by jedi on a thread of its own, within a time limit."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import queue
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

log = logging.getLogger(__name__)

LIMIT = 0.15  # seconds that a hover waits
LONGEST = 4_000  # characters of a docstring that are shown
KEPT = 500


class Docstrings:
    """Asks jedi; what came too late is there the next time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._jobs: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self._asked: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._thread: threading.Thread | None = None

    async def get(self, name: str, root: str) -> str | None:
        """The docstring of a dotted name (``tf.math.log``) in the environment of a project, ``None`` when it is not there,
        not known, or not known within the time limit."""
        python = self._python(root) if self._server.options.docstrings else None
        if python is None:
            return None
        key = (name, python)
        if key not in self._known:
            waiting = self._asked.get(key)
            if waiting is None:
                waiting = self._asked[key] = asyncio.get_running_loop().create_future()
                self._jobs.put(key)
                self._start(asyncio.get_running_loop())
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(waiting), LIMIT)
        return self._known.get(key) or None

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, args=(loop,), name="jedi", daemon=True)
            self._thread.start()

    def _learned(self, key: tuple[str, str], text: str) -> None:
        self._known[key] = text
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        waiting = self._asked.pop(key, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _python(self, root: str) -> str | None:
        """The interpreter of a project: from the settings, else its own environment, else the one that is
        active, else this one when it has TensorFlow."""
        wanted = self._server.options.python
        if wanted:
            path = Path(os.path.expanduser(wanted))
            return str(path) if path.is_file() else None
        for folder in (
            *(Path(root) / name for name in (".venv", "venv", "env")),
            Path(os.environ.get("VIRTUAL_ENV", "")),
        ):
            for tail in ("bin/python", "Scripts/python.exe"):
                if folder.name and (folder / tail).is_file():
                    return str(folder / tail)
        return sys.executable if importlib.util.find_spec("tensorflow") is not None else None

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        environments: dict[str, Any] = {}
        while True:
            key = self._jobs.get()
            text = ""
            try:
                text = _lookup(*key, environments)
            except Exception as error:  # jedi meets all kinds of environments
                log.info("no docstring of %s: %s: %s", key[0], type(error).__name__, error)
            with contextlib.suppress(RuntimeError):  # the session has ended
                loop.call_soon_threadsafe(self._learned, key, text)


def _lookup(name: str, python: str, environments: dict[str, Any]) -> str:
    import jedi

    environment = environments.get(python)
    if environment is None:
        environment = environments[python] = jedi.create_environment(python, safe=False)
    root, _, rest = name.partition(".")
    module = "tensorflow" if root == "tf" else root
    code = f"import {module}\n{module}{'.' + rest if rest else ''}"
    script = jedi.Script(code, environment=environment)
    line = 2
    column = len(code.splitlines()[1])
    ask: Callable[..., Any] = script.help
    for found in ask(line, column):
        text = found.docstring(raw=False)
        if isinstance(text, str) and text.strip():
            return shortened(text)
    return ""


def shortened(text: str) -> str:
    """A docstring of bearable length, cut at a paragraph."""
    text = text.strip()
    if len(text) <= LONGEST:
        return text
    cut = text.rfind("\n\n", 0, LONGEST)
    return text[: cut if cut > LONGEST // 2 else LONGEST].rstrip() + "\n\n..."

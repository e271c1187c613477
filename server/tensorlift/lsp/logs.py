"""The server's own log: a file when one is asked for, else standard error for what went wrong."""

from __future__ import annotations

import logging
import sys


def set_up_logging(path: str | None, level: str) -> None:
    """Send the log of the server to a file, or problems to standard error. pygls's own lines are shown for ``debug`` only."""
    root = logging.getLogger()
    handler: logging.Handler
    try:
        handler = logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    except OSError as error:
        handler = logging.StreamHandler(sys.stderr)
        print(f"tensorlift: --log-file {path}: {error.strerror or error}; the log goes here", file=sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.setLevel(level.upper() if path else max(logging.WARNING, logging.getLevelName(level.upper())))
    root.addHandler(handler)
    root.setLevel(level.upper())
    if level != "debug":
        for name in ("pygls", "asyncio", "jedi", "parso"):
            logging.getLogger(name).setLevel(logging.CRITICAL)

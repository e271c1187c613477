"""``tensorlift server``."""

from __future__ import annotations

import argparse


def server(arguments: argparse.Namespace) -> int:
    """Run the language server until its client ends it."""
    from tensorlift.lsp.server import serve

    return serve(arguments.tcp, arguments.log_file, arguments.log_level)

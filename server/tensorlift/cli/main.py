"""The command line's front door: arguments in, exit code out."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from tensorlift import __version__
from tensorlift.cli.options import CliError, add_rewrite_options, add_selection

EXIT_CLEAN, EXIT_FINDINGS, EXIT_FAILED = 0, 1, 2

_EPILOG = "exit codes: 0 nothing found or nothing left, 1 findings, 2 some of the work could not be done"


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="tensorlift", description="Moves TensorFlow 1 code to the TensorFlow of today.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"tensorlift {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="find and explain every TensorFlow 1 use", epilog=_EPILOG)
    add_selection(check)

    fix = commands.add_parser("fix", help="rewrite the code for the target", epilog=_EPILOG)
    add_selection(fix)
    add_rewrite_options(fix)

    explain = commands.add_parser("explain", help="tell what became of an endpoint, or what a rule is about")
    explain.add_argument(
        "subject", metavar="CODE|ENDPOINT", help="such as TL103, tf.Session or tf.contrib.layers.l2_regularizer"
    )
    explain.add_argument(
        "--tensorflow", metavar="VERSION", help="the release to answer for (default: the project's own)"
    )
    explain.add_argument("--target", choices=("compat", "native"), help="default: compat")
    explain.add_argument("--format", choices=("text", "json"), default="text")

    server = commands.add_parser("server", help="run the language server on standard input and output")
    server.add_argument("--tcp", metavar="PORT", type=int, help="listen on a local port instead, for debugging")
    server.add_argument("--stdio", action="store_true", help="the default; accepted because clients pass it")
    server.add_argument("--log-file", metavar="FILE", help="write a log there")
    server.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Gives the process's exit code and prints nothing that looks like a traceback."""
    arguments = build_parser().parse_args(argv)
    try:
        return _run(arguments)
    except CliError as error:
        print(f"tensorlift: {error}", file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        print("tensorlift: interrupted; files that were not finished are as they were", file=sys.stderr)
        return EXIT_FAILED
    except MemoryError:
        print("tensorlift: not enough memory; try fewer processes (-j 1) or fewer paths", file=sys.stderr)
        return EXIT_FAILED
    except BrokenPipeError:
        # The reader went away (head, less): not an error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:
        if os.environ.get("TENSORLIFT_DEBUG"):
            raise
        print(
            f"tensorlift: an error of its own: {type(error).__name__}: {error}; "
            "with TENSORLIFT_DEBUG=1 in the environment it shows where, which is worth a report",
            file=sys.stderr,
        )
        return EXIT_FAILED


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command in ("check", "fix"):
        # Syntax trees are many small objects without circles: looking for garbage among them costs a fifth of a run.
        gc.set_threshold(200_000, 50, 100)
    if arguments.command == "check":
        from tensorlift.cli.check import check

        return check(arguments)
    if arguments.command == "fix":
        from tensorlift.cli.fix import fix

        return fix(arguments)
    if arguments.command == "explain":
        from tensorlift.cli.explain import explain

        return explain(arguments)
    from tensorlift.cli.server import server

    return server(arguments)


def entry() -> None:
    """What the console script calls."""
    sys.exit(main())

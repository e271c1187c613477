"""Options that commands share, and what they mean."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from tensorlift.catalog.model import Target
from tensorlift.workspace.discovery import sources
from tensorlift.workspace.settings import Overrides, Settings, SettingsError, load, project_root

_CODE = re.compile(r"TL\d{0,3}$")
_VERSION = re.compile(r"\d+\.\d+(\.\w+)*$")


class CliError(Exception):
    """The command cannot do its work; the text says why and what to do."""


def _codes(text: str) -> tuple[str, ...]:
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    for code in codes:
        if not _CODE.match(code):
            raise argparse.ArgumentTypeError(
                f"{code!r} is no rule code; one looks like TL103, or TL1 for all that begin so"
            )
    return codes


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")
    return int(text)


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Options of every command that looks at files."""
    parser.add_argument("paths", metavar="PATH", nargs="*", help="files or folders (default: this folder)")
    parser.add_argument(
        "--target", choices=("compat", "native"), help="where to go (default: the project's setting, else compat)"
    )
    parser.add_argument(
        "--tensorflow", metavar="VERSION", help="the release that the code is to run on (default: the project's own)"
    )
    parser.add_argument(
        "--select", metavar="CODES", type=_codes, help="only these rules, by code or beginning of a code"
    )
    parser.add_argument("--ignore", metavar="CODES", type=_codes, help="not these rules")
    parser.add_argument(
        "--exclude", metavar="PATTERN", action="append", help="leave out paths that match, as in .gitignore"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("-j", "--jobs", metavar="N", type=_jobs, default=None, help="processes (default: one per core)")


def add_rewrite_options(parser: argparse.ArgumentParser) -> None:
    """Options of fix."""
    parser.add_argument("--diff", action="store_true", help="print what would change and write nothing")
    parser.add_argument("--unsafe", action="store_true", help="also apply fixes that are right in the common case only")
    parser.add_argument(
        "--output", metavar="DIR", help="write a migrated copy of the whole tree there; the original stays"
    )
    parser.add_argument(
        "--run-unchanged",
        action="store_true",
        help="only switch each file to `import tensorflow.compat.v1 as tf` where that is enough",
    )


def overrides(arguments: argparse.Namespace) -> Overrides:
    """What the command line says about settings. Raises CliError."""
    version = arguments.tensorflow
    if version is not None and not _VERSION.match(version):
        raise CliError(f"--tensorflow {version}: a release such as 2.21 is asked for")
    if version is not None and int(version.split(".")[0]) < 2:
        raise CliError(f"--tensorflow {version}: the release to move to is 2.0 or later")
    return Overrides(
        target=Target(arguments.target) if arguments.target else None,
        tensorflow=version,
        select=getattr(arguments, "select", None),
        ignore=getattr(arguments, "ignore", None),
        exclude=tuple(arguments.exclude) if getattr(arguments, "exclude", None) else None,
    )


def settings_for(path: Path, arguments: argparse.Namespace) -> Settings:
    """Settings that hold for one path. Raises CliError."""
    try:
        return load(path, overrides(arguments))
    except SettingsError as error:
        raise CliError(str(error)) from None


def roots_and_files(
    arguments: argparse.Namespace, problems: list[tuple[str, str]]
) -> list[tuple[Path, Settings, list[str]]]:
    """For each PATH: the root within which names are looked up, its settings, and its files. What cannot be listed goes
    to ``problems`` as (path, reason). Raises CliError for a path that is not there."""
    groups: list[tuple[Path, Settings, list[str]]] = []
    single: dict[Path, list[str]] = {}
    for text in arguments.paths or ["."]:
        path = Path(os.path.abspath(text))
        if not path.exists():
            raise CliError(f"{text}: there is no such file or folder")
        if path.is_dir():
            settings = settings_for(path, arguments)
            found = sources(path, settings.exclude, lambda p, why: problems.append((str(p), why)))
            groups.append((path, settings, [str(p) for p in found]))
        elif path.is_file():
            single.setdefault(project_root(path), []).append(str(path))
        else:
            raise CliError(f"{text}: is neither a file nor a folder")
    for root, files in single.items():
        groups.append((root, settings_for(Path(files[0]), arguments), list(dict.fromkeys(files))))
    return groups


def shown(path: str) -> str:
    """A path as people read it: relative to this folder where it lies below it."""
    here = os.getcwd()
    relative = os.path.relpath(path, here)
    return path if relative.startswith("..") else relative

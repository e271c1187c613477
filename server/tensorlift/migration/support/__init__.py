"""Definitions that the migration places in the user's support module.

Some of what TensorFlow 1 offered has no successor in TensorFlow or in a maintained package. Each such name has one file
here, ``NAME.py.txt``: a definition in our own words that behaves as TensorFlow 1 documents. A file looks like a small
module and says what it stands on::

    # needs: parse_values        (other definitions, which are placed before it)
    # packages: tf_slim          (distributions beside TensorFlow and numpy)
    import json

    class HParams: ...

:func:`compose` puts the definitions that a program uses, and what they need, into the text of one module. A line
``# tensorlift-support: NAME`` stands before each, so that :func:`placed` can tell what a module already holds.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

MARKER = "# tensorlift-support: "
"""Begins the comment line that stands before every definition in a support module; the name follows."""

_SUFFIX = ".py.txt"
_HEADER = re.compile(r"# (needs|packages): (.*)")
_STANDARD_LIBRARY = frozenset(
    [
        "abc",
        "collections",
        "copy",
        "functools",
        "gzip",
        "importlib",
        "itertools",
        "json",
        "math",
        "numbers",
        "os",
        "re",
        "struct",
        "sys",
        "types",
    ]
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One name that can be placed in a support module.

    ``source`` is the text of the definition without its imports, ending in one line break; it is empty where an import
    is all there is. ``imports`` are whole import
    statements, ``needs`` the names of definitions that must stand before it, ``packages`` the distributions (as their
    import names) that it needs beside TensorFlow.
    """

    name: str
    source: str
    imports: tuple[str, ...]
    needs: tuple[str, ...]
    packages: tuple[str, ...]


def names() -> tuple[str, ...]:
    """Every name that has a definition, sorted."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in files if name.endswith(_SUFFIX)))


@functools.cache
def definition(name: str) -> Definition:
    """The definition of ``name``. Raises :class:`KeyError` when there is none."""
    resource = resources.files(__name__).joinpath(name + _SUFFIX)
    if not name.isidentifier() or not resource.is_file():
        raise KeyError(f"no support definition is called {name!r}")
    return _parse(name, resource.read_text(encoding="utf-8"))


def closure(wanted: Iterable[str]) -> tuple[str, ...]:
    """The wanted names and all they need: what is needed stands before what needs it, otherwise by name."""
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in ordered:
            for needed in sorted(definition(name).needs):
                visit(needed)
            ordered[name] = None

    for name in sorted(set(wanted), key=_sort_key):
        visit(name)
    return tuple(ordered)


def packages(wanted: Iterable[str]) -> tuple[str, ...]:
    """The distributions, by import name, that the wanted definitions need beside TensorFlow; sorted."""
    return tuple(sorted({package for name in closure(wanted) for package in definition(name).packages}))


def compose(wanted: Iterable[str]) -> str:
    """The body of a support module that defines the wanted names.

    Imports come first, each once, then the definitions, each after its marker line. No module docstring and no switch
    of TensorFlow's behaviour is written: whoever places the module adds them. Raises :class:`KeyError` for a name that
    has no definition.
    """
    definitions = [definition(name) for name in closure(wanted)]
    imports = {statement for each in definitions for statement in each.imports}
    blocks = [_import_block(imports)] if imports else []
    blocks += [f"{MARKER}{each.name}\n{each.source}" for each in definitions]
    return "\n\n".join(blocks)


def placed(module_text: str) -> tuple[str, ...]:
    """The names whose marker lines ``module_text`` holds, in the order in which they stand."""
    lines = (line.strip() for line in module_text.splitlines())
    return tuple(line.removeprefix(MARKER).strip() for line in lines if line.startswith(MARKER))


def _parse(name: str, text: str) -> Definition:
    header: dict[str, tuple[str, ...]] = {"needs": (), "packages": ()}
    imports: list[str] = []
    lines = text.splitlines()
    while lines:
        if found := _HEADER.fullmatch(lines[0]):
            header[found[1]] = tuple(part.strip() for part in found[2].split(","))
        elif lines[0].startswith(("import ", "from ")):
            imports.append(lines[0])
        elif lines[0]:
            break
        del lines[0]
    source = "".join(line + "\n" for line in lines).rstrip() + "\n" if lines else ""
    return Definition(name, source, tuple(imports), header["needs"], header["packages"])


def _sort_key(name: str) -> tuple[str, str]:
    return name.lstrip("_").lower(), name


def _import_block(imports: Iterable[str]) -> str:
    def root(statement: str) -> str:
        return statement.split()[1].split(".")[0]

    def order(statement: str) -> tuple[bool, str, str]:
        return statement.startswith("from "), statement.split()[1].lower(), statement

    standard = sorted((each for each in imports if root(each) in _STANDARD_LIBRARY), key=order)
    others = sorted((each for each in imports if root(each) not in _STANDARD_LIBRARY), key=order)
    return "\n\n".join("\n".join(group) for group in (standard, others) if group) + "\n"

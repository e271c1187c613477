"""The fact files: small sorted text tables that hold what was read from real packages.

``facts/tf115.tsv``          TF 1.15's endpoints: name, kind, group, identity, parameters
``facts/tf115_members.txt``  members of its classes, by identity
``facts/tf2.tsv``            names of later eras: name, eras, kind, group, parameters, failure
``facts/tf2_members.txt``    members of the classes of later eras, by group
``facts/private.txt``        names of ``tensorflow.python`` and ``tensorflow.contrib`` modules of 1.15: where they are
still
                             to be found, and the public endpoint that is the same object
``facts/packages.tsv``       names of other packages that replacements use

Parameters are written ``x;y=None;*args;*;k=1;**kwargs``: a lone star opens the keyword-only ones. A default that is
long or has a semicolon is written ``...``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Parameter = tuple[str, str | None, str]
Parameters = tuple[Parameter, ...]

FOLDER = Path(__file__).parent / "facts"
ERAS = ("215", "216", "legacy")
_LONGEST_DEFAULT = 60


def parameters_text(parameters: Iterable[Iterable[str | None]] | None) -> str:
    """Parameters as one field; ``-`` for unknown."""
    if parameters is None:
        return "-"
    parts: list[str] = []
    starred = False
    for name, default, kind in parameters:
        assert name is not None
        if kind == "var_positional":
            parts.append(f"*{name}")
            starred = True
        elif kind == "var_keyword":
            parts.append(f"**{name}")
        else:
            if kind == "keyword" and not starred:
                parts.append("*")
                starred = True
            parts.append(name if default is None else f"{name}={_default(default)}")
    return ";".join(parts)


def _default(text: str) -> str:
    return "..." if len(text) > _LONGEST_DEFAULT or any(c in text for c in ";\t\n") else text


def parse_parameters(text: str) -> Parameters | None:
    """The reverse of :func:`parameters_text`."""
    if text == "-":
        return None
    found: list[Parameter] = []
    kind = "positional"
    for part in text.split(";") if text else ():
        if part == "*":
            kind = "keyword"
        elif part.startswith("**"):
            found.append((part[2:], None, "var_keyword"))
        elif part.startswith("*"):
            found.append((part[1:], None, "var_positional"))
            kind = "keyword"
        else:
            name, equals, default = part.partition("=")
            found.append((name, default if equals else None, kind))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an era. Names of one object share ``group``; ``failure`` is what touching the name raises."""

    kind: str
    group: str
    parameters: Parameters | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class OldName:
    """One endpoint of 1.15. Names of one object share ``identity``, the place of its definition."""

    kind: str
    group: str  # core | contrib-curated | contrib-bound
    identity: str
    parameters: Parameters | None


Members = dict[str, tuple[str, Parameters | None]]


@dataclass
class Era:
    """Names and class members of one era."""

    names: dict[str, Name] = field(default_factory=dict)
    members: dict[str, Members] = field(default_factory=dict)

    def members_of(self, name: str) -> Members | None:
        """Members of the class that ``name`` stands for."""
        found = self.names.get(name)
        return self.members.get(found.group) if found else None


@dataclass(frozen=True, slots=True)
class Private:
    """A name of a private module: eras in which the module still has it, and the same object's public endpoint."""

    eras: frozenset[str]
    public: str


@dataclass
class Facts:
    """All fact files, read."""

    old: dict[str, OldName]
    old_members: dict[str, Members]
    old_bases: dict[str, tuple[str, ...]]  # identity of a class -> identities of its public bases, nearest first
    eras: dict[str, Era]
    private: dict[str, dict[str, Private]]
    packages: dict[str, Name]

    def members_of(self, endpoint: str) -> Members:
        """Members of a 1.15 class endpoint."""
        found = self.old.get(endpoint)
        return self.old_members.get(found.identity, {}) if found and found.kind == "class" else {}


def load(folder: Path = FOLDER) -> Facts:
    """Read all fact files."""
    old = {}
    for name, kind, group, identity, parameters in _rows(folder / "tf115.tsv", 5):
        old[name] = OldName(kind, group, identity, parse_parameters(parameters))
    eras = {era: Era() for era in ERAS}
    for name, where, kind, group, parameters, failure in _rows(folder / "tf2.tsv", 6):
        for era in where.split(","):
            eras[era].names[name] = Name(kind, group, parse_parameters(parameters), failure)
    for data in eras.values():  # parameters are written once per object
        for name, fact in list(data.names.items()):
            if fact.group != name and fact.group in data.names:
                data.names[name] = Name(fact.kind, fact.group, data.names[fact.group].parameters, fact.failure)
    for header, members in _sections(folder / "tf2_members.txt"):
        group, where = header.split("\t")
        read = _read_members(members)
        for era_name in where.split(","):
            eras[era_name].members[group] = read
    old_members: dict[str, Members] = {}
    old_bases: dict[str, tuple[str, ...]] = {}
    for header, lines in _sections(folder / "tf115_members.txt"):
        identity, _, bases = header.partition("\t")
        old_members[identity] = _read_members(lines)
        old_bases[identity] = tuple(bases.split())
    private: dict[str, dict[str, Private]] = {}
    if (folder / "private.txt").exists():
        for header, lines in _sections(folder / "private.txt"):
            private[header] = {
                name: Private(_private_eras(where), public)
                for name, where, public in (line.split("\t") for line in lines)
            }
    packages = {}
    if (folder / "packages.tsv").exists():
        for name, kind, parameters in _rows(folder / "packages.tsv", 3):
            packages[name] = Name(kind, name, parse_parameters(parameters))
    return Facts(old, old_members, old_bases, eras, private, packages)


def _private_eras(where: str) -> frozenset[str]:
    """Legacy Keras changes no private module: what 2.16 and later have, they have with it too."""
    eras = frozenset(where.split(",")) - {""}
    return eras | {"legacy"} if "216" in eras else eras


def _rows(path: Path, width: int) -> Iterator[list[str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != width:
            raise ValueError(f"{path}:{number}: {len(fields)} fields, not {width}")
        yield fields


def _sections(path: Path) -> Iterator[tuple[str, list[str]]]:
    header, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("\t"):
            lines.append(line[1:])
        else:
            if header:
                yield header, lines
            header, lines = line, []
    if header:
        yield header, lines


_KIND_LETTERS = {"method": "m", "property": "p", "constant": "c", "class": "t"}
_LETTER_KINDS = {letter: kind for kind, letter in _KIND_LETTERS.items()}


def members_lines(members: Mapping[str, Iterable[object]]) -> list[str]:
    """Members as indented lines, sorted."""
    lines = []
    for name, (kind, parameters) in sorted(members.items()):
        letter = _KIND_LETTERS[str(kind)]
        text = parameters_text(parameters) if letter == "m" else ""  # type: ignore[arg-type]
        lines.append(f"\t{name}\t{letter}\t{text}")
    return lines


def _read_members(lines: list[str]) -> Members:
    members: Members = {}
    for line in lines:
        name, letter, parameters = line.split("\t")
        members[name] = (_LETTER_KINDS[letter], parse_parameters(parameters) if letter == "m" else None)
    return members


def write(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each ended by a line feed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")

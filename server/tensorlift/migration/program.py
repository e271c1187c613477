"""The program around the modules: where TensorFlow 1's behaviour is switched on, once, whichever module is imported
first; and where the support module goes."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tensorlift.migration.facts import ModuleFacts
from tensorlift.workspace.names import Origin

SUPPORT_MODULE = "tf1_support"


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the run: what it needs and which files of the run it imports (``None`` facts: it names nothing of
    TensorFlow)."""

    facts: ModuleFacts | None
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Switch:
    """What a file has to do about the program's behaviour. ``inline`` writes the statements into it; else it imports
    ``module`` (dotted) before TensorFlow."""

    inline: bool
    v1: bool
    legacy: bool
    module: str = ""


@dataclass(frozen=True)
class Support:
    """A support module: its file, whether it switches behaviour, and the definitions it holds."""

    path: str
    v1: bool
    legacy: bool
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """``switches`` by file, ``supports`` by file, and for each file with definitions the dotted name of the support
    module that it imports them from."""

    switches: Mapping[str, Switch] = field(default_factory=dict)
    supports: Mapping[str, Support] = field(default_factory=dict)
    dotted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    root: str  # the folder from which the file's absolute name starts
    package: str  # path of its top-level package, "" for a flat module


def lay_out(members: Mapping[str, Member], editable: frozenset[str]) -> Layout:
    """Decide for a set of files, given those that may be changed (``editable``)."""
    places = _places(members)
    switches: dict[str, Switch] = {}
    supports: dict[str, Support] = {}
    dotted: dict[str, str] = {}
    for component in components(members):
        needing = [p for p in component if _needs(members[p].facts) and p in editable]
        if needing:
            _lay_out_component(component, needing, members, places, editable, switches, supports, dotted)
    return Layout(switches, _merged(supports), dotted)


def _needs(facts: ModuleFacts | None) -> bool:
    return facts is not None and (facts.needs_v1 >= 0 or facts.needs_legacy >= 0 or bool(facts.support))


def _lay_out_component(
    component: Sequence[str],
    needing: Sequence[str],
    members: Mapping[str, Member],
    places: Mapping[str, _Place],
    editable: frozenset[str],
    switches: dict[str, Switch],
    supports: dict[str, Support],
    dotted: dict[str, str],
) -> None:
    facts = {p: f for p in needing if (f := members[p].facts) is not None}
    v1 = any(f.needs_v1 >= 0 for f in facts.values())
    legacy = any(f.needs_legacy >= 0 for f in facts.values())
    definitions = tuple(sorted({name for f in facts.values() for name in f.support}))
    v1 = v1 and not any(_facts_of(members, p, "switches_v1") for p in component)
    legacy = legacy and not any(_facts_of(members, p, "sets_legacy") for p in component)
    old = sum(_facts_of(members, p, "written_for_tf1") for p in component)
    if sum(_facts_of(members, p, "modern") for p in component) > old:
        v1 = legacy = False  # a TensorFlow 2 program with a corner of the past: its behaviour is not to be touched
    shared = any(_facts_of(members, p, "uses_support") for p in component)
    if len(needing) == 1 and not definitions and not shared:
        path = needing[0]
        place = places[path]
        if not place.package or not _init_of(place, editable) or path == _init_of(place, editable):
            if v1 or legacy:
                switches[path] = Switch(True, v1, legacy)
            return
    if not v1 and not legacy and not definitions:
        return
    root, package = _home(needing, places)
    folder = package or root
    module = f"{os.path.basename(package)}.{SUPPORT_MODULE}" if package else SUPPORT_MODULE
    path = os.path.join(folder, SUPPORT_MODULE + ".py")
    known = supports.get(path)
    supports[path] = Support(
        path,
        v1 or bool(known and known.v1),
        legacy or bool(known and known.legacy),
        tuple(sorted({*definitions, *(known.definitions if known else ())})),
    )
    importers: set[str] = set()
    for file in needing:
        if facts[file].support:
            dotted[file] = module
        wants = facts[file].needs_v1 >= 0 or facts[file].needs_legacy >= 0
        if not wants or not (v1 or legacy):
            continue
        init = _init_of(places[file], editable)
        importers.add(init if init and places[file].package else file)
    for file in importers:
        switches[file] = Switch(False, v1, legacy, module)


def _facts_of(members: Mapping[str, Member], path: str, name: str) -> bool:
    facts = members[path].facts
    return facts is not None and bool(getattr(facts, name))


def _home(needing: Sequence[str], places: Mapping[str, _Place]) -> tuple[str, str]:
    """Folder that the support module's absolute name starts from, and the package that holds it (``""``: none)."""
    roots = Counter(places[p].root for p in needing)
    root = roots.most_common(1)[0][0]
    packages = {places[p].package for p in needing if places[p].package}
    if len(packages) == 1:
        package = packages.pop()
        if os.path.dirname(package) == root or all(places[p].package for p in needing):
            return os.path.dirname(package), package
    return min((places[p].root for p in needing), key=len), ""


def _init_of(place: _Place, editable: frozenset[str]) -> str:
    init = os.path.join(place.package, "__init__.py") if place.package else ""
    return init if init in editable else ""


def components(members: Mapping[str, Member]) -> list[list[str]]:
    """Files that reach each other through imports, whatever the direction, in the order given."""
    parent = {path: path for path in members}

    def find(path: str) -> str:
        while parent[path] != path:
            parent[path] = parent[parent[path]]
            path = parent[path]
        return path

    for path, member in members.items():
        for origin in member.origins:
            if origin.path in parent:
                parent[find(origin.path)] = find(path)
    grouped: dict[str, list[str]] = defaultdict(list)
    for path in members:
        grouped[find(path)].append(path)
    return list(grouped.values())


def _places(members: Mapping[str, Member]) -> dict[str, _Place]:
    """For each file the folder from which its absolute name starts, as the imports of the program show it."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for path, member in members.items():
        for origin in member.origins:
            if origin.root is not None:
                votes[origin.path][origin.root] += 1
                used[path][origin.root] += 1
    return {path: _place(path, votes[path], used[path]) for path in members}


def _place(path: str, votes: Counter[str], used: Counter[str]) -> _Place:
    folder = os.path.dirname(path)
    top = _top_package(folder)
    if votes:
        root = votes.most_common(1)[0][0]
    elif used:
        root = used.most_common(1)[0][0]
    else:
        root = os.path.dirname(top) if top else folder
    if not top or len(root) > len(os.path.dirname(top)):
        return _Place(root, "")
    # The package as seen from the root: a repository that is a package itself may be imported from inside.
    relative = os.path.relpath(folder, root)
    if relative in (".", os.curdir) or relative.startswith(".."):
        return _Place(root, "")
    package = os.path.join(root, relative.split(os.sep)[0])
    return _Place(root, package if os.path.isfile(os.path.join(package, "__init__.py")) else "")


def _top_package(folder: str) -> str:
    """The outermost folder of an unbroken chain of packages that holds a folder, ``""`` when it is no package."""
    top = ""
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        top = folder
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return top


def _merged(supports: Mapping[str, Support]) -> dict[str, Support]:
    return dict(sorted(supports.items()))

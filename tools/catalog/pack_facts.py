"""Turn what the extractors wrote (JSON) into the committed fact files.

Usage::

    python tools/catalog/pack_facts.py --tf115 tf115.json --tf2 215=tf215.json 216=tf221.json legacy=legacy.json \\
        [--packages packages.json ...]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import facts


def pack_tf115(source: Path, folder: Path) -> None:
    """``tf115.tsv`` and ``tf115_members.txt``."""
    data = json.loads(source.read_text(encoding="utf-8"))
    lines = [
        "\t".join(
            (name, kind, group, identity, facts.parameters_text(parameters) if kind in ("function", "class") else "-")
        )
        for name, (kind, identity, parameters, group) in sorted(data["endpoints"].items())
    ]
    facts.write(folder / "tf115.tsv", lines)
    members: dict[str, dict[str, Any]] = {}
    for endpoint, found in data["members"].items():
        members.setdefault(data["endpoints"][endpoint][1], found)
    lines = []
    for identity, found in sorted(members.items()):
        public = [base for base in data["bases"].get(identity, ()) if base in members]
        if found:
            lines += [f"{identity}\t{' '.join(public)}", *facts.members_lines(found)]
    facts.write(folder / "tf115_members.txt", lines)
    private: dict[str, list[str]] = defaultdict(list)
    for module, names in data.get("private", {}).items():
        for name, (where, public) in sorted(names.items()):
            private[module].append(f"\t{name}\t{','.join(where)}\t{public}")
    if private:
        facts.write(folder / "private.txt", [line for module in sorted(private) for line in (module, *private[module])])


def _rank(name: str) -> tuple[bool, bool, int, str]:
    """Best representative of a group first: public, stable, short."""
    return name.startswith("tf.compat."), "experimental" in name, len(name), name


def pack_tf2(sources: dict[str, Path], folder: Path) -> None:
    """``tf2.tsv`` and ``tf2_members.txt``, with equal rows of several eras written once."""
    rows: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    sections: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for era, source in sources.items():
        data = json.loads(source.read_text(encoding="utf-8"))
        best: dict[str, str] = {}
        for name, (_, group, _, _) in data["names"].items():
            best[group] = min(best.get(group, name), name, key=_rank)
        for name, (kind, group, parameters, failure) in data["names"].items():
            own = best[group]
            text = facts.parameters_text(parameters) if own == name and kind in ("function", "class") else "-"
            rows[name][(kind, own, text, failure or "")].append(era)
        for group, members in data["members"].items():
            sections[best[group]][tuple(facts.members_lines(members))].append(era)
    facts.write(
        folder / "tf2.tsv",
        ("\t".join((name, ",".join(eras), *row)) for name in sorted(rows) for row, eras in sorted(rows[name].items())),
    )
    lines = []
    for group in sorted(sections):
        for members_text, eras in sorted(sections[group].items(), key=lambda item: item[1]):
            if members_text:
                lines += [f"{group}\t{','.join(eras)}", *members_text]
    facts.write(folder / "tf2_members.txt", lines)


def pack_packages(sources: list[Path], folder: Path) -> None:
    """``packages.tsv``: functions and classes of other packages."""
    rows = {}
    for source in sources:
        for name, (kind, _, parameters, failure) in json.loads(source.read_text(encoding="utf-8"))["names"].items():
            if not failure:
                rows[name] = (kind, facts.parameters_text(parameters) if kind in ("function", "class") else "-")
    facts.write(folder / "packages.tsv", ("\t".join((name, *rows[name])) for name in sorted(rows)))


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tf115", type=Path)
    parser.add_argument("--tf2", nargs="*", default=[], metavar="ERA=FILE")
    parser.add_argument("--packages", nargs="*", type=Path, default=[])
    parser.add_argument("--folder", type=Path, default=facts.FOLDER)
    options = parser.parse_args()
    if options.tf115:
        pack_tf115(options.tf115, options.folder)
    if options.tf2:
        pack_tf2({era: Path(path) for era, _, path in (item.partition("=") for item in options.tf2)}, options.folder)
    if options.packages:
        pack_packages(options.packages, options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

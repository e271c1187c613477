"""Build the runtime catalog from the fact files and the curated files. Needs no TensorFlow.

Usage::

    python tools/catalog/build.py                 # write server/tensorlift/catalog/data/
    python tools/catalog/build.py --strict        # and fail when anything is wrong or missing
    python tools/catalog/build.py --missing       # list endpoints that have neither a replacement nor a note
    python tools/catalog/build.py --show tf.nn.dropout tf.contrib.slim.conv2d
    python tools/catalog/build.py --private       # list private names in the curated files, for extract_tf1.py --extra
    python tools/catalog/build.py --foreign       # list replacements outside TensorFlow, for extract_tf2.py --names

The same facts and curated files give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import facts as fact_files
from curated import ERA_KEYS, Curated
from facts import ERAS, Facts, parameters_text
from judge import COMPAT, NATIVE, Judge
from members import MemberJudge
from records import Record, record_data

ROOT = Path(__file__).resolve().parents[2]
CURATED = ROOT / "server" / "tensorlift" / "catalog" / "curated"
DATA = ROOT / "server" / "tensorlift" / "catalog" / "data"
SUPPORT = ROOT / "server" / "tensorlift" / "migration" / "support"
TARGETS = (COMPAT, NATIVE)
CASES = [(era, target) for era in ERAS for target in TARGETS]
# Roots whose members the facts do not list one by one.
_NO_FAMILIES = ("tf.python.", "tf.core.", "tf.examples.", "tf.models.")
_KINDS = {"function": "f", "class": "c", "module": "m", "constant": "v", "method": "b", "property": "p"}


class Build:
    """One run: facts, curated data, and what was found wrong."""

    def __init__(self, facts: Facts, curated: Curated, problems: list[str]) -> None:
        self.facts = facts
        self.judge = Judge(facts, curated)
        self.members = MemberJudge(self.judge)
        self.curated = curated
        self.problems = problems
        self.missing: list[tuple[str, str, str, str]] = []  # endpoint, era, target, fate

    # -- what there is -----------------------------------------------------------------------------------------

    def endpoints(self) -> list[str]:
        """1.15's endpoints, and those that only the curated files know."""
        known = set(self.facts.old)
        extra = {key for key in self.curated.tables if "*" not in key and key not in known and not self._member(key)}
        return sorted(known | extra)

    def _member(self, key: str) -> bool:
        owner, _, member = key.rpartition(".")
        return member in self.facts.members_of(owner)

    def records(self, endpoint: str) -> list[Record]:
        """Verdicts of an endpoint, one per case."""
        return [self.judge.judge(endpoint, era, target) for era, target in CASES]

    def check(self, endpoints: Iterable[str] | None = None) -> None:
        """Look at the verdicts of some or all endpoints; fill ``problems`` and ``missing``."""
        for endpoint in self.endpoints() if endpoints is None else endpoints:
            for (era, target), record in zip(CASES, self.records(endpoint), strict=True):
                if record.silent:
                    continue
                if record.expression is None and not record.note:
                    self.missing.append((endpoint, era, target, record.fate))
                if record.expression is not None:
                    self._check_expression(endpoint, era, target, record)
        for key, table in self.curated.tables.items():
            if "*" in key:
                self._check_family(key)
            for part in (table, *(table.get(era, {}) for era in ERA_KEYS.values())):
                if str(part.get("native", "")).startswith("tf.compat.v1."):
                    self.problems.append(f"{key}: {part['native']} is not native")
        self.problems += sorted(set(self.judge.problems))

    def _check_expression(self, endpoint: str, era: str, target: str, record: Record) -> None:
        for expression in filter(None, (record.expression, record.fallback)):
            if self.judge.exists(expression, era) is False:
                self.problems.append(f"{endpoint} ({era}, {target}): {expression} does not exist")

    def _check_family(self, key: str) -> None:
        prefix = key.removesuffix("*")
        if not key.endswith(".*") or "*" in prefix:
            self.problems.append(f"{key}: a family is written a.b.*")
            return
        known = any(name.startswith(prefix) for name in self.facts.old)
        if prefix.startswith("tf.") and not prefix.startswith(_NO_FAMILIES) and not known:
            self.problems.append(f"{key}: no endpoint of 1.15 is below it")

    # -- what is written ---------------------------------------------------------------------------------------

    def endpoint_lines(self) -> Iterator[str]:
        """``name<TAB>json`` for each endpoint, each class member with a verdict of its own, and each family that speaks
        for names which are not listed."""
        lines: dict[str, str] = {}
        keys = class_keys(self.facts)
        for endpoint in self.endpoints():
            kind = self.judge.kind(endpoint)
            data: dict[str, Any] = {"k": _KINDS[kind]}
            parameters = self.judge.parameters(endpoint)
            if parameters is not None and kind in ("function", "class"):
                data["p"] = parameters_text(parameters)
            old = self.facts.old.get(endpoint)
            if old is None or old.group == "private":
                data["x"] = 1
            elif kind == "class" and old.identity in keys and keys[old.identity] != endpoint:
                data["c"] = keys[old.identity]
            lines[endpoint] = self._line(data, self.records(endpoint))
            if kind == "class" and old is not None and old.group == "core":
                lines.update(self._member_lines(endpoint))
        for key in self.curated.tables:
            if key.endswith(".*") and key.startswith((*_NO_FAMILIES, "tf.contrib.")):
                lines[key] = self._line({"k": "m"}, [self.judge.family(key, era, target) for era, target in CASES])
        yield from (f"{name}\t{lines[name]}" for name in sorted(lines, key=str.encode))

    def _member_lines(self, endpoint: str) -> Iterator[tuple[str, str]]:
        found = [self.members.members(endpoint, era, target) for era, target in CASES]
        for member in sorted({name for case in found for name in case}):
            kind, parameters = self.facts.members_of(endpoint)[member]
            data: dict[str, Any] = {"k": {"method": "b", "class": "c", "constant": "v"}.get(kind, "p")}
            if parameters is not None:
                data["p"] = parameters_text(parameters)
            yield f"{endpoint}.{member}", self._line(data, [case.get(member) for case in found])

    @staticmethod
    def _line(data: dict[str, Any], records: Sequence[Record | None]) -> str:
        """The verdicts of the cases, each different one written once; ``i`` says which case has which (``-``: none of
        its own)."""
        texts: list[str] = []
        index = ""
        for record in records:
            if record is None:
                index += "-"
                continue
            text = json.dumps(record_data(record), ensure_ascii=False, separators=(",", ":"))
            if text not in texts:
                texts.append(text)
            index += "0123456789"[texts.index(text)]
        if texts != ["{}"] or "-" in index:
            data["i"] = index
            data["v"] = [json.loads(text) for text in texts]
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    def member_lines(self) -> Iterator[str]:
        """``class<TAB>json`` with the members of each class of 1.15, under one name per class."""
        letters = {"method": "b", "class": "c", "constant": "v", "property": "p"}
        lines = []
        for identity, name in class_keys(self.facts).items():
            members = self.facts.old_members.get(identity, {})
            data = {
                member: letters[kind] + (parameters_text(parameters) if kind == "method" else "")
                for member, (kind, parameters) in sorted(members.items())
            }
            lines.append(f"{name}\t{json.dumps(data, separators=(',', ':'), ensure_ascii=False)}")
        yield from sorted(lines, key=lambda line: line.partition("\t")[0].encode())

    def modern_lines(self) -> Iterator[str]:
        """``name<TAB>eras<TAB>kind<TAB>parameters`` (repeated) for each name of each era."""
        names = sorted({name for era in self.facts.eras.values() for name in era.names}, key=str.encode)
        for name in names:
            seen: dict[tuple[str, str], str] = {}
            for digit, era in enumerate(ERAS):
                found = self.facts.eras[era].names.get(name)
                if found is None or found.failure:
                    continue
                key = (
                    _KINDS[found.kind],
                    parameters_text(found.parameters) if found.kind in ("function", "class") else "-",
                )
                seen[key] = seen.get(key, "") + str(digit)
            if seen:
                yield "\t".join([name, *[part for key, eras in seen.items() for part in (eras, *key)]])

    def private_lines(self) -> Iterator[str]:
        """``module<TAB>name=eras:public ...`` for each private module of 1.15."""
        for module in sorted(self.facts.private, key=str.encode):
            parts = []
            for name, private in sorted(self.facts.private[module].items()):
                digits = "".join(str(digit) for digit, era in enumerate(ERAS) if era in private.eras)
                parts.append(f"{name}={digits}:{private.public}")
            yield f"{module}\t{' '.join(parts)}"

    def write(self, folder: Path) -> None:
        """All runtime files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in (
            ("endpoints.txt", self.endpoint_lines()),
            ("members.txt", self.member_lines()),
            ("modern.txt", self.modern_lines()),
            ("private.txt", self.private_lines()),
        ):
            fact_files.write(folder / name, lines)


def class_keys(facts: Facts) -> dict[str, str]:
    """One endpoint name per class: identity -> name."""
    keys: dict[str, str] = {}
    for name, old in facts.old.items():
        if old.kind == "class" and facts.old_members.get(old.identity):
            rank = (old.group != "core", len(name), name)
            best = keys.get(old.identity)
            if best is None or rank < (facts.old[best].group != "core", len(best), best):
                keys[old.identity] = name
    return keys


def load(curated: Path = CURATED) -> Build:
    """Read everything."""
    tables, problems = Curated.read(curated)
    return Build(fact_files.load(), tables, problems)


def _print_missing(build: Build) -> None:
    cases: dict[str, list[str]] = {}
    fates: dict[str, set[str]] = {}
    for endpoint, era, target, fate in build.missing:
        cases.setdefault(endpoint, []).append(f"{era}/{target}")
        fates.setdefault(endpoint, set()).add(fate)
    for endpoint in sorted(cases):
        print(f"{endpoint}\t{','.join(sorted(fates[endpoint]))}\t{' '.join(cases[endpoint])}")


def _foreign(build: Build) -> Iterator[str]:
    found = set()
    for endpoint in build.endpoints():
        for record in build.records(endpoint):
            for expression in filter(None, (record.expression, record.fallback)):
                if not expression.startswith(("tf.", "support:")):
                    found.add(expression)
    yield from sorted(found)


def _is_private(build: Build, name: str) -> bool:
    old = build.facts.old.get(name)
    return old is None or old.group == "private"


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=DATA)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--foreign", action="store_true")
    parser.add_argument("--private", action="store_true")
    parser.add_argument("--show", nargs="*", default=[])
    options = parser.parse_args()
    build = load()
    for endpoint in options.show:
        for (era, target), record in zip(CASES, build.records(endpoint), strict=True):
            print(endpoint, era, target, json.dumps(record_data(record), ensure_ascii=False))
    if options.show:
        return 0
    if options.private:
        print("\n".join(name for name in build.endpoints() if _is_private(build, name)))
        return 0
    if options.foreign:
        print("\n".join(_foreign(build)))
        return 0
    build.check()
    for problem in build.problems:
        print(f"problem: {problem}", file=sys.stderr)
    if options.missing:
        _print_missing(build)
    else:
        build.write(options.output)
    per_case = Counter(f"{era}/{target}" for _, era, target, _ in build.missing)
    print(f"{len(build.problems)} problems; missing: {dict(sorted(per_case.items()))}", file=sys.stderr)
    return 1 if options.strict and (build.problems or build.missing) else 0


if __name__ == "__main__":
    sys.exit(main())

"""Verdicts of class members. Most follow their class; one has its own when the class that takes over lacks the member
or gives it other parameters, or when the curated files speak of it."""

from __future__ import annotations

from dataclasses import replace

from curated import Entry
from derive import GONE, SIGNATURE, breaking, is_keras, refused
from facts import Members, Parameters
from judge import COMPAT, Judge
from records import Record, guess_new


class MemberJudge:
    """Answers for the members of the classes that a Judge knows."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge

    def members(self, endpoint: str, era: str, target: str) -> dict[str, Record]:
        """Verdicts of the members of a core class that don't simply follow it."""
        found: dict[str, Record] = {}
        verdict = self.judge.judge(endpoint, era, target)
        owner = verdict.expression or endpoint
        compared = (target == COMPAT and verdict.expression is not None) or verdict.silent or owner == endpoint
        now = self._members_now(owner, era) if compared else None
        for member, (_, old) in self.judge.facts.members_of(endpoint).items():
            name = f"{endpoint}.{member}"
            entry = self._member_entry(endpoint, member, era)
            record = self._member(name, owner, member, old, now, era, target, entry)
            if record is not None:
                found[member] = record
        return found

    def _members_now(self, owner: str, era: str) -> Members | None:
        for data in (self.judge.facts.eras[era], self.judge.facts.eras["legacy"] if era == "216" else None):
            if data is None:
                continue
            if is_keras(owner) and era == "216" and data is self.judge.facts.eras["216"]:
                continue
            members = data.members_of(owner)
            if members is not None:
                return members
        return None

    def _member_entry(self, endpoint: str, member: str, era: str) -> Entry:
        """What is said of a member, at this class or at a base."""
        identity = self.judge.facts.old[endpoint].identity
        names = [endpoint]
        for base in self.judge.facts.old_bases.get(identity, ()):
            names += self.judge.same_object.get(base, ())
        for name in names:
            key = f"{name}.{member}"
            if key in self.judge.curated.tables:
                return _only(self.judge.curated.entry(key, era), key)
        return Entry()

    def _member(
        self,
        name: str,
        owner: str,
        member: str,
        old: Parameters | None,
        now: Members | None,
        era: str,
        target: str,
        entry: Entry,
    ) -> Record | None:
        if entry.get("same"):
            return None
        note = self.judge.note(entry, target)
        missing = now is not None and member not in now
        broken = () if now is None or missing else breaking(old, now[member][1])
        said = self.judge.said(entry, target)
        fate = GONE if missing else SIGNATURE
        if said:
            replaced = self.judge.replaced(name, era, target, entry, fate, said, None)
            leaf = said.rpartition(".")[2]
            new = replaced.new
            if old is not None and (entry.get("args") or entry.get("add") or entry.get("native_args")) and new is None:
                new = (now or {}).get(leaf, (None, None))[1] or guess_new(old, replaced.changes, replaced.additions)
            return replace(replaced, new=new)
        if not missing and not broken:
            if not note or not (entry.get("rule") or entry.get("native_rule")):
                return None
            return Record(SIGNATURE, None, applicability="guide", note=note, rule=str(entry.get("rule") or "TL104"))
        rule = str(entry.get("rule") or ("TL103" if missing else "TL104"))
        if missing:
            where = {"215": "TensorFlow 2", "216": "TensorFlow 2.16 and later", "legacy": "TensorFlow 2.16 and later"}[
                era
            ]
            text = note or f"`{member}` is no longer a member of `{owner}` in {where}."
            return Record(GONE, None, applicability="guide", note=text, rule=rule)
        assert now is not None
        new = now[member][1]
        gone = refused(old or (), new or ())
        changes = {**dict.fromkeys(gone, "!refuse"), **(entry.get("args") or {})}
        if not note:
            lost = ", ".join(f"`{item.partition(': ')[2]}`" for item in broken)
            note = f"`{member}` of `{owner}` takes other arguments now; look at {lost}."
        return Record(
            SIGNATURE, f"{owner}.{member}", "tensorflow", "safe", new, changes, entry.get("add") or {}, None, note, rule
        )


def _only(entry: Entry, key: str) -> Entry:
    """What one table says, without the families around it."""
    return Entry({name: value for name, value in entry.fields.items() if value[1] == key})

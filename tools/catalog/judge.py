"""Verdicts: what was derived from facts, joined with what people curated.

``Judge`` gives the record of each endpoint for an era and a target, and collects what is wrong in the curated data.
Which of several tables speaks is decided in ``curated.py``, what became of an object in ``derive.py``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from curated import Curated, Entry
from derive import GONE, MOVED, SAME, SIGNATURE, Deriver, Outcome, breaking, is_keras, refused, unmapped
from facts import Facts, Parameters
from records import SILENT, Record, guess_new, package_of, plain_parameters, rule_of

COMPAT, NATIVE = "compat", "native"


class Judge:
    """Joins facts and curated data."""

    def __init__(self, facts: Facts, curated: Curated, support: frozenset[str] | None = None) -> None:
        self.facts = facts
        self.curated = curated
        self.deriver = Deriver(facts)
        self.support = support
        self.problems: list[str] = []
        self.same_object: dict[str, list[str]] = defaultdict(list)
        for name, old in facts.old.items():
            if old.kind in ("function", "class"):
                self.same_object[old.identity].append(name)
        self._cache: dict[tuple[str, str, str], Record] = {}

    # -- public ------------------------------------------------------------------------------------------------

    def judge(self, endpoint: str, era: str, target: str) -> Record:
        """The verdict on a 1.15 endpoint, or on another endpoint that the curated files know."""
        key = endpoint, era, target
        if key not in self._cache:
            self._cache[key] = self._judge(endpoint, era, target)
        return self._cache[key]

    def family(self, key: str, era: str, target: str) -> Record:
        """What a family (``tf.python.keras.*``) says of names that have no line of their own; stars are left in."""
        entry = self.curated.entry(key, era)
        expression = self.said(entry, target)
        if entry.get("same"):
            return SILENT
        if not expression:
            return self._without(key, era, target, entry, GONE, None)
        legacy = bool(entry.get("legacy_keras")) and era != "215"
        rule = self._rule(key, GONE, expression, target, entry, legacy)
        applicability = str(entry.get("applicability") or "safe")
        package = package_of(expression)
        note = self.note(entry, target)
        return Record(GONE, expression, package, applicability, note=note, rule=rule, legacy_keras=legacy)

    def kind(self, endpoint: str) -> str:
        """``function``, ``class``, ``module`` or ``constant``: from the facts, else as curated, else by its
        spelling."""
        old = self.facts.old.get(endpoint)
        if old is not None:
            return old.kind
        said = self.curated.tables.get(endpoint, {}).get("kind")
        if said:
            return str(said)
        leaf = endpoint.rpartition(".")[2]
        return "class" if leaf[:1].isupper() and not leaf.isupper() else "constant" if leaf.isupper() else "function"

    def parameters(self, endpoint: str) -> Parameters | None:
        """What the endpoint took in 1.15."""
        old = self.facts.old.get(endpoint)
        if old is not None:
            return old.parameters
        said = self.curated.tables.get(endpoint, {}).get("old")
        return plain_parameters(said) if said else None

    # -- endpoints ---------------------------------------------------------------------------------------------

    def _judge(self, endpoint: str, era: str, target: str) -> Record:
        old = self.facts.old.get(endpoint)
        entry = self.curated.entry(endpoint, era)
        if old is not None and old.group == "core":
            return self._core(endpoint, era, target, entry)
        if self._still_there(endpoint, era):
            if target == COMPAT and not self.said(entry, target):
                return SILENT
            return replace(self._gone(endpoint, era, target, entry), ambiguous=True)
        return self._gone(endpoint, era, target, entry)

    def _still_there(self, endpoint: str, era: str) -> bool:
        """Whether the era still has a private module or name."""
        module = self.facts.private.get(endpoint)
        if module is not None:
            return any(era in found.eras for found in module.values())
        owner, _, leaf = endpoint.rpartition(".")
        private = self.facts.private.get(owner, {}).get(leaf)
        return private is not None and era in private.eras

    def _gone(self, endpoint: str, era: str, target: str, entry: Entry) -> Record:
        """What stands in for an endpoint that TensorFlow 2 does not promise: of contrib, or private."""
        entry = self._with_twins(endpoint, era, entry)
        if entry.get("same"):
            return SILENT
        expression = self.said(entry, target)
        if expression is not None:
            exact = entry.source("compat" if expression == entry.get("compat") else "native") == endpoint
            core = self.facts.old.get(expression)
            if core is not None and core.group == "core" and self.exists(expression, era) is False:
                return self._like_core(endpoint, expression, era, target, entry)
            if exact or not expression or self.exists(expression, era) is not False:
                return self.replaced(endpoint, era, target, entry, GONE, expression, None)
            expression = None
        twin = self._core_twin(endpoint)
        if twin is not None:
            return self._like_core(endpoint, twin, era, target, entry)
        return self._without(endpoint, era, target, entry, GONE, None)

    def _with_twins(self, endpoint: str, era: str, entry: Entry) -> Entry:
        """What is said of the same object under another contrib name counts where the own name says nothing itself."""
        old = self.facts.old.get(endpoint)
        if old is None or entry.exact("compat", endpoint) or entry.exact("native", endpoint):
            return entry
        leaf = endpoint.rpartition(".")[2]
        others = [name for name in self.same_object.get(old.identity, ()) if self.facts.old[name].group != "core"]
        for other in sorted(others, key=lambda name: (name.rpartition(".")[2] != leaf, name)):
            found = self.curated.entry(other, era)
            if other != endpoint and found.exact("compat", other):
                family = entry.get("compat")
                if family and self.exists(family, era):
                    return entry
                own = {name: value for name, value in entry.fields.items() if value[1] == endpoint}
                twin = {name: (value, endpoint if key == other else key) for name, (value, key) in found.fields.items()}
                return Entry({**entry.fields, **twin, **own})
        return entry

    def _core_twin(self, endpoint: str) -> str | None:
        old = self.facts.old.get(endpoint)
        if old is None:
            return None
        names = [name for name in self.same_object.get(old.identity, ()) if self.facts.old[name].group == "core"]
        return min(names, key=lambda name: ("experimental" in name, len(name), name)) if names else None

    def _like_core(self, endpoint: str, twin: str, era: str, target: str, entry: Entry) -> Record:
        """A contrib name of a core object: what became of that."""
        found = self.judge(twin, era, target)
        note = self.note(entry, target) or found.note
        if found.fate == SAME and found.expression is None:
            found = replace(found, expression=twin, package="tensorflow")
        rule = self._rule(endpoint, GONE, found.expression, target, entry, found.legacy_keras)
        legacy = found.legacy_keras or bool(entry.get("legacy_keras"))
        return replace(found, fate=GONE, note=note, rule=rule, ambiguous=False, legacy_keras=legacy)

    def _core(self, endpoint: str, era: str, target: str, entry: Entry) -> Record:
        outcome = self.deriver.outcome(endpoint, era)
        if entry.get("same"):
            return SILENT
        said = self.said(entry, target)
        own = entry.exact("compat" if target == COMPAT else "native", endpoint) or entry.exact("compat", endpoint)
        if outcome.fate == SAME:
            if own and said and said != endpoint:
                return self.replaced(endpoint, era, target, entry, SIGNATURE, said, outcome, ambiguous=True)
            if entry.get("legacy_keras") and era != "215":
                return replace(self._itself(endpoint, target, entry), legacy_keras=True)
            return SILENT
        if target == NATIVE:
            return self._native(endpoint, era, entry, outcome, said)
        if said is not None and not own and said and self.exists(said, era) is False:
            said = None  # a family's pattern that does not fit this one
        if said is None:
            if outcome.expression is None:
                return self._without(endpoint, era, target, entry, outcome.fate, outcome)
            said = outcome.expression
        return self.replaced(endpoint, era, target, entry, outcome.fate, said, outcome, ambiguous=outcome.ambiguous)

    def _itself(self, endpoint: str, target: str, entry: Entry) -> Record:
        """The endpoint stays as it is, in a program that switches legacy Keras on."""
        return Record(SIGNATURE, endpoint, "tensorflow", note=self.note(entry, target), rule="TL140", ambiguous=True)

    def _native(self, endpoint: str, era: str, entry: Entry, outcome: Outcome, said: str | None) -> Record:
        """The endpoint in a program that wants no ``tf.compat.v1``."""
        here = self.facts.eras[era].names.get(endpoint)
        exists = here is not None and not here.failure
        fate, ambiguous = outcome.fate, outcome.ambiguous
        if said == "" and entry.get("native") == "":
            return self._without(endpoint, era, NATIVE, entry, fate, outcome)
        if said and not said.startswith("tf.compat.v1."):
            return self.replaced(endpoint, era, NATIVE, entry, fate, said, outcome, ambiguous=ambiguous)
        if exists and self.kind(endpoint) == "module":
            return SILENT
        if exists and here is not None and (is_keras(endpoint) or outcome.fate == SIGNATURE):
            old = self.facts.old[endpoint].parameters
            breaks = breaking(old, here.parameters)
            if is_keras(endpoint) and not breaks:
                return SILENT
            if old is None or here.parameters is None or not refused(old, here.parameters):
                found = self.replaced(endpoint, era, NATIVE, entry, SIGNATURE, endpoint, outcome, ambiguous=True)
                return replace(found, applicability="safe" if outcome.expression == endpoint else "unsafe")
            if is_keras(endpoint) or self.note(entry, NATIVE):
                return self.replaced(endpoint, era, NATIVE, entry, SIGNATURE, endpoint, outcome, ambiguous=True)
        if outcome.fate == MOVED and outcome.expression:
            found = self.replaced(endpoint, era, NATIVE, entry, MOVED, outcome.expression, outcome, ambiguous=ambiguous)
            return replace(found, fallback=None)
        return self._without(endpoint, era, NATIVE, entry, fate, outcome)

    def _is_private(self, endpoint: str) -> bool:
        old = self.facts.old.get(endpoint)
        return old is None or old.group == "private"

    # -- records -----------------------------------------------------------------------------------------------

    def said(self, entry: Entry, target: str) -> str | None:
        """The replacement that the curated files name for a target; ``""``: none; ``None``: nothing said."""
        compat = entry.text("compat")
        if target == COMPAT:
            return compat
        native = entry.text("native")
        if native is not None:
            return native
        if compat and not compat.startswith("tf.compat.v1."):
            return compat
        return None

    def replaced(
        self,
        endpoint: str,
        era: str,
        target: str,
        entry: Entry,
        fate: str,
        expression: str,
        outcome: Outcome | None,
        *,
        ambiguous: bool = False,
    ) -> Record:
        if not expression:
            return self._without(endpoint, era, target, entry, fate, outcome)
        old = self.parameters(endpoint)
        new, legacy = self._new_parameters(entry, target, expression, era)
        args, add = self._argument_tables(entry, target)
        curated = args is not None or add is not None
        changes, additions = dict(args or {}), dict(add or {})
        broken = breaking(old, new)
        if old is not None and new is not None:
            same_object = outcome is not None and outcome.expression == expression
            for name, change in unmapped(
                old, new, set(changes.values()), rename=same_object or self._is_private(endpoint)
            ):
                changes.setdefault(name, change)
        self._check_arguments(endpoint, era, target, old, new, changes, additions, expression)
        unchanged = not changes and not additions and not broken
        if curated and unchanged and expression == endpoint and fate == SIGNATURE:
            return SILENT
        mapped = new if (changes or additions or broken) else None
        if (changes or additions) and new is None:
            mapped = guess_new(old, changes, additions)
        legacy = legacy or bool(outcome and outcome.legacy_keras and expression == outcome.expression)
        legacy = legacy or (bool(entry.get("legacy_keras")) and era != "215")
        fallback = entry.get("fallback")
        if fallback is None and mapped is not None and target == COMPAT:
            fallback = self._v1_twin(endpoint, era)
            if fallback is None and outcome is not None and outcome.expression == expression == endpoint:
                fallback = endpoint  # the object itself: nothing takes 1.15's arguments better
            elif fallback == expression:
                fallback = None
        applicability = entry.get("applicability") or "safe"
        if target == NATIVE:
            compat = entry.get("compat") or (outcome.expression if outcome else None)
            default = applicability if expression == compat or entry.get("native") is None else "unsafe"
            applicability = entry.get("native_applicability") or default
        return Record(
            fate,
            expression,
            entry.get("package") or package_of(expression),
            applicability,
            mapped,
            changes,
            additions,
            fallback or None,
            self._note_beside(endpoint, entry, target),
            self._rule(endpoint, fate, expression, target, entry, legacy),
            legacy,
            ambiguous,
        )

    def _without(
        self, endpoint: str, era: str, target: str, entry: Entry, fate: str, outcome: Outcome | None
    ) -> Record:
        """No replacement: the note has to help."""
        legacy = bool(entry.get("legacy_keras")) and era != "215"
        ambiguous = bool(outcome and outcome.ambiguous)
        rule = self._rule(endpoint, fate, None, target, entry, legacy)
        return Record(
            fate,
            None,
            applicability="guide",
            note=self.note(entry, target),
            rule=rule,
            legacy_keras=legacy,
            ambiguous=ambiguous,
        )

    def note(self, entry: Entry, target: str) -> str:
        native = entry.get("native_note") if target == NATIVE else None
        return " ".join(str(native or entry.get("note") or "").split())

    def _note_beside(self, endpoint: str, entry: Entry, target: str) -> str:
        """The note beside a replacement. What a family says of its members is meant for those without one."""
        name = "native_note" if target == NATIVE and entry.get("native_note") else "note"
        said = "native" if target == NATIVE and entry.get("native") is not None else "compat"
        if endpoint.startswith("tf.contrib.") and entry.exact(said, endpoint) and not entry.exact(name, endpoint):
            return ""
        return self.note(entry, target)

    def _argument_tables(self, entry: Entry, target: str) -> tuple[dict[str, str] | None, dict[str, str] | None]:
        if target == NATIVE and ("native_args" in entry.fields or "native_add" in entry.fields):
            return entry.get("native_args"), entry.get("native_add")
        return entry.get("args"), entry.get("add")

    def _new_parameters(self, entry: Entry, target: str, expression: str, era: str) -> tuple[Parameters | None, bool]:
        """The replacement's parameters, and whether it needs legacy Keras (it is only there with it)."""
        said = (entry.get("native_new") if target == NATIVE else None) or entry.get("new")
        names = self.facts.eras[era].names
        found = names.get(expression)
        legacy = False
        if era == "216" and (found is None or found.failure or (target == COMPAT and is_keras(expression))):
            found = self.facts.eras["legacy"].names.get(expression)
            legacy = found is not None
        if said:
            return plain_parameters(said), legacy
        if found is not None:
            return found.parameters, legacy
        package = self.facts.packages.get(expression)
        return (package.parameters if package else None), False

    def exists(self, expression: str, era: str) -> bool | None:
        """Whether a dotted name exists; ``None`` when the facts can't say."""
        if expression.startswith("support:"):
            return None if self.support is None else expression[8:] in self.support
        root = expression.partition(".")[0]
        if root == "tf":
            for data in (self.facts.eras[era], self.facts.eras["legacy"]) if era == "216" else (self.facts.eras[era],):
                found = data.names.get(expression)
                if found is not None and not found.failure:
                    return True
                owner, _, member = expression.rpartition(".")
                if member in (data.members_of(owner) or ()):
                    return True
            return False
        if expression in self.facts.packages or any(name.startswith(expression + ".") for name in self.facts.packages):
            return True
        known = any(name.startswith(root + ".") for name in self.facts.packages)
        return False if known and root in ("tf_slim", "absl") else None

    def _v1_twin(self, endpoint: str, era: str) -> str | None:
        """``tf.compat.v1.N`` where it takes everything that ``tf.N`` took."""
        old = self.facts.old.get(endpoint)
        if old is None or old.group != "core":
            return None
        name = f"tf.compat.v1{endpoint[2:]}"
        for data in (self.facts.eras[era], self.facts.eras["legacy"]):
            found = data.names.get(name)
            if found is not None and not found.failure:
                own = tuple(item for item in old.parameters or () if not item[0].startswith("_"))  # _sentinel
                return name if not breaking(own, found.parameters) else None
        return None

    def _rule(self, endpoint: str, fate: str, expression: str | None, target: str, entry: Entry, legacy: bool) -> str:
        said = (entry.get("native_rule") if target == NATIVE else None) or entry.get("rule")
        return str(said) if said else rule_of(endpoint, fate, expression, legacy_keras=legacy)

    # -- checks ------------------------------------------------------------------------------------------------

    def _check_arguments(
        self,
        endpoint: str,
        era: str,
        target: str,
        old: Parameters | None,
        new: Parameters | None,
        changes: dict[str, str],
        additions: dict[str, str],
        expression: str,
    ) -> None:
        where = f"{endpoint} ({era}, {target})"
        old_names = {name for name, _, _ in old or ()}
        old_any = old is None or any(kind == "var_keyword" for _, _, kind in old)
        new_names = {name for name, _, _ in new or ()}
        new_any = new is None or any(kind == "var_keyword" for _, _, kind in new)
        for name, change in changes.items():
            if name not in old_names and not old_any:
                self.problems.append(f"{where}: args: 1.15 has no parameter {name!r}")
            written = change.partition("=")[0].strip()
            if not change.startswith("!") and written not in new_names and not new_any:
                self.problems.append(f"{where}: args: {expression} has no parameter {written!r}")
        for name in additions:
            if name not in new_names and not new_any:
                self.problems.append(f"{where}: add: {expression} has no parameter {name!r}")
        if new is None and (changes or additions) and old is None:
            self.problems.append(f"{where}: args: neither signature is known; say `new` and `old`")

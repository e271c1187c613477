"""From references to uses: what the catalog says of each name that a module spells."""

from __future__ import annotations

from tensorlift.analysis.model import Context, Evidence, Reference
from tensorlift.catalog.model import Era, Fate, Kind, Target, Verdict
from tensorlift.rewriting.context import ModuleContext

UNKNOWN = "TL105"


def end_of(reference: Reference, endpoint: str) -> int | None:
    """Where ``endpoint``, a prefix of the reference's name, ends in the source; ``None`` when that prefix is not
    spelled at this place."""
    beyond = reference.name[len(endpoint) :].count(".")
    if beyond == 0:
        return reference.end
    index = len(reference.ends) - 1 - beyond
    return reference.ends[index] if index >= 0 else None


def verdict_of(reference: Reference, context: ModuleContext) -> tuple[str, Verdict] | None:
    """The endpoint that a reference names and its verdict, ``None`` where there is nothing to say."""
    split = context.catalog.split(reference.name)
    if split is None:
        return None
    endpoint, rest = split
    verdict = context.catalog.verdict(endpoint, context.era, context.target)
    if rest and (verdict is None or not verdict.rule):
        missing = _unknown(endpoint, rest, reference, context)
        if missing:
            return missing
    if verdict is None or not verdict.rule:
        return None
    return endpoint, verdict


def _unknown(endpoint: str, rest: str, reference: Reference, context: ModuleContext) -> tuple[str, Verdict] | None:
    """A name below a known module that neither TensorFlow 1.15 nor the era knows."""
    if reference.evidence in (Evidence.VALUE, Evidence.GUESS) or reference.context is Context.STORE:
        return None
    known = context.catalog.endpoint(endpoint) or context.catalog.modern(endpoint, context.era)
    if known is None or known.kind is not Kind.MODULE:
        return None
    name = f"{endpoint}.{rest.split('.')[0]}"
    if context.catalog.modern(name, context.era) is not None or rest.startswith("_"):
        return None
    if endpoint.startswith("tf.compat.v2") or ".compat.v" in name.removeprefix("tf.compat.v"):
        return None  # tf.compat.v2 is tf; compat.v1.compat.v1 and the like lead back to themselves
    if endpoint.split(".")[0] != "tf" or endpoint.startswith(("tf.python", "tf.core", "tf.compiler", "tf.tools")):
        return None
    note = f"neither TensorFlow 1.15 nor {_release(context.era)} has a public {name}"
    return name, Verdict(name, Kind.FUNCTION, Fate.GONE, None, note, UNKNOWN)


def _release(era: Era) -> str:
    return "2.15" if era is Era.TF215 else "2.16 or later"


def breaks(reference: Reference, endpoint: str, context: ModuleContext) -> bool:
    """Whether a call of a name that exists before and after certainly fails after: it gives a keyword that only
    TensorFlow 1 takes."""
    call = reference.call
    if call is None or reference.context is not Context.CALL:
        return False
    old = context.catalog.endpoint(endpoint)
    era = Era.TF216 if context.era is Era.LEGACY else context.era
    new = context.catalog.modern(endpoint, era) or context.catalog.modern(endpoint, context.era)
    if old is None or new is None or old.parameters is None or new.parameters is None:
        return False
    if any(p.kind == "var_keyword" for p in new.parameters):
        return False
    old_names = {p.name for p in old.parameters}
    new_names = {p.name for p in new.parameters}
    return any(a.keyword in old_names - new_names for a in call.arguments if a.keyword)


def _gives_changed(reference: Reference, verdict: Verdict) -> bool:
    """Whether a call gives a keyword that the verdict's argument map changes or that the new signature lacks."""
    mapping = verdict.replacement.arguments if verdict.replacement else None
    if mapping is None or reference.call is None:
        return False
    lost = {p.name for p in mapping.old} - {p.name for p in mapping.new}
    return any(a.keyword in mapping.changes or a.keyword in lost for a in reference.call.arguments if a.keyword)


def applies(reference: Reference, endpoint: str, verdict: Verdict, context: ModuleContext) -> bool:
    """Whether a verdict is a finding at this place."""
    if reference.context is Context.STORE:
        return False
    by_value = reference.evidence in (Evidence.VALUE, Evidence.GUESS)
    if by_value and verdict.inherited and context.target is Target.COMPAT:
        return False  # told once, where the value is made
    if by_value and verdict.fate is Fate.SIGNATURE:
        return breaks(reference, endpoint, context) or _gives_changed(reference, verdict)
    if verdict.ambiguous and not context.written_for_tf1:
        return breaks(reference, endpoint, context)
    # tf.nn, tf.losses ...: a module that is there before and after; what is written below it is what matters.
    return not (verdict.ambiguous and verdict.kind is Kind.MODULE)

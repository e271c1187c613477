"""One module under the rules: its findings, and the edits that remove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tensorlift.analysis.model import Context
from tensorlift.catalog.model import Applicability, Fate
from tensorlift.migration.compose import Group
from tensorlift.rewriting import imports
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.model import ImportNeed
from tensorlift.rewriting.name_edits import name_edit
from tensorlift.rewriting.plan import Mending, ModulePlan, plan_module
from tensorlift.rewriting.spelling import spell_at
from tensorlift.rules.base import Rule, rules
from tensorlift.rules.model import Finding, Fix
from tensorlift.text.edits import Edit
from tensorlift.workspace.settings import Settings

IMPORT_OF_CONTRIB = "TL110"
IMPORT_OF_PRIVATE = "TL111"


@dataclass(frozen=True)
class Examination:
    """The findings of one module in source order. ``crashed`` names rules that failed on it, with the reason."""

    context: ModuleContext
    plan: ModulePlan
    findings: Sequence[Finding]
    crashed: Sequence[str] = field(default=())


def examine(context: ModuleContext, settings: Settings, unsafe: bool = True) -> Examination:
    """Look at a module. Without ``unsafe`` what only an unsafe edit could mend counts as left to a person."""
    module = context.module
    suppressed = module.suppressions

    def allowed(mending: Mending) -> bool:
        code = code_of(mending)
        if not settings.wants(code) or suppressed.covers(code, mending.use.reference.start):
            return False
        return unsafe or mending.applicability is not Applicability.UNSAFE

    plan = plan_module(context, allowed)
    findings: list[Finding] = []
    crashed: list[str] = []
    if not suppressed.whole_file:
        known = rules()
        findings = [finding_of(mending, known) for mending in plan.mendings]
        for rule in known.values():
            if rule.optional and rule.code not in settings.select:
                continue
            try:
                findings += rule.check(context)
            except Exception as error:  # a broken rule must not cost the others their findings
                crashed.append(f"{rule.code} {rule.name}: {type(error).__name__}: {error}")
    findings = [f for f in findings if settings.wants(f.rule) and not suppressed.covers(f.rule, f.start)]
    findings.sort(key=lambda f: (f.start, f.end, f.rule))
    return Examination(context, plan, findings, crashed)


def code_of(mending: Mending) -> str:
    """The code of the rule that reports a use."""
    use = mending.use
    if use.reference.context is Context.IMPORT and use.verdict.fate is Fate.GONE:
        if use.endpoint.startswith("tf.contrib"):
            return IMPORT_OF_CONTRIB
        if use.endpoint.startswith(("tf.python", "tf.core")):
            return IMPORT_OF_PRIVATE
    return use.verdict.rule


def finding_of(mending: Mending, known: dict[str, Rule] | object) -> Finding:
    """The finding that tells of a use."""
    use = mending.use
    code = code_of(mending)
    rule = rules().get(code)
    if rule is None:
        raise LookupError(f"the catalog names a rule {code} that does not exist ({use.endpoint})")
    replacement = use.verdict.replacement
    applicability = Applicability.GUIDE
    if replacement is not None and (mending.name is not None or mending.excluded):
        applicability = replacement.applicability
    return Finding(
        code,
        rule.name,
        use.reference.start,
        use.end,
        rule.message(mending),
        use.endpoint,
        mending.name or (replacement.expression if replacement else None),
        applicability,
        mending,
    )


def groups(examination: Examination) -> Iterator[Group]:
    """Everything that can be mended in one pass over the module, as groups for compose; the key of a group is the
    tuple of findings that it removes."""
    context, plan = examination.context, examination.plan
    by_mending = {id(f.data): f for f in examination.findings if isinstance(f.data, Mending)}
    needs: list[ImportNeed] = []
    for change in plan.statements:
        keys = tuple(
            by_mending[id(m)]
            for m in plan.mendings
            if id(m) in by_mending and (m.covered or m.use.reference.context is Context.IMPORT)
            if m.use.reference.base in change.targets or m.use.reference.name in change.targets
        )
        yield Group(keys, change.edits)
    for mending in plan.mendings:
        finding = by_mending.get(id(mending))
        if finding is None or mending.name is None or not mending.edits:
            continue
        needs += mending.imports
        yield Group((finding,), mending.edits)
    for finding in examination.findings:
        if not isinstance(finding.data, Mending):
            fix = rules()[finding.rule].fix(context, finding)
            if fix is not None:
                needs += fix.imports
                yield Group((finding,), fix.edits)
    for edit in imports.place(needs, context):
        yield Group((), (edit,))


def fix_one(examination: Examination, finding: Finding) -> Fix | None:
    """The change that removes one finding and leaves the others: what a quick fix does."""
    context, mending = examination.context, finding.data
    if not isinstance(mending, Mending):
        return rules()[finding.rule].fix(context, finding)
    if mending.name is None:
        return None
    title = f"Replace with `{mending.name}`"
    if mending.use.reference.context is Context.IMPORT:
        return _fix_import(examination, mending)
    edits, needs = mending.edits, mending.imports
    if mending.use.reference.base in examination.plan.switched and mending.use.verdict.replacement is not None:
        alone = _alone(mending, context)
        if alone is None:
            return None
        edits, needs = alone
    edits = (*edits, *imports.place(needs, context))
    return Fix(title, edits, mending.applicability, needs, mending.support, _program(mending), mending.packages)


def _alone(mending: Mending, context: ModuleContext) -> tuple[tuple[Edit, ...], tuple[ImportNeed, ...]] | None:
    reference = mending.use.reference
    spelling = spell_at(mending.name or "", reference.start, context)
    edit = name_edit(context.source, reference, mending.use.end, spelling.text)
    if edit is None:
        return None
    return (*mending.edits, edit), ((spelling.need,) if spelling.need else ())


def _fix_import(examination: Examination, mending: Mending) -> Fix | None:
    plan, context = examination.plan, examination.context
    targets = {mending.use.reference.name, mending.use.reference.base}
    edits = [e for change in plan.statements if targets & change.targets for e in change.edits]
    if not edits:
        return None
    needs: list[ImportNeed] = []
    support: list[str] = list(mending.support)
    for other in plan.mendings:
        if other.use.reference.base in targets and other.name is not None:
            edits += [e for e in other.edits if e not in edits]
            needs += other.imports
            support += other.support
    edits += imports.place(needs, context)
    return Fix(
        f"Import `{mending.name}` instead, and rewrite what uses it",
        tuple(edits),
        mending.applicability,
        tuple(needs),
        tuple(dict.fromkeys(support)),
        _program(mending),
        mending.packages,
    )


def _program(mending: Mending) -> tuple[str, ...]:
    return ("legacy-keras",) if mending.legacy_keras else ()

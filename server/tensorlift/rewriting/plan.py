"""The plan of one module: what becomes of each of its uses, and of the imports and aliases that they stand on.

Uses cannot be mended one by one: in ``from tensorflow.contrib import slim`` the import decides what every ``slim.x``
of the module means. The plan looks at all uses of a binding, decides whether the binding changes what it stands for
(``import tf_slim as slim``), and then gives each use the edits that are still needed.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tensorlift.analysis.model import Context, Evidence, Reference
from tensorlift.catalog.model import Applicability, Kind, Replacement, Verdict
from tensorlift.rewriting import imports
from tensorlift.rewriting.arguments import UnmappableError, map_arguments
from tensorlift.rewriting.context import ModuleContext, Use
from tensorlift.rewriting.model import ImportNeed
from tensorlift.rewriting.name_edits import name_edit
from tensorlift.rewriting.spelling import spell
from tensorlift.rewriting.uses import applies, end_of, verdict_of
from tensorlift.text.edits import Edit

SUPPORT = "support:"
V1 = "tf.compat.v1"


@dataclass(frozen=True, slots=True)
class Mending:
    """What one use becomes. ``name`` is the dotted name that stands there afterwards, ``edits`` change arguments (and
    the name, once the plan knows how it is spelled). ``left`` is the reason why nothing can be done."""

    use: Use
    name: str | None
    edits: tuple[Edit, ...] = ()
    imports: tuple[ImportNeed, ...] = ()
    applicability: Applicability = Applicability.GUIDE
    left: str = ""
    support: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    legacy_keras: bool = False
    covered: bool = False  # the change of its binding is all it needs
    excluded: bool = False  # could be mended, but was not asked for


@dataclass(frozen=True)
class ModulePlan:
    """``mendings`` has one entry per use that is a finding, in source order; ``statements`` are edits of import
    statements that go with them, ``switched`` the bindings' old targets and what they stand for afterwards."""

    mendings: Sequence[Mending]
    statements: Sequence[imports.StatementChange]
    switched: Mapping[str, str]
    gone: frozenset[str] = field(default=frozenset())


Allowed = Callable[[Mending], bool]


def plan_module(context: ModuleContext, allowed: Allowed | None = None) -> ModulePlan:
    """Plan a module as a whole. A mending that ``allowed`` refuses is left as if only a person could do it."""
    uses = list(find_uses(context))
    chosen: dict[Reference, Mending] = {}
    for use in uses:
        mending = choose(use, context)
        if allowed is not None and mending.name is not None and not allowed(mending):
            mending = replace(mending, name=None, edits=(), excluded=True)
        chosen[use.reference] = mending
    users = [
        (r, chosen.get(r))
        for r in context.module.references
        if r.context is not Context.IMPORT and is_bound_name(r, context)
    ]
    switched = switches(users, context)
    mendings = [m for use in uses if not is_idle(m := _spelled(chosen[use.reference], switched, context))]
    gone = _gone_bindings(mendings, switched, context)
    statements = imports.plan_statements(context, switched, gone)
    return ModulePlan(mendings, statements, switched, gone)


def is_idle(mending: Mending) -> bool:
    """Whether what is written is right as it is: this call gives nothing that changed."""
    stays = mending.name is not None and not mending.edits and not mending.covered
    return stays and mending.use.reference.context is not Context.IMPORT


def find_uses(context: ModuleContext, references: Sequence[Reference] | None = None) -> Iterator[Use]:
    """The module's references (or some of them) that are findings."""
    for reference in context.module.references if references is None else references:
        if _may_be_another(reference):
            continue
        found = verdict_of(reference, context)
        if found is None:
            continue
        endpoint, verdict = found
        if not applies(reference, endpoint, verdict, context):
            continue
        end = end_of(reference, endpoint)
        if end is None:
            if (
                reference.evidence is Evidence.ALIAS
                and reference.end == reference.ends[-1]
                and len(reference.ends) == 1
            ):
                end = reference.end  # a bound name that reaches beyond the endpoint
            else:
                continue
        yield Use(reference, endpoint, end, verdict)


def _may_be_another(reference: Reference) -> bool:
    """Whether a bare name stands for one thing or another, as ``cell`` after ``cell = a.LSTMCell`` in one branch and
    ``cell = a.GRUCell`` in the other. Only the places that bind it can be mended."""
    bare = reference.name == reference.base and reference.context is not Context.IMPORT
    return bare and not reference.certain and reference.evidence in (Evidence.IMPORT, Evidence.ALIAS)


def choose(use: Use, context: ModuleContext) -> Mending:
    """The replacement of one use, without regard to how names are bound."""
    reference, verdict = use.reference, use.verdict
    replacement = verdict.replacement
    if replacement is None or replacement.applicability is Applicability.GUIDE:
        return Mending(use, None, left=verdict.note)
    if reference.evidence in (Evidence.VALUE, Evidence.GUESS):
        return _choose_method(use, replacement)
    if reference.context is Context.DELETE:
        return Mending(use, None, left="it is deleted here")
    name, support = _expression(replacement.expression, context)
    rest = reference.name[len(use.endpoint) :]
    if rest and verdict.kind is Kind.MODULE and name.startswith("tf."):
        member = name + "." + rest[1:].split(".")[0]
        if context.catalog.modern(member, context.era) is None:
            return Mending(use, None, left=f"{name} has no {rest[1:]}")
    if not context.program.definitions.issuperset(support):
        return Mending(use, None, left=verdict.note or f"nothing is known that replaces {use.endpoint}")
    edits: tuple[Edit, ...] = ()
    needs: tuple[ImportNeed, ...] = ()
    if replacement.arguments is not None:
        call = reference.call if reference.context is Context.CALL and not rest else None
        try:
            if call is None:
                raise UnmappableError("it is not called here, so its arguments cannot be rewritten")
            edits = tuple(map_arguments(call, context.source, replacement.arguments))
            edits, needs = _with_own_alias(edits, reference, context)
        except UnmappableError as error:
            if replacement.fallback is not None:
                name = replacement.fallback
            elif call is not None or verdict.kind is not Kind.CLASS:
                return Mending(use, None, left=str(error))
    if context.unchanged:
        name, edits = _on_compat_v1(use, name, edits, context)
    root = name.split(".")[0]
    packages = () if root == "tf" or support or root in sys.stdlib_module_names else (root,)
    return Mending(
        use,
        name,
        edits,
        needs,
        applicability=replacement.applicability,
        support=support,
        packages=packages,
        legacy_keras=verdict.needs_legacy_keras,
    )


_TF = re.compile(r"\btf(?=\.)")


def _with_own_alias(
    edits: tuple[Edit, ...], reference: Reference, context: ModuleContext
) -> tuple[tuple[Edit, ...], tuple[ImportNeed, ...]]:
    """Argument edits whose text says ``tf.``, under the name that TensorFlow has at that place."""
    if not any(_TF.search(edit.text) for edit in edits):
        return edits, ()
    own = spell("tf", reference, context)
    renamed = tuple(replace(edit, text=_TF.sub(own.text, edit.text)) for edit in edits)
    return renamed, ((own.need,) if own.need else ())


def _on_compat_v1(use: Use, name: str, edits: tuple[Edit, ...], context: ModuleContext) -> tuple[str, tuple[Edit, ...]]:
    """The same endpoint under ``tf.compat.v1`` with its arguments as they are, where it is there; else the replacement
    as it is found there."""
    for candidate, kept in ((use.endpoint, ()), (name, edits)):
        compat = f"{V1}.{candidate.removeprefix('tf.')}"
        if candidate.startswith("tf.") and not candidate.startswith(V1):
            if context.catalog.modern(compat, context.era) is not None:
                return compat, kept
    return name, edits


def _choose_method(use: Use, replacement: Replacement) -> Mending:
    """A method or attribute of a value: only its last name changes, on the same value."""
    reference = use.reference
    owner, _, old_leaf = use.endpoint.rpartition(".")
    new_owner, _, leaf = replacement.expression.rpartition(".")
    if leaf == old_leaf and replacement.arguments is None:
        return Mending(use, use.endpoint)  # the value's class changes where the value is made
    if new_owner != owner or reference.evidence is Evidence.GUESS or replacement.arguments is not None:
        return Mending(use, None, left=use.verdict.note or "it is written on a value, so only a person can rewrite it")
    return Mending(use, use.endpoint, (Edit(use.end - len(old_leaf.encode()), use.end, leaf),))


def _expression(expression: str, context: ModuleContext) -> tuple[str, tuple[str, ...]]:
    if expression.startswith(SUPPORT):
        name = expression.removeprefix(SUPPORT)
        return f"{context.program.support}.{name}", (name.split(".")[0],)
    return expression, ()


def is_bound_name(reference: Reference, context: ModuleContext) -> bool:
    """Whether the reference begins with a name that is bound to something inside TensorFlow: what that name stands for
    may change at its binding."""
    if reference.evidence not in (Evidence.IMPORT, Evidence.ALIAS):
        return False
    if "." not in reference.base and not context.unchanged:
        return False
    written = context.source[reference.start : reference.ends[0]]
    return all(part.decode().isidentifier() for part in written.split(b"."))


def switches(bound: Sequence[tuple[Reference, Mending | None]], context: ModuleContext) -> dict[str, str]:
    """Which bindings change what they stand for: old target -> new target. ``bound`` are the references that begin with
    a bound name, and what becomes of each."""
    users: dict[str, list[tuple[Reference, Mending | None]]] = defaultdict(list)
    for reference, mending in bound:
        users[reference.base].append((reference, mending))
    switched: dict[str, str] = {"tf": V1} if context.unchanged else {}
    for target, uses in users.items():
        new = _new_target(target, uses, context)
        if new is not None and new != target:
            switched[target] = new
    imported = (item.target or "" for statement in context.module.imports for item in statement.items)
    for target in imported:
        if target and "." in target and target not in users and target not in switched:
            new = _new_target(target, [], context)
            if new is not None and new != target:
                switched[target] = new
    return switched


def _new_target(target: str, uses: Sequence[tuple[Reference, Mending | None]], context: ModuleContext) -> str | None:
    split = context.catalog.split(target)
    if split is None or split[1]:
        return None
    verdict = context.catalog.verdict(target, context.era, context.target)
    replacement = verdict.replacement if verdict is not None and verdict.rule else None
    if verdict is None or replacement is None or replacement.applicability is Applicability.GUIDE:
        return None
    if any(m is not None and m.excluded for _, m in uses) or not imports.importable(
        _expression(replacement.expression, context)[0]
    ):
        return None
    whole = [(r, m) for r, m in uses if r.name == target]
    if verdict.kind is Kind.MODULE:
        if verdict.ambiguous:
            return None
        new = _expression(replacement.expression, context)[0]
        covered = [m for r, m in uses if m is not None and m.name is not None and _covers(r, m, target, new)]
        return new if covered or (whole and all(m is not None for _, m in whole)) else None
    if verdict.ambiguous and not any(m is not None for _, m in uses) and uses:
        return None
    return _new_leaf(verdict, replacement, uses, context)


def _new_leaf(
    verdict: Verdict,
    replacement: Replacement,
    uses: Sequence[tuple[Reference, Mending | None]],
    context: ModuleContext,
) -> str | None:
    """The new target of a name bound to one function or class: one that serves every use."""
    if any(m is not None and m.name is None for _, m in uses):
        return None
    expression = _expression(replacement.expression, context)[0]
    if replacement.arguments is None or replacement.fallback is not None:
        return replacement.fallback if replacement.arguments is not None else expression
    if any(_may_be_another(r) for r, _ in uses):
        return None
    by_assignment = any(b.target == verdict.endpoint and not b.at_import for b in context.module.bindings)
    return None if by_assignment else expression


def _covers(reference: Reference, mending: Mending, target: str, new: str) -> bool:
    return mending.name is not None and mending.name == new + mending.use.endpoint[len(target) :]


def decided(mending: Mending, switched: Mapping[str, str], context: ModuleContext) -> Mending | None:
    """The mending where no name has to be written at its place; ``None`` where one has."""
    use, name = mending.use, mending.name
    reference = use.reference
    if name is None or reference.evidence in (Evidence.VALUE, Evidence.GUESS):
        return mending
    if reference.context is Context.IMPORT:
        return replace(mending, edits=(), covered=reference.name in switched or reference.base in switched)
    new_base = switched.get(reference.base) if is_bound_name(reference, context) else None
    if new_base is not None:
        if name == new_base + use.endpoint[len(reference.base) :]:
            return replace(mending, covered=not mending.edits)
        fallback = use.verdict.replacement.fallback if use.verdict.replacement else None
        if fallback is not None and fallback == new_base + use.endpoint[len(reference.base) :]:
            return replace(mending, name=fallback, edits=(), covered=True)
    if new_base is None and reference.name == reference.base and mending.edits and is_bound_name(reference, context):
        return replace(mending, name=None, edits=(), left="it is called through another name, which keeps its meaning")
    return None


def _spelled(mending: Mending, switched: Mapping[str, str], context: ModuleContext) -> Mending:
    """The mending with the edits that write its name."""
    done = decided(mending, switched, context)
    if done is not None or mending.name is None:
        return done or mending
    use, name = mending.use, mending.name
    reference = use.reference
    spelling = spell(name, reference, context)
    if spelling.need is not None and not mending.edits:
        whole = _assignment_as_import(name, use, context)
        if whole is not None:
            return replace(mending, edits=(whole,))
    edit = name_edit(context.source, reference, use.end, spelling.text)
    if edit is None:
        return replace(mending, name=None, edits=(), left="a comment stands inside the name")
    needs = (spelling.need,) if spelling.need else ()
    return replace(
        mending,
        edits=(*mending.edits, *((edit,) if edit.start != edit.end or edit.text else ())),
        imports=(*mending.imports, *needs),
    )


_ASSIGNMENT = re.compile(rb"(\w+)[ \t]*=[ \t]*")


def _assignment_as_import(name: str, use: Use, context: ModuleContext) -> Edit | None:
    """``slim = tf.contrib.slim`` as the import statement that it stands for."""
    reference = use.reference
    start, end = context.module.statement_at(reference.start)
    match = _ASSIGNMENT.match(context.source, start)
    if match is None or match.end() != reference.start or end != reference.end or use.end != end:
        return None
    if use.verdict.kind is not Kind.MODULE or not imports.importable(name):
        return None
    return Edit(start, end, imports.statement(name, match.group(1).decode()))


def _gone_bindings(mendings: Sequence[Mending], switched: Mapping[str, str], context: ModuleContext) -> frozenset[str]:
    """Targets whose binding nobody needs any more: each of its uses is now written through another name."""
    by_reference: dict[Reference, Mending] = {m.use.reference: m for m in mendings}
    needed: set[str] = set()
    bound: set[str] = set()
    for reference in context.module.references:
        if reference.context is Context.IMPORT:
            if "." in reference.name:
                bound.add(reference.name)
            continue
        if is_bound_name(reference, context):
            mending = by_reference.get(reference)
            if mending is None or mending.name is None or mending.covered:
                needed.add(reference.base)
    is_package = context.document.path is not None and context.document.path.name == "__init__.py"
    gone = set()
    for target in bound - needed - set(switched):
        verdict = context.catalog.verdict(target, context.era, context.target)
        if verdict is None or not verdict.rule or (verdict.ambiguous and not context.written_for_tf1):
            continue
        used = any(r.base == target and r.context is not Context.IMPORT for r in context.module.references)
        if used or not (is_package or verdict.ambiguous):
            gone.add(target)
    return frozenset(gone)

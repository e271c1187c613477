"""The plan of one module: what becomes of each of its uses, and of the imports and aliases that they stand on.

Uses cannot be mended one by one: in ``from tensorflow.contrib import slim`` the import decides what every ``slim.x``
of the module means. The plan looks at all uses of a binding, decides whether the binding changes what it stands for
(``import tf_slim as slim``), and then gives each use the edits that are still needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tensorlift.analysis.model import Context, Evidence, Import, Reference
from tensorlift.catalog.model import Applicability, Kind, Replacement, Verdict
from tensorlift.rewriting import imports
from tensorlift.rewriting.arguments import Unmappable, map_arguments
from tensorlift.rewriting.context import ModuleContext, Use
from tensorlift.rewriting.model import ImportNeed
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
        mending = _choose(use, context)
        if allowed is not None and mending.name is not None and not allowed(mending):
            mending = replace(mending, name=None, edits=(), excluded=True)
        chosen[use.reference] = mending
    switched = _switches(chosen, context)
    mendings = [m for use in uses if not _is_idle(m := _spelled(chosen[use.reference], switched, context))]
    gone = _gone_bindings(mendings, switched, context)
    statements = imports.plan_statements(context, switched, gone)
    return ModulePlan(mendings, statements, switched, gone)


def _is_idle(mending: Mending) -> bool:
    """Whether what is written is right as it is: this call gives nothing that changed."""
    stays = mending.name is not None and not mending.edits and not mending.covered
    return stays and mending.use.reference.context is not Context.IMPORT


def find_uses(context: ModuleContext) -> Iterator[Use]:
    """The module's references that are findings."""
    for reference in context.module.references:
        found = verdict_of(reference, context)
        if found is None:
            continue
        endpoint, verdict = found
        if not applies(reference, endpoint, verdict, context):
            continue
        end = end_of(reference, endpoint)
        if end is None:
            if reference.evidence is Evidence.ALIAS and reference.end == reference.ends[-1] and len(reference.ends) == 1:
                end = reference.end  # a bound name that reaches beyond the endpoint
            else:
                continue
        yield Use(reference, endpoint, end, verdict)


def _choose(use: Use, context: ModuleContext) -> Mending:
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
    edits: tuple[Edit, ...] = ()
    if replacement.arguments is not None:
        call = reference.call if reference.context is Context.CALL and not rest else None
        try:
            if call is None:
                raise Unmappable("it is not called here, so its arguments cannot be rewritten")
            edits = tuple(map_arguments(call, context.source, replacement.arguments))
        except Unmappable as error:
            if replacement.fallback is None:
                return Mending(use, None, left=str(error))
            name = replacement.fallback
    if context.unchanged:
        name, edits = _on_compat_v1(use, name, edits, context)
    root = name.split(".")[0]
    packages = () if root == "tf" or support else (root,)
    return Mending(
        use,
        name,
        edits,
        applicability=replacement.applicability,
        support=support,
        packages=packages,
        legacy_keras=verdict.needs_legacy_keras,
    )


def _on_compat_v1(
    use: Use, name: str, edits: tuple[Edit, ...], context: ModuleContext
) -> tuple[str, tuple[Edit, ...]]:
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


def _is_bound_name(reference: Reference) -> bool:
    return reference.evidence in (Evidence.IMPORT, Evidence.ALIAS) and "." in reference.base


def _switches(chosen: Mapping[Reference, Mending], context: ModuleContext) -> dict[str, str]:
    """Which bindings change what they stand for: old target -> new target."""
    users: dict[str, list[tuple[Reference, Mending | None]]] = defaultdict(list)
    for reference in context.module.references:
        if reference.context is not Context.IMPORT and _is_bound_name(reference):
            users[reference.base].append((reference, chosen.get(reference)))
    switched: dict[str, str] = {"tf": V1} if context.unchanged else {}
    for target, uses in users.items():
        new = _new_target(target, uses, context)
        if new is not None and new != target:
            switched[target] = new
    for binding in context.module.bindings:
        target = binding.target or ""
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
    names = {m.name for _, m in uses if m is not None and m.name is not None}
    if any(m is not None and m.name is None for _, m in uses):
        return None
    if len(names) > 1:
        return replacement.fallback
    if names:
        return names.pop()
    if replacement.arguments is not None:
        return replacement.fallback
    return _expression(replacement.expression, context)[0]


def _covers(reference: Reference, mending: Mending, target: str, new: str) -> bool:
    return mending.name is not None and mending.name == new + mending.use.endpoint[len(target) :]


def _spelled(mending: Mending, switched: Mapping[str, str], context: ModuleContext) -> Mending:
    """The mending with the edits that write its name."""
    use, name = mending.use, mending.name
    reference = use.reference
    if name is None or reference.evidence in (Evidence.VALUE, Evidence.GUESS):
        return mending
    if reference.context is Context.IMPORT:
        return replace(mending, edits=(), covered=reference.name in switched or reference.base in switched)
    new_base = switched.get(reference.base)
    if new_base is not None:
        if name == new_base + use.endpoint[len(reference.base) :]:
            return replace(mending, covered=not mending.edits)
        fallback = use.verdict.replacement.fallback if use.verdict.replacement else None
        if fallback is not None and fallback == new_base + use.endpoint[len(reference.base) :]:
            return replace(mending, name=fallback, edits=(), covered=True)
    spelling = spell(name, reference, context)
    edit = name_edit(context.source, reference.start, use.end, spelling.text)
    if edit is None:
        return replace(mending, name=None, edits=(), left="a comment stands inside the name")
    needs = (spelling.need,) if spelling.need else ()
    return replace(mending, edits=(*mending.edits, *((edit,) if edit.start != edit.end or edit.text else ())), imports=needs)


def name_edit(source: bytes, start: int, end: int, text: str) -> Edit | None:
    """The smallest edit that turns the dotted name in ``start:end`` into ``text``: what both begin and end with stays.
    ``None`` when a comment inside the name would be lost."""
    old = source[start:end].decode()
    head = _common_components(old, text)
    tail = 0
    while tail < min(len(old), len(text)) - head and old[len(old) - 1 - tail] == text[len(text) - 1 - tail]:
        tail += 1
    while tail and old[len(old) - tail - 1 : len(old) - tail] not in ("", "."):
        tail -= 1
    if head == len(old) == len(text):
        return Edit(start, start, "")
    tail = max(tail, 0)
    middle = old[head : len(old) - tail]
    if "#" in middle:
        return None
    if head == 0 and len(old) == tail:  # an insertion in front of a name: take the first name along
        stop = old.find(".")
        stop = len(old) if stop < 0 else stop
        return Edit(start, start + len(old[:stop].encode()), text[: len(text) - tail] + old[:stop])
    first = start + len(old[:head].encode())
    last = end - len(old[len(old) - tail :].encode()) if tail else end
    return Edit(first, last, text[head : len(text) - tail])


def _common_components(old: str, new: str) -> int:
    """Length of the common prefix that ends behind a dot."""
    length = 0
    for index, (a, b) in enumerate(zip(old, new, strict=False)):
        if a != b:
            break
        if a == ".":
            length = index + 1
    else:
        if len(old) == len(new):
            return len(old)
    return length


def _gone_bindings(
    mendings: Sequence[Mending], switched: Mapping[str, str], context: ModuleContext
) -> frozenset[str]:
    """Targets whose binding nobody needs any more: each of its uses is now written through another name."""
    by_reference: dict[Reference, Mending] = {m.use.reference: m for m in mendings}
    needed: set[str] = set()
    bound: set[str] = set()
    for reference in context.module.references:
        if reference.context is Context.IMPORT:
            if "." in reference.name:
                bound.add(reference.name)
            continue
        if _is_bound_name(reference):
            mending = by_reference.get(reference)
            if mending is None or mending.name is None or mending.covered:
                needed.add(reference.base)
    is_package = context.document.path is not None and context.document.path.name == "__init__.py"
    gone = set()
    for target in bound - needed - set(switched):
        verdict = context.catalog.verdict(target, context.era, context.target)
        if verdict is None or not verdict.rule or verdict.ambiguous:
            continue
        used = any(r.base == target and r.context is not Context.IMPORT for r in context.module.references)
        if used or not is_package:
            gone.add(target)
    return frozenset(gone)


def statement_of(context: ModuleContext, reference: Reference) -> Import | None:
    """The import statement that holds an IMPORT reference."""
    for statement in context.module.imports:
        if statement.start <= reference.start < statement.end:
            return statement
    return None

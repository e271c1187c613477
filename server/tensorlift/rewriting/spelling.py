"""How a dotted name is written at a place of a module: through the names that are bound there, else with an import."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlift.analysis.model import Evidence, Reference
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.model import ImportNeed

# How a package is imported where nothing binds it yet: the import, and the text that then names it.
_CUSTOM = {
    "tf": ImportNeed("tensorflow", alias="tf"),
    "tensorflow_probability": ImportNeed("tensorflow_probability", alias="tfp"),
    "tensorflow_addons": ImportNeed("tensorflow_addons", alias="tfa"),
    "tensorflow_io": ImportNeed("tensorflow_io", alias="tfio"),
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """Text that names a dotted name at one place, and the import it stands on (``None``: what is there is enough)."""

    text: str
    need: ImportNeed | None = None


def spell(name: str, reference: Reference, context: ModuleContext) -> Spelling:
    """How ``name`` is written where ``reference`` stands, with the same base name where it serves."""
    base = reference.base
    if reference.evidence in (Evidence.IMPORT, Evidence.ALIAS) and (name == base or name.startswith(base + ".")):
        prefix = context.text(reference.start, reference.ends[0])
        if all(part.isidentifier() for part in prefix.split(".")):
            return Spelling(prefix + name[len(base) :])
    return spell_at(name, reference.start, context)


def spell_at(name: str, offset: int, context: ModuleContext) -> Spelling:
    """How ``name`` is written at an offset, through the longest name bound there that leads to it."""
    module = context.module
    best: tuple[int, str] | None = None
    for binding in module.bindings:
        target = binding.target
        if target is None or not (name == target or name.startswith(target + ".")):
            continue
        if "." in binding.name or module.resolve(binding.name, offset) != target:
            continue
        if binding.at_import and _goes_away(target):
            continue
        if best is None or len(target) > best[0]:
            best = (len(target), binding.name + name[len(target) :])
    if best:
        return Spelling(best[1])
    rest = name.partition(".")[2]
    need = import_for(name, context, offset)
    if need.name is not None:
        local = need.alias or need.name
        tail = name[len(need.module) + 1 + len(need.name) :]
        return Spelling(local + tail, need)
    local = need.alias or need.module
    return Spelling(local + ("." + rest if rest else ""), need)


def _goes_away(target: str) -> bool:
    return target.startswith("tf.contrib")


def import_for(name: str, context: ModuleContext, offset: int) -> ImportNeed:
    """The import that brings the package of a dotted name, under an alias that is free at the offset."""
    root, _, rest = name.partition(".")
    if root in _CUSTOM:
        need = _CUSTOM[root]
        alias = need.alias or root
        if context.module.is_bound(alias, offset):
            alias = f"_{alias}"
        return ImportNeed(need.module, alias=alias)
    if root == "absl" and rest:
        leaf = rest.split(".")[0]
        return _from("absl", leaf, context, offset)
    support_root = context.program.support
    if name.startswith(support_root + "."):
        leaf = name[len(support_root) + 1 :].split(".")[0]
        return _from(support_root, leaf, context, offset)
    if context.module.is_bound(root, offset):
        return ImportNeed(root, alias=f"_{root}")
    return ImportNeed(root)


def _from(module: str, leaf: str, context: ModuleContext, offset: int) -> ImportNeed:
    if context.module.is_bound(leaf, offset):
        prefix = module.split(".")[-1]
        return ImportNeed(module, leaf, f"{prefix}_{leaf}")
    return ImportNeed(module, leaf)

"""Import statements: the one place that rewrites, removes and adds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tensorlift.analysis.model import Import, ImportItem
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.model import ImportNeed
from tensorlift.text.edits import Edit

# Parents that are no importable modules: TensorFlow hangs a lazy loader of Keras there.
_LAZY = ("tf.compat.v1.layers", "tf.compat.v1.nn.rnn_cell", "tf.compat.v1.keras")


@dataclass(frozen=True, slots=True)
class StatementChange:
    """An import statement and the edits that change it. ``targets`` are the canonical names whose import it changes."""

    statement: Import
    edits: tuple[Edit, ...]
    targets: frozenset[str]


def importable(name: str) -> bool:
    """Whether ``from PARENT import LEAF`` works for a dotted name."""
    parent = name.rpartition(".")[0]
    return not any(parent == lazy or parent.startswith(lazy + ".") for lazy in _LAZY)


def canonical(module: str) -> str:
    """The canonical form of a module as an import statement spells it: ``tensorflow.contrib`` -> ``tf.contrib``."""
    return "tf" + module[len("tensorflow") :] if module == "tensorflow" or module.startswith("tensorflow.") else module


def spelled_module(name: str) -> str:
    """The reverse of canonical."""
    return "tensorflow" + name[2:] if name == "tf" or name.startswith("tf.") else name


def statement(name: str, bound: str) -> str:
    """An import statement that binds ``bound`` to a dotted name."""
    parent, _, leaf = name.rpartition(".")
    if name == "tf.compat.v1":
        return f"import tensorflow.compat.v1 as {bound}"
    if not parent:
        module = spelled_module(name)
        return f"import {module}" if module == bound else f"import {module} as {bound}"
    tail = leaf if leaf == bound else f"{leaf} as {bound}"
    return f"from {spelled_module(parent)} import {tail}"


def need_text(need: ImportNeed) -> str:
    """The import statement of a need."""
    if need.name is not None:
        tail = f"{need.name} as {need.alias}" if need.alias and need.alias != need.name else need.name
        return f"from {need.module} import {tail}"
    return (
        f"import {need.module} as {need.alias}" if need.alias and need.alias != need.module else f"import {need.module}"
    )


def plan_statements(context: ModuleContext, switched: Mapping[str, str], gone: frozenset[str]) -> list[StatementChange]:
    """Changes of the import statements whose names changed what they stand for (``switched``: old target -> new), or
    that nobody needs any more (``gone``: targets)."""
    changes = []
    for imported in context.module.imports:
        change = _star(imported, context, switched) if imported.star else _change(imported, context, switched, gone)
        if change is not None:
            changes.append(change)
    return changes


def _change(
    imported: Import, context: ModuleContext, switched: Mapping[str, str], gone: frozenset[str]
) -> StatementChange | None:
    removed: list[ImportItem] = []
    added: list[str] = []
    targets: set[str] = set()
    for item in imported.items:
        if imported.module is None and item.asname is None and "." in item.name:
            dotted = canonical(item.name)
            if dotted in switched or dotted in gone or _is_removed_submodule(dotted, context):
                removed.append(item)
                targets.add(dotted)
                root = item.name.split(".")[0]
                if not any(other.name == root for other in imported.items):
                    added.append(f"import {root}")
            continue
        if item.target is None or imported.level:
            continue
        if item.target in switched:
            removed.append(item)
            added.append(statement(switched[item.target], item.bound))
            targets.add(item.target)
        elif item.target in gone:
            removed.append(item)
            targets.add(item.target)
    if not removed:
        return None
    added = list(dict.fromkeys(added))
    return StatementChange(imported, tuple(_rewrite(imported, removed, added, context)), frozenset(targets))


def _is_removed_submodule(dotted: str, context: ModuleContext) -> bool:
    return dotted.startswith("tf.contrib.") or dotted == "tf.contrib"


def _rewrite(
    imported: Import, removed: Sequence[ImportItem], added: Sequence[str], context: ModuleContext
) -> list[Edit]:
    source = context.source
    kept = [item for item in imported.items if item not in removed]
    indent = source[imported.line_start : imported.start].decode()
    alone = not indent.strip()
    joint = context.document.newline + indent if alone else "; "
    if not kept:
        comments = _comments(imported, source)
        if comments and alone:
            return [Edit(imported.start, imported.end, joint.join(_with_comments(imported, added, comments)))]
        if added:
            return [Edit(imported.start, imported.end, joint.join(added))]
        return [_delete(imported, context)]
    edits = []
    items = list(imported.items)
    for index, item in enumerate(items):
        if item not in removed:
            continue
        following = next((other for other in items[index + 1 :]), None)
        if following is not None and b"#" not in source[item.end : following.start]:
            edits.append(Edit(item.start, following.start, ""))
        elif following is not None:
            comma = source.index(b",", item.end)
            edits.append(Edit(item.start, comma + 1, ""))
        else:
            start = item.start
            previous = index - 1
            while previous >= 0 and items[previous] in removed:
                previous -= 1
            # the removals before this one reach up to its start; what is left is the comma behind the last kept item
            comma = source.index(b",", items[previous].end)
            first = items[previous + 1].start
            if b"#" in source[comma:first]:
                edits.append(Edit(start, item.end, ""))
            else:
                edits = [e for e in edits if e.start < comma]
                edits.append(Edit(comma, item.end, ""))
    if added:
        edits.append(Edit(imported.end, imported.end, joint + joint.join(added)))
    return edits


def _comments(imported: Import, source: bytes) -> list[tuple[int, str]]:
    """The comments inside an import statement, by their offset; there are no strings in one."""
    found = []
    at = source.find(b"#", imported.start, imported.end)
    while at >= 0:
        end = at
        while end < imported.end and source[end : end + 1] not in (b"\n", b"\r"):
            end += 1
        found.append((at, source[at:end].decode("utf-8", "replace").rstrip()))
        at = source.find(b"#", end, imported.end)
    return found


def _with_comments(imported: Import, added: Sequence[str], comments: Sequence[tuple[int, str]]) -> list[str]:
    """The new statements with the comments that stood in the old one: behind the statement of the name that they
    followed, else on lines of their own."""
    lines: list[str] = []
    waiting = list(added)
    taken: set[int] = set()
    for index, item in enumerate(imported.items):
        limit = imported.items[index + 1].start if index + 1 < len(imported.items) else imported.end
        for offset, text in comments:
            if offset < item.start and offset not in taken:
                lines.append(text)
                taken.add(offset)
        own = next((s for s in waiting if s.split(" ")[-1] == item.bound), None)
        if own is not None:
            waiting.remove(own)
            behind = next((c for c in comments if item.end <= c[0] < limit and c[0] not in taken), None)
            lines.append(f"{own}  {behind[1]}" if behind else own)
            taken |= {behind[0]} if behind else set()
    return [*lines, *waiting, *(text for offset, text in comments if offset not in taken)]


def _delete(imported: Import, context: ModuleContext) -> Edit:
    """Take the statement away, with its line when it stands alone there; ``pass`` where a block would be empty."""
    source = context.source
    before = source[imported.line_start : imported.start]
    end = imported.end
    while source[end : end + 1] in (b" ", b"\t"):
        end += 1
    alone = not before.strip() and source[end : end + 1] in (b"\n", b"\r", b"")
    if before and before.strip() == b"" and _only_statement(imported, context):
        return Edit(imported.start, imported.end, "pass")
    if not alone:
        return Edit(imported.start, imported.end, "pass")
    if source[end : end + 2] == b"\r\n":
        end += 2
    elif end < len(source):
        end += 1
    return Edit(imported.line_start, end, "")


def _only_statement(imported: Import, context: ModuleContext) -> bool:
    """Whether the statement is the only one of its block; said too often rather than too seldom."""
    node = context.module.tree.root_node.descendant_for_byte_range(
        imported.start, max(imported.start, imported.end - 1)
    )
    while node is not None and not node.type.startswith(("import", "future_import")):
        node = node.parent
    block = node.parent if node is not None else None
    if block is None:
        return True
    return sum(1 for child in block.named_children if child.type != "comment") <= 1


def _star(imported: Import, context: ModuleContext, switched: Mapping[str, str]) -> StatementChange | None:
    """``from tensorflow.contrib.layers import *``: the names that the module uses of it, imported one by one."""
    if imported.module is None or imported.level:
        return None
    module = canonical(imported.module)
    if not module.startswith("tf.contrib"):
        return None
    used = sorted({r.base for r in context.module.references if r.base.rpartition(".")[0] == module})
    if any(name not in switched for name in used):
        return None
    joint = context.document.newline + context.source[imported.line_start : imported.start].decode()
    lines = [statement(switched[name], name.rpartition(".")[2]) for name in used]
    edit = Edit(imported.start, imported.end, joint.join(lines)) if lines else _delete(imported, context)
    return StatementChange(imported, (edit,), frozenset([module]))


def place(needs: Iterable[ImportNeed], context: ModuleContext) -> list[Edit]:
    """Edits that add imports to a module: behind its first plain TensorFlow import, else where imports begin."""
    texts = list(dict.fromkeys(need_text(need) for need in needs if not _bound_already(need, context)))
    if not texts:
        return []
    newline = context.document.newline
    body = newline.join(texts)
    for imported in context.module.imports:
        names_tensorflow = any((item.target or "").startswith("tf") for item in imported.items)
        if imported.function is None and not imported.guarded and names_tensorflow and not imported.level:
            end = line_end(context.source, imported.end)
            if context.source[imported.line_start : imported.start].strip() or end is None:
                break
            if end == len(context.source):
                return [Edit(end, end, newline + body)]
            following = end + (2 if context.source[end : end + 2] == b"\r\n" else 1)
            return [Edit(following, following, body + newline)]
    at = context.module.import_insertion_point()
    if at == len(context.source) and context.source and not context.source.endswith((b"\n", b"\r")):
        return [Edit(at, at, newline + body)]
    return [Edit(at, at, body + newline)]


def line_end(source: bytes, offset: int) -> int | None:
    """End of the line (before its break) that holds the end of a statement; ``None`` when another statement follows on
    the line or the line goes on."""
    end = offset
    while end < len(source) and source[end : end + 1] not in (b"\n", b"\r"):
        end += 1
    rest = source[offset:end].strip()
    return end if not rest or rest.startswith(b"#") else None


def _bound_already(need: ImportNeed, context: ModuleContext) -> bool:
    """Whether the module has that very import at module level."""
    for imported in context.module.imports:
        if imported.function is not None or imported.guarded or imported.level:
            continue
        for item in imported.items:
            if need.name is None and imported.module is None and item.name == need.module:
                if item.bound == (need.alias or need.module):
                    return True
            elif need.name is not None and imported.module == need.module and item.name == need.name:
                if item.bound == (need.alias or need.name):
                    return True
    return False

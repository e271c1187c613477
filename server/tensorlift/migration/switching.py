"""The statements that give a program TensorFlow 1's behaviour, and where a file takes them."""

from __future__ import annotations

from tensorlift.analysis.model import Import
from tensorlift.migration.program import Support, Switch
from tensorlift.migration.support import compose, placed
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.imports import line_end
from tensorlift.rewriting.spelling import spell_at
from tensorlift.text.edits import Edit

LEGACY_LINES = ("import os", "", 'os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")')
_TRACKED = ("tf", "keras", "tf_slim", "tf_keras", "tensorflow_probability")


def switch_edits(switch: Switch, context: ModuleContext) -> list[Edit]:
    """Edits that make a file follow its switch."""
    return _inline(switch, context) if switch.inline else _import_support(switch, context)


HEADER = '"""What this program keeps of TensorFlow 1, on the TensorFlow that is installed today."""'


def is_support_text(source: bytes) -> bool:
    """Whether a file is a support module as ``support_text`` writes it: it says what it does of TensorFlow 1 on purpose, so
    nothing in it is a finding."""
    return source.startswith(HEADER.encode())


def support_text(support: Support) -> str:
    """The text of a support module. Raises KeyError for a definition that is not known."""
    parts = [HEADER, ""]
    if support.legacy:
        parts += [*LEGACY_LINES, ""]
    body = compose(support.definitions) if support.definitions else ""
    if support.v1:
        parts += ["import tensorflow as tf", "", "tf.compat.v1.disable_v2_behavior()", ""]
    lines = [line for line in body.splitlines() if line not in parts or not line.startswith("import ")]
    text = "\n".join(parts).rstrip("\n") + "\n"
    rest = "\n".join(lines).strip("\n")
    return text + (f"\n{rest}\n" if rest else "")


def merged_support(support: Support, existing: str) -> Support:
    """A support module that also holds what its file holds already."""
    return Support(
        support.path,
        support.v1 or "disable_v2_behavior()" in existing,
        support.legacy or "TF_USE_LEGACY_KERAS" in existing,
        tuple(sorted({*support.definitions, *placed(existing)})),
    )


def _inline(switch: Switch, context: ModuleContext) -> list[Edit]:
    first = first_import(context)
    newline = context.document.newline
    if first is None:
        at = context.module.import_insertion_point()
        lines = [*(LEGACY_LINES if switch.legacy else ()), "import tensorflow as tf"]
        lines += ["tf.compat.v1.disable_v2_behavior()"] if switch.v1 else []
        return [Edit(at, at, newline.join(lines) + newline)]
    indent = context.source[first.line_start : first.start].decode()
    if indent.strip():
        indent = ""
    edits: list[Edit] = []
    if switch.legacy:
        lines = [line for line in _legacy_lines(context, first) if line or not indent]
        text = "".join(indent + line + newline if line else newline for line in lines)
        edits.append(Edit(first.line_start, first.line_start, text))
    if switch.v1:
        edits += _disable(context, first, indent)
    return edits


def _legacy_lines(context: ModuleContext, first: Import) -> list[str]:
    bound = any(
        imported.module is None and imported.end <= first.start and imported.function is None and not imported.guarded
        for imported in context.module.imports
        for item in imported.items
        if item.name == "os" and item.bound == "os"
    )
    setting = LEGACY_LINES[-1]
    return [setting] if bound else ["import os", setting]


def _disable(context: ModuleContext, first: Import, indent: str) -> list[Edit]:
    newline = context.document.newline
    target = _tensorflow_import(context, first)
    end = line_end(context.source, target.end)
    where = len(context.source) if end is None else end
    spelling = spell_at("tf.compat.v1.disable_v2_behavior", target.end, context)
    lines = [f"import {n.module} as {n.alias}" for n in (spelling.need,) if n is not None]
    lines.append(spelling.text + "()")
    if end is None:  # another statement shares the line
        return [Edit(target.end, target.end, "; " + "; ".join(lines))]
    own_indent = context.source[target.line_start : target.start].decode()
    indent = own_indent if not own_indent.strip() else indent
    return [Edit(where, where, "".join(newline + indent + line for line in lines))]


def first_import(context: ModuleContext) -> Import | None:
    """The first import statement that brings TensorFlow or something that brings it."""
    for imported in context.module.imports:
        for item in imported.items:
            if item.target is not None and item.target.split(".")[0] in _TRACKED:
                return imported
        if imported.star and (imported.module or "").split(".")[0] == "tensorflow":
            return imported
    return None


def _tensorflow_import(context: ModuleContext, first: Import) -> Import:
    """The import statement behind which ``tf`` can be used: the first that binds the package, else the first."""
    for imported in context.module.imports:
        if any(item.target in ("tf", "tf.compat.v1") for item in imported.items):
            return imported
    return first


def _import_support(switch: Switch, context: ModuleContext) -> list[Edit]:
    newline = context.document.newline
    is_package = context.document.path is not None and context.document.path.name == "__init__.py"
    inside = is_package and switch.module.count(".") == 1 and context.document.path is not None
    if (
        inside
        and context.document.path is not None
        and switch.module.split(".")[0] == context.document.path.parent.name
    ):
        text = "from . import " + switch.module.split(".")[1]
    elif "." in switch.module:
        package, _, leaf = switch.module.rpartition(".")
        text = f"from {package} import {leaf}"
    else:
        text = f"import {switch.module}"
    text += "  # noqa: F401  (TensorFlow 1 behaviour; must come before TensorFlow is used)"
    if any(_names(imported, switch.module) for imported in context.module.imports):
        return []
    first = context.module.imports[0] if is_package and context.module.imports else first_import(context)
    for imported in context.module.imports:
        if imported.module == "__future__":
            continue
        if is_package:
            first = imported
            break
    if first is None or first.module == "__future__" or first.function is not None or first.guarded:
        at = context.module.import_insertion_point()
        ends_line = at == 0 or context.source[at - 1 : at] in (b"\n", b"\r")
        return [Edit(at, at, ("" if ends_line else newline) + text + newline)]
    before = context.source[first.line_start : first.start].decode()
    if before.strip():
        at = context.module.import_insertion_point()
        return [Edit(at, at, text + newline)]
    return [Edit(first.line_start, first.line_start, text + newline)]


def _names(imported: Import, module: str) -> bool:
    package, _, leaf = module.rpartition(".")
    for item in imported.items:
        if imported.module is None and item.name == module:
            return True
        if item.name == leaf and (imported.module == package or (imported.level and imported.module in (None, ""))):
            return True
    return False

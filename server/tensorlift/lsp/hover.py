"""Hover: what became of the name under the cursor, and what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.analysis.model import Context, Reference
from tensorlift.catalog.model import Applicability, Verdict
from tensorlift.lsp.diagnostics import rule_page
from tensorlift.lsp.projects import View
from tensorlift.migration.examine import fix_one
from tensorlift.migration.explain import SENTENCES, argument_rows
from tensorlift.rewriting.plan import Mending
from tensorlift.rewriting.uses import end_of
from tensorlift.rules.base import rules
from tensorlift.rules.model import Finding
from tensorlift.text.edits import apply_edits

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

LONGEST = 600  # bytes of a statement that is shown before and after


def register(server: Server) -> None:
    """Answer textDocument/hover."""
    server.on(types.TEXT_DOCUMENT_HOVER, Hover(server).hover)


class Hover:
    """Makes the text of a hover."""

    def __init__(self, server: Server) -> None:
        self.server = server

    async def hover(self, params: types.HoverParams) -> Any:
        """What is to be said of the name at a position, ``None`` where there is nothing."""
        view = self.server.view(params.text_document.uri)
        if view is None or view.module is None or view.context is None:
            return None
        offset = view.unit.offset(params.text_document.uri, params.position)
        found = _endpoint_at(view, offset)
        if found is None:
            found = _argument_at(view, offset)
        if found is None:
            return None
        reference, endpoint, end = found
        verdict = view.context.catalog.verdict(endpoint, view.context.era, view.context.target)
        if verdict is None:
            return None
        finding = next(
            (f for f in view.findings if f.start == reference.start and f.endpoint == endpoint),
            None,
        )
        text = self._text(view, reference, verdict, finding)
        place = view.unit.place(reference.start, end)
        name = _installed_name(verdict, finding)
        docstring = await self.server.docstrings.get(name, view.unit.project.root) if name else None
        if docstring:
            quoted = docstring.replace("```", "` ` `")
            text += f"\n\n---\n`{name}` in this environment:\n\n```text\n{quoted}\n```"
        markdown = self.server.client.markdown
        contents = {"kind": "markdown" if markdown else "plaintext", "value": text if markdown else plain(text)}
        return {"contents": contents, **({"range": place.range} if place else {})}

    def _text(self, view: View, reference: Reference, verdict: Verdict, finding: Finding | None) -> str:
        settings = view.settings
        where = f"TensorFlow {settings.tensorflow}"
        silent = finding is None and verdict.ambiguous
        fate = SENTENCES["same"] if not verdict.rule else SENTENCES[verdict.fate.value]
        parts = [f"**`{verdict.endpoint}`** ({verdict.kind.value}) {fate} ({where}, {settings.origin})."]
        if silent:
            parts.append("This use is right as it is: the file was written for TensorFlow 2.")
        elif verdict.rule:
            parts += self._advice(view, verdict, finding)
        if verdict.note:
            parts.append(verdict.note)
        if verdict.needs_legacy_keras:
            parts.append("Needs legacy Keras on 2.16 and later: `TF_USE_LEGACY_KERAS=1` and the package `tf_keras`.")
        if verdict.rule:
            rule = rules().get(finding.rule if finding else verdict.rule)
            page = rule_page(rule.code, self.server.options) if rule else None
            if rule is not None:
                label = f"{rule.code} {rule.name}"
                parts.append(f"[{label}]({page})" if page else f"Rule {label}.")
        return "\n\n".join(parts)

    def _advice(self, view: View, verdict: Verdict, finding: Finding | None) -> list[str]:
        parts: list[str] = []
        replacement = verdict.replacement
        name = finding.replacement if finding is not None else (replacement.expression if replacement else None)
        if name and name.startswith("support:"):
            parts.append(f"`{name.removeprefix('support:')}` is placed in the program's support module.")
        elif name and replacement is not None and name != verdict.endpoint:
            origin = f" (package `{replacement.package}`)" if replacement.package not in ("", "tensorflow") else ""
            parts.append(f"Write **`{name}`**{origin}.")
        if finding is not None:
            parts += _before_after(view, finding)
        rows = argument_rows(verdict)
        if rows:
            table = "\n".join(f"| `{old}` | {new} |" for old, new in rows)
            parts.append(f"| argument | becomes |\n|---|---|\n{table}")
        if replacement is not None and replacement.applicability is Applicability.UNSAFE:
            parts.append("The edit is right in the common case; look at what it does.")
        return parts


def _endpoint_at(view: View, offset: int) -> tuple[Reference, str, int] | None:
    """The longest endpoint of the reference at an offset that reaches to the part under the cursor."""
    assert view.context is not None
    reference = view.reference_at(offset)
    if reference is None:
        return None
    catalog = view.context.catalog
    split = catalog.split(reference.name)
    if split is None:
        return None
    endpoint = split[0]
    # The cursor on ``nn`` of ``tf.nn.dropout`` asks about ``tf.nn``.
    while (end := end_of(reference, endpoint)) is not None and "." in endpoint:
        shorter = endpoint.rpartition(".")[0]
        inner = end_of(reference, shorter)
        if inner is None or offset > inner or catalog.split(shorter) != (shorter, ""):
            break
        endpoint = shorter
    end = end_of(reference, endpoint)
    return reference, endpoint, reference.end if end is None else end


def _argument_at(view: View, offset: int) -> tuple[Reference, str, int] | None:
    """The call whose keyword is under the cursor."""
    assert view.context is not None
    for finding in view.findings:
        mending = finding.data
        if finding.start > offset or not isinstance(mending, Mending):
            continue
        reference = mending.use.reference
        call = reference.call if reference.context is Context.CALL else None
        for argument in call.arguments if call is not None and call.end >= offset else ():
            if argument.keyword and argument.start <= offset <= argument.start + len(argument.keyword):
                return reference, mending.use.endpoint, mending.use.end
    return None


def _before_after(view: View, finding: Finding) -> list[str]:
    examination = view.examination
    if examination is None:
        return []
    fix = fix_one(examination, finding)
    if fix is None or not fix.edits:
        return []
    source = examination.context.source
    start, end = min(e.start for e in fix.edits), max(e.end for e in fix.edits)
    low = source.rfind(b"\n", 0, min(start, finding.start)) + 1
    high = source.find(b"\n", max(end, finding.end))
    high = len(source) if high < 0 else high
    if high - low > LONGEST:
        own = [e for e in fix.edits if finding.start <= e.start <= finding.end + LONGEST // 2]
        if not own:
            return []
        low = source.rfind(b"\n", 0, finding.start) + 1
        high = source.find(b"\n", max(e.end for e in own))
        high = len(source) if high < 0 else high
        if high - low > LONGEST:
            return []
        edits = [e for e in own if e.end <= high]
    else:
        edits = list(fix.edits)
    shifted = [type(e)(e.start - low, e.end - low, e.text) for e in edits]
    before = source[low:high]
    after = apply_edits(before, shifted)
    return [f"```python\n# before\n{_dedented(before)}\n# after\n{_dedented(after)}\n```"]


def _dedented(code: bytes) -> str:
    import textwrap

    return textwrap.dedent(code.decode("utf-8", "replace").replace("\r\n", "\n")).strip("\n")


def _installed_name(verdict: Verdict, finding: Finding | None) -> str | None:
    """The dotted name whose docstring helps: the replacement's, else the name's own when it is still there."""
    if not verdict.rule:
        return verdict.endpoint
    name = finding.replacement if finding else verdict.replacement.expression if verdict.replacement else None
    return None if name is None or name.startswith("support:") else name


def plain(markdown: str) -> str:
    """Markdown without its marks, for clients that show plain text."""
    import re

    text = re.sub(r"```\w*\n?|\*\*|`", "", markdown)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1 (\2)", text)
    text = re.sub(r"^\|[-|]+\|\n", "", text, flags=re.MULTILINE)
    return re.sub(r"^\| (.*?) \| (.*?) \|$", r"  \1 -> \2", text, flags=re.MULTILINE)

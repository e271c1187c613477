"""Findings as the protocol's diagnostics, encoded as JSON text: what does not change with a keystroke is encoded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tensorlift.analysis.model import Context, Evidence
from tensorlift.analysis.module import Module
from tensorlift.catalog.model import Applicability, Era, Fate
from tensorlift.catalog.version import era_of
from tensorlift.lsp.client import Client
from tensorlift.lsp.options import Options
from tensorlift.lsp.projects import View
from tensorlift.lsp.units import FileUnit, Unit
from tensorlift.migration.live import Look, Piece
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.plan import Mending
from tensorlift.rules.model import Finding
from tensorlift.workspace.settings import Settings

SOURCE: Final = "tensorlift"
ERROR, WARNING, INFORMATION, HINT = 1, 2, 3, 4
UNNECESSARY, DEPRECATED = 1, 2
_PAGES: Final = Path(__file__).resolve().parents[3] / "docs" / "rules"

Json = dict[str, Any]


def severity(finding: Finding, context: ModuleContext, era: Era) -> int:
    """What happens on the target's TensorFlow: an error fails there, a warning changes what is done, a hint has a way of
    writing it that is TensorFlow 2's own. ``era`` is that of the release, without what a migration would set up."""
    mending = finding.data
    if not isinstance(mending, Mending):
        return WARNING
    use = mending.use
    verdict = use.verdict
    if verdict.ambiguous:
        return WARNING
    endpoint = use.endpoint
    if use.reference.evidence in (Evidence.VALUE, Evidence.GUESS) or verdict.inherited:
        return ERROR if verdict.fate is Fate.GONE else WARNING
    if context.catalog.modern(endpoint, era) is None:
        return ERROR
    return HINT if endpoint.startswith("tf.compat.") else WARNING


def rule_page(code: str, options: Options) -> str | None:
    """Where a rule's page is: below the URL of the settings, else beside the sources when the program runs from them."""
    if options.documentation:
        return f"{options.documentation.rstrip('/')}/{code}.md"
    page = _PAGES / f"{code}.md"
    return page.as_uri() if page.is_file() else None


class Encoder:
    """Encodes findings for one client. What does not depend on the place is kept."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._tails: dict[tuple[object, ...], str] = {}

    def live(self, unit: FileUnit, look: Look, settings: Settings, program: Sequence[Finding]) -> str:
        """JSON array of what was seen of a file."""
        era = era_of(settings.tensorflow)
        line_of, starts = unit.text.line_of, unit.text.range
        items: list[str] = []
        for finding in program:
            items.append(self._item(starts(finding.start, finding.end), "", self._tail(finding, look.context, era)))
        related: Callable[[str], str] | None = None
        for start, piece in look.pieces:
            memo = piece.memo
            if not isinstance(memo, _Memo) or memo.encoder is not self or memo.era is not era:
                memo = piece.memo = self._memo(unit, start, piece, look, era)
            base = line_of(start)
            for line, character, last, end, name, tail in memo.rows:
                extra = ""
                if name:
                    if related is None:
                        related = _related(look.context.module, unit)
                    extra = related(name)
                items.append(
                    f'{{"range":{{"start":{{"line":{base + line},"character":{character}}},'
                    f'"end":{{"line":{base + last},"character":{end}}}}},{extra}{tail}}}'
                )
        return f"[{','.join(items)}]"

    def _memo(self, unit: FileUnit, start: int, piece: Piece, look: Look, era: Era) -> _Memo:
        base = unit.text.line_of(start)
        rows: list[tuple[int, int, int, int, str, str]] = []
        for finding in piece.findings:
            span = unit.text.range(start + finding.start, start + finding.end)
            first, last = span["start"], span["end"]
            name = related_base(finding) if self._client.diagnostic_related else ""
            tail = self._tail(finding, look.context, era)
            row = (first["line"] - base, first["character"], last["line"] - base, last["character"], name, tail)
            rows.append(row)
        return _Memo(self, era, rows)

    @staticmethod
    def _item(span: Json, extra: str, tail: str) -> str:
        start, end = span["start"], span["end"]
        return (
            f'{{"range":{{"start":{{"line":{start["line"]},"character":{start["character"]}}},'
            f'"end":{{"line":{end["line"]},"character":{end["character"]}}}}},{extra}{tail}}}'
        )

    def unit(self, view: View) -> dict[str, str]:
        """URI -> JSON array, for each document of the view's unit."""
        place = view.unit.place
        found: dict[str, list[str]] = {uri: [] for uri in view.unit.uris()}
        context = view.context
        if context is None:
            return dict.fromkeys(found, "[]")
        era = era_of(view.settings.tensorflow)
        related: Callable[[str], str] | None = None
        for finding in view.findings:
            at = place(finding.start, finding.end)
            if at is None or at.uri not in found:
                continue
            name = related_base(finding) if self._client.diagnostic_related else ""
            if name and related is None:
                related = _related(context.module, view.unit)
            extra = related(name) if name and related is not None else ""
            found[at.uri].append(self._item(at.range, extra, self._tail(finding, context, era)))
        return {uri: f"[{','.join(items)}]" for uri, items in found.items()}

    def plain(self, finding: Finding, view: View) -> Json | None:
        """One finding as a plain object."""
        context = view.context
        at = view.unit.place(finding.start, finding.end)
        if at is None or context is None:
            return None
        tail: Json = json.loads("{" + self._tail(finding, context, era_of(view.settings.tensorflow)) + "}")
        return {"range": at.range, **tail}

    def _tail(self, finding: Finding, context: ModuleContext, era: Era) -> str:
        key = (finding.rule, finding.message, finding.endpoint, finding.applicability, era)
        tail = self._tails.get(key)
        if tail is None:
            tail = self._tails[key] = json.dumps(self._body(finding, context, era), separators=(",", ":"))[1:-1]
        return tail

    def _body(self, finding: Finding, context: ModuleContext, era: Era) -> Json:
        return self.body(
            finding.rule,
            finding.message,
            severity(finding, context, era),
            tags_of(finding),
            {"rule": finding.rule, "endpoint": finding.endpoint, "applicability": finding.applicability.value},
        )

    def body(self, rule: str, message: str, level: int, tags: Sequence[int], data: Json) -> Json:
        """A diagnostic but for its range."""
        client = self._client
        body: Json = {"severity": level, "code": rule, "source": SOURCE, "message": message}
        page = rule_page(rule, self._options) if client.diagnostic_links else None
        if page:
            body["codeDescription"] = {"href": page}
        wanted = [tag for tag in tags if tag in client.diagnostic_tags]
        if wanted:
            body["tags"] = wanted
        if client.diagnostic_data:
            body["data"] = data
        return body


@dataclass(frozen=True, slots=True)
class _Memo:
    """A part's findings, encoded but for the line where the part begins: line, column, line, column, the bound name that
    the finding leans on, and the rest."""

    encoder: Encoder
    era: Era
    rows: list[tuple[int, int, int, int, str, str]]


def related_base(finding: Finding) -> str:
    """What the name that a finding begins with stands for, when an import of that is worth showing; else empty."""
    mending = finding.data
    if not isinstance(mending, Mending) or mending.use.reference.context is Context.IMPORT:
        return ""
    base = mending.use.reference.base
    return base if "." in base else ""


def _related(module: Module, unit: Unit) -> Callable[[str], str]:
    """Where a name that stands for something is imported, as JSON with a comma behind it; empty where it is not."""
    bound: dict[str, str] = {}
    for statement in module.imports:
        for item in statement.items:
            if not item.target or "." not in item.target or item.target in bound:
                continue
            at = unit.place(item.start, item.end)
            if at is not None:
                location = {"uri": at.uri, "range": at.range}
                message = f"{item.bound} is {item.target}, imported here"
                information = json.dumps([{"location": location, "message": message}], separators=(",", ":"))
                bound[item.target] = f'"relatedInformation":{information},'
    return lambda name: bound.get(name, "")


def tags_of(finding: Finding) -> list[int]:
    """How an editor may show a finding: struck through, or faded."""
    mending = finding.data
    if not isinstance(mending, Mending):
        return []
    if mending.covered and mending.use.reference.context is Context.IMPORT and finding.replacement is None:
        return [UNNECESSARY]
    if finding.applicability is Applicability.GUIDE and mending.use.verdict.fate is Fate.SAME:
        return []
    return [DEPRECATED]

"""Findings as the protocol's diagnostics, encoded as JSON text: what does not change with a keystroke is encoded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tensorlift.analysis.model import Context, Evidence
from tensorlift.catalog.model import Applicability, Era, Fate
from tensorlift.catalog.version import era_of
from tensorlift.lsp.client import Client
from tensorlift.lsp.options import Options
from tensorlift.lsp.projects import View
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.plan import Mending
from tensorlift.rules.model import Finding

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


@dataclass(frozen=True, slots=True)
class Related:
    """A place that explains a finding."""

    start: int
    end: int
    message: str


class Encoder:
    """Encodes findings for one client. What does not depend on the place is kept."""

    def __init__(self, client: Client, options: Options) -> None:
        self._client = client
        self._options = options
        self._tails: dict[tuple[object, ...], str] = {}

    def unit(self, view: View) -> dict[str, str]:
        """URI -> JSON array, for each document of the view's unit."""
        place = view.unit.place
        found: dict[str, list[str]] = {uri: [] for uri in view.unit.uris()}
        context = view.context
        if context is None:
            return dict.fromkeys(found, "[]")
        era = era_of(view.settings.tensorflow)
        related = self._related(view) if self._client.diagnostic_related else None
        for finding in view.findings:
            at = place(finding.start, finding.end)
            if at is None or at.uri not in found:
                continue
            span = at.range
            start, end = span["start"], span["end"]
            extra = related(finding) if related else ""
            found[at.uri].append(
                f'{{"range":{{"start":{{"line":{start["line"]},"character":{start["character"]}}},'
                f'"end":{{"line":{end["line"]},"character":{end["character"]}}}}},{extra}'
                f"{self._tail(finding, context, era)}}}"
            )
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

    @staticmethod
    def _related(view: View) -> Callable[[Finding], str]:
        """Where the name that a finding uses is bound, as JSON with a comma behind it."""
        bound: dict[str, str] = {}
        module = view.module
        for statement in module.imports if module else ():
            for item in statement.items:
                at = view.unit.place(item.start, item.end) if item.target and "." in item.target else None
                if at is not None and item.target is not None and item.target not in bound:
                    location = {"uri": at.uri, "range": at.range}
                    message = f"{item.bound} is {item.target}, imported here"
                    bound[item.target] = (
                        '"relatedInformation":' + json.dumps([{"location": location, "message": message}]) + ","
                    )

        def related(finding: Finding) -> str:
            mending = finding.data
            if not isinstance(mending, Mending) or mending.use.reference.context is Context.IMPORT:
                return ""
            return bound.get(mending.use.reference.base, "")

        return related


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

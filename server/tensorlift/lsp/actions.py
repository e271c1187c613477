"""Code actions: what can be done about a finding, a selection or a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.catalog.model import Applicability, Target
from tensorlift.catalog.version import era_of
from tensorlift.lsp import fixing
from tensorlift.lsp.edits import Change, NotPossibleError, between
from tensorlift.lsp.projects import View
from tensorlift.lsp.protocol import CONTENT_MODIFIED, INVALID_PARAMS, RequestError
from tensorlift.lsp.units import Unit
from tensorlift.migration.run import LEGACY, V1
from tensorlift.rewriting.plan import Mending
from tensorlift.rules.model import Finding

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server

Json = dict[str, Any]

QUICK, REWRITE, FIX_ALL = "quickfix", "refactor.rewrite", "source.fixAll.tensorlift"
APPLY = "tensorlift.applyAction"
MOST = 20  # findings of a selection that get actions of their own


def register(server: Server) -> None:
    """Answer textDocument/codeAction and codeAction/resolve."""
    actions = Actions(server)
    server.on(types.TEXT_DOCUMENT_CODE_ACTION, actions.offer)
    server.on(types.CODE_ACTION_RESOLVE, actions.resolve)
    server.complete.append(actions.capability)
    server.apply_action = actions.apply


class Actions:
    """Offers actions, and computes the edit of one when it is wanted."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def capability(self, capabilities: Json) -> None:
        """Say which kinds there are."""
        if self.server.client.action_literals:
            capabilities["codeActionProvider"] = {
                "codeActionKinds": [QUICK, REWRITE, FIX_ALL],
                "resolveProvider": self.server.client.resolves_edits,
            }
        else:
            capabilities["codeActionProvider"] = True

    # -- offering ------------------------------------------------------------------------------------------------

    def offer(self, params: types.CodeActionParams) -> list[Json] | None:
        """The actions for a range."""
        uri = params.text_document.uri
        view = self.server.view(uri)
        if view is None or view.examination is None or not view.findings:
            return None
        only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
        unit = view.unit
        start, end = unit.offset(uri, params.range.start), unit.offset(uri, params.range.end)
        shown = [f for f in view.findings if f.start <= end and start <= f.end]
        plain = {self._key(d): d for d in self.server.protocol._converter.unstructure(params.context.diagnostics)}
        found: list[Json] = []
        for action in self._actions(view, uri, shown[:MOST], only):
            if _wanted(action["kind"], only):
                self._finish(action, view, uri, plain, explicit=bool(only))
                found.append(action)
        if not self.server.client.action_literals:
            return [
                {"title": a["title"], "command": APPLY, "arguments": [a["data"]]}
                if "command" not in a
                else a["command"]
                for a in found
            ]
        return found

    @staticmethod
    def _key(diagnostic: Json) -> tuple[str, str]:
        return str(diagnostic.get("code")), json.dumps(diagnostic.get("range"), sort_keys=True)

    def _actions(self, view: View, uri: str, shown: list[Finding], only: list[str]) -> Iterator[Json]:
        base: Json = {"uri": uri, "revision": view.unit.revision}
        seen: set[str] = set()
        for finding in shown:
            yield from self._of_finding(view, finding, base)
        for finding in shown:
            code = finding.rule
            if code in seen:
                continue
            seen.add(code)
            same = [f for f in view.findings if f.rule == code and f.applicability is not Applicability.GUIDE]
            if len(same) > 1 and code not in (V1, LEGACY):
                unsafe = any(f.applicability is Applicability.UNSAFE for f in same)
                title = f"Fix all {code} {finding.name} in this file ({len(same)})"
                yield {"title": title, "kind": QUICK, "data": base | {"do": "rule", "rule": code, "unsafe": unsafe}}
            if code not in (V1, LEGACY):
                title = f"Ignore {code} on this line"
                yield {
                    "title": title,
                    "kind": QUICK,
                    "data": base | {"do": "line", "rule": code, "start": finding.start},
                }
                yield {
                    "title": f"Ignore {code} in this file",
                    "kind": QUICK,
                    "data": base | {"do": "file", "rule": code},
                }
            command = {"title": f"Explain {code} {finding.name}", "command": "tensorlift.explain", "arguments": [code]}
            yield {"title": command["title"], "kind": QUICK, "command": command, "data": None}
        fixable = sum(f.applicability is Applicability.SAFE for f in view.findings)
        if fixable:
            title = f"Fix all that is safe in this file ({fixable})"
            yield {"title": title, "kind": FIX_ALL, "data": base | {"do": "all"}}
        context = view.context
        if context is not None and context.written_for_tf1 and context.target is Target.COMPAT and (shown or only):
            yield {
                "title": "Run unchanged on `tensorflow.compat.v1`",
                "kind": REWRITE,
                "data": base | {"do": "unchanged"},
            }

    def _of_finding(self, view: View, finding: Finding, base: Json) -> Iterator[Json]:
        where = base | {"do": "fix", "rule": finding.rule, "start": finding.start, "endpoint": finding.endpoint}
        if finding.rule in (V1, LEGACY):
            yield {
                "title": "Switch to TensorFlow 1's behaviour here"
                if finding.rule == V1
                else "Set up legacy Keras here",
                "kind": QUICK,
                "isPreferred": True,
                "data": base | {"do": "rule", "rule": finding.rule, "unsafe": False},
                "_finding": finding,
            }
            return
        mending = finding.data
        if not isinstance(mending, Mending) or view.context is None:
            return
        if mending.name is not None and (mending.edits or mending.covered):
            yield {
                "title": f"Replace with `{mending.name}`",
                "kind": QUICK,
                "isPreferred": mending.applicability is Applicability.SAFE,
                "data": where,
                "_finding": finding,
            }
        native = view.context.catalog.verdict(mending.use.endpoint, era_of(view.settings.tensorflow), Target.NATIVE)
        other = native.replacement if native is not None and native.rule else None
        if view.context.target is Target.NATIVE or other is None or other.applicability is Applicability.GUIDE:
            return
        if other.expression not in (mending.name, finding.endpoint):
            yield {
                "title": f"Replace with `{other.expression}` (TensorFlow 2 style)",
                "kind": QUICK,
                "data": where | {"native": True},
                "_finding": finding,
            }

    def _finish(self, action: Json, view: View, uri: str, plain: dict[Any, Json], explicit: bool) -> None:
        """Give an action its diagnostics, and its edit where the client will not ask for it."""
        client = self.server.client
        finding = action.pop("_finding", None)
        if finding is not None:
            place = view.unit.place(finding.start, finding.end)
            if place is not None:
                known = plain.get((finding.rule, json.dumps(place.range, sort_keys=True)))
                if known is not None:
                    action["diagnostics"] = [known]
        if not client.preferred:
            action.pop("isPreferred", None)
        elif not action.get("isPreferred", True):
            action.pop("isPreferred")
        if "command" in action:
            action.pop("data")
            return
        if client.resolves_edits or not client.action_literals:
            return
        data = action.pop("data")
        heavy = data["do"] in ("rule", "all", "unchanged")
        if heavy and client.applies_edits and not explicit:
            action["command"] = {"title": action["title"], "command": APPLY, "arguments": [data]}
            return
        try:
            edit = self._edit(view, uri, data)
        except NotPossibleError as error:
            edit = None
            self.server.tell(str(error), warning=True)
        if edit is not None:
            action["edit"] = edit

    # -- resolving -----------------------------------------------------------------------------------------------

    def resolve(self, action: types.CodeAction) -> Json:
        """Compute the edit of an action that was offered."""
        plain: Json = self.server.protocol._converter.unstructure(action)
        data = plain.get("data")
        if plain.get("edit") is not None or not isinstance(data, dict):
            return plain
        edit = self.edit_of(data)
        if edit is not None:
            plain["edit"] = edit
        return plain

    def edit_of(self, data: Json) -> Json | None:
        """The workspace edit that an action's data stand for. Raises RequestError for data that are not ours, and for a text
        that has changed since."""
        uri = str(data.get("uri"))
        view = self.server.view(uri)
        if view is None or view.examination is None:
            raise RequestError(INVALID_PARAMS, f"{uri} is not open, or says nothing of TensorFlow")
        if data.get("revision") != view.unit.revision:
            raise RequestError(CONTENT_MODIFIED, "the text has changed since this action was offered")
        try:
            return self._edit(view, uri, data)
        except NotPossibleError as error:
            self.server.show(str(error), 2)
            return None

    def apply(self, data: Any) -> None:
        """Compute an action's edit and ask the client to apply it."""
        if not isinstance(data, dict):
            raise RequestError(INVALID_PARAMS, "the argument must be the data of an action")
        edit = self.edit_of(data)
        if edit is not None:
            self.server.protocol.ask("workspace/applyEdit", {"label": "Tensorlift", "edit": edit})

    def _edit(self, view: View, uri: str, data: Json) -> Json | None:
        do, rule = data.get("do"), str(data.get("rule", ""))
        unit = view.unit
        module = view.module
        if module is None:
            return None
        if do == "all":
            self.server.settle_now(unit)  # what the program needs may not have been found out yet
        if do == "fix":
            return self._fix(view, data)
        change = Change(self.server)
        if do == "line":
            edits = fixing.suppress_line(module, rule, int(data.get("start", 0)))
            if edits is None:
                raise NotPossibleError(
                    "no comment can stand at the end of this line; ignore the rule in the file instead"
                )
            change.add(unit, edits)
        elif do == "file":
            document = view.examination.context.document if view.examination else unit.document()
            change.add(unit, fixing.suppress_file(module.source, rule, document.newline))
        elif do == "span":
            edits = fixing.fix_span(view, int(data.get("start", 0)), int(data.get("end", 0)))
            change.add(unit, edits)
        elif do in ("rule", "all", "unchanged"):
            unsafe = bool(data.get("unsafe"))
            confirm = fixing.confirmation(Applicability.UNSAFE if unsafe else Applicability.SAFE)
            change = Change(self.server, confirm)
            fix = fixing.fix_file(unit, view, unsafe=unsafe, rule=rule, unchanged=do == "unchanged")
            if fix is None:
                return change.build()
            self.add_file_fix(change, unit, fix, uri if do == "all" and len(unit.uris()) > 1 else None)
        else:
            raise RequestError(INVALID_PARAMS, f"no action is called {do!r}")
        return change.build()

    def add_file_fix(self, change: Change, unit: Unit, fix: fixing.FileFix, only: str | None = None) -> None:
        """The edits of a whole file, and the files that go with it."""
        change.add(unit, between(unit.source(), fix.source), only)
        for path, content in fix.created.items():
            change.replace(path, fixing.content(path), content)
        if fix.packages:
            self.server.tell(f"the program now also needs: {', '.join(fix.packages)}")

    def _fix(self, view: View, data: Json) -> Json | None:
        start, endpoint, rule = data.get("start"), data.get("endpoint"), data.get("rule")
        finding = next((f for f in view.findings if (f.start, f.endpoint, f.rule) == (start, endpoint, rule)), None)
        if finding is None:
            raise RequestError(CONTENT_MODIFIED, "the finding is not there any more")
        fix = fixing.quick_fix(view, finding, bool(data.get("native")))
        if fix is None:
            return None
        change = Change(self.server, fixing.confirmation(fix.applicability))
        change.add(view.unit, fix.edits)
        if fix.support:
            for path, content in fixing.support_files(view, fix.support).items():
                change.replace(path, fixing.content(path), content)
        return change.build()


def _wanted(kind: str, only: list[str]) -> bool:
    return not only or any(kind == wanted or kind.startswith(wanted + ".") or wanted == "" for wanted in only)

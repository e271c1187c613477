"""Commands: what an editor can ask for beside the code."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.catalog.model import Applicability, Target
from tensorlift.lsp import fixing, uris
from tensorlift.lsp.actions import APPLY
from tensorlift.lsp.diagnostics import rule_page
from tensorlift.lsp.edits import Change, NotPossibleError, between
from tensorlift.lsp.projects import Project
from tensorlift.lsp.protocol import INVALID_PARAMS, Json, RequestError
from tensorlift.migration.requirements import plan_requirements
from tensorlift.rules.base import rules
from tensorlift.workspace.discovery import sources

if TYPE_CHECKING:
    from tensorlift.lsp.server import Server


def register(server: Server) -> None:
    """Answer workspace/executeCommand."""
    commands = Commands(server)
    server.protocol.fm.builtin_features[types.WORKSPACE_EXECUTE_COMMAND] = commands.execute
    server.complete.append(commands.capability)


class Commands:
    """Commands by name. Each takes the list of arguments that the client sent."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.table: dict[str, Callable[[list[Any]], Any]] = {
            APPLY: lambda arguments: server.apply_action(arguments[0] if arguments else None),
            "tensorlift.migrateFile": self.migrate_file,
            "tensorlift.migrateWorkspace": self.migrate_workspace,
            "tensorlift.fixRuleInWorkspace": self.fix_rule,
            "tensorlift.restartIndex": self.restart_index,
            "tensorlift.report": self.report,
            "tensorlift.explain": self.explain,
        }

    def capability(self, capabilities: Json) -> None:
        """Name the commands."""
        capabilities["executeCommandProvider"] = {"commands": list(self.table)}

    async def execute(self, params: types.ExecuteCommandParams) -> Any:
        """Run a command; its result goes to the client. Raises RequestError."""
        command = self.table.get(params.command)
        if command is None:
            raise RequestError(INVALID_PARAMS, f"there is no command {params.command}")
        result = command(list(params.arguments or ()))
        return await result if inspect.isawaitable(result) else result

    # -- migration -----------------------------------------------------------------------------------------------

    def migrate_file(self, arguments: list[Any]) -> Json:
        """``[uri, {"target": "compat" | "native", "unsafe": bool}]``: mend a file as far as that goes."""
        uri, options = _text(arguments, 0), _options(arguments)
        view = self.server.view(uri)
        if view is None:
            raise RequestError(INVALID_PARAMS, f"{uri} is not open")
        unsafe = bool(options.get("unsafe"))
        self.server.settle_now(view.unit)  # what the program needs may not have been found out yet
        fix = fixing.fix_file(view.unit, view, unsafe=unsafe, target=_target(options))
        if fix is None:
            self.server.show("Nothing in this file can be changed automatically.")
            return {"changed": 0, "fixed": 0}
        change = Change(self.server, fixing.confirmation(Applicability.UNSAFE) if unsafe else "")
        change.add(view.unit, between(view.unit.source(), fix.source))
        for path, content in fix.created.items():
            self._replace(change, path, content)
        self._apply(change, "Tensorlift: migrate file")
        return {"changed": 1 + len(fix.created), "fixed": fix.fixed, "packages": list(fix.packages)}

    async def migrate_workspace(self, arguments: list[Any]) -> Json:
        """``[{"target": ..., "unsafe": bool, "folder": uri}]``: mend all files, for the person to look at before they are kept."""
        return await self._workspace(_options(arguments, 0), "")

    async def fix_rule(self, arguments: list[Any]) -> Json:
        """``[code, {"unsafe": bool, "folder": uri}]``: mend what one rule reports in all files."""
        return await self._workspace(_options(arguments), _text(arguments, 0))

    async def _workspace(self, options: Json, rule: str) -> Json:
        server = self.server
        wanted = uris.to_path(str(options["folder"])) if "folder" in options else None
        unsafe = bool(options.get("unsafe"))
        change = Change(server, "Look at the changes of each file before you keep them.")
        changed = fixed = 0
        packages: set[str] = set()
        for root, project in list(server.folders.items()):
            if wanted is not None and root != wanted:
                continue
            result = await self._run(project, unsafe, _target(options), rule)
            for file in result.files:
                if file.source is not None:
                    changed += 1
                    fixed += len(file.fixed)
                    self._replace(change, file.path, file.source)
            for path, content in result.created.items():
                self._replace(change, path, content)
            packages |= set(result.packages)
            settings = project.settings_for(str(Path(root, "x.py")))
            for requirement in () if rule else plan_requirements(Path(root), result.packages, settings.tensorflow):
                self._replace(change, str(requirement.path), requirement.new)
        if not change:
            server.show("Nothing in this workspace can be changed automatically.")
        else:
            self._apply(change, "Tensorlift: migrate workspace")
        return {"changed": changed, "fixed": fixed, "packages": sorted(packages)}

    async def _run(self, project: Project, unsafe: bool, target: Target | None, rule: str) -> Any:
        settings = project.settings_for(str(Path(project.root, "x.py")))
        if target is not None:
            settings = replace(settings, target=target)
        if rule:
            settings = replace(settings, select=(rule,), ignore=())
        paths = [str(path) for path in sources(Path(project.root), settings.exclude)]
        await asyncio.sleep(0)
        return fixing.fix_workspace(project, settings, paths, unsafe)

    def _replace(self, change: Change, path: str, content: bytes) -> None:
        try:
            change.replace(path, fixing.content(path), content)
        except NotPossibleError as error:
            self.server.show(str(error), 2)

    def _apply(self, change: Change, label: str) -> None:
        if not self.server.client.applies_edits:
            raise RequestError(INVALID_PARAMS, "this editor lets no server apply edits")

        def answer(result: Any) -> None:
            if isinstance(result, dict) and result.get("applied") is False:
                self.server.tell(
                    f"{label}: not applied: {result.get('failureReason') or 'the editor refused'}", warning=True
                )

        self.server.protocol.ask("workspace/applyEdit", {"label": label, "edit": change.build()}, answer)

    # -- the rest ------------------------------------------------------------------------------------------------

    def restart_index(self, arguments: list[Any]) -> None:
        """Look at the whole workspace anew."""
        self.server.index.close()
        for root, project in self.server.folders.items():
            project.forget_modules()
            self.server.index.start(root)
        self.server.refresh()

    def report(self, arguments: list[Any]) -> Json:
        """Counts of findings by rule and by file."""
        import json

        by_rule: Counter[str] = Counter()
        by_file: Counter[str] = Counter()
        for entry in self.server.index.entries():
            uri = uris.from_path(entry.path)
            if uri not in self.server.documents:
                for item in json.loads(self.server.index.diagnostics(entry.path)):
                    by_rule[item["code"]] += 1
                    by_file[uri] += 1
        for unit in self.server.units.values():
            view = self.server.view_of(unit)
            for finding in view.findings if view else ():
                by_rule[finding.rule] += 1
                by_file[unit.key] += 1
        total = sum(by_rule.values())
        common = ", ".join(f"{code} {count}" for code, count in by_rule.most_common(5))
        self.server.show(f"{total} TensorFlow 1 uses in {len(by_file)} files" + (f": {common}" if common else ""))
        return {"total": total, "byRule": dict(by_rule.most_common()), "byFile": dict(by_file.most_common())}

    def explain(self, arguments: list[Any]) -> str:
        """``[code]``: what a rule is about. Shows its page where the editor can, else its text."""
        code = _text(arguments, 0)
        rule = rules().get(code)
        if rule is None:
            raise RequestError(INVALID_PARAMS, f"there is no rule {code}")
        text = f"{rule.code} {rule.name}: {inspect.cleandoc(type(rule).__doc__ or '')}"
        page = rule_page(code, self.server.options)
        if page and self.server.client.shows_documents:
            external = not page.startswith("file:")
            self.server.protocol.ask("window/showDocument", {"uri": page, "external": external, "takeFocus": True})
        else:
            self.server.show(text)
        return text


def _text(arguments: list[Any], index: int) -> str:
    if index < len(arguments) and isinstance(arguments[index], str):
        return str(arguments[index])
    raise RequestError(INVALID_PARAMS, f"argument {index + 1} must be a string")


def _options(arguments: list[Any], index: int = 1) -> Json:
    value = arguments[index] if index < len(arguments) else {}
    if value is None:
        return {}
    if not isinstance(value, dict):
        value = value._asdict() if hasattr(value, "_asdict") else None
    if not isinstance(value, dict):
        raise RequestError(INVALID_PARAMS, f"argument {index + 1} must be an object")
    return value


def _target(options: Json) -> Target | None:
    value = options.get("target")
    if value is None:
        return None
    try:
        return Target(value)
    except ValueError:
        raise RequestError(INVALID_PARAMS, f'target must be "compat" or "native", not {value!r}') from None

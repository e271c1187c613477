"""References of an endpoint across the workspace, and definitions through re-exports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from tensorlift.analysis.model import Evidence
from tensorlift.lsp import uris
from tensorlift.lsp.projects import View
from tensorlift.text.document import UnreadableError

if TYPE_CHECKING:
    from tensorlift.analysis.model import Import
    from tensorlift.lsp.server import Server

Json = dict[str, Any]

DEPTH = 20  # modules that a name is followed through


def register(server: Server) -> None:
    """Answer textDocument/references and textDocument/definition."""
    navigation = Navigation(server)
    server.on(types.TEXT_DOCUMENT_REFERENCES, navigation.references)
    server.on(types.TEXT_DOCUMENT_DEFINITION, navigation.definition)
    server.complete.append(lambda capabilities: capabilities.update(referencesProvider=True, definitionProvider=True))


class Navigation:
    """Answers from the open texts and from the index."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def references(self, params: types.ReferenceParams) -> list[Json] | None:
        """All places of the workspace that name the endpoint under the cursor."""
        view = self.server.view(params.text_document.uri)
        if view is None or view.context is None:
            return None
        reference = view.reference_at(view.unit.offset(params.text_document.uri, params.position))
        split = view.context.catalog.split(reference.name) if reference is not None else None
        if split is None:
            return None
        endpoint = split[0]
        found: list[Json] = []
        for unit in self.server.units.values():
            other = self.server.view_of(unit)
            if other is not None:
                found += self._in_view(other, endpoint)
        needle = json.dumps(endpoint) + ":"
        for entry in self.server.index.entries():
            uri = uris.from_path(entry.path)
            if needle in entry.spans and uri not in self.server.documents:
                for line, character, last, end in json.loads(entry.spans)[endpoint]:
                    span = {"start": {"line": line, "character": character}, "end": {"line": last, "character": end}}
                    found.append({"uri": uri, "range": span})
        return found

    @staticmethod
    def _in_view(view: View, endpoint: str) -> list[Json]:
        found: list[Json] = []
        if view.module is None or view.context is None:
            return found
        catalog = view.context.catalog
        for reference in view.module.references:
            if not reference.name.startswith(endpoint) or reference.evidence is Evidence.GUESS:
                continue
            split = catalog.split(reference.name)
            place = view.unit.place(reference.start, reference.end) if split and split[0] == endpoint else None
            if place is not None:
                found.append({"uri": place.uri, "range": place.range})
        return found

    def definition(self, params: types.DefinitionParams) -> list[Json] | None:
        """Where the name under the cursor is bound: in this text, or in the module of the workspace that it comes from."""
        uri = params.text_document.uri
        view = self.server.view(uri)
        unit = self.server.documents.get(uri)
        if view is None or unit is None or unit.project.too_large(unit):
            return None
        module = view.module or unit.project.workspace.module(unit.path)
        name = _word(module.source, unit.offset(uri, params.position))
        if not name:
            return None
        for statement in module.imports:
            for item in statement.items:
                if item.bound == name or item.name == name:
                    found = self._followed(view, unit.path, statement, item.name)
                    if found is not None:
                        return [found]
                    place = unit.place(item.start, item.end)
                    return [{"uri": place.uri, "range": place.range}] if place else None
        places = [unit.place(d.name_start, d.name_end) for d in module.definitions if d.name == name] or [
            unit.place(b.start, b.end) for b in module.bindings if b.name == name
        ]
        return [{"uri": place.uri, "range": place.range} for place in places[:1] if place is not None] or None

    def _followed(self, view: View, path: str, statement: Import, name: str) -> Json | None:
        """Where another module of the workspace defines a name, through the modules that only pass it on."""
        workspace = view.unit.project.workspace
        module_name, level = statement.module, statement.level
        best: Json | None = None
        for _ in range(DEPTH):
            whole = module_name if statement.module is not None or level else name
            origin = workspace.files.find(path, whole, level)
            if origin is None and module_name is not None:
                inner = workspace.files.find(path, f"{module_name}.{name}".lstrip("."), level)
                return _at_start(inner.path) if inner else best
            if origin is None:
                return best
            path = origin.path
            if module_name is None and not level:
                return _at_start(path)
            try:
                module = workspace.module(path)
            except UnreadableError:
                return best
            place = self._in_file(path, name)
            if place is not None:
                return place
            onward = next(
                ((s, i) for s in module.imports for i in s.items if i.bound == name),
                None,
            )
            if onward is None:
                star = next((s for s in module.imports if s.star), None)
                if star is None:
                    return best or _at_start(path)
                statement, module_name, level = star, star.module, star.level
                continue
            statement, item = onward
            best = self._span(path, item.start, item.end)
            module_name, level, name = statement.module, statement.level, item.name
        return best

    def _in_file(self, path: str, name: str) -> Json | None:
        workspace = self.server.project_for(path).workspace
        module = workspace.module(path)
        for definition in module.definitions:
            if definition.qualified == name:
                return self._span(path, definition.name_start, definition.name_end)
        whole = (0, len(module.source))
        for binding in module.bindings:
            if binding.name == name and not binding.at_import and binding.scope == whole:
                return self._span(path, binding.start, binding.end)
        return None

    def _span(self, path: str, start: int, end: int) -> Json:
        from tensorlift.lsp.texts import Text

        source = self.server.project_for(path).workspace.document(path).source
        return {"uri": uris.from_path(path), "range": Text(source, self.server.client.encoding).range(start, end)}


def _at_start(path: str) -> Json:
    zero = {"line": 0, "character": 0}
    return {"uri": uris.from_path(path), "range": {"start": zero, "end": zero}}


def _word(source: bytes, offset: int) -> str:
    """The identifier at an offset."""
    import re

    for match in re.finditer(rb"\w+", source[max(0, offset - 200) : offset + 200]):
        low = max(0, offset - 200)
        if low + match.start() <= offset <= low + match.end():
            return match[0].decode("utf-8", "replace")
    return ""

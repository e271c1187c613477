"""What the client can do, read once from its capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tensorlift.lsp.texts import UTF8, UTF16, UTF32


@dataclass(frozen=True, slots=True)
class Client:
    """A client's abilities; all of them are optional in the protocol, and a client that says nothing has none."""

    name: str = ""
    encoding: str = UTF16
    markdown: bool = False
    pulls: bool = False  # asks for diagnostics itself
    registers_pull: bool = False
    diagnostic_data: bool = False
    diagnostic_links: bool = False
    diagnostic_related: bool = False
    diagnostic_tags: frozenset[int] = frozenset()
    diagnostic_versions: bool = False
    refreshes_diagnostics: bool = False
    refreshes_lenses: bool = False
    refreshes_hints: bool = False
    action_literals: bool = False
    resolves_edits: bool = False
    action_data: bool = False
    preferred: bool = False
    disabled: bool = False
    document_changes: bool = False
    creates_files: bool = False
    annotations: bool = False
    applies_edits: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    registers_watchers: bool = False
    progress: bool = False
    folders: bool = False
    nested_symbols: bool = False
    shows_documents: bool = False


def read_client(info: Mapping[str, Any] | None, capabilities: Mapping[str, Any]) -> Client:
    """The client's abilities. ``capabilities`` is the plain object of the initialize request."""

    def has(path: str) -> Any:
        value: Any = capabilities
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def members(path: str) -> frozenset[Any]:
        value = has(path)
        return frozenset(v for v in value if isinstance(v, (str, int))) if isinstance(value, list) else frozenset()

    published = "textDocument.publishDiagnostics"
    pulled = "textDocument.diagnostic"
    action = "textDocument.codeAction"
    edit = "workspace.workspaceEdit"
    offered = has("general.positionEncodings")
    encoding = next((e for e in offered if e in (UTF8, UTF16, UTF32)), UTF16) if isinstance(offered, list) else UTF16
    return Client(
        name=str((info or {}).get("name", "")),
        encoding=encoding,
        markdown="markdown" in members("textDocument.hover.contentFormat"),
        pulls=has(pulled) is not None,
        registers_pull=bool(has(f"{pulled}.dynamicRegistration")),
        diagnostic_data=bool(has(f"{published}.dataSupport") or has(pulled) is not None),
        diagnostic_links=bool(has(f"{published}.codeDescriptionSupport") or has(pulled) is not None),
        diagnostic_related=bool(has(f"{published}.relatedInformation")),
        diagnostic_tags=members(f"{published}.tagSupport.valueSet"),
        diagnostic_versions=bool(has(f"{published}.versionSupport")),
        refreshes_diagnostics=bool(has("workspace.diagnostics.refreshSupport")),
        refreshes_lenses=bool(has("workspace.codeLens.refreshSupport")),
        refreshes_hints=bool(has("workspace.inlayHint.refreshSupport")),
        action_literals=has(f"{action}.codeActionLiteralSupport") is not None,
        resolves_edits="edit" in members(f"{action}.resolveSupport.properties"),
        action_data=bool(has(f"{action}.dataSupport")),
        preferred=bool(has(f"{action}.isPreferredSupport")),
        disabled=bool(has(f"{action}.disabledSupport")),
        document_changes=bool(has(f"{edit}.documentChanges")),
        creates_files="create" in members(f"{edit}.resourceOperations"),
        annotations=has(f"{edit}.changeAnnotationSupport") is not None and bool(has(f"{edit}.documentChanges")),
        applies_edits=bool(has("workspace.applyEdit")),
        configuration=bool(has("workspace.configuration")),
        registers_configuration=bool(has("workspace.didChangeConfiguration.dynamicRegistration")),
        registers_watchers=bool(has("workspace.didChangeWatchedFiles.dynamicRegistration")),
        progress=bool(has("window.workDoneProgress")),
        folders=bool(has("workspace.workspaceFolders")),
        nested_symbols=bool(has("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport")),
        shows_documents=bool(has("window.showDocument.support")),
    )

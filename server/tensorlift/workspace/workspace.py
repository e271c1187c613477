"""The modules of one project: read, analysed and asked for by path."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tensorlift.analysis.model import Export
from tensorlift.analysis.module import Module, analyze
from tensorlift.catalog.catalog import load
from tensorlift.text.document import Document, UnreadableError
from tensorlift.workspace.names import TRACKED, Files, Origin, WorkspaceResolver, imported_modules

_LONE_CR = re.compile(rb"\r(?!\n)")
_SET_UP = re.compile(rb"TF_USE_LEGACY_KERAS|tf1_support")


class Workspace:
    """Modules of the project below ``root``. Analyses are kept for the ``keep`` files asked for last; what a module
    exports is kept for all."""

    def __init__(self, root: Path, keep: int = 256) -> None:
        self.root = os.path.abspath(root)
        self.files = Files(self.root)
        self._keep = keep
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._held: dict[str, Document] = {}  # texts that are not on disk
        self._earlier: dict[str, Module] = {}  # their last analyses, to go on from
        self._modules: OrderedDict[str, Module] = OrderedDict()
        self._exports: dict[str, Mapping[str, Export] | None] = {}
        self._tracked: dict[str, bool] = {}
        self._star_names: dict[str, frozenset[str]] = {}
        self._set_up: dict[str, bool | None] = {}
        self.resolver = WorkspaceResolver(self.files, self._exports_of)

    def document(self, path: str) -> Document:
        """A file's snapshot. Raises UnreadableError."""
        held = self._held.get(path)
        if held is not None:
            return held
        if path not in self._documents:
            self._documents[path] = Document.read(Path(path))
            _trim(self._documents, self._keep)
        return self._documents[path]

    def put(self, path: str, document: Document | None) -> None:
        """Take a text that is not on disk as the file's; ``None``: what is on disk counts again."""
        if document is None:
            self._held.pop(path, None)
            self._documents.pop(path, None)
            self._earlier.pop(path, None)
        else:
            self._held[path] = document
        earlier = self._modules.pop(path, None)
        if earlier is not None and document is not None:
            self._earlier[path] = earlier
        self._exports.pop(path, None)
        self._tracked.pop(path, None)
        self._set_up.pop(path, None)

    def forget(self, paths: Sequence[str] = ()) -> None:
        """Files came, went or changed on disk: read those again, and find out again what everybody exports."""
        for path in paths:
            self._documents.pop(path, None)
            self._tracked.pop(path, None)
            self._set_up.pop(path, None)
        self._modules.clear()
        self._exports.clear()
        self.files.forget()

    def exports(self, path: str) -> Mapping[str, Export]:
        """What a file's names stand for, for other modules."""
        return self._exports_of(path) or {}

    def module(self, path: str) -> Module:
        """A file's analysis. Raises UnreadableError."""
        if path not in self._modules:
            self._modules[path] = self.analyze(self.document(path), path, self._earlier.pop(path, None))
            _trim(self._modules, self._keep)
        return self._modules[path]

    def is_current(self, path: str, document: Document) -> bool:
        """Whether a document is the one that the workspace holds for a path."""
        return self._held.get(path, self._documents.get(path)) is document

    def analyze(self, document: Document, path: str, previous: Module | None = None) -> Module:
        """Analyse a text as if it were the file's; ``previous`` is the analysis of an earlier text of it."""
        # tree-sitter knows no line that ends at a lone CR; a line feed in its place moves nothing.
        source = _LONE_CR.sub(b"\n", document.source) if b"\r" in document.source else document.source
        return analyze(source, name=path, resolver=self.resolver, previous=previous, names_of=self._names_of)

    def _names_of(self, module: str) -> Collection[str]:
        """What ``from module import *`` can bind, of a module of TensorFlow by its canonical name."""
        if module not in self._star_names:
            prefix = module + "."
            names = (name[len(prefix) :] for name in load().endpoints(prefix))
            self._star_names[module] = frozenset(name for name in names if "." not in name)
        return self._star_names[module]

    def deserves_analysis(self, path: str, source: bytes) -> bool:
        """Whether a file can name TensorFlow at all: it spells a tracked package, or imports a file that does."""
        if TRACKED.search(source):
            return True
        return any(self._is_tracked(origin.path) for origin in self.origins(path, source))

    def origins(self, path: str, source: bytes) -> list[Origin]:
        """The files of the workspace that a source imports."""
        found = []
        for module, level in sorted(imported_modules(source)):
            origin = self.files.find(path, module, level)
            if origin is not None and origin.path != path:
                found.append(origin)
        return found

    def is_set_up(self, path: str, source: bytes) -> bool:
        """Whether legacy Keras is switched on for a file: by itself, by a package that holds it, or by a file that it
        imports."""
        if _SET_UP.search(source):
            return True
        folder = os.path.dirname(path)
        while self._sets_up(os.path.join(folder, "__init__.py")) is not None:
            if self._sets_up(os.path.join(folder, "__init__.py")):
                return True
            folder = os.path.dirname(folder)
        return any(self._sets_up(origin.path) for origin in self.origins(path, source))

    def _sets_up(self, path: str) -> bool | None:
        """``None`` when there is no such file."""
        if path not in self._set_up:
            try:
                found: bool | None = _SET_UP.search(self.document(path).source) is not None
            except UnreadableError:
                found = None
            self._set_up[path] = found
        return self._set_up[path]

    def _is_tracked(self, path: str) -> bool:
        if path not in self._tracked:
            try:
                self._tracked[path] = TRACKED.search(self.document(path).source) is not None
            except UnreadableError:
                self._tracked[path] = False
        return self._tracked[path]

    def _exports_of(self, path: str) -> Mapping[str, Export] | None:
        if path not in self._exports:
            self._exports[path] = None  # under way: a circle of imports ends here
            try:
                if self._is_tracked(path) or self.deserves_analysis(path, self.document(path).source):
                    self._exports[path] = dict(self.module(path).exports)
            except UnreadableError:
                pass
        return self._exports[path]


def _trim(cache: OrderedDict[str, object] | OrderedDict[str, Document] | OrderedDict[str, Module], keep: int) -> None:
    while len(cache) > keep:
        cache.popitem(last=False)

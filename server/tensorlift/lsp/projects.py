"""The engine as the server holds it: one workspace per folder, and what was last seen of each open unit."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tensorlift.analysis.model import Reference
from tensorlift.analysis.module import Module
from tensorlift.lsp.options import Options
from tensorlift.lsp.units import Unit
from tensorlift.migration.examine import Examination, examine
from tensorlift.migration.live import Look
from tensorlift.migration.migrate import context_for
from tensorlift.rewriting.context import ModuleContext
from tensorlift.rules.model import Finding
from tensorlift.text.document import Document
from tensorlift.workspace.settings import Settings, SettingsError, load
from tensorlift.workspace.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass
class View:
    """What was seen of one revision of a unit."""

    unit: Unit
    revision: int
    generation: int
    settings: Settings
    examination: Examination | None  # None: the text names nothing of TensorFlow, or is too large
    findings: Sequence[Finding] = field(default=())
    program: tuple[str, ...] = ()  # codes of findings about the program that are among the findings

    @property
    def context(self) -> ModuleContext | None:
        """The context of the examination."""
        return self.examination.context if self.examination else None

    @property
    def module(self) -> Module | None:
        """The analysis."""
        return self.examination.context.module if self.examination else None

    def reference_at(self, offset: int) -> Reference | None:
        """The innermost reference that holds an offset; ends count as inside."""
        best: Reference | None = None
        for reference in self.module.references if self.module else ():
            if reference.start > offset:
                break
            if offset <= reference.end and (best is None or reference.start >= best.start):
                best = reference
        return best


class Project:
    """One folder's modules and settings. ``generation`` grows when something that all its modules depend on changed."""

    def __init__(self, root: str, options: Options) -> None:
        self.root = root
        self.options = options
        self.workspace = Workspace(Path(root), keep=256)
        self.generation = 0
        self.problems: list[str] = []  # sentences for the user, not told yet
        self._settings: dict[str, Settings] = {}

    def configure(self, options: Options) -> None:
        """Settings changed."""
        self.options = options
        self.forget_settings()

    def forget_settings(self) -> None:
        """Files that hold settings or requirements changed."""
        self._settings.clear()
        self.generation += 1

    def forget_modules(self, paths: Sequence[str] = ()) -> None:
        """Files came, went or changed; what their exports fed is looked at again."""
        self.workspace.forget(paths)
        self.generation += 1

    def settings_for(self, path: str) -> Settings:
        """The settings that hold for a file."""
        folder = os.path.dirname(path)
        found = self._settings.get(folder)
        if found is None:
            try:
                found = load(Path(path), self.options.overrides)
            except (SettingsError, OSError) as error:
                self.problems.append(str(error))
                over = self.options.overrides
                found = Settings(Path(self.root))
                if over.target is not None or over.tensorflow is not None:
                    found = Settings(
                        Path(self.root),
                        over.target or found.target,
                        over.tensorflow or found.tensorflow,
                        "the settings",
                    )
            self._settings[folder] = found
        return found

    def view(self, unit: Unit) -> View:
        """What is to be seen of a unit now; computed once per revision."""
        view = unit.view
        if view is not None and view.revision == unit.revision and view.generation == self.generation:
            return view
        settings = self.settings_for(unit.path)
        examination = self._examine(unit, settings)
        findings = examination.findings if examination else ()
        unit.view = View(unit, unit.revision, self.generation, settings, examination, findings)
        return unit.view

    def too_large(self, unit: Unit) -> bool:
        """Whether a unit's text is longer than what is looked at."""
        return len(unit.source()) > self.options.largest_file

    def look(self, unit: Unit) -> Look | None:
        """The findings of a unit's present text, the quick way: for diagnostics. ``None`` as for a view."""
        seen = unit.look
        if seen is None or seen[:2] != (unit.revision, self.generation):
            look: Look | None = None
            source = unit.source()
            if len(source) > self.options.largest_file:
                log.info("%s is larger than %d bytes and is not looked at", unit.path, self.options.largest_file)
            elif self.workspace.deserves_analysis(unit.path, source):
                document = self.workspace.document(unit.path)
                try:
                    look = unit.live.look(self.workspace, document, unit.path, self.settings_for(unit.path))
                except RecursionError:
                    log.warning("%s is nested too deeply to be analysed", unit.path)
            seen = unit.look = (unit.revision, self.generation, look)
        return seen[2]

    def _examine(self, unit: Unit, settings: Settings) -> Examination | None:
        source = unit.source()
        if len(source) > self.options.largest_file:
            log.info("%s is larger than %d bytes and is not looked at", unit.path, self.options.largest_file)
            return None
        if not self.workspace.deserves_analysis(unit.path, source):
            return None
        try:
            examination = examine(
                context_for(self.workspace, self.workspace.document(unit.path), unit.path, settings), settings
            )
        except RecursionError:
            log.warning("%s is nested too deeply to be analysed", unit.path)
            return None
        for crash in examination.crashed:
            log.error("%s: a rule failed: %s", unit.path, crash)
        return examination

    def changed(self, unit: Unit) -> None:
        """A unit has a new text: the workspace takes it as the file's."""
        unit.revision += 1
        self.workspace.put(unit.path, unit.document())

    def closed(self, unit: Unit) -> None:
        """A unit is no longer open: what is on disk counts again."""
        self.workspace.put(unit.path, None)
        self.forget_modules((unit.path,))

    def examine_text(self, unit: Unit, document: Document, unchanged: bool = False) -> Examination:
        """Examine another text as if it were the unit's."""
        settings = self.settings_for(unit.path)
        return examine(context_for(self.workspace, document, unit.path, settings, unchanged=unchanged), settings)

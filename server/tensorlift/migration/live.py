"""The findings of a text that changes with every keystroke: what a keystroke left alone is not looked at again.

The same findings as ``examine`` gives, without the edits that would mend them. Findings are remembered by the parts of the
analysis, with offsets from the part's start, for as long as nothing changes that they depend on beside the part's own bytes: the
settings, whether the module was written for TensorFlow 1, and what its imported names stand for after a migration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tensorlift.analysis.model import Context, Reference
from tensorlift.analysis.module import Module
from tensorlift.catalog.catalog import load
from tensorlift.catalog.version import era_of
from tensorlift.migration.examine import code_of, examine, finding_of
from tensorlift.migration.migrate import support_names
from tensorlift.rewriting.context import ModuleContext, Program, lookup_era, written_for_tf1
from tensorlift.rewriting.plan import Mending, choose, decided, find_uses, is_bound_name, is_idle, switches
from tensorlift.rules.base import Rule, rules
from tensorlift.rules.model import Finding
from tensorlift.text.document import Document
from tensorlift.workspace.settings import Settings
from tensorlift.workspace.workspace import Workspace

_SET_UP = (b"import", b"TF_USE_LEGACY_KERAS", b"tf1_support")


@dataclass(slots=True, eq=False)
class Piece:
    """The findings of one part, with offsets from the part's start. ``memo`` is for whoever shows them."""

    findings: tuple[Finding, ...]
    memo: object = None


@dataclass(slots=True, eq=False)
class _Part:
    """What is known of a part in any surroundings, and in the last ones."""

    text: bytes
    imports: bool  # whether it may hold import statements
    tf1: bool
    on_v1: bool
    key: object = None  # the surroundings of what follows
    chosen: list[Mending] = field(default_factory=list)
    bound: list[tuple[Reference, Mending | None]] = field(default_factory=list)
    at: int = 0  # where the part was when they were chosen
    switched: Mapping[str, str] | None = None
    piece: Piece = field(default_factory=lambda: Piece(()))


@dataclass(frozen=True)
class Look:
    """What was seen: pieces with where each starts, in order; ``context`` for whoever asks more."""

    context: ModuleContext
    pieces: Sequence[tuple[int, Piece]]

    def findings(self) -> list[Finding]:
        """All findings at their places in the module."""
        return [moved(finding, start) for start, piece in self.pieces for finding in piece.findings]


class Live:
    """One module, version after version."""

    def __init__(self) -> None:
        self._parts: dict[object, _Part] = {}
        self._set_up: tuple[object, bool] | None = None
        self._switched: tuple[object, list[_Part], Mapping[str, str]] | None = None

    def look(self, workspace: Workspace, document: Document, path: str, settings: Settings) -> Look:
        """The findings of the present text. The workspace holds the text as the path's."""
        module = workspace.module(path)
        catalog = load()
        fresh: dict[object, _Part] = {}
        placed: list[tuple[int, _Part, Callable[[], list[Reference]]]] = []
        for start, text, token, references in module.pieces():
            part = self._parts.get(token)
            if part is None:
                found = references()
                on_v1 = any(r.name.startswith("tf.compat.v1.") for r in found)
                part = _Part(text, b"import" in text, written_for_tf1(found, catalog), on_v1)
            fresh[token] = part
            placed.append((start, part, references))
        self._parts = fresh
        tf1 = any(part.tf1 for part in fresh.values())
        era = era_of(settings.tensorflow)
        if tf1 or any(part.on_v1 for part in fresh.values()) or self._is_set_up(workspace, path, module):
            era = lookup_era(era, settings.target)
        program = Program(definitions=support_names())
        context = ModuleContext(document, module, catalog, era, settings.target, program, tf1, False)
        if any(type(rule).check is not Rule.check for rule in rules().values()):
            return Look(context, _whole(context, settings))
        suppressed = module.suppressions
        if suppressed.whole_file:
            return Look(context, ())
        key = (settings, era, tf1, suppressed.file_codes)
        for start, part, references in placed:
            if part.key != key:
                self._choose(part, start, references(), context, settings)
                part.key = key
        switched = self._switches(key, [part for _, part, _ in placed if part.bound or part.imports], context)
        for start, part, references in placed:
            if part.switched != switched:
                if part.at != start:  # what was chosen points to where the part was
                    self._choose(part, start, references(), context, settings)
                part.piece = self._decide(part, switched, context, settings)
                part.switched = switched
        return Look(context, [(start, part.piece) for start, part, _ in placed if part.piece.findings])

    def _switches(self, key: object, parts: list[_Part], context: ModuleContext) -> Mapping[str, str]:
        """What bindings stand for after a migration; the same parts give the same answer."""
        known = self._switched
        if known is None or known[0] != key or known[1] != parts:
            bound = [user for part in parts for user in part.bound]
            known = self._switched = key, parts, switches(bound, context)
        return known[2]

    def _is_set_up(self, workspace: Workspace, path: str, module: Module) -> bool:
        """What imports say of legacy Keras; they change rarely."""
        key = tuple(part.text for part in self._parts.values() if any(word in part.text for word in _SET_UP))
        if self._set_up is None or self._set_up[0] != key:
            self._set_up = key, workspace.is_set_up(path, module.source)
        return self._set_up[1]

    @staticmethod
    def _choose(
        part: _Part, start: int, references: list[Reference], context: ModuleContext, settings: Settings
    ) -> None:
        suppressed = context.module.suppressions
        part.chosen, part.at, part.switched = [], start, None
        chosen: dict[Reference, Mending] = {}
        for use in find_uses(context, references):
            mending = choose(use, context)
            if mending.name is not None:
                code = code_of(mending)
                if not settings.wants(code) or suppressed.covers(code, use.reference.start):
                    mending = replace(mending, name=None, edits=(), excluded=True)
            chosen[use.reference] = mending
            part.chosen.append(mending)
        part.bound = [
            (r, chosen.get(r)) for r in references if r.context is not Context.IMPORT and is_bound_name(r, context)
        ]

    @staticmethod
    def _decide(part: _Part, switched: Mapping[str, str], context: ModuleContext, settings: Settings) -> Piece:
        known = rules()
        suppressed = context.module.suppressions
        found: list[Finding] = []
        for mending in part.chosen:
            final = _foreseen(mending, switched, context)
            if final is None:
                continue
            finding = finding_of(final, known)
            if settings.wants(finding.rule) and not suppressed.covers(finding.rule, finding.start):
                found.append(moved(finding, -part.at))
        found.sort(key=lambda f: (f.start, f.end, f.rule))
        return Piece(tuple(found))


def _foreseen(mending: Mending, switched: Mapping[str, str], context: ModuleContext) -> Mending | None:
    """What the plan will make of a mending, as far as its finding tells; ``None`` when there is nothing to tell."""
    done = decided(mending, switched, context)
    if done is not None:
        return None if is_idle(done) else done
    use = mending.use
    if b"#" in context.source[use.reference.start : use.end]:
        return replace(mending, name=None, edits=(), left="a comment stands inside the name")
    if mending.edits or mending.name != use.endpoint:
        return mending
    return None


def _whole(context: ModuleContext, settings: Settings) -> list[tuple[int, Piece]]:
    return [(0, Piece(tuple(examine(context, settings).findings)))]


def moved(finding: Finding, by: int) -> Finding:
    """The same finding at another place; what it remembers stays where it was."""
    return Finding(
        finding.rule,
        finding.name,
        finding.start + by,
        finding.end + by,
        finding.message,
        finding.endpoint,
        finding.replacement,
        finding.applicability,
        finding.data,
    )

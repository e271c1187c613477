"""What a rule is, and how the rules are found: every module of this package that has a ``RULE``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tensorlift.rewriting.context import ModuleContext
from tensorlift.rewriting.plan import Mending
from tensorlift.rules.model import Finding, Fix


@dataclass(frozen=True, slots=True)
class Example:
    """A program before and after, shown on the rule's page, tested as text, and run where TensorFlow is installed.
    ``program`` says that ``before`` is a whole program (it imports what it uses and prints numbers)."""

    before: str
    after: str
    target: str = "compat"
    tensorflow: str = "2.21"
    unsafe: bool = False


class Rule:
    """One kind of TensorFlow 1 use. The class docstring is the rule's documentation page.

    ``code`` is stable (``TL`` and three digits), ``name`` is in kebab-case. A rule that is reported by the catalog (a
    verdict names its code) only words the message; another one overrides ``check`` and ``fix``.
    """

    code: str
    name: str
    examples: tuple[Example, ...] = ()
    optional = False  # reported only when it is selected by its full code

    def message(self, mending: Mending) -> str:
        """The sentence for one use that the catalog has a verdict on."""
        use = mending.use
        if mending.name is None:
            reason = f" ({mending.left})" if mending.left and mending.left != use.verdict.note else ""
            return f"`{use.endpoint}` {self.says(mending)}{reason}. {use.verdict.note}".rstrip()
        changed = self._arguments(mending)
        if changed:
            same = mending.name == use.endpoint
            return f"`{use.endpoint}` {self.says(mending)}: " + ("" if same else f"write `{mending.name}`, ") + changed
        return f"`{use.endpoint}` {self.says(mending)}: write `{mending.name}`"

    @staticmethod
    def _arguments(mending: Mending) -> str:
        """What becomes of the arguments that this call gives."""
        replacement, call = mending.use.verdict.replacement, mending.use.reference.call
        mapping = replacement.arguments if replacement else None
        if mapping is None or call is None or replacement is None or mending.name == replacement.fallback:
            return ""
        names = [p.name for p in mapping.old]
        given = [a.keyword or (names[i] if i < len(names) else "") for i, a in enumerate(call.arguments)]
        parts = []
        for name in given:
            change = mapping.changes.get(name)
            if change is None:
                continue
            if change.startswith("!"):
                parts.append(f"`{name}` goes")
            else:
                parts.append(f"`{name}` becomes `{change.replace('{}', name)}`")
        return ", ".join(parts)

    def says(self, mending: Mending) -> str:
        """What is to be said of an endpoint; finishes the sentence that its name begins."""
        return "changed in TensorFlow 2"

    def says_of_program(self) -> str:
        """The sentence of a rule that speaks of the whole program."""
        return ""

    def check(self, context: ModuleContext) -> Iterator[Finding]:
        """Findings of a rule that looks for itself."""
        return iter(())

    def fix(self, context: ModuleContext, finding: Finding) -> Fix | None:
        """The change that removes one of the findings of ``check``, ``None`` where only a person can."""
        return None


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """All rules by code, found by their place in this package."""
    import tensorlift.rules as package

    found: dict[str, Rule] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        rule = getattr(importlib.import_module(f"{package.__name__}.{info.name}"), "RULE", None)
        if isinstance(rule, Rule):
            if rule.code in found:
                raise ValueError(f"two rules have the code {rule.code}")
            found[rule.code] = rule
    return dict(sorted(found.items()))

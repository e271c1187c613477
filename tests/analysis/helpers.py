"""Short ways to say what an analysis found."""

from __future__ import annotations

from tensorlift.analysis.model import Export, Reference, Resolver
from tensorlift.analysis.module import Module, analyze


def module(text: str, **options: object) -> Module:
    return analyze(text.encode(), **options)  # type: ignore[arg-type]


def names(text: str, **options: object) -> list[str]:
    """``text -> name`` of every reference that is no import."""
    found = module(text, **options)
    return [
        f"{text.encode()[reference.start : reference.end].decode()} -> {reference.name}"
        for reference in found.references
        if reference.context.value != "import"
    ]


def reference(text: str, name: str) -> Reference:
    """The only reference to a name."""
    found = [reference for reference in module(text).references if reference.name == name]
    assert len(found) == 1, found
    return found[0]


class Modules(Resolver):
    """Other modules, by name."""

    def __init__(self, **exports: dict[str, Export]) -> None:
        self.exports = exports

    def export(self, importer: str, module: str | None, level: int, name: str) -> Export | None:
        return self.exports.get("." * level + (module or ""), {}).get(name)

    def star(self, importer: str, module: str | None, level: int) -> list[tuple[str, Export]]:
        return list(self.exports.get("." * level + (module or ""), {}).items())

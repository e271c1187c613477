"""What one module's analysis asks of what is around it: tracked packages and other modules of the program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from tensorlift.analysis.model import Export, Resolver


class World:
    """What one module's analysis asks of what is around it."""

    def __init__(
        self,
        importer: str,
        roots: frozenset[str],
        resolver: Resolver | None = None,
        names_of: Callable[[str], Collection[str]] | None = None,
    ) -> None:
        self.importer = importer
        self.roots = roots
        self.resolver = resolver
        self.names_of = names_of
        self.asked: dict[tuple[object, ...], object] = {}
        self._canonical: dict[str, str | None] = {}

    def canonical(self, dotted: str) -> str | None:
        """The canonical name of a module of a tracked package, ``None`` for other modules."""
        try:
            return self._canonical[dotted]
        except KeyError:
            root, _, rest = dotted.partition(".")
            found: str | None = None
            if root in self.roots:
                head = "tf" if root == "tensorflow" else root
                found = f"{head}.{rest}" if rest else head
            self._canonical[dotted] = found
            return found

    def export(self, module: str | None, level: int, name: str) -> Export | None:
        """What a name of another module of the program is; remembered, so that a change can be seen."""
        if self.resolver is None:
            return None
        key = (module, level, name)
        if key not in self.asked:
            self.asked[key] = self.resolver.export(self.importer, module, level, name)
        found = self.asked[key]
        return found if isinstance(found, Export) else None

    def stars(self, module: str | None, level: int) -> Iterable[tuple[str, Export]]:
        """What a star import of another module of the program binds."""
        if self.resolver is None:
            return ()
        key = (module, level)
        if key not in self.asked:
            self.asked[key] = tuple(self.resolver.star(self.importer, module, level))
        found = self.asked[key]
        return found if isinstance(found, tuple) else ()

    def has(self, module: str, name: str) -> bool:
        """Whether a star import of a tracked module (canonical name) brings a name."""
        return self.names_of is not None and not name.startswith("_") and name in self.names_of(module)

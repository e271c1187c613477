"""What one module's analysis asks of what is around it: tracked packages and other modules of the program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from typing import Final

from tensorlift.analysis import kinds
from tensorlift.analysis.model import Evidence, Export, Resolver
from tensorlift.analysis.values import Many, Target, Value, instance, target


def of_kind(kind: str | None) -> Value | None:
    """The value that a table's entry says: ``tf.Tensor``, or ``*tf.Tensor`` for many of them."""
    if kind is None:
        return None
    return Many(instance(kind[1:])) if kind[0] == "*" else instance(kind)


# Packages that are never the program's own.
_FOREIGN: Final = sys.stdlib_module_names | {
    *(
        "numpy",
        "scipy",
        "matplotlib",
        "pandas",
        "six",
        "gym",
        "PIL",
        "sklearn",
        "cv2",
        "h5py",
        "tqdm",
        "mpi4py",
        "torch",
        "yaml",
    ),
    *(
        "requests",
        "setuptools",
        "pytest",
        "nltk",
        "google",
        "protobuf",
        "skimage",
        "seaborn",
        "jax",
        "mock",
        "parameterized",
    ),
}


class Everything(set[str]):
    """The set of all names."""

    def __contains__(self, name: object) -> bool:
        return True


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
        self.known: set[str] = {"__import__"}  # names that have ever stood for anything: others need no look-up
        self.targets: set[str] = set()  # names that have ever stood for something of a tracked package
        self._own: dict[tuple[str | None, int], bool] = {}
        self._canonical: dict[str, str | None] = {}
        self._results: dict[str, Value | None] = {}
        self._named: dict[str, Target] = {}

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

    def result(self, name: str) -> Value | None:
        """What calling an endpoint gives."""
        try:
            return self._results[name]
        except KeyError:
            made = self._results[name] = of_kind(kinds.result_of(name))
            return made

    def named(self, name: str, evidence: Evidence, certain: bool) -> Target:
        """The value of an endpoint that is not called."""
        if evidence is not Evidence.IMPORT or not certain:
            return target(name, evidence, certain)
        try:
            return self._named[name]
        except KeyError:
            made = self._named[name] = target(name, evidence, certain)
            return made

    def still_holds(self, now: World) -> bool:
        """Whether other modules would give the answers that they gave."""
        if self.importer != now.importer or (self.names_of is None) != (now.names_of is None):
            return False
        for key, answer in self.asked.items():
            if len(key) == 3:
                module, level, name = key
                if now.export(module, level, name) != answer:  # type: ignore[arg-type]
                    return False
            else:
                module, level = key
                if now.stars(module, level) != answer:  # type: ignore[arg-type]
                    return False
        if any(now.may_own(*key) != answer for key, answer in self._own.items()):
            return False
        return (self.resolver is None) == (now.resolver is None)

    def take_over(self, before: World) -> None:
        """Start with what an earlier analysis of the same module knew."""
        self.known |= before.known
        self.targets |= before.targets
        self.asked.update(before.asked)
        self._own.update(before._own)

    def again(self) -> World:
        """The same surroundings, for another run."""
        other = World(self.importer, self.roots, self.resolver, self.names_of)
        other.asked = self.asked
        return other

    def note(self, name: str, value: Value | None) -> None:
        """A name stands for a value, somewhere."""
        if value is not None:
            self.known.add(name)
            if isinstance(value, Target):
                self.targets.add(name)

    def starred(self) -> None:
        """A star import of a tracked package: from now on any name may stand for something."""
        self.known = self.targets = Everything()

    def export(self, module: str | None, level: int, name: str) -> Export | None:
        """What a name of another module of the program is; remembered, so that a change can be seen."""
        if self.resolver is None:
            return None
        key = (module, level, name)
        if key not in self.asked:
            self.asked[key] = self.resolver.export(self.importer, module, level, name)
        found = self.asked[key]
        return found if isinstance(found, Export) else None

    def may_own(self, module: str | None, level: int) -> bool:
        """Whether a module can be one of the program's own. A resolver that has a method ``knows(importer, module, level)`` is
        asked; otherwise everything but well-known packages can."""
        if self.resolver is None:
            return False
        key = (module, level)
        if key not in self._own:
            knows = getattr(self.resolver, "knows", None)
            if callable(knows):
                self._own[key] = bool(knows(self.importer, module, level))
            else:
                self._own[key] = level > 0 or (module or "").partition(".")[0] not in _FOREIGN
        return self._own[key]

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

"""Python packages read as text: what each module binds, and where a name is defined in the end.

Nothing is imported or executed. A module's namespace is what its top-level statements bind, in order, with star imports
expanded, ``__all__`` respected, and the names taken away that TensorFlow's ``remove_undocumented`` takes away.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

Definition = ast.FunctionDef | ast.ClassDef | ast.expr


@dataclass(frozen=True, slots=True)
class Binding:
    """What a module-level name stands for: a definition in this module, a module, or a name of another module."""

    module: str  # the module that says so
    name: str
    node: Definition | None = None  # set for a definition or an assignment
    imports: tuple[str, str | None] | None = None  # (module, name); name None: the module itself
    wrappers: tuple[str, ...] = ()  # functions applied by hand afterwards: f = wrapper(f)


@dataclass(slots=True)
class Module:
    """One module's namespace."""

    name: str
    package: bool
    tree: ast.Module
    bindings: dict[str, Binding] = field(default_factory=dict)
    documented: frozenset[str] | None = None  # what remove_undocumented keeps; None: it isn't called
    exported: tuple[str, ...] | None = None  # __all__ when it can be read
    stars: list[str] = field(default_factory=list)  # modules that are imported with a star


class Files:
    """Python sources by module name, out of wheels or folders."""

    def __init__(self, sources: Mapping[str, bytes], rename: Mapping[str, str]) -> None:
        """``sources`` maps ``a/b/c.py`` to bytes; ``rename`` maps an import root, or a package, to what holds it."""
        self._sources = sources
        self._rename = rename

    @classmethod
    def read(cls, places: list[Path], rename: Mapping[str, str]) -> Files:
        """All ``*.py`` of wheels (files) and installed packages (folders)."""
        sources: dict[str, bytes] = {}
        for place in places:
            if place.is_dir():
                for path in place.rglob("*.py"):
                    sources[path.relative_to(place.parent).as_posix()] = path.read_bytes()
                continue
            with zipfile.ZipFile(place) as archive:
                for name in archive.namelist():
                    if name.endswith(".py"):
                        sources[re.sub(r"^[^/]+\.data/purelib/", "", name)] = archive.read(name)
        return cls(sources, rename)

    def _path(self, module: str) -> str:
        for moved in self._rename:  # the longest prefix that is renamed
            if "." in moved and (module == moved or module.startswith(moved + ".")):
                module = self._rename[moved] + module[len(moved) :]
        root, _, rest = module.partition(".")
        return "/".join([self._rename.get(root, root), *(rest.split(".") if rest else [])])

    def find(self, module: str) -> tuple[bytes, bool] | None:
        """A module's source, and whether it is a package."""
        path = self._path(module)
        for candidate, package in ((f"{path}/__init__.py", True), (f"{path}.py", False)):
            if candidate in self._sources:
                return self._sources[candidate], package
        return None

    def modules(self, prefix: str) -> Iterator[str]:
        """Dotted names of all modules below ``prefix``, itself included, sorted."""
        folder = self._path(prefix)
        found = set()
        for path in self._sources:
            if path.startswith(folder + "/") or path == folder + ".py":
                rest = path[len(folder) :].removesuffix(".py").removesuffix("/__init__")
                found.add(prefix + rest.replace("/", "."))
        yield from sorted(found)


class Program:
    """All modules of some packages, analysed when asked for."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._modules: dict[str, Module | None] = {}

    def module(self, name: str) -> Module | None:
        """The namespace of a module, ``None`` when there is no source for it."""
        if name not in self._modules:
            self._modules[name] = None  # a module that imports itself in a circle sees nothing yet
            found = self.files.find(name)
            if found is not None:
                self._modules[name] = self._analyse(name, *found)
        return self._modules[name]

    def _analyse(self, name: str, source: bytes, package: bool) -> Module | None:
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return None
        module = Module(name, package, tree)
        self._modules[name] = module
        self._run(module, tree.body)
        if module.documented is not None:
            self._bind_submodules(module, module.documented)
            module.bindings = {
                key: value for key, value in module.bindings.items() if key in module.documented or key.startswith("_")
            }
        return module

    def _bind_submodules(self, module: Module, documented: frozenset[str]) -> None:
        """Names that are kept but that no statement binds: a star import hands on the submodules of a package too."""
        for name in documented - set(module.bindings):
            for source in module.stars:
                if self.files.find(f"{source}.{name}") is not None:
                    module.bindings[name] = Binding(module.name, name, imports=(f"{source}.{name}", None))

    def _run(self, module: Module, body: list[ast.stmt]) -> None:
        for statement in body:
            match statement:
                case ast.FunctionDef() | ast.ClassDef():
                    self._bind(module, statement.name, statement)
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assign(module, target, value)
                case ast.AnnAssign(target=ast.Name(id=bound), value=value) if value is not None:
                    self._bind(module, bound, value)
                case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                    module.exported = (*(module.exported or ()), *_strings(value))
                case ast.Import(names=names):
                    for alias in names:
                        target_name = alias.name if alias.asname else alias.name.partition(".")[0]
                        bound = alias.asname or target_name
                        module.bindings[bound] = Binding(module.name, bound, imports=(target_name, None))
                case ast.ImportFrom():
                    self._import_from(module, statement)
                case ast.Delete(targets=targets):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            module.bindings.pop(target.id, None)
                case ast.If(body=yes, orelse=no):
                    self._run(module, no)
                    self._run(module, yes)
                case ast.Try(body=tried, handlers=handlers, orelse=no, finalbody=final):
                    for handler in handlers:
                        self._run(module, handler.body)
                    self._run(module, [*tried, *no, *final])
                case ast.With(body=inner):
                    self._run(module, inner)
                case ast.Expr(value=ast.Call() as call):
                    self._call(module, call)

    def _bind(self, module: Module, name: str, node: Definition) -> None:
        module.bindings[name] = Binding(module.name, name, node=node)

    def _assign(self, module: Module, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            if target.id == "__all__":
                self._export_list(module, value)
            before = module.bindings.get(target.id)
            wrappers = _self_wrappers(target.id, value)
            if before is not None and wrappers:
                module.bindings[target.id] = replace(before, wrappers=(*before.wrappers, *wrappers))
            else:
                self._bind(module, target.id, value)
        elif isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts) else None
            for index, element in enumerate(target.elts):
                self._assign(module, element, values[index] if values else value)

    def _export_list(self, module: Module, value: ast.expr) -> None:
        """``__all__ = [...]``, or ``make_all(__name__)`` which reads ``@@name`` lines of the docstring."""
        if isinstance(value, ast.Call) and _last(value.func) == "make_all":
            names: set[str] = set()
            documents = value.args[1].elts if len(value.args) > 1 and isinstance(value.args[1], ast.List) else []
            for document in documents:
                bound = module.bindings.get(document.id) if isinstance(document, ast.Name) else None
                found = self.module_of(bound) if bound else None
                if found is not None:
                    names |= _documented(found.tree)
            module.exported = tuple(sorted(names or _documented(module.tree)))
            return
        listed = tuple(_strings(value))
        module.exported = listed or None

    def _call(self, module: Module, call: ast.Call) -> None:
        function = _last(call.func)
        if function == "remove_undocumented" and call.args and _last(call.args[0]) == "__name__":
            allowed = set(_documented(module.tree))
            arguments = [*call.args[1:2], *[k.value for k in call.keywords if k.arg == "allowed_exception_list"]]
            for argument in arguments:
                allowed.update(self._string_list(module, argument))
            documents = [*call.args[2:3], *[k.value for k in call.keywords if k.arg == "doc_string_modules"]]
            for argument in documents:
                for element in argument.elts if isinstance(argument, ast.List) else []:
                    bound = module.bindings.get(_last(element))
                    found = self.module_of(bound) if bound else None
                    if found is not None:
                        allowed |= _documented(found.tree)
            module.documented = frozenset(allowed)
        elif (
            function == "setattr"
            and len(call.args) == 3
            and _last(call.args[0]) == "_current_module"
            and isinstance(call.args[1], ast.Constant)
        ):
            self._bind(module, str(call.args[1].value), call.args[2])

    def _string_list(self, module: Module, node: ast.expr) -> list[str]:
        if isinstance(node, ast.Name) and node.id in module.bindings:
            bound = module.bindings[node.id].node
            return list(_strings(bound)) if isinstance(bound, ast.expr) else []
        return list(_strings(node))

    def _import_from(self, module: Module, statement: ast.ImportFrom) -> None:
        source = statement.module or ""
        if statement.level:
            parts = module.name.split(".")
            keep = len(parts) - statement.level + (1 if module.package else 0)
            source = ".".join([*parts[:keep], *([source] if source else [])])
        for alias in statement.names:
            if alias.name != "*":
                bound = alias.asname or alias.name
                if source == "__future__":
                    continue
                module.bindings[bound] = Binding(module.name, bound, imports=(source, alias.name))
                continue
            module.stars.append(source)
            other = self.module(source)
            if other is None:
                continue
            for name in star_names(other):
                module.bindings[name] = Binding(module.name, name, imports=(source, name))

    def module_of(self, binding: Binding) -> Module | None:
        """The module that a binding stands for, if it stands for one."""
        seen: set[tuple[str, str]] = set()
        while binding.imports is not None:
            source, name = binding.imports
            if name is None:
                return self.module(source)
            own = self.module(source)
            bound = own.bindings.get(name) if own else None
            if bound is None or bound.imports == (source, name) or (source, name) in seen:
                return self.module(f"{source}.{name}")
            seen.add((source, name))
            binding = bound
        return None

    def definition(self, module: str, name: str) -> Binding | None:
        """Where ``name`` of ``module`` is defined in the end: follows imports and ``x = y``.

        A binding with ``imports`` set is a module, or a name of a package without source.
        """
        seen = set()
        while (module, name) not in seen:
            seen.add((module, name))
            own = self.module(module)
            bound = own.bindings.get(name) if own else None
            if bound is None:
                child = f"{module}.{name}"
                return Binding(module, name, imports=(child, None)) if self.module(child) else None
            if bound.imports is not None:
                source, other = bound.imports
                if other is None or self.module(source) is None:
                    return bound
                if (source, other) in seen:
                    child = f"{source}.{other}"
                    return Binding(source, other, imports=(child, None)) if self.module(child) else bound
                module, name = source, other
                continue
            step = self.alias(module, bound.node)
            if step is None:
                return bound
            module, name = step
        return None

    def alias(self, module: str, node: Definition | None) -> tuple[str, str] | None:
        """``(module, name)`` that an expression such as ``name`` or ``other_module.name`` stands for."""
        own = self.module(module)
        if own is None:
            return None
        if isinstance(node, ast.Name) and node.id in own.bindings:
            return module, node.id
        if isinstance(node, ast.Attribute):
            owner = self.module_at(module, node.value)
            if owner is not None and (node.attr in owner.bindings or self.module(f"{owner.name}.{node.attr}")):
                return owner.name, node.attr
        return None

    def module_at(self, module: str, node: ast.expr) -> Module | None:
        """The module that an expression names in ``module``."""
        own = self.module(module)
        if own is None:
            return None
        if isinstance(node, ast.Name):
            bound = own.bindings.get(node.id)
            return self.module_of(bound) if bound else None
        if isinstance(node, ast.Attribute):
            owner = self.module_at(module, node.value)
            if owner is None:
                return None
            bound = owner.bindings.get(node.attr)
            return (self.module_of(bound) if bound else None) or self.module(f"{owner.name}.{node.attr}")
        return None


def star_names(module: Module) -> list[str]:
    """What ``from module import *`` binds."""
    if module.exported is not None:
        return [name for name in module.exported if name in module.bindings]
    return [name for name in module.bindings if not name.startswith("_")]


def _self_wrappers(name: str, value: ast.expr) -> tuple[str, ...]:
    """The functions in ``name = outer(inner(name))``, inner first; empty for anything else."""
    found: list[str] = []
    while isinstance(value, ast.Call) and value.args:
        found.append(_last(value.func))
        value = value.args[-1]
    return tuple(reversed(found)) if isinstance(value, ast.Name) and value.id == name else ()


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _strings(node: ast.expr | None) -> Iterator[str]:
    if node is not None:
        for child in ast.walk(node):
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value


def _documented(tree: ast.Module) -> set[str]:
    return set(re.findall(r"^@@(\w+)$", ast.get_docstring(tree, clean=False) or "", flags=re.MULTILINE))

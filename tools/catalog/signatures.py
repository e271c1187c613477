"""Kinds, parameters and class members of definitions that were found by reading source."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from source import Binding, Definition, Program

# [name, default text or None, kind]; JSON-friendly
Parameter = tuple[str, str | None, str]
Parameters = tuple[Parameter, ...]

_ANYTHING: Parameters = (("args", None, "var_positional"), ("kwargs", None, "var_keyword"))
_MAX_BASES = 40


@dataclass(frozen=True, slots=True)
class Fact:
    """What one name is. ``identity`` is where it is defined (``module:name``), the same for all names of one object."""

    kind: str
    parameters: Parameters | None
    identity: str


class Reader:
    """Answers kind, parameters and members for names of a Program."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def fact(self, module: str, name: str) -> Fact | None:
        """What ``name`` of ``module`` is; ``None`` when it can't be found."""
        found = self.program.definition(module, name)
        if found is None:
            return None
        if found.imports is not None:
            target = ".".join(part for part in found.imports if part)
            kind = "module" if self.program.module_of(found) is not None or found.imports[1] is None else "constant"
            return Fact(kind, None, target)
        kind, parameters = self._describe(found.module, found.node, 0)
        if parameters is not None and "_kwarg_only" in found.wrappers:
            parameters = tuple((argument, default, "keyword") for argument, default, _ in parameters)
        return Fact(kind, parameters, f"{found.module}:{found.name}")

    # -- what a definition is ------------------------------------------------------------------------------------

    def _describe(self, module: str, node: Definition | None, depth: int) -> tuple[str, Parameters | None]:
        if isinstance(node, ast.FunctionDef):
            return "function", parameters_of(node.args)
        if isinstance(node, ast.ClassDef):
            return "class", self.class_parameters(module, node)
        if isinstance(node, ast.Lambda):
            return "function", parameters_of(node.args)
        if isinstance(node, ast.Call) and depth < 8:
            return self._describe_call(module, node, depth)
        if isinstance(node, ast.Name | ast.Attribute) and depth < 8:
            member = self._class_member(module, node)
            if member is not None:
                return member
            step = self.program.alias(module, node)
            found = self.program.definition(*step) if step else None
            if found is not None and found.node is not None and found.node is not node:
                return self._describe(found.module, found.node, depth + 1)
        return "constant", None

    def _class_member(self, module: str, node: ast.expr) -> tuple[str, Parameters | None] | None:
        """``x = SomeClass.method`` and ``x = INSTANCE.method``."""
        if not isinstance(node, ast.Attribute):
            return None
        step = self.program.alias(module, node.value)
        found = self.program.definition(*step) if step else None
        if found is None:
            return None
        inner = found.node
        if isinstance(inner, ast.Call):
            class_step = self.program.alias(found.module, inner.func)
            owner = self.program.definition(*class_step) if class_step else None
            inner, found = (owner.node, owner) if owner is not None else (None, found)
        if not isinstance(inner, ast.ClassDef):
            return None
        for _, owner_class in self.bases(found.module, inner):
            for statement in owner_class.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == node.attr:
                    return "function", parameters_of(statement.args, drop_first=True)
        return None

    def _describe_call(self, module: str, node: ast.Call, depth: int) -> tuple[str, Parameters | None]:
        function = node.func
        leaf = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if leaf == "namedtuple":
            return "class", tuple_fields(node)
        if leaf in ("NewType", "TypeVar", "LazyLoader", "_swig_property"):
            return "constant", None
        if leaf == "GeneratedProtocolMessageType" or leaf == "_reflection" or leaf == "EnumTypeWrapper":
            return ("constant", None) if leaf == "EnumTypeWrapper" else ("class", (("kwargs", None, "var_keyword"),))
        if leaf == "partial" and node.args:
            _, found = self._describe(module, node.args[0], depth + 1)
            return "function", _partial(found, node) if found is not None else None
        if leaf == "type" and len(node.args) == 3:
            return "class", _ANYTHING
        # decorator applied by hand: tf_export("x")(f), deprecated("...")(f), staticmethod(f), add_arg_scope(f)
        arguments = [argument for argument in node.args if isinstance(argument, ast.Name | ast.Attribute | ast.Call)]
        if isinstance(function, ast.Call) and arguments:
            return self._describe(module, arguments[-1], depth + 1)
        step = self.program.alias(module, function)
        found_function = self.program.definition(*step) if step else None
        if found_function is not None and isinstance(found_function.node, ast.FunctionDef):
            if leaf in _WRAPPERS or _looks_like_decorator(found_function.node):
                for argument in [*arguments, *[keyword.value for keyword in node.keywords]]:
                    described = self._describe(module, argument, depth + 1)
                    if described[0] in ("function", "class"):
                        return described
            inner = _returned_function(found_function.node)
            if inner is not None:
                return "function", parameters_of(inner.args)
        return "constant", None

    # -- classes -------------------------------------------------------------------------------------------------

    def bases(self, module: str, node: ast.ClassDef) -> list[tuple[str, ast.ClassDef]]:
        """The class and its bases that have source, in (approximate) method resolution order."""
        order: list[tuple[str, ast.ClassDef]] = []
        self._collect(module, node, order, 0)
        unique: list[tuple[str, ast.ClassDef]] = []
        for item in reversed(order):  # a base shared by two branches comes after both
            if all(item[1] is not other[1] for other in unique):
                unique.append(item)
        unique.reverse()
        return unique

    def _collect(self, module: str, node: ast.ClassDef, order: list[tuple[str, ast.ClassDef]], depth: int) -> None:
        order.append((module, node))
        if depth > _MAX_BASES:
            return
        for base in node.bases:
            found = self.resolve_class(module, base)
            if found is not None and found[1] is not node:
                self._collect(found[0], found[1], order, depth + 1)

    def resolve_class(self, module: str, base: ast.expr) -> tuple[str, ast.ClassDef] | None:
        """The class that a base expression names, looked up through ``with_metaclass`` and decorators by hand."""
        if isinstance(base, ast.Call):
            if getattr(base.func, "attr", getattr(base.func, "id", "")) == "with_metaclass" and len(base.args) > 1:
                return self.resolve_class(module, base.args[1])
            return None
        step = self.program.alias(module, base)
        found = self.program.definition(*step) if step else None
        if found is None:
            return None
        inner = found.node
        while isinstance(inner, ast.Call) and inner.args:
            inner = inner.args[-1]
            if isinstance(inner, ast.Name | ast.Attribute):
                return self.resolve_class(found.module, inner)
        return (found.module, inner) if isinstance(inner, ast.ClassDef) else None

    def class_parameters(self, module: str, node: ast.ClassDef) -> Parameters:
        """What calling the class takes: the first ``__init__`` or ``__new__``, or the fields of a named tuple."""
        for owner_module, owner in self.bases(module, node):
            methods = {s.name: s for s in _functions(owner.body)}
            for name in ("__init__", "__new__"):
                if name in methods:
                    return parameters_of(methods[name].args, drop_first=True)
            for base in owner.bases:
                fields = self._tuple_base(owner_module, base)
                if fields is not None:
                    return fields
                if self._is_external(owner_module, base):
                    return _ANYTHING
        return ()

    def _tuple_base(self, module: str, base: ast.expr) -> Parameters | None:
        node: Definition | None = base
        if not isinstance(base, ast.Call):
            step = self.program.alias(module, base)
            found = self.program.definition(*step) if step else None
            node = found.node if found else None
        if isinstance(node, ast.Call):
            leaf = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if leaf == "namedtuple":
                return tuple_fields(node)
        return None

    def _is_external(self, module: str, base: ast.expr) -> bool:
        """A base class without source whose constructor is therefore unknown (``Exception``, ``threading.Thread``)."""
        if isinstance(base, ast.Name) and base.id in ("object", "type", "ABC"):
            return False
        if isinstance(base, ast.Call):
            return False
        return self.resolve_class(module, base) is None and ast.unparse(base) not in ("abc.ABC", "enum.Enum")

    def base_identities(self, module: str, name: str) -> list[str]:
        """Where the bases of a class are defined, nearest first."""
        found = self.program.definition(module, name)
        if found is None or not isinstance(found.node, ast.ClassDef):
            return []
        return [f"{owner}:{node.name}" for owner, node in self.bases(found.module, found.node)[1:]]

    def members(self, module: str, name: str) -> dict[str, tuple[str, Parameters | None]]:
        """Public members of a class, with inherited ones: name -> (kind, parameters)."""
        found = self.program.definition(module, name)
        if found is None:
            return {}
        node = found.node
        if isinstance(node, ast.Call):
            step = self.program.alias(found.module, node.args[-1]) if node.args else None
            inner = self.program.definition(*step) if step else None
            if inner is not None and isinstance(inner.node, ast.ClassDef):
                found, node = inner, inner.node
        if isinstance(node, ast.Call):
            return self._call_members(found, node)
        if not isinstance(node, ast.ClassDef):
            return {}
        members: dict[str, tuple[str, Parameters | None]] = {}
        for owner_module, owner in self.bases(found.module, node):
            for member, fact in self._own_members(owner_module, owner).items():
                members.setdefault(member, fact)
            for base in owner.bases:
                for field_name, _, _ in self._tuple_base(owner_module, base) or ():
                    members.setdefault(field_name, ("property", None))
        return members

    def _own_members(self, module: str, node: ast.ClassDef) -> dict[str, tuple[str, Parameters | None]]:
        members: dict[str, tuple[str, Parameters | None]] = {}
        for statement in _statements(node.body):
            if isinstance(statement, ast.FunctionDef):
                decorators = [ast.unparse(decorator) for decorator in statement.decorator_list]
                if any("property" in text or text.endswith((".setter", ".deleter", ".getter")) for text in decorators):
                    members[statement.name] = ("property", None)
                else:
                    static = "staticmethod" in decorators
                    members[statement.name] = ("method", parameters_of(statement.args, drop_first=not static))
            elif isinstance(statement, ast.ClassDef):
                members[statement.name] = ("class", None)
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        members[target.id] = self._assigned_member(module, node, statement.value, members)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                members[statement.target.id] = ("constant", None)
        return {name: fact for name, fact in members.items() if not name.startswith("_")}

    def _assigned_member(
        self,
        module: str,
        node: ast.ClassDef,
        value: ast.expr,
        before: dict[str, tuple[str, Parameters | None]],
    ) -> tuple[str, Parameters | None]:
        """``name = other_method``, ``name = property(...)``, ``name = 3``."""
        if isinstance(value, ast.Name) and value.id in before:
            return before[value.id]
        if isinstance(value, ast.Call):
            text = ast.unparse(value.func)
            if text.endswith("property"):
                return "property", None
            if text == "staticmethod" and value.args:
                return "method", self._describe(module, value.args[0], 1)[1]
            if value.args and isinstance(value.args[-1], ast.Name) and value.args[-1].id in before:
                return before[value.args[-1].id]
        kind, parameters = self._describe(module, value, 1)
        if kind == "function" and parameters is not None:
            return "method", parameters[1:]
        return ("class", None) if kind == "class" else ("constant", None)

    def _call_members(self, found: Binding, node: ast.Call) -> dict[str, tuple[str, Parameters | None]]:
        """Fields of a named tuple, or of a generated protocol message."""
        leaf = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if leaf == "namedtuple":
            return {field: ("property", None) for field, _, _ in tuple_fields(node)}
        if leaf != "GeneratedProtocolMessageType":
            return {}
        members: dict[str, tuple[str, Parameters | None]] = {
            name: ("method", parameters) for name, parameters in _MESSAGE_METHODS.items()
        }
        for name, kind in message_fields(self.program, found.module, node).items():
            members[name] = (kind, None)
        return members


def message_fields(program: Program, module: str, node: ast.Call) -> dict[str, str]:
    """Fields and nested types of the protocol message that ``node`` makes, read from its generated descriptor."""
    own = program.module(module)
    descriptor = next(
        (child.id for child in ast.walk(node) if isinstance(child, ast.Name) and re.match(r"_[A-Z0-9_]+$", child.id)),
        "",
    )
    bound = own.bindings.get(descriptor) if own else None
    if bound is None or not isinstance(bound.node, ast.Call):
        return {}
    fields: dict[str, str] = {}
    for keyword in bound.node.keywords:
        if keyword.arg == "fields":
            for child in keyword.value.elts if isinstance(keyword.value, ast.List) else []:
                for inner in child.keywords if isinstance(child, ast.Call) else []:
                    if inner.arg == "name" and isinstance(inner.value, ast.Constant):
                        fields[str(inner.value.value)] = "property"
        elif keyword.arg == "enum_types":
            for enum_name in ast.walk(keyword.value):
                enum_bound = own.bindings.get(enum_name.id) if own and isinstance(enum_name, ast.Name) else None
                if enum_bound is not None and isinstance(enum_bound.node, ast.Call):
                    fields.update(_enum_values(enum_bound.node))
    return fields


def _enum_values(node: ast.Call) -> dict[str, str]:
    values: dict[str, str] = {}
    for child in ast.walk(node):
        if isinstance(child, ast.Call) and getattr(child.func, "attr", "") == "EnumValueDescriptor":
            for keyword in child.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    values[str(keyword.value.value)] = "constant"
    return values


_MESSAGE_METHODS: dict[str, Parameters] = {
    "ByteSize": (),
    "Clear": (),
    "ClearField": (("field_name", None, "positional"),),
    "CopyFrom": (("other_msg", None, "positional"),),
    "FromString": (("s", None, "positional"),),
    "HasField": (("field_name", None, "positional"),),
    "IsInitialized": (),
    "ListFields": (),
    "MergeFrom": (("other_msg", None, "positional"),),
    "MergeFromString": (("serialized", None, "positional"),),
    "ParseFromString": (("serialized", None, "positional"),),
    "SerializePartialToString": (("kwargs", None, "var_keyword"),),
    "SerializeToString": (("kwargs", None, "var_keyword"),),
    "WhichOneof": (("oneof_group", None, "positional"),),
}

# Functions that give back what they are given, with the same signature.
_WRAPPERS = frozenset({"add_arg_scope", "deprecated_alias", "add_dispatch_support", "add_fallback_dispatch_list"})


def _looks_like_decorator(node: ast.FunctionDef) -> bool:
    return any(isinstance(child, ast.FunctionDef) for child in node.body) or node.name.startswith(
        ("_wrap", "wrap", "make_")
    )


def _returned_function(node: ast.FunctionDef) -> ast.FunctionDef | None:
    """``def make(...): def inner(x): ...; return inner``."""
    inner = {child.name: child for child in node.body if isinstance(child, ast.FunctionDef)}
    for child in node.body:
        if isinstance(child, ast.Return) and isinstance(child.value, ast.Name) and child.value.id in inner:
            return inner[child.value.id]
    return None


def _statements(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.If):
            found += _statements([*statement.orelse, *statement.body])
        elif isinstance(statement, ast.Try):
            found += _statements(statement.body)
        else:
            found.append(statement)
    return found


def _functions(body: list[ast.stmt]) -> list[ast.FunctionDef]:
    return [statement for statement in _statements(body) if isinstance(statement, ast.FunctionDef)]


def parameters_of(arguments: ast.arguments, *, drop_first: bool = False) -> Parameters:
    """A signature's parameters with their defaults as source text."""
    named = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(named) - len(arguments.defaults)) + list(arguments.defaults)
    found: list[Parameter] = [
        (argument.arg, None if default is None else ast.unparse(default), "positional")
        for argument, default in zip(named, defaults, strict=True)
    ]
    if drop_first:
        found = found[1:]
    if arguments.vararg:
        found.append((arguments.vararg.arg, None, "var_positional"))
    found += [
        (argument.arg, None if default is None else ast.unparse(default), "keyword")
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        found.append((arguments.kwarg.arg, None, "var_keyword"))
    return tuple(found)


def tuple_fields(node: ast.Call) -> Parameters:
    """The fields of ``namedtuple("Name", fields)``, as parameters."""
    arguments = [*node.args[1:2], *[k.value for k in node.keywords if k.arg == "field_names"]]
    fields: list[str] = []
    for argument in arguments:
        for child in ast.walk(argument):
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                fields += child.value.replace(",", " ").split()
    return tuple((field, None, "positional") for field in fields)


def _partial(found: Parameters, node: ast.Call) -> Parameters:
    """A signature with ``functools.partial``'s arguments taken off or made defaults."""
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg}
    rest = found[len(node.args) - 1 :]
    return tuple((name, given.get(name, default), kind) for name, default, kind in rest)

"""Write down what an installed TensorFlow 2 offers: names, kinds, signatures, and which names are one object.

Runs inside an environment that has the TensorFlow in question, as a script of its own (nothing of Tensorlift is
imported)::

    python extract_tf2.py --output tf215.json                      # tf.* and tf.compat.v1.*
    TF_USE_LEGACY_KERAS=1 python extract_tf2.py --output legacy.json
    python extract_tf2.py --names tf_slim.conv2d absl.flags.DEFINE_string --output names.json
    python extract_tf2.py --roots tf_slim absl.flags --output packages.json

The JSON has ``version``, ``names`` (name -> ``[kind, group, parameters, failure]``) and ``members`` (group of a class
-> member -> ``[kind, parameters]``). Two names have the same group exactly when they are the same object.
``parameters`` is a list of ``[name, default, kind]`` or null. ``failure`` is the message of a name that ``dir`` lists
and that raises.
"""

from __future__ import annotations

import argparse
import enum
import functools
import importlib
import inspect
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "var_positional",
    inspect.Parameter.VAR_KEYWORD: "var_keyword",
}
# Modules whose names start so are part of the public tree; every other module found on the way is an accident of
# imports. (tf.summary is TensorBoard's up to 2.15.)
_PUBLIC_MODULES = ("keras.", "tf_keras.", "tensorflow_estimator.", "tensorboard.summary.")
# TensorFlow's own public modules go by several names (tensorflow._api.v2.compat, tensorflow.compat); they live here.
_PUBLIC_FOLDER = "/_api/v2/"
# Plain modules that TensorFlow hangs into its public tree by hand.
_PUBLIC_BY_HAND = {"tf.compat.v1.flags", "tf.compat.v1.app.flags"}
_HIDDEN = {"tf.compat.v1.compat.v1", "tf.compat.v1.compat.v2", "tf.compat.v2", "tf.keras.src"}


def default_text(value: Any) -> str:
    """A default as text that is the same in every run: literals, names of types, else the type in angle brackets."""
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return repr(value) if not isinstance(value, enum.Enum) else f"{type(value).__name__}.{value.name}"
    if isinstance(value, tuple | list):
        inner = ", ".join(default_text(item) for item in value)
        if isinstance(value, tuple):
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        return f"[{inner}]"
    if isinstance(value, dict) and not value:
        return "{}"
    if type(value).__name__ == "DType":
        return f"tf.{value.name}"
    if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
        return value.__name__
    return f"<{type(value).__name__}>"


def parameters_of(signature: inspect.Signature, *, drop_first: bool) -> list[list[Any]]:
    """A signature as lists, without ``self`` or ``cls`` when ``drop_first``."""
    found = list(signature.parameters.values())
    if (
        drop_first
        and found
        and found[0].kind
        in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
    ):
        found = found[1:]
    return [
        [p.name, None if p.default is inspect.Parameter.empty else default_text(p.default), _KINDS[p.kind]]
        for p in found
    ]


def signature_of(obj: Any, *, drop_first: bool = False) -> list[list[Any]] | None:
    """Parameters of a callable, ``None`` when Python does not know them."""
    try:
        if inspect.isclass(obj):
            return class_signature(obj)
        return parameters_of(inspect.signature(obj), drop_first=drop_first)
    except (TypeError, ValueError):
        return None


def class_signature(cls: type) -> list[list[Any]] | None:
    """What ``cls(...)`` takes: its ``__init__``, else its ``__new__`` (a named tuple), whatever its metaclass wraps."""
    if cls.__init__ is not object.__init__:
        wrapped = inspect.unwrap(cls.__init__)
        return parameters_of(inspect.signature(wrapped), drop_first=True)
    if cls.__new__ is not object.__new__:
        return parameters_of(inspect.signature(cls.__new__), drop_first=True)
    return []


def kind_of(obj: Any) -> str:
    """``module``, ``class``, ``function`` or ``constant``."""
    if isinstance(obj, types.ModuleType):
        return "module"
    if inspect.isclass(obj):
        return "class"
    if inspect.isroutine(obj) or isinstance(obj, functools.partial):
        return "function"
    if callable(obj) and type(obj).__module__ != "builtins" and hasattr(obj, "__wrapped__"):
        return "function"
    return "constant"


def members_of(cls: type) -> dict[str, list[Any]]:
    """Public members of a class, inherited ones too: name -> ``[kind, parameters]``."""
    found: dict[str, list[Any]] = {}
    for name in dir(cls):
        if name.startswith("_"):
            continue
        try:
            raw = inspect.getattr_static(cls, name)
        except AttributeError:
            continue
        if isinstance(raw, staticmethod):
            found[name] = ["method", signature_of(raw.__func__)]
        elif isinstance(raw, classmethod):
            found[name] = ["method", signature_of(raw.__func__, drop_first=True)]
        elif inspect.isclass(raw):
            found[name] = ["class", None]
        elif inspect.isroutine(raw):
            found[name] = ["method", signature_of(raw, drop_first=True)]
        elif inspect.isdatadescriptor(raw):
            found[name] = ["property", None]
        else:
            found[name] = ["constant", None]
    if cls.__name__ == "Tensor" and cls.__module__.startswith("tensorflow."):
        for child in cls.__subclasses__():  # what a tensor of a graph has and the common base only promises
            if child.__name__ in ("SymbolicTensor", "_EagerTensorBase"):
                found.update({name: fact for name, fact in members_of(child).items() if name not in found})
    descriptor = getattr(cls, "DESCRIPTOR", None)
    if descriptor is not None:  # a protocol message: its fields are on no class
        found.update({name: ["property", None] for name in descriptor.fields_by_name})
        found.update({name: ["class", None] for name in descriptor.nested_types_by_name})
        found.update({name: ["constant", None] for name in descriptor.enum_values_by_name})
        found.update({name: ["constant", None] for name in descriptor.enum_types_by_name})
    return found


def without_weak_types(obj: Any) -> Any:
    """The function below TensorFlow's weak-tensor wrapper, which only acts when NumPy's promotion rules are switched
    on."""
    code = getattr(obj, "__code__", None) if isinstance(obj, types.FunctionType) else None
    if code is not None and code.co_filename.endswith("weak_tensor_ops.py"):
        return getattr(obj, "__wrapped__", obj)
    return obj


class Dump:
    """Names collected so far, with a stable group per object."""

    def __init__(self) -> None:
        self.names: dict[str, list[Any]] = {}
        self.members: dict[str, dict[str, list[Any]]] = {}
        self._groups: dict[Any, str] = {}
        self._alive: list[Any] = []  # so that an id is never reused

    def _group(self, name: str, obj: Any, kind: str) -> str:
        simple = obj is None or isinstance(obj, bool | int | float | str | bytes | tuple | list)
        leaf = name.rpartition(".")[2]
        obj = without_weak_types(obj)
        key: Any = ("value", leaf, repr(obj)) if simple and kind == "constant" else ("id", id(obj))
        self._alive.append(obj)
        return self._groups.setdefault(key, name)

    def add(self, name: str, obj: Any) -> str:
        """Record one name and return its kind."""
        kind = kind_of(obj)
        group = self._group(name, obj, kind)
        parameters = signature_of(obj) if kind in ("function", "class") else None
        self.names[name] = [kind, group, parameters, None]
        if kind == "class" and group not in self.members:
            self.members[group] = members_of(obj)
        return kind

    def walk(self, name: str, module: Any, parents: tuple[Any, ...] = (), prefixes: tuple[str, ...] = ()) -> None:
        """Record a module and everything public below it."""
        self.names[name] = ["module", self._group(name, module, "module"), None, None]
        try:
            listed = sorted(set(dir(module)))
        except Exception as failure:  # a lazy module may raise anything
            self.names[name][3] = _first_line(failure)
            return
        for leaf in listed:
            child_name = f"{name}.{leaf}"
            if leaf.startswith("_") or child_name in _HIDDEN:
                continue
            try:
                child = getattr(module, leaf)
            except Exception as failure:
                self.names[child_name] = ["constant", child_name, None, _first_line(failure)]
                continue
            if not isinstance(child, types.ModuleType):
                if not (isinstance(child, type(annotations)) and leaf in ("annotations", "absolute_import")):
                    self.add(child_name, child)
                continue
            if any(child is parent for parent in (*parents, module)):
                continue
            if self._is_public(child_name, child, prefixes):
                self.walk(child_name, child, (*parents, module), prefixes)

    @staticmethod
    def _is_public(name: str, module: Any, prefixes: tuple[str, ...]) -> bool:
        if name in _PUBLIC_BY_HAND or type(module).__name__ == "KerasLazyLoader":
            return True
        own = getattr(module, "__name__", "")
        file = str(getattr(module, "__file__", "") or "").replace(os.sep, "/")
        return own.startswith(prefixes or _PUBLIC_MODULES) or (not prefixes and _PUBLIC_FOLDER in file)


def _first_line(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {str(failure).splitlines()[0] if str(failure) else ''}"


def dump_tensorflow(dump: Dump) -> str:
    """Record ``tf.*`` and ``tf.compat.v1.*``; return TensorFlow's version."""
    import tensorflow as tf

    dump.walk("tf", tf)
    dump.walk("tf.compat.v1", tf.compat.v1)
    return str(tf.__version__)


def resolve(name: str) -> Any:
    """The object of a dotted name: the longest importable module, then attributes.

    Raises:
        AttributeError, ImportError: there is no such thing.
    """
    parts = ("tensorflow" + name[2:]).split(".") if name == "tf" or name.startswith("tf.") else name.split(".")
    obj = importlib.import_module(parts[0])
    for index, part in enumerate(parts[1:], 1):
        try:
            obj = getattr(obj, part)
        except AttributeError:
            obj = importlib.import_module(".".join(parts[: index + 1]))
    return obj


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--names", nargs="*", default=[], help="dump these dotted names only")
    parser.add_argument("--roots", nargs="*", default=[], help="dump these packages' public names only")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.argv[1:] = []  # absl's FLAGS parses them when something looks at it
    dump = Dump()
    version = ""
    for root in options.roots:
        module = importlib.import_module(root)
        dump.walk(root, module, prefixes=(root.partition(".")[0] + ".",))
    for name in options.names:
        try:
            obj = resolve(name)
        except (AttributeError, ImportError) as failure:
            dump.names[name] = ["constant", name, None, _first_line(failure)]
        else:
            dump.add(name, obj)
    if not options.roots and not options.names:
        version = dump_tensorflow(dump)
    text = json.dumps(
        {"version": version, "names": dump.names, "members": dump.members},
        sort_keys=True,
        indent=None,
        separators=(",", ":"),
    )
    options.output.write_text(text, encoding="utf-8")
    print(f"{options.output}: {len(dump.names)} names, {sum(map(len, dump.members.values()))} members", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

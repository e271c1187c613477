"""Names of modules that TensorFlow 1.15 never called public, and what is left of them in later releases.

Programs import them all the same (``from tensorflow.python.ops import array_ops``). For each such name: the later
releases whose module still has it, taking the same calls, and the public 1.15 endpoint that is the same object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from derive import breaking
from signatures import Fact, Reader
from source import Module, Program

ROOTS = ("tensorflow.python", "tensorflow.core", "tensorflow.examples", "tensorflow.contrib")
# Parts of those that no program outside TensorFlow has a reason to name.
_SKIPPED = (
    "tensorflow.python._api",
    "tensorflow.python.keras.api",
    "tensorflow.python.autograph",
    "tensorflow.python.compiler",
    "tensorflow.python.debug",
    "tensorflow.python.grappler",
    "tensorflow.python.profiler.internal",
    "tensorflow.python.tools.api",
    "tensorflow.contrib.tensorrt",
    "tensorflow.contrib.tpu.profiler",
)


def modules(program: Program) -> Iterator[str]:
    """The modules that are looked at."""
    for root in ROOTS:
        for name in program.files.modules(root):
            if not name.startswith(_SKIPPED) and not name.endswith(("_test", "_benchmark", ".test", "_test_utils")):
                yield name


def names(program: Program, module: Module) -> Iterator[str]:
    """What a program may take from a module: what it defines, and public names that it imports from a module with
    source."""
    generated = module.name.rpartition(".")[2].startswith("gen_")
    for name, binding in sorted(module.bindings.items()):
        if name.startswith("__") or (generated and name[:1].isupper()):
            continue
        if binding.node is not None:
            if not name.startswith("_") or name[1:2].isalpha():
                yield name
        elif not name.startswith("_") and not generated:
            found = program.definition(module.name, name)
            if found is not None and found.node is not None:
                yield name


def public_names(endpoints: Mapping[str, Fact], groups: Mapping[str, str]) -> dict[str, list[str]]:
    """Public endpoints by identity, best first."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, fact in endpoints.items():
        if fact.kind in ("function", "class"):
            found[fact.identity].append(name)
    for listed in found.values():
        listed.sort(key=lambda name: (groups[name] != "core", groups[name] == "contrib-bound", len(name), name))
    return found


def read(
    old: Reader, later: Mapping[str, Reader], endpoints: Mapping[str, Fact], groups: Mapping[str, str]
) -> dict[str, dict[str, tuple[list[str], str]]]:
    """module -> name -> (eras that still have it, public endpoint or nothing)."""
    public = public_names(endpoints, groups)
    result: dict[str, dict[str, tuple[list[str], str]]] = {}
    for module_name in modules(old.program):
        module = old.program.module(module_name)
        if module is None:
            continue
        found = {}
        for name in names(old.program, module):
            fact = old.fact(module_name, name)
            if fact is None:
                continue
            eras = [era for era, reader in later.items() if _still(reader, module_name, name, fact)]
            twins = public.get(fact.identity, [""]) if fact.kind in ("function", "class") else [""]
            own = "tf" + module_name[len("tensorflow") :]
            near = [twin for twin in twins if twin.startswith(".".join(own.split(".")[:3]) + ".")]
            best = near[0] if near and twins[0].startswith("tf.contrib.") else twins[0]
            if best.startswith("tf.raw_ops."):  # gen_math_ops.Abs, handed on by star imports
                continue
            if not name.startswith("_") or fact.kind in ("function", "class"):
                found[name] = (eras, best)
        if found:
            result["tf" + module_name[len("tensorflow") :]] = found
    return result


def _still(reader: Reader, module: str, name: str, old: Fact) -> bool:
    own = reader.program.module(module)
    if own is not None and module.endswith("_pb2"):
        return True  # newer generated code makes its messages when it is imported
    if own is None or name not in own.bindings:
        return False
    new = reader.fact(module, name)
    if new is None:
        return True
    if {old.kind, new.kind} == {"function", "class"}:
        return False
    if not old.parameters or not new.parameters:
        return True
    return all(item.startswith("place: ") for item in breaking(old.parameters, new.parameters))

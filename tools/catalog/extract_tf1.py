"""Read what TensorFlow 1.15 offered, out of its wheels, without importing anything.

Usage::

    python tools/catalog/extract_tf1.py --wheels DIRECTORY --output tf115.json

``DIRECTORY`` holds the wheels of tensorflow 1.15.5 and tensorflow_estimator 1.15.1; what is missing is downloaded there
with pip. ``--later 215=.../site-packages/tensorflow`` names installed later releases, whose private modules are
compared with 1.15's. The JSON maps each endpoint to ``[kind, identity, parameters, group]``, where group is ``core``,
``contrib-curated``, ``contrib-bound`` or ``private``, and each class endpoint's members to ``[kind, parameters]``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import private
from signatures import Fact, Parameters, Reader
from source import Files, Module, Program

WHEELS = {
    "tensorflow": "1.15.5",
    "tensorflow_estimator": "1.15.1",
    # parts of tf.keras and of tf.flags are these packages' own functions
    "Keras_Preprocessing": "1.1.2",
    "Keras_Applications": "1.0.8",
    "absl_py": "0.15.0",
}
# ``import tensorflow`` of 1.15 forwards to the folder tensorflow_core, and the estimator lives in a package of its own.
RENAME = {
    "tensorflow": "tensorflow_core",
    "tensorflow.python.estimator.inputs.queues": "tensorflow_estimator.python.estimator.inputs.queues",
}
API = "tensorflow._api.v1"
KERAS_API = "tensorflow.python.keras.api._v1.keras"
ESTIMATOR_API = "tensorflow_estimator.python.estimator.api._v1.estimator"


@dataclass
class Facts:
    """Everything found: endpoints, class members, and how each endpoint came to be public."""

    endpoints: dict[str, Fact] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    members: dict[str, dict[str, tuple[str, Parameters | None]]] = field(default_factory=dict)
    bases: dict[str, list[str]] = field(default_factory=dict)  # identity of a class -> identities of its bases
    unresolved: list[str] = field(default_factory=list)


def download(folder: Path) -> list[Path]:
    """The two wheels in ``folder``, fetched with pip when they are not there."""
    found = []
    for name, version in WHEELS.items():
        wheels = sorted(folder.glob(f"{name}-{version}-*.whl"))
        if not wheels:
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--only-binary=:all:",
                "--dest",
                str(folder),
            ]
            command += ["--python-version", "3.7", "--platform", "manylinux2010_x86_64"]
            command += ["--platform", "any", f"{name}=={version}"]
            subprocess.run(command, check=True)
            wheels = sorted(folder.glob(f"{name}-{version}-*.whl"))
        found.append(wheels[0])
    return found


class Extractor:
    """Walks the public trees and writes facts down."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.reader = Reader(program)
        self.facts = Facts()

    def core(self) -> None:
        """``tf.*``: the generated API modules, Keras's and the estimator's."""
        self._api("tf", f"{API}.v1")
        self._api("tf.keras", KERAS_API)
        self._api("tf.estimator", ESTIMATOR_API)
        self._names("tf.flags", "tensorflow.python.platform.flags", "core")
        self._names("tf.app.flags", "tensorflow.python.platform.flags", "core")

    def contrib(self) -> None:
        """``tf.contrib.*``: each package below contrib, and the plain modules that packages bind."""
        self._contrib("tf.contrib", "tensorflow.contrib", set())
        for module_name in self.program.files.modules("tensorflow.contrib"):
            endpoint = f"tf{module_name[len('tensorflow') :]}"
            module = self.program.module(module_name)
            if module is None or not module.package or endpoint in self.facts.endpoints:
                continue
            if all(name.startswith("_") for name in module.bindings):
                continue
            if not _INSIDE.intersection(module_name.split(".")[2:]) and len(module_name.split(".")) <= _DEEPEST:
                self._contrib(endpoint, module_name, {module_name})

    def extra(self, names: list[str]) -> None:
        """Names of private modules that the curated files speak of, with their kinds and parameters."""
        for endpoint in names:
            module, _, leaf = f"tensorflow{endpoint[2:]}".rpartition(".")
            if endpoint not in self.facts.endpoints and self.program.module(module) is not None:
                fact = self.reader.fact(module, leaf)
                if fact is not None:
                    self.facts.endpoints[endpoint] = fact
                    self.facts.groups[endpoint] = "private"

    def _add(self, endpoint: str, module: str, name: str, group: str) -> Fact | None:
        fact = _KNOWN.get(endpoint) or self.reader.fact(module, name)
        if fact is None:
            self.facts.unresolved.append(f"{endpoint} = {module}:{name}")
            return None
        self.facts.endpoints[endpoint] = fact
        self.facts.groups[endpoint] = group
        if fact.kind == "class":
            self.facts.members[endpoint] = self.reader.members(module, name)
            self.facts.bases[fact.identity] = self.reader.base_identities(module, name)
        return fact

    def _api(self, prefix: str, module_name: str) -> None:
        """One generated API module: every public import of it is an endpoint."""
        module = self.program.module(module_name)
        if module is None:
            raise LookupError(f"{module_name} is not in the wheels")
        self.facts.endpoints[prefix] = Fact("module", None, module_name)
        self.facts.groups[prefix] = "core"
        for name, binding in sorted(module.bindings.items()):
            if name.startswith("_") or binding.imports is None or binding.imports[1] is None:
                continue
            endpoint = f"{prefix}.{name}"
            source, original = binding.imports
            if source.startswith((API, KERAS_API, ESTIMATOR_API)):
                child = f"{source}.{original}"
                if prefix == "tf.compat" and name in ("v1", "v2"):
                    continue
                self._api(endpoint, child)
            else:
                self._add(endpoint, module_name, name, "core")

    def _names(self, prefix: str, module_name: str, group: str) -> None:
        """A plain module that is public as a whole."""
        module = self.program.module(module_name)
        if module is None:
            return
        self.facts.endpoints[prefix] = Fact("module", None, module_name)
        self.facts.groups[prefix] = group
        for name in sorted(module.bindings):
            found = self.program.definition(module_name, name)
            if not name.startswith("_") and found is not None and found.node is not None:
                self._add(f"{prefix}.{name}", module_name, name, group)

    def _contrib(self, prefix: str, module_name: str, seen: set[str]) -> None:
        module = self.program.module(module_name)
        if module is None:
            return
        curated = module.documented is not None or module_name == "tensorflow.contrib"
        group = "contrib-curated" if curated else "contrib-bound"
        self.facts.endpoints[prefix] = Fact("module", None, module_name)
        self.facts.groups.setdefault(prefix, group)
        for name, binding in sorted(module.bindings.items()):
            if name.startswith("_"):
                continue
            endpoint = f"{prefix}.{name}"
            child = self.program.module_of(binding)
            if child is None:
                if binding.imports is None or self._has_source(binding.imports[0]):
                    self._add(endpoint, module_name, name, group)
                continue
            if not child.name.startswith("tensorflow"):
                continue
            self.facts.endpoints[endpoint] = Fact("module", None, child.name)
            self.facts.groups[endpoint] = group
            if child.name.startswith("tensorflow.contrib") and child.name not in seen:
                if child.package or prefix == "tf.contrib":  # tf.contrib.summary is a module of imports
                    self._contrib(endpoint, child.name, seen | {child.name})
                else:
                    self._plain(endpoint, child)
            elif module.documented is not None and not child.package:
                self._plain(endpoint, child)  # tf.contrib.framework.nest

    def _has_source(self, module: str) -> bool:
        """False for the standard library and packages that aren't TensorFlow's."""
        return module.partition(".")[0] in ("tensorflow", "tensorflow_estimator", "keras_preprocessing")

    def _plain(self, prefix: str, module: Module) -> None:
        """A plain module bound by a package: what it defines itself, or hands on when it defines nothing."""
        public = {name: bound for name, bound in sorted(module.bindings.items()) if not name.startswith("_")}
        own = [name for name, bound in public.items() if bound.node is not None]
        for name in own or [name for name, bound in public.items() if self.program.module_of(bound) is None]:
            if own or self._has_source((public[name].imports or ("",))[0].partition(".")[0]):
                self._add(f"{prefix}.{name}", module.name, name, "contrib-bound")


# Folders of a contrib package that hold its implementation; what else is below contrib can be imported as it is.
_INSIDE = frozenset(
    ("python", "ops", "kernels", "core", "proto", "examples", "testdata", "tools", "tests", "test", "cc", "lib", "src")
)
_DEEPEST = 5

# What the standard library or another package brings.
_KNOWN = {"tf.test.mock": Fact("module", None, "unittest.mock")}


def main() -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--extra", type=Path, help="a file of private names that are wanted with their parameters")
    parser.add_argument("--later", nargs="*", default=[], metavar="ERA=FOLDER", help="installed tensorflow packages")
    options = parser.parse_args()
    program = Program(Files.read(download(options.wheels), RENAME))
    extractor = Extractor(program)
    extractor.core()
    extractor.contrib()
    if options.extra:
        extractor.extra(options.extra.read_text(encoding="utf-8").split())
    facts = extractor.facts
    later = {
        era: Reader(Program(Files.read([Path(folder), Path(folder).parent / "absl"], {})))
        for era, _, folder in (item.partition("=") for item in options.later)
    }
    public = {name: fact for name, fact in facts.endpoints.items() if facts.groups[name] != "private"}
    data = {
        "endpoints": {
            name: [fact.kind, fact.identity, fact.parameters, facts.groups[name]]
            for name, fact in sorted(facts.endpoints.items())
        },
        "members": {
            name: {member: list(fact) for member, fact in sorted(members.items())}
            for name, members in sorted(facts.members.items())
        },
        "bases": facts.bases,
        "private": private.read(extractor.reader, later, public, facts.groups),
    }
    options.output.write_text(json.dumps(data, indent=None, separators=(",", ":")), encoding="utf-8")
    print(Counter(facts.groups.values()), sum(map(len, facts.members.values())), "members", file=sys.stderr)
    for line in facts.unresolved:
        print("unresolved:", line, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A verdict on its way into the runtime files, and the labels that follow from its place: package and rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from derive import COMPAT_ONLY, GONE, MOVED, SAME, SIGNATURE
from facts import Parameters, parameters_text, parse_parameters

# Distribution that brings a root package, where the two differ.
PACKAGES = {
    "tf": "tensorflow",
    "absl": "absl-py",
    "tf_slim": "tf-slim",
    "tf_keras": "tf-keras",
    "tensorflow_probability": "tensorflow-probability",
    "tfp": "tensorflow-probability",
    "tensorflow_addons": "tensorflow-addons",
    "tensorflow_io": "tensorflow-io",
    "tensorflow_hub": "tensorflow-hub",
    "tensorflow_text": "tensorflow-text",
    "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_model_optimization": "tensorflow-model-optimization",
    "tensorflow_estimator": "tensorflow-estimator",
    "mesh_tensorflow": "mesh-tensorflow",
    "google": "protobuf",
    "sklearn": "scikit-learn",
}
STANDARD_LIBRARY = {
    "unittest",
    "functools",
    "collections",
    "os",
    "time",
    "warnings",
    "itertools",
    "contextlib",
    "logging",
}

# Rules of families whose members all have the same story, by prefix; the longest that fits counts.
_RULES = {
    "tf.app": "TL130",
    "tf.flags": "TL131",
    "tf.app.flags": "TL131",
    "tf.logging": "TL132",
    "tf.gfile": "TL133",
    "tf.python_io": "TL134",
    "tf.examples.tutorials": "TL112",
    "tf.estimator": "TL150",
}
_DEFAULT_RULE = {MOVED: "TL101", COMPAT_ONLY: "TL102", GONE: "TL103", SIGNATURE: "TL104"}


@dataclass(frozen=True, slots=True)
class Record:
    """A verdict as the runtime files hold it."""

    fate: str
    expression: str | None = None
    package: str = ""
    applicability: str = "safe"
    new: Parameters | None = None  # set: the replacement's parameters, and calls have to be looked at
    changes: dict[str, str] = field(default_factory=dict)
    additions: dict[str, str] = field(default_factory=dict)
    fallback: str | None = None
    note: str = ""
    rule: str = ""
    legacy_keras: bool = False
    ambiguous: bool = False

    @property
    def silent(self) -> bool:
        """Nothing to report."""
        return not self.rule


SILENT = Record(SAME)


def package_of(expression: str) -> str:
    """The distribution that brings a replacement; ``""`` for the support module and the standard library."""
    root = expression.partition(".")[0]
    if expression.startswith("support:") or root in STANDARD_LIBRARY or (root == expression and root not in PACKAGES):
        return ""
    return PACKAGES.get(root, root)


def rule_of(endpoint: str, fate: str, expression: str | None, *, legacy_keras: bool) -> str:
    """The rule that reports an endpoint when the curated files name none."""
    if endpoint == "tf.contrib" or endpoint.startswith("tf.contrib."):
        if expression is None:
            return "TL124"
        if expression.startswith("support:"):
            return "TL123"
        return {"tf": "TL120", "tf_slim": "TL121"}.get(expression.partition(".")[0], "TL122")
    if endpoint.startswith(("tf.python.", "tf.core.", "tf.models.")):
        return "TL111"
    if legacy_keras and expression is not None:
        return "TL140"
    parts = endpoint.split(".")
    for length in range(len(parts), 1, -1):
        rule = _RULES.get(".".join(parts[:length]))
        if rule and (rule != "TL150" or fate == GONE):
            return rule
    return _DEFAULT_RULE.get(fate, "")


def plain_parameters(names: list[str]) -> Parameters:
    """Parameters from a curated list: ``["x", "y=None", "*", "z=1", "**kwargs"]``."""
    return parse_parameters(";".join(names)) or ()


def guess_new(old: Parameters | None, changes: dict[str, str], additions: dict[str, str]) -> Parameters | None:
    """The replacement's parameters when nobody knows them: the old ones, renamed."""
    if old is None:
        return None
    found: list[Any] = []
    for name, default, kind in old:
        change = changes.get(name)
        if change is None:
            found.append((name, default, kind))
        elif not change.startswith("!"):
            found.append((change.partition("=")[0].strip(), default, kind))
    known = {name for name, _, _ in found}
    found += [(name, "...", "keyword") for name in additions if name not in known]
    return tuple(found)


def record_data(record: Record) -> dict[str, Any]:
    """A verdict with its defaults left out, under the keys that ``catalog/records.py`` reads."""
    data: dict[str, Any] = {}
    if record == SILENT:
        return data
    data["f"] = record.fate
    for key, value in (
        ("r", record.expression),
        ("p", record.package),
        ("n", parameters_text(record.new) if record.new is not None else None),
        ("c", record.changes),
        ("d", record.additions),
        ("b", record.fallback),
        ("t", record.note),
        ("u", record.rule),
    ):
        if value or (key == "n" and value is not None):
            data[key] = value
    if record.expression is not None and record.applicability != "safe":
        data["a"] = record.applicability
    if record.legacy_keras:
        data["k"] = 1
    if record.ambiguous:
        data["m"] = 1
    return data

"""``tensorlift explain``."""

from __future__ import annotations

import argparse
import difflib
import inspect
import json
import re
import sys
from pathlib import Path

from tensorlift.catalog.catalog import Catalog
from tensorlift.catalog.catalog import load as load_catalog
from tensorlift.catalog.model import ArgumentMap, Endpoint, Parameter, Target, Verdict
from tensorlift.catalog.version import era_of
from tensorlift.cli.options import CliError, settings_for
from tensorlift.migration.explain import SENTENCES
from tensorlift.rewriting.context import lookup_era
from tensorlift.rules.base import Rule, rules


def explain(arguments: argparse.Namespace) -> int:
    """Print what a rule is about, or what became of an endpoint. Raises CliError."""
    arguments.select = arguments.ignore = arguments.exclude = None
    settings = settings_for(Path.cwd(), arguments)
    subject: str = arguments.subject.strip()
    if re.fullmatch(r"TL\d{3}", subject):
        rule = rules().get(subject)
        if rule is None:
            raise CliError(f"there is no rule {subject}; there are {', '.join(rules())}")
        return _explain_rule(rule, arguments.format)
    name = re.sub(r"^tensorflow(?=\.|$)", "tf", subject)
    if not name.startswith(("tf.", "keras.", "tf_slim.")) and name != "tf":
        name = f"tf.{name}"
    era = lookup_era(era_of(settings.tensorflow), settings.target)
    catalog = load_catalog()
    verdict = catalog.verdict(name, era, settings.target)
    if verdict is None:
        raise CliError(f"{subject}: TensorFlow 1.15 has no public name like that{_nearest(name, catalog)}")
    explanation = explanation_of(verdict, catalog.endpoint(name))
    if arguments.format == "json":
        json.dump(explanation, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        print(text_of(explanation, verdict, settings.tensorflow, settings.target))
    return 0


def _nearest(name: str, catalog: Catalog) -> str:
    leaf = name.rpartition(".")[2]
    parent = name.rpartition(".")[0]
    candidates = [n for n in catalog.endpoints() if n.rpartition(".")[2] == leaf][:5]
    if not candidates:
        candidates = difflib.get_close_matches(name, list(catalog.endpoints(parent + ".")), 3, 0.75)
    return f"; did you mean {', '.join(candidates)}?" if candidates else ""


def explanation_of(verdict: Verdict, endpoint: Endpoint | None) -> dict[str, object]:
    """An explanation as the JSON contract has it."""
    replacement = verdict.replacement
    mapping = replacement.arguments if replacement else None
    parameters = (endpoint.parameters if endpoint else None) or ()
    return {
        "endpoint": verdict.endpoint,
        "kind": verdict.kind.value,
        "verdict": verdict.fate.value,
        "replacement": replacement.expression if replacement else None,
        "package": replacement.package if replacement else None,
        "parameters": [_parameter(p, mapping, replacement is not None) for p in parameters],
        "note": verdict.note,
        "rule": verdict.rule,
    }


def _parameter(parameter: Parameter, mapping: ArgumentMap | None, replaced: bool) -> dict[str, object]:
    change = mapping.changes.get(parameter.name) if mapping else None
    became: str | None = parameter.name
    status = "same"
    if change is not None and change.startswith("!"):
        became, status = None, "removed"
    elif change is not None:
        status = "changed" if "{}" in change and not change.endswith("= {}") else "renamed"
        became = change.partition("=")[0].strip() if "=" in change else change
    return {
        "name": parameter.name,
        "default": parameter.default,
        "status": status if replaced or change else "same",
        "becomes": became,
        "expression": change.partition("=")[2].strip() if change and "=" in change and "{}" in change else None,
    }


def text_of(explanation: dict[str, object], verdict: Verdict, tensorflow: str, target: Target) -> str:
    """An explanation for a person."""
    lines = [f"{verdict.endpoint} ({verdict.kind.value}) {SENTENCES[verdict.fate.value]} (TensorFlow {tensorflow})."]
    if verdict.replacement is not None:
        expression = verdict.replacement.expression
        package = verdict.replacement.package
        if expression.startswith("support:"):
            name = expression.removeprefix("support:")
            lines.append(f"Write {name}: `tensorlift fix` places a definition in the program's support module.")
        elif expression != verdict.endpoint or verdict.replacement.arguments:
            origin = f" (package {package})" if package not in ("tensorflow", "") else ""
            lines.append(f"For the {target.value} target write {expression}{origin}.")
    if verdict.needs_legacy_keras:
        lines.append("On 2.16 and later this needs legacy Keras: TF_USE_LEGACY_KERAS=1 and the package tf_keras.")
    rows = explanation["parameters"]
    assert isinstance(rows, list)
    changed = [row for row in rows if row["status"] != "same"]
    if changed:
        lines.append("Arguments:")
        for row in changed:
            became = "removed" if row["becomes"] is None else f"{row['becomes']} = {row['expression'] or row['name']}"
            lines.append(f"  {row['name']} -> {became}".replace("{}", str(row["name"])))
    if verdict.note:
        lines.append(verdict.note)
    if verdict.rule:
        rule = rules().get(verdict.rule)
        lines.append(f"Reported by {verdict.rule}" + (f" ({rule.name})." if rule else "."))
    return "\n".join(lines)


def _explain_rule(rule: Rule, output_format: str) -> int:
    documentation = inspect.cleandoc(type(rule).__doc__ or "")
    if output_format == "json":
        examples = [{"before": e.before, "after": e.after, "target": e.target} for e in rule.examples]
        fields = {"code": rule.code, "name": rule.name, "documentation": documentation, "examples": examples}
        json.dump(fields, sys.stdout, indent=2, ensure_ascii=False)
        print()
        return 0
    print(f"{rule.code} {rule.name}\n\n{documentation}")
    for example in rule.examples:
        print(f"\nBefore:\n\n{_indented(example.before)}\n\nAfter ({example.target}):\n\n{_indented(example.after)}")
    return 0


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.strip("\n").splitlines())

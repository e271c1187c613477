"""A generator of programs: every form of import, every kind of scope, names that are hidden, rebound and passed on.

Hypothesis chooses a seed and a size; drawing every name by itself would take a second per program.
"""

from __future__ import annotations

from random import Random

NAMES = ("tf", "nn", "layers", "x", "y", "self")
TAILS = ("", ".zeros", ".nn.relu", ".layers", ".contrib.slim.conv2d")

IMPORTS = (
    "import tensorflow as {a}",
    "import tensorflow",
    "import tensorflow.contrib.slim",
    "import tensorflow.contrib.slim as {a}",
    "from tensorflow import {a}",
    "from tensorflow import nn as {a}, image",
    "from tensorflow.contrib import slim as {a}",
    "import tensorflow.compat.v1 as {a}",
    "from tensorflow.compat import v1 as {a}",
    "import terraform as {a}",
    "from .tools import {a}",
    "import os, keras as {a}",
    "from absl import flags as {a}",
    "import importlib; {a} = importlib.import_module('tensorflow.nn')",
    "{a} = __import__('tensorflow')",
)


def expression(random: Random, depth: int = 2) -> str:
    """An expression with names in it."""
    name = random.choice(NAMES)
    tail = random.choice(TAILS)
    form = random.randint(0, 14 if depth else 2)
    if form <= 2:
        return name + tail
    one = expression(random, depth - 1)
    two = expression(random, depth - 1)
    other = random.choice(NAMES)
    return {
        3: f"{name}{tail}({one}, {other}={two})",
        4: f"({one} if {two} else {name})",
        5: f"({one} or {two})",
        6: f"[{one} for {other} in ({two}, {name})]",
        7: f"(lambda {other}={one}: {two})",
        8: f"({name if name != 'self' else 'x'} := {one})",
        9: f"getattr({name}{tail}, 'relu')",
        10: f"{{{one}: {two} for {other} in {name}{tail} if {other}.a}}",
        11: f"({one}, {two})[0]",
        12: f"{name}.{other}",
        13: f"f'{{{name}{tail}}} {{{one}!r}}'" if "'" not in one and '"' not in one and "{" not in one else name,
        14: f"({one} + {two})",
    }[form]


def statement(random: Random, depth: int, where: str) -> list[str]:
    """A statement, as lines."""
    name = random.choice(NAMES)
    other = random.choice(NAMES)
    value = expression(random)
    plain = ":=" not in value
    form = random.randint(0, 24 if depth else 9)
    if form <= 1:
        return [random.choice(IMPORTS).format(a=name)]
    if form == 2:
        return [f"{name} = {value}"]
    if form == 3:
        return [f"{name}, {other} = {value}, {expression(random)}"]
    if form == 4:
        return [value]
    if form == 5:
        return [f"{name}.attribute = {value}"]
    if form == 6:
        return [f"{name} = {other} = {value}"]
    if form == 7:
        return [f"print({value})"]
    if form == 8:
        return [f"if 0: del {name}"] if where == "function" else [f"{name} = {other}"]
    if form == 9:
        return [f"{name}: {other} = {value}"] if plain else [f"{name} = None"]

    def block(inner: str = where) -> list[str]:
        return ["    " + line for line in body(random, depth - 1, inner)]

    if form in (10, 11):
        return [f"if {value}:", *block(), "else:", *block()]
    if form == 12:
        return [f"if {value}:", *block()]
    if form == 13:
        return [f"for {name} in ({value}, {other}):", *block()]
    if form == 14:
        return [f"while {value}:", *block(), "else:", *block()]
    if form in (15, 16):
        return ["try:", *block(), f"except {other} as {name}:", *block(), "except Exception:", *block()]
    if form == 17:
        return ["try:", *block(), "finally:", *block()]
    if form == 18:
        return [f"with {value} as {name}:", *block()]
    if form in (19, 20):
        parameters = random.choice(("", name, f"{name}, *{other}" if name != other else name, f"{name}={other}.nn"))
        return [f"@{other}.decorate", f"def {random.choice(('f', 'g', name))}({parameters}):", *block("function")]
    if form == 21:
        scope = random.choice(("global", "nonlocal")) if where == "function" else "global"
        if scope == "nonlocal":
            return [f"def outer({name}={other}):", "    def inner():", f"        nonlocal {name}", f"        {name} = {other}.nn",
                    "    inner()", f"    return {name}.x"]  # fmt: skip
        return ["def setter():", f"    global {name}", *block("function")] if f"{name}" != "self" else ["pass"]
    if form in (22, 23):
        method = [
            f"    def method(self, {other if other != 'self' else 'y'}={name}.nn):",
            *["    " + line for line in block("function")],
        ]
        return [f"class A({other}.Base, metaclass={name}):", *block("class"), *method]
    return [f"match {value}:", f"    case {name}.A(b={other}):", *["    " + line for line in block()],
            "    case [*y]:", *["    " + line for line in block()]]  # fmt: skip


def body(random: Random, depth: int, where: str) -> list[str]:
    """A block's lines."""
    found: list[str] = []
    for _ in range(random.randint(1, 4)):
        found += statement(random, depth, where)
    return found


def program(seed: int, size: int) -> str:
    """A program that compiles."""
    random = Random(f"{seed} {size}")
    while True:
        text = "\n".join([*body(random, size, "module"), *body(random, 1, "module")]) + "\n"
        try:
            compile(text, "program", "exec")
        except (SyntaxError, ValueError):
            continue
        return text

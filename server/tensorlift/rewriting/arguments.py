"""A call's arguments under an ArgumentMap: as small edits inside the parentheses, so that order, comments, line breaks
and trailing commas stay as the user wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tensorlift.analysis.model import Argument, Call
from tensorlift.catalog.model import ArgumentMap
from tensorlift.text.edits import Edit

_SELF_CONTAINED = frozenset(
    (
        *("identifier", "attribute", "call", "subscript", "integer", "float", "string", "parenthesized_expression"),
        *("list", "tuple", "dictionary", "set", "true", "false", "none", "list_comprehension"),
    )
)
_TEMPLATE = re.compile(r"^(\w+)\s*=\s*(.*)$", re.DOTALL)
_SPACE = re.compile(rb"\s")


@dataclass(frozen=True, slots=True)
class UnmappableError(Exception):
    """A call whose arguments cannot be rewritten; ``reason`` finishes the sentence "left, because"."""

    reason: str

    def __str__(self) -> str:
        return self.reason


def map_arguments(call: Call, source: bytes, mapping: ArgumentMap) -> list[Edit]:
    """Edits that give the replacement what the original call gave. Raises UnmappableError."""
    old_positional = [p.name for p in mapping.old if p.kind == "positional"]
    takes_any = any(p.kind == "var_positional" for p in mapping.old)
    new_positional = [p.name for p in mapping.new if p.kind == "positional"]
    edits: list[Edit] = []
    given: set[str] = set()
    index = 0  # how many positional arguments were seen
    written = 0  # how many of them stay positional
    keywords_only = False
    dropped: list[Argument] = []
    for argument in call.arguments:
        if argument.star:
            raise UnmappableError(
                f"it passes {argument.star}{_text(argument, source).lstrip('*')} whose contents are unknown"
            )
        if argument.value_kind == "generator_expression" and argument.start == call.open:
            raise UnmappableError("its only argument is a generator expression")
        if argument.keyword is None:
            if index >= len(old_positional):
                if not takes_any:
                    raise UnmappableError("it passes more positional arguments than TensorFlow 1.15 takes")
                written += 1
                continue
            name = old_positional[index]
            index += 1
        else:
            name = argument.keyword
        change = mapping.changes.get(name)
        if change is not None and change.startswith("!"):
            _refuse(change, name, argument, source)
            dropped.append(argument)
            keywords_only = True  # what follows has lost its place
            continue
        new_name, expression = _target(name, change)
        if new_name in given:
            raise UnmappableError(f"two of its arguments would become {new_name}")
        given.add(new_name)
        if argument.keyword is not None:
            if new_name != argument.keyword:
                edits.append(Edit(argument.start, argument.start + len(argument.keyword.encode()), new_name))
        elif (
            not keywords_only
            and expression is None
            and written < len(new_positional)
            and new_positional[written] == new_name
        ):
            written += 1
        else:
            keywords_only = True
            edits.append(Edit(argument.start, argument.start, f"{new_name}="))
        if expression is not None:
            edits = _merge(edits, _wrapped(argument, expression))
    edits += _removals(call, dropped, source)
    missing = [(name, value) for name, value in mapping.additions.items() if name not in given]
    if missing:
        kept = [a for a in call.arguments if a not in dropped]
        edits = _merge(edits, [_addition(call, kept, source, ", ".join(f"{n}={v}" for n, v in missing))])
    return edits


def _text(argument: Argument, source: bytes) -> str:
    return source[argument.start : argument.end].decode()


def _refuse(change: str, name: str, argument: Argument, source: bytes) -> None:
    """Return when the argument may be dropped, else raise UnmappableError."""
    if change == "!drop":
        return
    if change.startswith("!drop-if "):
        value = source[argument.value_start : argument.value_end].decode()
        allowed = [text.strip() for text in change.removeprefix("!drop-if ").split("|")]
        if value in allowed:
            return
        raise UnmappableError(f"nothing corresponds to {name}={value}")
    raise UnmappableError(f"nothing corresponds to its argument {name}")


def _target(name: str, change: str | None) -> tuple[str, str | None]:
    """New name and expression template (``None``: the value as it is)."""
    if change is None:
        return name, None
    match = _TEMPLATE.match(change)
    if match:
        return match.group(1), None if match.group(2).strip() == "{}" else match.group(2)
    return change, None


def _wrapped(argument: Argument, expression: str) -> Iterator[Edit]:
    before, _, after = expression.partition("{}")
    bare = argument.value_kind in _SELF_CONTAINED or (before.endswith("(") and after.startswith(")"))
    yield Edit(argument.value_start, argument.value_start, before if bare else before + "(")
    if not bare or after:
        yield Edit(argument.value_end, argument.value_end, after if bare else ")" + after)


def _merge(edits: list[Edit], more: Iterator[Edit] | list[Edit]) -> list[Edit]:
    """Insertions at one place become one insertion, in the order in which they were asked for."""
    out = list(edits)
    for edit in more:
        for position, other in enumerate(out):
            if other.start == other.end == edit.start == edit.end:
                out[position] = Edit(edit.start, edit.end, other.text + edit.text)
                break
        else:
            out.append(edit)
    return out


def _comma_after(source: bytes, offset: int, limit: int) -> int | None:
    """Offset of the comma that follows an argument, passing white space, line continuations and comments."""
    while offset < limit:
        byte = source[offset : offset + 1]
        if byte == b",":
            return offset
        if byte == b"#":
            while offset < limit and source[offset : offset + 1] not in (b"\n", b"\r"):
                offset += 1
        elif byte == b"\\" or _SPACE.match(byte):
            offset += 1
        else:
            return None
    return None


def _removals(call: Call, dropped: list[Argument], source: bytes) -> Iterator[Edit]:
    arguments = list(call.arguments)
    kept = [a for a in arguments if a not in dropped]
    last_kept = max((arguments.index(a) for a in kept), default=-1)
    for argument in dropped:
        comma = _comma_after(source, argument.end, call.close)
        if arguments.index(argument) < last_kept or (comma is not None and not kept):
            assert comma is not None or not kept
            end = argument.end if comma is None else comma + 1
            yield Edit(*_whole_line(source, argument.start, end), "")
            continue
        # After the last argument that stays: take the comma before it, unless a comment stands between.
        index = arguments.index(argument)
        start = argument.start
        if index > 0:
            previous_comma = _comma_after(source, arguments[index - 1].end, call.close)
            if previous_comma is not None and b"#" not in source[previous_comma:start]:
                start = previous_comma
        yield Edit(start, argument.end, "")


def _whole_line(source: bytes, start: int, end: int) -> tuple[int, int]:
    """The span with the blanks after it; with its line break and indentation when nothing else stands on the line."""
    while source[end : end + 1] in (b" ", b"\t"):
        end += 1
    before = start
    while before > 0 and source[before - 1 : before] in (b" ", b"\t"):
        before -= 1
    alone = before == 0 or source[before - 1 : before] in (b"\n", b"\r")
    if alone and source[end : end + 2] == b"\r\n":
        return before, end + 2
    if alone and source[end : end + 1] in (b"\n", b"\r"):
        return before, end + 1
    return start, end


def _addition(call: Call, kept: list[Argument], source: bytes, text: str) -> Edit:
    if not kept:
        return Edit(call.open + 1, call.open + 1, text)
    last = kept[-1]
    return Edit(last.end, last.end, ", " + text)

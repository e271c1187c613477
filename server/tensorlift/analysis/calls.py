"""A call's arguments, read from its node when somebody asks."""

from __future__ import annotations

from tensorlift.analysis import syntax
from tensorlift.analysis.model import Argument, Call
from tensorlift.analysis.syntax import Node

_NAME = syntax.field("name")
_VALUE = syntax.field("value")


def call_of(node: Node, base: int) -> Call:
    """The Call of a ``call`` node whose chunk starts at offset ``base``."""
    arguments = node.named_children[-1]
    start = base + arguments.start_byte
    end = base + arguments.end_byte
    if arguments.kind_id == syntax.GENERATOR:
        # ``f(x for x in y)``: the generator's parentheses are those of the call
        found = [Argument(None, "", start + 1, end - 1, start + 1, end - 1, "generator_expression")]
    else:
        found = [argument(child, base) for child in arguments.named_children if child.kind_id != syntax.COMMENT]
    return Call(base + node.start_byte, base + node.end_byte, start, end - 1, tuple(found))


def argument(node: Node, base: int) -> Argument:
    """One argument by its node."""
    start, end = base + node.start_byte, base + node.end_byte
    number = node.kind_id
    value = node
    keyword = None
    star = ""
    if number == syntax.KEYWORD_ARGUMENT:
        name, given = node.child_by_field_id(_NAME), node.child_by_field_id(_VALUE)
        if name is not None and given is not None:
            value = given
            keyword = (name.text or b"").decode("utf-8", "replace")
    elif number in (syntax.LIST_SPLAT, syntax.DICTIONARY_SPLAT) and node.named_children:
        star = "*" if number == syntax.LIST_SPLAT else "**"
        value = node.named_children[-1]
    return Argument(keyword, star, start, end, base + value.start_byte, base + value.end_byte, value.type)

"""The parser, and the grammar's names as numbers.

Comparing ``node.kind_id`` with a small integer costs a third of comparing ``node.type`` with a string.
"""

from __future__ import annotations

from typing import Final

import tree_sitter
import tree_sitter_python
from tree_sitter import Node, Tree

LANGUAGE: Final = tree_sitter.Language(tree_sitter_python.language())

# kind_id is below this number; ERROR nodes have 65535 and are mapped to the last slot of a dispatch table.
KIND_COUNT: Final = LANGUAGE.node_kind_count
ERROR: Final = 0xFFFF


def kind(name: str, named: bool = True) -> int:
    """The kind_id of a node type. Raises ValueError when the grammar has no such type."""
    found = LANGUAGE.id_for_node_kind(name, named)
    if found is None or not found:
        raise ValueError(f"the grammar knows no node of type {name!r}")
    return found


def field(name: str) -> int:
    """The number of a field. Raises ValueError when the grammar has no such field."""
    found = LANGUAGE.field_id_for_name(name)
    if found is None or not found:
        raise ValueError(f"the grammar knows no field {name!r}")
    return found


def kinds(*names: str) -> frozenset[int]:
    """The kind_ids of those node types that this version of the grammar knows."""
    return frozenset(i for name in names if (i := LANGUAGE.id_for_node_kind(name, True)))


def parse(source: bytes) -> Tree:
    """The syntax tree of some source. Never fails: damaged code gives ERROR nodes."""
    return tree_sitter.Parser(LANGUAGE).parse(source)


IDENTIFIER: Final = kind("identifier")
ATTRIBUTE: Final = kind("attribute")
CALL: Final = kind("call")
SUBSCRIPT: Final = kind("subscript")
STRING: Final = kind("string")
COMMENT: Final = kind("comment")
ARGUMENT_LIST: Final = kind("argument_list")
KEYWORD_ARGUMENT: Final = kind("keyword_argument")
GENERATOR: Final = kind("generator_expression")
PARENTHESIZED: Final = kind("parenthesized_expression")
BINARY: Final = kind("binary_operator")
INTEGER: Final = kind("integer")
UNARY: Final = kind("unary_operator")
SLICE: Final = kind("slice")
DOTTED_NAME: Final = kind("dotted_name")
ALIASED_IMPORT: Final = kind("aliased_import")
RELATIVE_IMPORT: Final = kind("relative_import")
WILDCARD_IMPORT: Final = kind("wildcard_import")
ASSIGNMENT: Final = kind("assignment")
BLOCK: Final = kind("block")
LIST_SPLAT: Final = kind("list_splat")
DICTIONARY_SPLAT: Final = kind("dictionary_splat")

# Nodes inside whose parentheses a line break means nothing.
BRACKETS: Final = kinds(
    "argument_list",
    "parenthesized_expression",
    "generator_expression",
    "tuple",
    "list",
    "set",
    "dictionary",
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "tuple_pattern",
    "list_pattern",
    "parameters",
    "interpolation",
)

__all__ = ["Node", "Tree"]

"""Cutting a module into chunks: runs of statements that can be parsed and remembered one by one.

A chunk ends where a line starts in column 0, outside of strings and brackets, after a blank or an indented line. So a change in
one function leaves all other chunks alone, an unclosed bracket spoils one chunk and not the file, and the result depends on nothing
but the bytes: however a text came about, its chunks are the same.
"""

from __future__ import annotations

import re
from typing import Final

# A line that can begin a chunk. Clauses that continue a statement cannot; closing brackets neither.
_CANDIDATE: Final = re.compile(rb"^(?=[^\s#)\]}])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)

# Keywords that begin a statement and nothing else: where such a line stands in column 0, no bracket can still be open in
# code that is right, so an open one is a mistake that ends here.
_STATEMENT: Final = re.compile(
    rb"(?:async[ \t]+)?def[ \t]+\w+[ \t]*[(\[]|class[ \t]+\w+[ \t]*[:(\[]|@\w|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b"
    rb"|(?:if|for|while|with|try)\b[^\n]*:[ \t]*(?:#[^\n]*)?\r?$",
    re.MULTILINE,
)

# Strings and comments; an unclosed string ends with its line, an unclosed triple-quoted one with the file.
_DOUBLE3: Final = rb"\"\"\"[^\"\\]*(?:(?:\\.|\"(?!\"\"))[^\"\\]*)*"
_SINGLE3: Final = rb"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*"
_DOUBLE: Final = rb"[^\"\\\n]*(?:\\.[^\"\\\n]*)*"
_SINGLE: Final = rb"[^'\\\n]*(?:\\.[^'\\\n]*)*"
TOKEN: Final = re.compile(
    rb"#[^\n]*|"
    + _DOUBLE3
    + rb"(?:\"\"\"|\Z)|"
    + _SINGLE3
    + rb"(?:'''|\Z)|\""
    + _DOUBLE
    + rb"\"?|'"
    + _SINGLE
    + rb"'?",
    re.DOTALL,
)

# The same, closed ones only: of an unclosed string a quote is left over.
_CLOSED: Final = re.compile(
    rb"#[^\n]*|" + _DOUBLE3 + rb"\"\"\"|" + _SINGLE3 + rb"'''|\"(?!\"\")" + _DOUBLE + rb"\"|'(?!'')" + _SINGLE + rb"'",
    re.DOTALL,
)


def next_end(source: bytes, start: int) -> tuple[int, int]:
    """Where the chunk that starts at ``start`` ends, and up to which offset the bytes had a say in that."""
    search = start + 1
    last_line = start  # the last line in column 0
    scanned, depth = start, 0
    while True:
        match = _CANDIDATE.search(source, search)
        if match is None:
            return len(source), len(source) + 1
        at = match.start()
        search = at + 1
        previous, last_line = last_line, at
        if not _after_gap(source, at) or source[previous : previous + 1] == b"@":
            continue
        if scanned == start:
            # mostly, what is left without strings and comments has no quote and all brackets in pairs
            rest = _CLOSED.sub(b"", source[start:at])
            if b'"' not in rest and b"'" not in rest and not _depth(rest):
                return at, at + 8
        while scanned < at:
            token = TOKEN.search(source, scanned)
            stop = at if token is None else min(token.start(), at)
            depth = max(0, depth + _depth(source[scanned:stop]))
            scanned = stop if token is None or token.start() >= at else token.end()
        if scanned > at:  # inside of a string
            search = scanned
        elif not depth:
            return at, at + 8
        elif _STATEMENT.match(source, at):
            line_end = source.find(b"\n", at)
            return at, (line_end if line_end >= 0 else len(source)) + 1


def _depth(text: bytes) -> int:
    """Opening minus closing brackets."""
    opening = text.count(b"(") + text.count(b"[") + text.count(b"{")
    return opening - text.count(b")") - text.count(b"]") - text.count(b"}")


def _after_gap(source: bytes, at: int) -> bool:
    """Whether the line before (comments aside) is blank or indented, and not continued by a backslash."""
    if source[at - 2 : at - 1] == b"\\" or source[at - 3 : at - 1] == b"\\\r":
        return False
    line = at
    while line:
        line = source.rfind(b"\n", 0, line - 1) + 1
        first = source[line : line + 1]
        if first != b"#":
            return first.isspace()
    return True

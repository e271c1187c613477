"""Damaged code made readable, byte for byte in its place.

A parser that recovers from errors guesses over many lines; one unclosed bracket can cost a whole function. Here the damage is
kept where it is: statements that do not parse by themselves are overwritten with the names that they mention, so that the
statements around them stay what they were. Every result is as long as what came in: offsets mean the same.
"""

from __future__ import annotations

import keyword
import re
from typing import Final

from tensorlift.analysis import syntax
from tensorlift.analysis.chunks import TOKEN

_HEADERS: Final = "if|elif|else|for|while|with|try|except|finally|def|class|async|match|case"
_HEADER: Final = re.compile(rb"(?:" + _HEADERS.encode() + rb")\b")
# What begins a statement even where a bracket is still open.
_STATEMENT: Final = re.compile(
    rb"(?:def|class)[ \t]+\w+|return\b|import[ \t]|from[ \t]+[\w.]+[ \t]+import\b|raise\b|assert\b|pass\b|break\b|continue\b|global\b"
    rb"|del[ \t]|@\w|(?:try|else|finally)[ \t]*:|(?:if|elif|while|with|except|for)\b.*:[ \t]*$|print[ \t]+[^(]"
    rb"|[\w.]+(?:[ \t]*,[ \t]*[\w.]+)*[ \t]+(?:[-+*/|&%]|//|\*\*)?=[ \t]"
)
# ... and what does so where it is not indented more than the statement that is still open.
_CALL: Final = re.compile(rb"[A-Za-z_][\w.]*\(")
_CHAIN: Final = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*(?:[ \t]*\.[ \t]*[A-Za-z_\x80-\xff][\w\x80-\xff]*)*")
_IMPORT: Final = re.compile(rb"import[ \t]+[\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*")
_FROM: Final = re.compile(
    rb"(from[ \t]+[\w.]+[ \t]+import[ \t]+)[(\s\\]*(\*|\w+(?:[ \t]+as[ \t]+\w+)?(?:[\s\\]*,[\s\\]*\w+(?:[ \t]+as[ \t]+\w+)?)*)"
)
_KEYWORDS: Final = frozenset(word.encode() for word in keyword.kwlist) | {b"print", b"exec"}
_LINE: Final = re.compile(rb"[^\n]*\n?")

_DEFINITION: Final = re.compile(rb"^[ \t]*(?:def|class)[ \t]+\w+[ \t]*[(:]", re.MULTILINE)
_CODE: Final = re.compile(
    rb"^[ \t]*(?:return\b|(?:if|for|while|with|elif)\b.*:[ \t]*$|(?:try|else|finally)[ \t]*:|(?:def|class)[ \t]+\w+[ \t]*[(:]|@\w"
    rb"|import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b|[A-Za-z_][\w.\[\]\"']*(?:[ \t]*,[ \t]*[\w.]+)*[ \t]+[-+*/]?=[ \t]|[A-Za-z_][\w.]*\()",
    re.MULTILINE,
)
_AFTER_STRING: Final = re.compile(rb"[ \t]*(?:[)\],.}%;:#\\+*]|$|(?:if|for|and|or|in|is|not|else|as)\b)", re.MULTILINE)


def close_strings(source: bytes) -> bytes:
    """The source without triple-quoted strings that were never closed (or never opened).

    One missing ``\"\"\"`` turns all strings after it inside out. It shows: a string has definitions in it, and what follows its end
    is prose. Only a source with an odd number of such quotes is looked at.
    """
    if not (source.count(b'"""') % 2 or source.count(b"'''") % 2):
        return source
    at = 0
    while True:
        token = TOKEN.search(source, at)
        if token is None:
            return source
        start, end = token.span()
        quotes = source[start : start + 3]
        at = end
        if quotes not in (b'"""', b"'''") or end - start < 6 or _DEFINITION.search(source, start, end) is None:
            continue
        closed = source[end - 3 : end] == quotes
        if closed and _AFTER_STRING.match(source, end) is not None and not _prose_follows(source, end):
            continue
        code = _CODE.search(source, source.find(b"\n", start) + 1, end)
        stop = code.start() if code is not None else start + 3
        source = source[:start] + _blank(source[start:stop]) + source[stop:]
        at = stop


def _prose_follows(source: bytes, at: int) -> bool:
    """Whether the first line behind a string is no code."""
    line = b""
    while not line and at < len(source):
        at = source.find(b"\n", at) + 1
        if not at:
            return False
        end = source.find(b"\n", at)
        line = source[at : end if end >= 0 else len(source)].strip()
        at = end if end >= 0 else len(source)
    return bool(line) and _CODE.match(line) is None and _fails(line)


def _blank(text: bytes) -> bytes:
    """As many blanks, with the line breaks kept."""
    return re.sub(rb"[^\r\n]", b" ", text)


def mask_damage(text: bytes) -> bytes:
    """The text with every statement overwritten that does not parse by itself."""
    plain = TOKEN.sub(lambda token: _filler(token.group()), text)
    out: list[bytes] = []
    for start, end in _statements(plain):
        piece = text[start:end]
        if piece.strip() and _damaged(piece):
            out.append(_masked(plain[start:end], piece))
        else:
            out.append(piece)
    return b"".join(out)


def _filler(token: bytes) -> bytes:
    """Something harmless of the same length: blanks for a comment, a number for a string."""
    return b" " * len(token) if token[:1] == b"#" else b"0" * len(token)


def _statements(plain: bytes) -> list[tuple[int, int]]:
    """The spans of logical lines. An open bracket ends where something begins that can only be a statement."""
    spans: list[tuple[int, int]] = []
    start, depth, indent = 0, 0, 0
    continued = False
    for match in _LINE.finditer(plain):
        begin, end = match.span()
        if begin == end:
            break
        line = match.group().rstrip()
        stripped = line.lstrip()
        here = len(line) - len(stripped)
        if (depth or continued) and stripped:
            forced = _STATEMENT.match(stripped) is not None
            if forced or (depth and here <= indent and _CALL.match(stripped) is not None):
                spans.append((start, begin))
                start, depth, continued = begin, 0, False
        if not depth and not continued:
            start, indent = begin, here
        depth += sum(line.count(bracket) for bracket in (b"(", b"[", b"{"))
        depth = max(0, depth - sum(line.count(bracket) for bracket in (b")", b"]", b"}")))
        continued = line.endswith(b"\\")
        if not depth and not continued:
            spans.append((start, end))
            start = end
    if start < len(plain):
        spans.append((start, len(plain)))
    return spans


def _fails(text: bytes) -> bool:
    return syntax.parse(text).root_node.has_error


def _damaged(piece: bytes) -> bool:
    """Whether a logical line does not parse by itself."""
    text = piece.strip()
    if text[:1] == b"#":
        return False
    word = re.match(rb"\w*", text)
    first = word.group() if word is not None else b""
    if text[:1] == b"@":
        return _fails(text + b"\ndef f(): pass\n")
    if _HEADER.match(text) is None:
        return _fails(text + b"\n") or _broken_attribute(text)
    inside = b" pass\n" if text.rstrip().endswith(b":") or b"#" in text else b"\n"
    if b"#" in text:
        inside = b"\n    pass\n"
    if first == b"elif":
        return _fails(text[2:] + inside)
    if first == b"else":
        return _fails(b"if x: pass\n" + text + inside)
    if first in (b"except", b"finally"):
        return _fails(b"try: pass\n" + text + inside)
    if first == b"try":
        return _fails(text + inside + b"finally: pass\n")
    if first == b"case":
        return _fails(b"match x:\n  " + text + inside)
    if first == b"match":
        return _fails(text + b"\n  case _: pass\n") and _fails(text + b"\n")
    return _fails(text + inside)


def _broken_attribute(text: bytes) -> bool:
    """A trailing dot."""
    return text.endswith(b".")


def _masked(plain: bytes, piece: bytes) -> bytes:
    """A damaged statement as the names that it mentions; a damaged header stays a header."""
    body = plain.strip()
    offset = plain.find(body)
    if body.startswith((b"import", b"from")):
        return _masked_import(plain, offset)
    header = _HEADER.match(body) is not None
    out = bytearray(_blank(piece))
    separator = ord(",") if header else ord(";")
    last = offset
    for match in _CHAIN.finditer(plain):
        start, end = match.span()
        name = match.group()
        before = plain[:start].rstrip()[-1:]
        after = plain[end:].lstrip()[:2]
        if name in _KEYWORDS or before == b"." or plain[start - 1 : start].isdigit():
            continue
        if after[:1] == b"=" and after != b"==":
            continue
        while name.split(b".", 1)[0].strip() in _KEYWORDS:
            return bytes(_blank(piece))
        if header and start < offset + 3:
            continue
        if last > offset and last < start:
            out[last] = separator
        out[start:end] = name
        last = end
    if not header:
        return bytes(out)
    end_of_line = len(piece.rstrip())
    if end_of_line - offset < 5:
        return bytes(_blank(piece))
    out[offset : offset + 2] = b"if"
    if last >= end_of_line:  # no room for the colon behind the last name
        out[offset + 2 : end_of_line] = b" " * (end_of_line - offset - 2)
        last = offset
    if last <= offset:
        out[offset + 3 : offset + 4] = b"1"
    out[end_of_line - 1 : end_of_line] = b":"
    return bytes(out)


def _masked_import(plain: bytes, offset: int) -> bytes:
    """What can be saved of an import statement."""
    out = bytearray(_blank(plain))
    match = _IMPORT.match(plain, offset)
    if match is not None:
        out[match.start() : match.end()] = match.group()
        return bytes(out)
    match = _FROM.match(plain, offset)
    if match is not None:
        out[match.start(1) : match.end(1)] = match.group(1)
        out[match.start(2) : match.end(2)] = re.sub(rb"[\\\r\n]", b" ", match.group(2))
    return bytes(out)

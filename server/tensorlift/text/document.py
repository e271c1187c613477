"""A source file as bytes, and the ways to point into it."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import tempfile
import tokenize
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_NEWLINE = re.compile(rb"\r\n|\r|\n")


class UnreadableError(Exception):
    """A file cannot be read as Python source; the text says why, for a person."""


class UnwritableError(Exception):
    """A file was left as it was because the new text could not be written; the text says why."""


class LineIndex:
    """Line starts of a UTF-8 source. Lines end at LF, CRLF or CR; a form feed ends none."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self.starts = [0, *(m.end() for m in _NEWLINE.finditer(source))]

    @classmethod
    def known(cls, source: bytes, starts: list[int]) -> LineIndex:
        """An index whose line starts are known already."""
        index = cls.__new__(cls)
        index._source, index.starts = source, starts
        return index

    def line_of(self, offset: int) -> int:
        """Zero-based line that holds a zero-based byte offset."""
        return bisect_right(self.starts, offset) - 1

    def position(self, offset: int) -> tuple[int, int]:
        """One-based line and one-based column in characters (code points) of a byte offset."""
        line = self.line_of(offset)
        return line + 1, len(self._source[self.starts[line] : offset].decode("utf-8", "replace")) + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """Byte span of a zero-based line without its line break."""
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self._source)
        return start, start + len(self._source[start:end].rstrip(b"\r\n"))


@dataclass(frozen=True)
class Document:
    """An immutable snapshot of one file.

    ``source`` is what every offset in the product refers to: the text in UTF-8 without a byte order mark.
    ``encoding`` is the file's own; ``bom`` are the bytes of its byte order mark, if it has one.
    """

    source: bytes
    path: Path | None = None
    encoding: str = "utf-8"
    bom: bytes = b""

    @classmethod
    def from_bytes(cls, data: bytes, path: Path | None = None) -> Document:
        """Decode a file's bytes. Raises UnreadableError for binary data and for text that is not in its declared
        encoding."""
        if b"\0" in data:
            raise UnreadableError("holds NUL bytes, so it is not Python source (binary, or UTF-16)")
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        body = data[len(bom) :]
        encoding = _declared_encoding(body, bom)
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, LookupError) as error:
            hint = "; a coding comment on its first line would name its encoding" if encoding == "utf-8" else ""
            raise UnreadableError(f"is not {encoding} text ({_reason(error)}){hint}") from None
        if encoding == "utf-8":
            return cls(body, path, encoding, bom)
        try:
            if text.encode(encoding) != body:
                raise UnreadableError(f"would not come back byte for byte from the encoding {encoding}")
        except UnicodeEncodeError:
            raise UnreadableError(f"would not come back byte for byte from the encoding {encoding}") from None
        return cls(text.encode("utf-8"), path, encoding, bom)

    @classmethod
    def read(cls, path: Path) -> Document:
        """Read a file. Raises UnreadableError, also for what the operating system refuses."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror or error}") from None
        return cls.from_bytes(data, path)

    def with_source(self, source: bytes) -> Document:
        """The same file with another text."""
        return Document(source, self.path, self.encoding, self.bom)

    def to_bytes(self) -> bytes:
        """The file's bytes: byte order mark and own encoding restored. Raises UnwritableError when the text has a
        character that the file's encoding lacks."""
        if self.encoding == "utf-8":
            return self.bom + self.source
        try:
            return self.bom + self.source.decode("utf-8").encode(self.encoding)
        except UnicodeEncodeError as error:
            raise UnwritableError(f"the new text does not fit the file's encoding {self.encoding}: {error}") from None

    @cached_property
    def lines(self) -> LineIndex:
        """The line index, made once."""
        return LineIndex(self.source)

    @cached_property
    def newline(self) -> str:
        """The line break that most lines of the file use; LF where there is none."""
        crlf = self.source.count(b"\r\n")
        lf = self.source.count(b"\n") - crlf
        cr = self.source.count(b"\r") - crlf
        if crlf > lf and crlf >= cr:
            return "\r\n"
        return "\r" if cr > lf else "\n"


def _declared_encoding(body: bytes, bom: bytes) -> str:
    head = body[:4096]
    if bom or b"coding" not in b"\n".join(head.splitlines()[:2]):
        return "utf-8"
    try:
        name, _ = tokenize.detect_encoding(io.BytesIO(head).readline)
    except SyntaxError as error:
        if "unknown encoding" in str(error):
            raise UnreadableError(f"declares an encoding that Python does not know ({error})") from None
        name = "utf-8"
    return "utf-8" if codecs.lookup(name).name == "utf-8" else name


def _reason(error: UnicodeDecodeError | LookupError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
    return str(error)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content: a temporary file in the same folder, flushed to disk, then renamed over the target, so
    that at every moment the file is whole. Mode is kept; a symbolic link stays a link and its target is replaced.
    Raises UnwritableError with the file as it was."""
    target = Path(os.path.realpath(path))
    temporary: str | None = None
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        if mode is not None and not os.access(target, os.W_OK):
            raise UnwritableError("cannot be written: it is read-only")
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(target)
        temporary = None
    except OSError as error:
        raise UnwritableError(f"cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

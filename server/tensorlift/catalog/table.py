"""Sorted text tables that are searched where they lie, without being parsed.

A table is a UTF-8 file of lines ``key<TAB>rest``, sorted by the bytes of the key. A look-up is a binary search over
the mapped file; nothing is read before the first one.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path


class Table:
    """One file. Raises OSError at the first look-up when the file is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: bytes | mmap.mmap | None = None

    def _open(self) -> bytes | mmap.mmap:
        if self._data is None:
            with self._path.open("rb") as file:
                try:
                    self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                except (ValueError, OSError):  # an empty file, or a file system that maps nothing
                    self._data = self._path.read_bytes()
        return self._data

    def find(self, key: str) -> str | None:
        """What stands after the key, ``None`` when there is no such line."""
        data = self._open()
        wanted = key.encode(errors="replace")
        start = self._lower_bound(wanted)
        tab = start + len(wanted)
        if data[start : tab + 1] != wanted + b"\t":
            return None
        end = data.find(b"\n", tab)
        return data[tab + 1 : end if end >= 0 else len(data)].decode()

    def _lower_bound(self, wanted: bytes) -> int:
        """Offset of the first line whose key is not below ``wanted``."""
        data = self._open()
        low, high = 0, len(data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            if data[start : data.find(b"\t", start)] < wanted:
                end = data.find(b"\n", middle)
                low = end + 1 if end >= 0 else len(data)
            else:
                high = start
        return low

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with ``prefix``, in order."""
        data = self._open()
        wanted = prefix.encode(errors="replace")
        start = self._lower_bound(wanted)
        while start < len(data):
            key = data[start : data.find(b"\t", start)]
            if not key.startswith(wanted):
                return
            yield key.decode()
            end = data.find(b"\n", start)
            start = end + 1 if end >= 0 else len(data)

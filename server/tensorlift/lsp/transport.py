"""Bytes in, bytes out: frames of the base protocol over standard input and output, or over a local port."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import select
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

log = logging.getLogger(__name__)

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?\n", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LARGEST = 1 << 29  # bytes; a longer message is not believed
PARENT_PERIOD = 3.0  # seconds between two looks at whether the parent lives


class Peer(Protocol):
    """Who gets the messages."""

    def set_writer(self, writer: Any) -> None:
        """Where answers go; called before the first message."""
        ...

    def receive(self, body: bytes) -> None:
        """One message's body."""
        ...

    def hung_up(self) -> None:
        """Nothing more will come."""
        ...


class Frames:
    """Cuts a stream of bytes into message bodies. What is no header is skipped up to the next one."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body = -1  # length of the body that is awaited, -1 while a header is

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete with these bytes."""
        self._buffer += data
        while True:
            if self._body < 0 and not self._header():
                return
            if len(self._buffer) < self._body:
                return
            body = bytes(self._buffer[: self._body])
            del self._buffer[: self._body]
            self._body = -1
            yield body

    def _header(self) -> bool:
        head = bytes(self._buffer[:8192])
        found = _LENGTH.search(head)
        if found is None:
            del self._buffer[: max(0, len(head) - 4096)]
            return False
        end = _HEAD_END.search(head, found.end() - 2)
        if end is None:
            return False
        length = int(found.group(1))
        del self._buffer[: end.end()]
        if length > _LARGEST:
            log.error("a message of %d bytes was announced; it is skipped", length)
            return self._header()
        self._body = length
        return True


class _Reader(asyncio.Protocol):
    """Reads a pipe without a thread."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._frames = Frames()

    def data_received(self, data: bytes) -> None:
        for body in self._frames.feed(data):
            self._peer.receive(body)

    def eof_received(self) -> bool:
        self._peer.hung_up()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer.hung_up()


class _Writing(asyncio.BaseProtocol):
    """Hears when nobody reads what we write any more."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def connection_lost(self, exc: Exception | None) -> None:
        self._peer.hung_up()


class Writer:
    """Writes whole messages; never waits for a slow reader where the system allows that."""

    def __init__(self, write: Callable[[bytes], object], close: Callable[[], object]) -> None:
        self._write = write
        self._close = close

    def write(self, data: bytes) -> None:
        """Hand bytes over. A reader that went away is no error: the end of input says so too."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ValueError):
            self._write(data)

    def close(self) -> None:
        """Write what waits, then close."""
        self._close()


async def open_stdio(peer: Peer) -> tuple[Writer, Callable[[], bool]]:
    """Read standard input for the peer; give a writer to standard output, and a function that tells whether more input
    waits. Whatever else this process prints goes to standard error from now on, so that it cannot damage the stream."""
    incoming = os.fdopen(os.dup(0), "rb", 0)
    outgoing = os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    loop = asyncio.get_running_loop()
    writer = Writer(outgoing.write, outgoing.close)
    if os.name == "posix" and _is_stream(outgoing):
        transport, _ = await loop.connect_write_pipe(lambda: _Writing(peer), outgoing)
        writer = Writer(transport.write, transport.close)
    peer.set_writer(writer)
    if os.name == "posix" and _is_stream(incoming):
        await loop.connect_read_pipe(lambda: _Reader(peer), incoming)
        number = incoming.fileno()
        return writer, lambda: bool(select.select([number], [], [], 0)[0])
    threading.Thread(target=_read_blocking, args=(incoming, peer, loop), daemon=True).start()
    return writer, lambda: False


async def open_tcp(peer: Peer, port: int, ready: Callable[[int], None]) -> Writer:
    """Wait for one client on a local port. ``ready`` is told the port once it listens."""
    connected: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if connected.done():
            writer.close()
            return
        peer.set_writer(Writer(writer.write, writer.close))
        connected.set_result(writer)
        frames = Frames()
        while data := await reader.read(1 << 16):
            for body in frames.feed(data):
                peer.receive(body)
        peer.hung_up()

    listener = await asyncio.start_server(serve, "127.0.0.1", port)
    ready(listener.sockets[0].getsockname()[1])
    writer = await connected
    listener.close()
    return Writer(writer.write, writer.close)


def _is_stream(file: BinaryIO) -> bool:
    mode = os.fstat(file.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _read_blocking(incoming: BinaryIO, peer: Peer, loop: asyncio.AbstractEventLoop) -> None:
    frames = Frames()
    while data := incoming.read(1 << 16):
        for body in frames.feed(data):
            loop.call_soon_threadsafe(peer.receive, body)
    loop.call_soon_threadsafe(peer.hung_up)


async def watch_parent(process: int, gone: Callable[[], None]) -> None:
    """Call ``gone`` once the process with that id is no more. POSIX only: elsewhere the end of input tells."""
    if os.name != "posix" or process <= 0:
        return
    while True:
        await asyncio.sleep(PARENT_PERIOD)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            gone()
            return
        except OSError:
            continue

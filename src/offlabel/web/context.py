"""What a job in a worker process has at hand: the graph, and the way out for its answer."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from offlabel.stores.memory import OxigraphStore
from offlabel.web.failures import Failure, TooLarge
from offlabel.web.settings import Settings

HEAD, DATA, END, ERROR = b"H", b"D", b"E", b"X"
WHOLE = b"W"  # all that follows is there already, up to the end
FRAME = struct.Struct(">cI")
_PART = 65_536  # bytes that are collected before they are sent
# The first are held a moment longer: most answers end before, and one that is too large is told so.
_FIRST, _FEW, _SOON = 2 << 20, 8_192, 0.2
_MOST_WHOLE = 512 << 10  # bytes that the server takes at once, however slowly the client reads


class Channel(Protocol):
    """Something bytes can be sent through, waiting while the other side is not reading."""

    def sendall(self, data: bytes, /) -> None:
        """Send all of it."""
        ...


class Out:
    """The way of an answer out of the worker, in frames; a file for whoever writes to it."""

    def __init__(self, channel: Channel | socket.socket, most: int) -> None:
        self._channel, self._most = channel, most
        self._held: list[bytes] = []
        self._size, self._total, self._wait = 0, 0, _FIRST
        self._began = time.monotonic()

    def start(self, media_type: str, **more: Any) -> None:
        """Say what the answer is, before its first byte."""
        self._hold(HEAD, json.dumps({"media_type": media_type, **more}).encode())

    def write(self, data: bytes) -> int:
        """Send a part of the answer on, some parts at a time."""
        self._total += len(data)
        if self._total > self._most:
            raise TooLarge(self._most)
        self._hold(DATA, data)
        if self._size >= self._wait or (self._wait == _FIRST and self._is_time()):
            self._send()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts go out when there are enough of them."""

    def end(self, *, tired: bool = False) -> None:
        """Say that nothing more comes, and whether this process should do no further job."""
        self._hold(END, b"tired" if tired else b"")
        if self._wait == _FIRST and self._size <= _MOST_WHOLE:  # nothing was sent yet
            self._held.insert(0, FRAME.pack(WHOLE, 0))
        self._send()

    def fail(self, failure: Failure) -> None:
        """Say that there is no answer, or no more of it; what was not yet sent is dropped."""
        self._held.clear()
        self._hold(ERROR, json.dumps(failure.fields()).encode())
        self._send()

    def _hold(self, kind: bytes, data: bytes) -> None:
        self._held += (FRAME.pack(kind, len(data)), bytes(data))
        self._size += len(data)

    def _is_time(self) -> bool:
        return self._size >= _FEW and time.monotonic() - self._began > _SOON

    def _send(self) -> None:
        self._channel.sendall(b"".join(self._held))
        self._held.clear()
        self._size, self._wait = 0, _PART


@dataclass
class Context:
    """A graph to answer from, what is set, and the way out.

    `known` keeps what jobs have worked out about the graph; what is put there before the workers
    are forked is shared by all.
    """

    store: OxigraphStore
    settings: Settings
    fingerprint: str
    in_memory: bool = True
    known: dict[str, Any] = field(default_factory=dict)
    out: Out = field(default=None)  # type: ignore[assignment]

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Let this process open neither a file nor a connection for a while.

        The system refuses a new descriptor where the lowest free one is past the limit.
        """
        if not self.in_memory or self.settings.services:
            yield
            return
        import os
        import resource

        free = os.dup(0)
        os.close(free)
        _, hard = soft_hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, soft_hard)

"""Keep answers: for one snapshot they never change, so the key is the snapshot and the request.

Only a GET whose answer has an ETag is kept, because an ETag says that it depends on nothing else.
What a request is includes the address that it was sent to, since some answers hold that.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offlabel.web.caller import is_known

Key = tuple[str | bytes, ...]


@dataclass(frozen=True)
class Kept:
    """An answer as it goes out."""

    start: dict[str, Any]
    body: bytes
    etag: bytes


class Cache:
    """Answers up to a number of bytes; the one that was not asked for longest goes first."""

    def __init__(self, most: int) -> None:
        self.most, self.size, self.hits = most, 0, 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Kept | None:
        """Return the answer to a request, or None."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            self.hits += 1
        return kept

    def keep(self, key: Key, kept: Kept) -> None:
        """Keep an answer, unless it alone would take an eighth of the room."""
        size = _size(key, kept)
        if size > self.most // 8 or key in self._kept:
            return
        self._kept[key] = kept
        self.size += size
        while self.size > self.most:
            self.size -= _size(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self.size = 0


def _size(key: Key, kept: Kept) -> int:
    return sum(map(len, key)) + len(kept.body) + 1_000


class CacheMiddleware:
    """Answer from the cache where that is possible."""

    def __init__(self, app: ASGIApp, *, state: Any) -> None:
        self.app, self.state = app, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, or keep what is sent."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        accept, host, known, coding = b"", b"", b"", b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept += value + b","
            elif name == b"host":
                host += value
            elif name == b"accept-encoding":
                coding = b"gzip" if b"gzip" in value else b""
            elif name == b"if-none-match":
                known += value + b","
            elif name in (b"authorization", b"range"):
                await self.app(scope, receive, send)
                return
        key = (
            self.state.pool.fingerprint,
            date.today().isoformat(),
            scope["scheme"],
            host,
            scope.get("root_path", ""),
            scope["raw_path"],
            scope["query_string"],
            accept,
            coding,
        )
        kept = self.state.cache.find(key)
        if kept is None:
            await self.app(scope, receive, _Keeping(self.state, key, send))
        elif is_known(kept.etag.decode("latin-1"), known.decode("latin-1")):
            headers = [pair for pair in kept.start["headers"] if pair[0] in _OF_304]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send(kept.start)
            await send({"type": "http.response.body", "body": kept.body})


_OF_304 = (b"etag", b"vary", b"cache-control", b"access-control-allow-origin")


class _Keeping:
    """Send messages on, and keep the answer they make if it may be kept."""

    def __init__(self, state: Any, key: Key, send: Send) -> None:
        self.state, self.key, self.send = state, key, send
        self.start: Message | None = None
        self.parts: list[bytes] = []
        self.size = 0
        self.etag = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.etag = next((v for n, v in message["headers"] if n == b"etag"), b"")
            if message["status"] == 200 and self.etag:
                self.start = message
        elif self.start is not None:
            body = message.get("body", b"")
            self.parts.append(body)
            self.size += len(body)
            if self.size > self.state.cache.most // 8:
                self.start = None
                self.parts.clear()
            elif not message.get("more_body", False):
                self._keep(self.start)
        await self.send(message)

    def _keep(self, start: Message) -> None:
        if self.key[0] != self.state.pool.fingerprint:
            return
        body = b"".join(self.parts)
        gone = (b"content-length", b"transfer-encoding")
        headers = [pair for pair in start["headers"] if pair[0] not in gone]
        headers.append((b"content-length", str(len(body)).encode()))
        self.state.cache.keep(self.key, Kept({**start, "headers": headers}, body, self.etag))

"""Bounds for every request: head and body, how many at once, how long a client may take."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from http.client import REQUEST_ENTITY_TOO_LARGE

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offlabel.web.caller import CLIENT, KNOWN
from offlabel.web.failures import Busy, Failure
from offlabel.web.responses import Cut
from offlabel.web.settings import Settings
from offlabel.web.underway import SLOWEST

_BODIES = 16  # requests as large as they may be that are held at once
_MOMENT = 1.0  # seconds for which what is too large is read, to be thrown away
_ALWAYS = {"/healthz", "/metrics"}


class LimitsMiddleware:
    """Refuse what is too large or too much, before anything is done for it."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.total = self.held = 0  # requests, and bytes of their bodies
        self.clients: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request while it lasts, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = scope["client"][0] if scope.get("client") else ""
        refused = self._refused(scope, client)
        if refused:
            await _refuse(refused, send)
            return
        self.total += 1
        self.clients[client] += 1
        CLIENT.set(client)
        KNOWN.set(_known(scope))
        body = bytearray()
        try:
            try:
                if _has_body(scope):
                    await self._read(body, scope, receive)
                    receive = _replayed(bytes(body), receive)
            except Failure as failure:
                if failure.status == REQUEST_ENTITY_TOO_LARGE:
                    await _drained(receive)
                await _refuse(failure, send)
                return
            await self.app(scope, receive, self._patient(send))
        finally:
            self.held -= len(body)
            self.total -= 1
            self.clients[client] -= 1
            if not self.clients[client]:
                del self.clients[client]

    def _refused(self, scope: Scope, client: str) -> Failure | None:
        settings = self.settings
        if len(scope["raw_path"]) + len(scope["query_string"]) > settings.max_url:
            return Failure(414, "The address is too long. Send the query by POST.")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > settings.max_header:
            return Failure(431, "The headers are too long.")
        if scope["path"].removeprefix(scope.get("root_path", "")) in _ALWAYS:
            return None
        if self.total >= settings.concurrency:
            return Busy("The server has too many requests. Try again.", status=429)
        if self.clients[client] >= settings.per_client:
            return Busy(f"More than {settings.per_client} requests at once. Wait for answers.")
        return None

    async def _read(self, body: bytearray, scope: Scope, receive: Receive) -> None:
        """Read the body of a request before anything waits for it.

        Raise `Failure` where it is too large or comes too slowly, `ClientDisconnect` where it ends.
        """
        headers = dict(scope["headers"])
        most, loop = self.settings.max_body, asyncio.get_running_loop()
        too_large = Failure(413, f"the request has more than {most:,} bytes.")
        if int(headers.get(b"content-length", 0)) > most:
            raise too_large
        end, more = loop.time() + self.settings.patience, True
        while more:
            try:
                async with asyncio.timeout_at(end + len(body) / SLOWEST):
                    message = await receive()
            except TimeoutError:
                raise Failure(408, "the request comes too slowly.") from None
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            part, more = message.get("body", b""), message.get("more_body", False)
            body += part
            self.held += len(part)
            if len(body) > most:
                raise too_large
            if self.held > _BODIES * most:
                raise Busy("The server has too many large requests. Try again.", 5, 503)

    def _patient(self, send: Send) -> Send:
        """Give up on a client that takes no part of a long answer for too long."""

        async def sent(message: Message) -> None:
            if not message.get("more_body"):
                await send(message)
                return
            try:
                await asyncio.wait_for(send(message), self.settings.patience)
            except TimeoutError:
                raise Cut("the client stopped reading") from None

        return sent


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _drained(receive: Receive) -> None:
    """Take what a client still sends, for a moment: many read no answer before all is sent."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_MOMENT):
            while (await receive()).get("more_body"):
                pass


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read, and then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _known(scope: Scope) -> str:
    """Return which answers the client has; for other methods the header means another thing."""
    if scope["method"] not in ("GET", "HEAD"):
        return ""
    marks = [value for name, value in scope["headers"] if name == b"if-none-match"]
    return b",".join(marks).decode("latin-1")


async def _refuse(failure: Failure, send: Send) -> None:
    body = f"{failure.detail}\n".encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "access-control-allow-origin": "*",
        "connection": "close",
        **failure.headers,
    }
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": failure.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})

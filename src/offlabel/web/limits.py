"""Bounds for every request: its head, how many at once, and how long a client may take to read."""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offlabel.web.failures import Busy, Failure
from offlabel.web.responses import Cut
from offlabel.web.settings import Settings

_ALWAYS = {"/healthz", "/metrics"}


class LimitsMiddleware:
    """Refuse what is too large or too much, before anything is done for it."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.total = 0
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
        try:
            await self.app(scope, receive, self._patient(send))
        finally:
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

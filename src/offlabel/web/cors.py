"""Let pages of other sites read (not write): the headers, and the answer to OPTIONS.

Starlette's own middleware leaves the header out where a request has no Origin, and then a cache in
between serves the answer without it to a page that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPEN = (b"access-control-allow-origin", b"*")
_EXPOSED = (b"access-control-expose-headers", b"ETag, Link, Retry-After")
_PREFLIGHT = [
    _OPEN,
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]
_ANY = ("GET", "POST", "DELETE")  # methods of a route that tells them apart itself


class CorsMiddleware:
    """Add the headers to every answer; `only` has methods of paths where not all are possible."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[BaseRoute] = (),
        only: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.app, self.routes, self.only = app, list(routes), only or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS; for the rest, add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            headers = [*_PREFLIGHT, (b"allow", ", ".join(self._allowed(scope)).encode())]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], _OPEN, _EXPOSED]}
            await send(message)

        await self.app(scope, receive, opened)

    def _allowed(self, scope: Scope) -> list[str]:
        """Return the methods that the address of a request takes."""
        for route in self.routes:
            if isinstance(route, Route) and route.matches(scope)[0] != Match.NONE:
                methods = self.only.get(scope["path"], route.methods or _ANY)
                return [*sorted(methods), "OPTIONS"]
        return ["OPTIONS"]

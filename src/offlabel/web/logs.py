"""One line for each request: who, what, with which outcome, and how long it took."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offlabel.web.responses import Cut
from offlabel.web.state import State

LOG = logging.getLogger("offlabel.access")
SAID = "offlabel.said"  # where in a scope a part of the server notes what was asked by POST
_VALUE = re.compile(r"=[^&]*")
_MOST = 2_000


class LogMiddleware:
    """Write the line and count the request."""

    def __init__(self, app: ASGIApp, *, state: State) -> None:
        self.app, self.private = app, state.settings.private_logs
        self.count = Counter(
            "offlabel_requests", "Requests by method and status", ["method", "status"],
            registry=state.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "offlabel_request_seconds", "How long requests took", registry=state.registry
        )
        self._counters: dict[tuple[str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request be answered, and say how that went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = size = 0
        note = ""

        async def watched(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Cut as cut:
            note = f" cut: {cut}"
        except ClientDisconnect:
            note, status = " the client left", status or 499
        finally:
            took = time.perf_counter() - start
            self._note(scope, status or 500, took)
            if LOG.isEnabledFor(logging.INFO):
                who = scope["client"][0] if scope.get("client") else "-"
                LOG.info("%s %s %d %d %.1fms%s", who, self._what(scope), status, size,
                         took * 1_000, note)  # fmt: skip

    def _note(self, scope: Scope, status: int, took: float) -> None:
        key = (scope["method"] if scope["method"] in _METHODS else "other", status)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = self.count.labels(*key)
        counter.inc()
        self.seconds.observe(took)

    def _what(self, scope: Scope) -> str:
        """Return the request in one line, which nothing in it can break."""
        asked = scope["query_string"].decode("ascii", "backslashreplace")
        said = scope.get(SAID, "")
        if self.private:
            asked, said = _VALUE.sub("=", asked), ""
        path = scope["raw_path"].decode("ascii", "backslashreplace")
        line = f"{scope['method']} {path}{'?' if asked else ''}{asked}"
        line += f" {json.dumps(said)}" if said else ""
        line = line[:_MOST]
        return line if line.isprintable() else "".join(c if c.isprintable() else "?" for c in line)


_METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}

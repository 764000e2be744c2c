"""Turn answers and failures into HTTP responses."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from offlabel.errors import OfflabelError
from offlabel.web.caller import not_modified
from offlabel.web.failures import Failure, failure_from
from offlabel.web.forms import COMMENTED
from offlabel.web.underway import Answer

T = TypeVar("T")
_PROBLEM = "application/problem+json"


class Streamed(Response):
    """An answer that is sent as it comes; one that fails on the way is cut off."""

    def __init__(self, answer: Answer, headers: dict[str, str]) -> None:
        self.answer = answer
        self.status_code, self.background = 200, None
        self.body = b""
        self.init_headers({"content-type": answer.media_type, **headers})
        del self.headers["content-length"]  # not known before the end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts; stop the work where the client is gone or wants no body."""
        async with contextlib.aclosing(self.answer):
            if unchanged := not_modified(self.headers.get("etag", ""), exists=True):
                await unchanged(scope, receive, send)
                return
            if scope["method"] == "HEAD":
                await self._send(send)
                return
            if self.answer.complete:
                self.body = b"".join([part async for part in self.answer])
                self.headers["content-length"] = str(len(self.body))
                await self._send(send)
                return
            await while_connected(self._stream(send), receive)

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})

    async def _stream(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        takes_comment = self.answer.media_type.partition(";")[0] in COMMENTED
        held = b""  # the start of a line, where a comment may have to take its place
        try:
            async for part in self.answer:
                if takes_comment:
                    whole, end, held = (held + part).rpartition(b"\n")
                    part = whole + end
                if part:
                    await send({"type": "http.response.body", "body": part, "more_body": True})
        except Failure as failure:
            if takes_comment:
                note = f"# incomplete: {failure.detail}\n".encode()
                await send({"type": "http.response.body", "body": note, "more_body": True})
            raise Cut(failure.detail) from None
        await send({"type": "http.response.body", "body": held})


class Cut(Exception):
    """An answer that ends too early: the connection is closed before its last chunk."""


async def while_connected(work: Awaitable[T], receive: Receive) -> T:
    """Await something, and give it up when the client is gone; quick work is just awaited."""
    task = asyncio.ensure_future(work)
    gone: asyncio.Task[None] | None = None
    try:
        done, _ = await asyncio.wait({task}, timeout=0.1)
        if not done:
            gone = asyncio.create_task(_disconnected(receive))
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        if gone:
            gone.cancel()
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Failure):
                await task


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def failed(request: Request, error: OfflabelError) -> Response:
    """Return an error as text for people, or as a problem document for programs."""
    failure = failure_from(error)
    headers = {"cache-control": "no-store", **failure.headers}
    accept = request.headers.get("accept", "")
    if _PROBLEM in accept or "application/json" in accept:
        body, kind = json.dumps(failure.document()), _PROBLEM
    else:
        body, kind = f"{failure.detail}\n", "text/plain; charset=utf-8"
    return Response(body, failure.status, headers, kind)

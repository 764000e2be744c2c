"""SPARQL Update and graph writes: for whoever has the token, one after the other, and durable.

What is written goes to a store of its own in the cache, never to the sources or their snapshot. An
answer comes when the change is on disk and the workers answer from it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from offlabel.errors import StoreError
from offlabel.paths import cache_dir
from offlabel.stores.disk import folder
from offlabel.stores.snapshots import Snapshot
from offlabel.web.failures import Failure, OutOfMemory, TimedOut
from offlabel.web.pool import Pool
from offlabel.web.settings import Settings
from offlabel.web.state import State


class Writer:
    """The one who writes: a process for each change, never two at a time."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self.home = cache_dir() / "writable" / folder(settings.roots).name
        self._settings, self._pool = settings, pool
        self._turn = asyncio.Lock()
        self._view: Path | None = None

    async def start(self, snapshot: Snapshot) -> None:
        """Begin with what was written before, or else with a copy of a snapshot."""
        if not (self.home / "store").is_dir():
            self.home.mkdir(parents=True, exist_ok=True)
            half = self.home / f"unfinished-{uuid.uuid4().hex}"
            await asyncio.to_thread(shutil.copytree, snapshot.path / "store", half)
            half.rename(self.home / "store")
        for view in self.home.glob("view-*"):
            shutil.rmtree(view, ignore_errors=True)
        await self.write(None)

    async def write(self, order: dict[str, Any] | None) -> dict[str, Any]:
        """Carry out an order and let the workers see it; return what is to be said of it."""
        async with self._turn:
            view = self.home / f"view-{uuid.uuid4().hex}"
            view.mkdir()
            try:
                said = await self._run(order, view)
                about = {"fingerprint": view.name, "statements": said.pop("statements")}
                await self._pool.load(Snapshot(view, about))
            except BaseException:
                shutil.rmtree(view, ignore_errors=True)
                raise
            if self._view:
                shutil.rmtree(self._view, ignore_errors=True)
            self._view = view
            return said

    async def _run(self, order: dict[str, Any] | None, view: Path) -> dict[str, Any]:
        settings = self._settings
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "offlabel.web.writer", str(self.home / "store"),
            str(view / "store"), str(settings.memory_mb),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        work = process.communicate(json.dumps(order).encode())
        try:
            out, _ = await asyncio.wait_for(work, settings.seconds)
        except TimeoutError:
            raise TimedOut(settings.seconds) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode in (-6, -9):
            raise OutOfMemory(settings.memory_mb)
        if process.returncode:
            raise StoreError(f"{self.home}: the writable store cannot be written.")
        said: dict[str, Any] = json.loads(out)
        if "failure" in said:
            raise Failure(**said["failure"])
        return said


def check_token(request: Request, state: State) -> None:
    """Raise `Failure` unless the graph may be changed and the request has the token."""
    token = state.settings.token
    if token is None:
        raise Failure(403, "This server only reads. Its operator can start it with --writable.")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    challenge = {"www-authenticate": 'Bearer realm="offlabel"'}
    if scheme.lower() != "bearer" or not given:
        raise Failure(401, "A change needs the header Authorization: Bearer.", headers=challenge)
    if not hmac.compare_digest(_digest(given.strip()), _digest(token)):
        challenge["www-authenticate"] += ', error="invalid_token"'
        raise Failure(401, "This is not the token.", headers=challenge)


async def update(
    request: Request, state: State, text: str, parameters: list[tuple[str, str]]
) -> Response:
    """Carry out an update; answer 204 when it is durable and visible."""
    if request.method != "POST":
        raise Failure(405, "An update is sent by POST.", headers={"allow": "POST"})
    check_token(request, state)
    default, named = (
        [value for name, value in parameters if name == wanted]
        for wanted in ("using-graph-uri", "using-named-graph-uri")
    )
    await written(state, {"kind": "UPDATE", "text": text, "default": default, "named": named})
    return Response(status_code=204)


async def written(state: State, order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order to the end, even where the client leaves."""
    writer = state.writer
    if writer is None:
        raise Failure(503, "The writable store is not open yet.")
    return await asyncio.shield(writer.write(order))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

"""What the parts of a server share."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from offlabel.paths import Roots
from offlabel.web import problems
from offlabel.web.cache import Cache
from offlabel.web.jobs import Job
from offlabel.web.pool import Pool
from offlabel.web.responses import Streamed, while_connected
from offlabel.web.settings import Settings

if TYPE_CHECKING:
    from offlabel.web.update import Writer


@dataclass
class State:
    """The settings, the workers, the cache and the figures of a server."""

    settings: Settings
    pool: Pool
    cache: Cache
    writer: Writer | None = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    @property
    def roots(self) -> Roots:
        """Return where the sources are."""
        return self.settings.roots

    async def run(self, kind: str, arguments: dict[str, Any]) -> tuple[str, bytes]:
        """Have a job done by a worker; return the media type of its answer, and the answer."""
        reply = await self.pool.run(Job(kind, arguments))
        return reply.media_type, reply.body

    @property
    def public_url(self) -> str:
        """Return the address under which others reach the server, or nothing."""
        return self.settings.public_url

    async def send_on(
        self, request: Request, kind: str, arguments: dict[str, Any], headers: Mapping[str, str]
    ) -> Response:
        """Answer with what a job writes, while it writes it; end it where the client leaves."""
        answer = await while_connected(self.pool.open(Job(kind, arguments)), request.receive)
        if answer.media_type != problems.MEDIA_TYPE:
            return Streamed(answer, dict(headers))
        async with contextlib.aclosing(answer):
            return problems.response(json.loads(b"".join([part async for part in answer])))

    def etag(self, *parts: str) -> str:
        """Return the mark of an answer that depends on the snapshot and on these parts alone."""
        said = "\0".join((self.pool.fingerprint, *parts))
        return f'W/"{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"'

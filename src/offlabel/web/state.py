"""What the parts of a server share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry

from offlabel.web.cache import Cache
from offlabel.web.pool import Pool
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

    def etag(self, *parts: str) -> str:
        """Return the mark of an answer that depends on the snapshot and on these parts alone."""
        said = "\0".join((self.pool.fingerprint, *parts))
        return f'W/"{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"'

"""What a server is told when it starts: what it serves, where, and what a request may take."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from offlabel.errors import ParameterError
from offlabel.paths import Roots
from offlabel.stores import room
from offlabel.stores.room import DISK, MEMORY

MEGABYTE = 1 << 20


def default_workers() -> int:
    """Return how many worker processes to run: they share one graph, so more than processors."""
    return max(4, 2 * (os.cpu_count() or 2))


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; sizes are in bytes and times in seconds unless they say so."""

    roots: Roots
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = field(default_factory=default_workers)
    long_queries: int | None = None  # long ones at once, beside the workers; as many where None
    seconds: float = 30.0
    memory_mb: int = 1024  # what a query may need beyond the graph itself
    max_result: int = 512 * MEGABYTE
    max_query: int = 100_000
    max_body: int = 16 * MEGABYTE
    max_header: int = 65_536
    max_url: int = 60_000  # the parser of requests itself stops at 65,535
    concurrency: int = 1_000
    per_client: int = 200
    patience: float = 10.0  # how long a client may take to send a request, or to read on
    cache: int = 64 * MEGABYTE
    services: frozenset[str] = frozenset()
    token: str | None = field(default=None, repr=False)  # who has it may write
    private_logs: bool = False
    proxies: str = ""  # addresses and networks whose X-Forwarded-For is believed, with commas
    public_url: str = ""  # under which others reach the server, through a proxy
    connections: int = 4_096  # at once; where there is no proxy, a client may have half
    store: str = "auto"  # where the graph is while it is served: in memory, or on disk
    isolation: str = "fork" if hasattr(os, "fork") else "spawn"
    watch: float = 1.0  # how often to look for a newly built store

    def __post_init__(self) -> None:
        if self.token is not None and len(self.token) < 16:
            raise ParameterError("The token is too short: give one of 16 characters or more.")
        for address in filter(None, self.proxies.split(",")):
            try:
                ipaddress.ip_network(address.strip())
            except ValueError:
                raise ParameterError(
                    f"{address!r} is no address of a proxy: write 10.0.0.1 or 10.0.0.0/8."
                ) from None
        if self.isolation not in ("fork", "spawn"):
            raise ParameterError(f"There is no isolation {self.isolation!r}: fork or spawn.")
        if self.store not in ("auto", MEMORY, DISK):
            raise ParameterError(f"There is no store {self.store!r}: auto, memory or disk.")
        if self.store == MEMORY and self.isolation == "spawn":
            raise ParameterError(
                "Workers that are spawned share no memory: leave out --store memory, "
                "or let them be forked."
            )

        if self.public_url and not _is_address(self.public_url):
            raise ParameterError(
                f"{self.public_url!r} is no address of a server. "
                "Write it as https://kg.example.org or https://kg.example.org/path."
            )

    @property
    def connection_share(self) -> int:
        """Return how many connections may come from one address."""
        return self.connections if self.proxies else max(1, self.connections // 2)

    @property
    def most_long(self) -> int:
        """Return how many long queries there may be at once."""
        return self.workers if self.long_queries is None else self.long_queries

    @property
    def long_share(self) -> int:
        """Return how many of those one client may have: half, but two where there are two."""
        return min(self.most_long, max(2, self.most_long // 2))

    @property
    def copies(self) -> int:
        """Return how often the graph may be in memory: for each process, and as it is replaced."""
        return 2 + self.workers + self.most_long

    def place(self, statements: int, *, again: bool = False) -> str:
        """Say where a graph of so many statements is kept: in memory, or on disk.

        With `again`, it takes the place of one in memory, so there need only be room for itself.
        """
        if self.isolation == "spawn":
            return DISK
        if self.store != "auto":
            return self.store
        return room.place(statements, 1 if again else self.copies)

    @property
    def writable(self) -> bool:
        """Say whether the graph may be changed."""
        return self.token is not None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    more = parts.query or parts.fragment or parts.username or set(text) & set(' <>"\\')
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not more

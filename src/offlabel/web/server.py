"""Run the application with uvicorn, which by itself bounds neither connections nor slow heads."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from offlabel.errors import OfflabelError
from offlabel.web.app import create_app
from offlabel.web.settings import Settings

LOG = logging.getLogger("offlabel.web")
_OWN_FILES = 256  # that the server needs beside its connections
_END = b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_431 = b"HTTP/1.1 431 Request Header Fields Too Large" + _END
_503 = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5" + _END
_429 = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 5" + _END
_408 = b"HTTP/1.1 408 Request Timeout" + _END


def protocol(settings: Settings) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol with limits on connections, and on time and size of a head."""
    most = settings.connections
    clients = Counter[str]()

    class Guarded(HttpToolsProtocol):
        _head: asyncio.TimerHandle | None = None
        _read = 0
        _from: str | None = None  # where one that is counted came from

        def connection_made(self, transport: Any) -> None:
            address = str((transport.get_extra_info("peername") or [""])[0])
            if clients.total() >= most or clients[address] >= settings.connection_share:
                transport.write(_503 if clients.total() >= most else _429)
                transport.close()
                return
            clients[address] += 1
            self._from = address
            super().connection_made(transport)
            self._await_head()

        def connection_lost(self, exc: Exception | None) -> None:
            if self._from is None:
                return
            clients[self._from] -= 1
            if not clients[self._from]:
                del clients[self._from]
            self._head_is_there()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._from is None:
                return
            super().data_received(data)
            if self._head is not None:
                self._read += len(data)
                if self._read > settings.max_header + settings.max_url:
                    self._end(_431)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            if self._head is None:
                self._await_head()

        def on_headers_complete(self) -> None:
            self._head_is_there()
            super().on_headers_complete()

        def _await_head(self) -> None:
            self._read = 0
            self._head = self.loop.call_later(settings.patience, self._end, _408)

        def _head_is_there(self) -> None:
            if self._head is not None:
                self._head.cancel()
                self._head = None

        def _end(self, answer: bytes) -> None:
            self._head_is_there()
            if not self.transport.is_closing():
                self.transport.write(answer)
                self.transport.close()

    return Guarded


def listen(settings: Settings) -> socket.socket:
    """Return a socket at the address of the server; raise `OfflabelError` where it is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        server = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise OfflabelError(
            f"{settings.host}:{settings.port}: cannot listen there ({error.strerror}). "
            "Choose another --host or --port."
        ) from None
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections inherit it: a client that takes nothing
        most = int(settings.patience * 2_000)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, most)
    return server


def enough_files(settings: Settings) -> Settings:
    """Let this process have as many files as it needs, or else fewer connections, and say so."""
    try:
        import resource
    except ImportError:
        return settings
    needed = settings.connections + _OWN_FILES + 2 * (settings.workers + settings.most_long)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = max(needed, soft) if hard == resource.RLIM_INFINITY else max(soft, min(needed, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    if free >= needed:
        return settings
    fewer = max(2, settings.connections - (needed - free))
    LOG.warning("the system lets this process have %d files: %d connections at most", free, fewer)
    return replace(settings, connections=fewer)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, and then finish what is being answered."""
    log()
    settings = enough_files(settings)
    server = listen(settings)
    config = uvicorn.Config(
        create_app(settings),
        http=protocol(settings),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        root_path=urlsplit(settings.public_url).path.rstrip("/"),
        forwarded_allow_ips=settings.proxies,
        timeout_graceful_shutdown=int(settings.seconds) + 5,
        timeout_keep_alive=15,
        backlog=2048,
    )
    uvicorn.Server(config).run(sockets=[server])


def log() -> None:
    """Write one line for each request and each event to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    for name in ("offlabel", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO if name == "offlabel" else logging.WARNING)
        logger.propagate = False

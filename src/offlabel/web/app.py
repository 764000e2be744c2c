"""Put the server together: its parts, what every request goes through, its start and its end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from offlabel.errors import MissingExtraError, OfflabelError
from offlabel.mcp.server import http_routes
from offlabel.paths import Roots
from offlabel.stores import disk
from offlabel.stores.snapshots import Snapshot
from offlabel.web import (
    api,
    exporting,
    graphstore,
    health,
    openapi,
    sparql,
    start,
    things,
    wellknown,
)
from offlabel.web.cache import Cache, CacheMiddleware
from offlabel.web.cors import CorsMiddleware
from offlabel.web.limits import LimitsMiddleware
from offlabel.web.logs import LogMiddleware
from offlabel.web.pool import Pool
from offlabel.web.refusals import HANDLERS
from offlabel.web.settings import Settings
from offlabel.web.state import State
from offlabel.web.update import Writer

LOCAL = ("127.0.0.1:*", "localhost:*", "[::1]:*")  # hosts from which agents may always ask
READ_ONLY = {"/graph": ("GET", "HEAD")}
LOG = logging.getLogger("offlabel.web")
# Each has `routes(state)`; the last two take every address that is left.
MODULES = (sparql, graphstore, health, api, exporting, openapi, wellknown, things, start)


def create_app(settings: Settings) -> Starlette:
    """Return the server as an ASGI application."""
    state = State(settings, Pool(settings), Cache(settings.cache))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with running(state), agents:
            yield

    for_agents, agents = _for_agents(state)
    routes: list[BaseRoute] = [*for_agents]
    routes += [route for module in MODULES for route in module.routes(state)]
    middleware = [
        Middleware(LogMiddleware, state=state),
        Middleware(LimitsMiddleware, settings=settings),
        Middleware(CacheMiddleware, state=state),
        Middleware(CorsMiddleware, routes=routes, only={} if settings.writable else READ_ONLY),
        Middleware(GZipMiddleware, minimum_size=1_024, compresslevel=4),
    ]
    app = Starlette(
        routes=routes,
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers=HANDLERS,
    )
    app.state.offlabel = state
    return app


def _for_agents(
    state: State,
) -> tuple[Sequence[BaseRoute], contextlib.AbstractAsyncContextManager[None]]:
    """Return the route of the Model Context Protocol, and what runs it, where it is installed."""
    try:
        return http_routes(state, _hosts(state.settings))
    except MissingExtraError:
        return [], contextlib.nullcontext()


def _hosts(settings: Settings) -> tuple[str, ...]:
    """Return the hosts by which agents may call the server, with any port."""
    public = urlsplit(settings.public_url).netloc
    named = (public, f"{public.partition(':')[0]}:*") if public else ()
    return (*named, f"{settings.host}:*", *LOCAL)


@contextlib.asynccontextmanager
async def running(state: State) -> AsyncIterator[None]:
    """Load the graph, follow its snapshots while the server runs, and end all processes."""
    snapshot = await asyncio.to_thread(ready, state.settings.roots)
    watch: asyncio.Task[None] | None = None
    try:
        if state.settings.writable:
            state.writer = Writer(state.settings, state.pool)
            await state.writer.start(snapshot)
        else:
            await state.pool.load(snapshot)
            watch = asyncio.create_task(_follow(state, snapshot))
        gc.collect()
        gc.freeze()  # what is there now stays: going through it again would make requests wait
        yield
    finally:
        if watch:
            watch.cancel()
        await state.pool.close()


def ready(roots: Roots) -> Snapshot:
    """Return the snapshot of the sources; build it first where it is missing or stale."""
    snapshot = disk.current(roots)
    if snapshot is None or snapshot.fingerprint != disk.state(roots):
        snapshot = disk.build(roots)
    return snapshot


async def _follow(state: State, snapshot: Snapshot) -> None:
    """Load each new snapshot; on SIGHUP, build one if the sources have changed."""
    asked = asyncio.Event()
    if hasattr(signal, "SIGHUP"):
        with contextlib.suppress(RuntimeError, ValueError):  # not the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, asked.set)
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), state.settings.watch)
        try:
            if asked.is_set():
                asked.clear()
                await asyncio.to_thread(ready, state.settings.roots)
            new = disk.current(state.settings.roots)
            if new is not None and new.path != snapshot.path:
                await state.pool.load(new)
                state.cache.clear()
                snapshot = new
                LOG.info("the graph was loaded anew: %s", snapshot.path.name)
        except OfflabelError as error:
            LOG.error("the graph stays as it was: %s", error)

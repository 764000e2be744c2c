"""`/healthz` for whoever watches the server, `/metrics` for Prometheus."""

from __future__ import annotations

from prometheus_client import Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from offlabel.web.state import State


def routes(state: State) -> list[Route]:
    """Return both."""
    gauges = {
        "workers_idle": ("Workers that wait for a job", lambda: state.pool.idle),
        "jobs_waiting": ("Jobs that wait for a worker", lambda: state.pool.waiting),
        "jobs_long": ("Long jobs at work", lambda: state.pool.long),
        "workers_killed": ("Workers ended in the middle of a job", lambda: state.pool.killed),
        "cache_bytes": ("Size of the answers that are kept", lambda: state.cache.size),
        "cache_hits": ("Answers that came from the cache", lambda: state.cache.hits),
    }
    for name, (words, value) in gauges.items():
        Gauge(f"offlabel_{name}", words, registry=state.registry).set_function(value)

    async def health(request: Request) -> Response:
        ready = state.pool.is_ready()
        said = {
            "status": "ok" if ready else "loading",
            "snapshot": state.pool.fingerprint,
            "store": state.pool.store,
        }
        return JSONResponse(said, 200 if ready else 503, {"cache-control": "no-store"})

    async def metrics(request: Request) -> Response:
        return Response(generate_latest(state.registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", health), Route("/metrics", metrics)]

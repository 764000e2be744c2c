"""The Graph Store HTTP Protocol: graphs are read here, and changed where the server lets one."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from offlabel.errors import OfflabelError
from offlabel.terms import GRAPH
from offlabel.web.caller import not_modified
from offlabel.web.failures import Failure
from offlabel.web.forms import GRAPHS
from offlabel.web.jobs import Job
from offlabel.web.responses import (
    Streamed,
    failed,
    while_connected,
)
from offlabel.web.state import State
from offlabel.web.update import check_token, written

METHODS = ["GET", "PUT", "POST", "DELETE"]


def routes(state: State) -> list[Route]:
    """Return the graph store: `?graph=IRI` or `?default`."""

    async def endpoint(request: Request) -> Response:
        try:
            graph = _graph(request)
            if request.method in ("GET", "HEAD"):
                return await _read(request, state, graph)
            check_token(request, state)
            return await _write(request, state, graph)
        except OfflabelError as error:
            return failed(request, error)

    return [Route("/graph", endpoint, methods=METHODS)]


async def _read(request: Request, state: State, graph: str | None) -> Response:
    accept = ",".join(request.headers.getlist("accept"))
    name = request.query_params.get("format", "")
    etag = state.etag("graph", graph or "", accept, name)
    if unchanged := not_modified(etag):
        return unchanged
    job = Job("graph", {"graph": graph, "accept": accept, "format": name})
    answer = await while_connected(state.pool.open(job), request.receive)
    return Streamed(answer, {"etag": etag, "vary": "Accept", "cache-control": "no-cache"})


async def _write(request: Request, state: State, graph: str | None) -> Response:
    order = {"kind": request.method, "graph": graph}
    if request.method != "DELETE":
        media_type = request.headers.get("content-type", "text/turtle").partition(";")[0].strip()
        forms = [form for form in GRAPHS if media_type.lower() in (form.media_type, *form.aliases)]
        if not forms:
            known = ", ".join(form.media_type for form in GRAPHS)
            raise Failure(415, f"A graph is sent as {known}.")
        body = await request.body()
        try:
            order["data"] = body.decode()
        except UnicodeDecodeError:
            raise Failure(400, "The graph is not UTF-8.") from None
        order["media_type"] = forms[0].media_type
    said = await written(state, order)
    if not said.get("new"):
        return Response(status_code=204)
    place = f"{request.url.path}?{urlencode({'graph': graph})}"
    return Response(status_code=201, headers={"location": place})


def _graph(request: Request) -> str | None:
    """Return the graph that a request names, or None for the default graph.

    A POST that names none makes a new one.
    """
    names = request.query_params.getlist("graph")
    if request.method == "POST" and not request.query_params:
        return f"{GRAPH}posted/{uuid.uuid4().hex}"
    if "default" in request.query_params and not names:
        return None
    if len(names) != 1 or "default" in request.query_params:
        raise Failure(400, "Name one graph: ?graph=IRI, or ?default.")
    try:
        return ox.NamedNode(names[0]).value
    except ValueError:
        raise Failure(400, f"{names[0]!r} is no IRI of a graph.") from None

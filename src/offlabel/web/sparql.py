"""The SPARQL 1.1 Protocol: queries by GET and POST, and the service description."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from offlabel.errors import OfflabelError
from offlabel.web.caller import not_modified
from offlabel.web.description import describe
from offlabel.web.failures import Failure
from offlabel.web.jobs import Job
from offlabel.web.logs import SAID
from offlabel.web.responses import (
    Streamed,
    failed,
    while_connected,
)
from offlabel.web.state import State
from offlabel.web.update import update

FORM, QUERY, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
# What makes the answer another one each time; a comment may stand before the parenthesis.
_CHANGING = re.compile(
    r"(?:rand|now|uuid|bnode)(?:\s|\#[^\r\n]*[\r\n])*\(|service|\\u", re.IGNORECASE
)


@dataclass(frozen=True)
class Asked:
    """What a request asks: parameters of the URL and of the body, and the body where it is one."""

    parameters: list[tuple[str, str]]
    kind: str  # query or update
    text: str

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter in their order."""
        return [value for key, value in self.parameters if key == name and value]


def routes(state: State) -> list[Route]:
    """Return the endpoint, which also takes updates where the graph may be changed."""

    async def endpoint(request: Request) -> Response:
        try:
            asked = await read(request, state)
            if asked is None:
                return describe(request, state)
            if request.method == "POST":
                request.scope[SAID] = asked.text
            if asked.kind == "update":
                return await update(request, state, asked.text, asked.parameters)
            return await query(request, state, asked)
        except OfflabelError as error:
            return failed(request, error)

    return [Route("/sparql", endpoint, methods=["GET", "POST"]),
            Route("/sparql/", endpoint, methods=["GET", "POST"])]  # fmt: skip


async def query(request: Request, state: State, asked: Asked) -> Response:
    """Answer a query, or say that the client has the answer already."""
    text = asked.text
    if len(text) > state.settings.max_query:
        raise Failure(413, f"the query has more than {state.settings.max_query:,} characters.")
    accept = ",".join(request.headers.getlist("accept"))
    names = asked.all("format") or asked.all("output") or asked.all("results")
    default, named = asked.all("default-graph-uri"), asked.all("named-graph-uri")
    headers = {"vary": "Accept"}
    if not _CHANGING.search(text):
        etag = state.etag(text, accept, *names, "default", *default, "named", *named)
        if unchanged := not_modified(etag):
            return unchanged
        headers |= {"etag": etag, "cache-control": "no-cache"}
    job = Job("sparql", {"query": text, "accept": accept, "format": (names or [""])[0],
                         "default_graphs": default, "named_graphs": named})  # fmt: skip
    answer = await while_connected(state.pool.open(job), request.receive)
    return Streamed(answer, headers)


async def read(request: Request, state: State) -> Asked | None:
    """Read what a request asks; return None where it asks nothing."""
    parameters = _decoded(request.scope["query_string"])
    if request.method != "POST":
        if any(name == "update" for name, _ in parameters):
            raise Failure(405, "An update is sent by POST.", headers={"allow": "POST"})
        return _chosen(parameters, required=False)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (FORM, QUERY, UPDATE):
        raise Failure(415, f"POST takes {FORM}, {QUERY} or {UPDATE}.")
    body = await request.body()
    if media_type == FORM:
        return _chosen(parameters + _decoded(body), required=True)
    if any(name in ("query", "update") for name, _ in parameters):
        raise Failure(400, "The request holds more than one query.")
    return Asked(parameters, "query" if media_type == QUERY else "update", _text(body))


def _chosen(parameters: list[tuple[str, str]], *, required: bool) -> Asked | None:
    found = [(name, value) for name, value in parameters if name in ("query", "update")]
    if len(found) > 1:
        raise Failure(400, "The request holds more than one query.")
    if found:
        return Asked(parameters, *found[0])
    if required:
        raise Failure(400, "The request holds neither query nor update.")
    return None


def _decoded(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict",
                         max_num_fields=1_000)  # fmt: skip
    except (UnicodeDecodeError, ValueError):
        raise Failure(400, "The parameters are not URL-encoded UTF-8.") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(400, "The text is not UTF-8.") from None

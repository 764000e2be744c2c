"""The REST addresses below /api: saved queries, things, search, and the commands on evidence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from offlabel.errors import UnknownNameError
from offlabel.queries.header import Query
from offlabel.queries.library import get_query, list_queries
from offlabel.queries.parameters import expected
from offlabel.web import answers, checking, described, search
from offlabel.web.answers import Job, missing
from offlabel.web.asked import MOST
from offlabel.web.asking import State, answer, answer_page, day, page, parameters
from offlabel.web.negotiation import (
    JSON_FORM,
    PAGE_FORMS,
    RDF_FORMS,
    TABLE_FORMS,
    TEXT_FORMS,
    Forms,
    chosen_form,
    form_of_path,
    split_ending,
)
from offlabel.web.problems import Problem

# The work of these addresses, by the names under which a pool is asked to do it.
JOBS: dict[str, Job] = {
    "check-claims": answers.check_claims,
    "dossier": answers.dossier,
    "evidence": answers.evidence,
    "map": answers.evidence_map,
    "members": described.members,
    "query": answers.query,
    "search": search.search,
    "thing": described.thing,
    "things": described.things,
    "why": answers.why,
}
DOSSIER_FORMS: Forms = {
    "md": ("text/markdown",),
    "html": ("text/html",),
    "json": ("application/json",),
}
ROW_FORMS: Forms = {**TABLE_FORMS, **PAGE_FORMS}
EVIDENCE_FORMS: Forms = {**TEXT_FORMS, **PAGE_FORMS}
WHY_FORMS: Forms = {"json": TEXT_FORMS["json"], "txt": TEXT_FORMS["txt"], **PAGE_FORMS}
THING_FORMS: Forms = {**JSON_FORM, **RDF_FORMS}
# What may stand behind /api.
ADDRESSES = (
    *("check-claims", "dossier", "evidence", "exports", "map", "queries", "search", "things"),
    "why",
)
AUDIENCES = ("researcher", "clinician", "patient")

_THINGS = 100  # on a page, unless the request says otherwise
_HITS = 20

Handler = Callable[[State, Request], Awaitable[Response]]


def routes(state: State) -> list[Route]:
    """Return the routes below /api."""

    def at(path: str, handler: Handler, *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            return await handler(state, request)

        return Route(path, endpoint, methods=list(methods or ("GET",)))

    found = [
        at("/api/queries", _queries),
        at("/api/queries/{topic}/{name}", _query),
        at("/api/things", _things),
        at("/api/things/{kind}", _members),
        at("/api/things/{kind}/{id:path}", _thing),
    ]
    for ending in ("", ".{ending}"):
        found += [
            at(f"/api/search{ending}", _search),
            at(f"/api/dossier{ending}", _dossier),
            at(f"/api/map{ending}", _map),
            at(f"/api/evidence{ending}", _evidence),
            at(f"/api/why{ending}", _why),
            at(f"/api/check-claims{ending}", checking.check, "GET", "POST"),
        ]
    return found


def query_entry(query: Query) -> dict[str, Any]:
    """Describe a saved query as the list of queries has it."""
    return {
        "slug": query.slug,
        "iri": query.iri,
        "href": f"/api/queries/{query.slug}",
        "title": query.title,
        "description": query.description,
        "topics": list(query.topics),
        "parameters": [
            {
                "name": found.name,
                "kind": found.kind,
                "takes": expected(found.kind),
                "required": found.required,
                "default": found.default,
                "example": found.example,
                "description": found.description,
            }
            for found in query.parameters.values()
        ],
    }


async def _queries(state: State, request: Request) -> Response:
    given = parameters(request, ["topic"])
    chosen_form(request, JSON_FORM)
    wanted = given.get("topic")
    found = [
        query_entry(query)
        for query in list_queries(state.roots)
        if wanted in (None, query.slug.partition("/")[0], *query.topics)
    ]
    return JSONResponse({"total": len(found), "queries": found})


async def _query(state: State, request: Request) -> Response:
    path = f"{request.path_params['topic']}/{request.path_params['name']}"
    slug, ending = split_ending(path, ROW_FORMS)
    try:
        query = get_query(state.roots, slug)
    except UnknownNameError as error:
        raise missing(error) from None
    form = chosen_form(request, ROW_FORMS, ending)
    known = dict.fromkeys([*query.parameters, "asOf", "limit", "offset"])
    asked = parameters(request, known)
    given = {name: value for name, value in asked.items() if value.strip()}  # forms send all
    as_of = day(given)
    limit, offset = page(given, MOST if form == "html" else None)
    values = {name: value for name, value in given.items() if name in query.parameters}
    for name, parameter in query.parameters.items():
        if parameter.required and not values.get(name, "").strip():
            takes = f"{expected(parameter.kind)}, for example {name}={parameter.example}"
            raise Problem(400, f"Give the parameter {name}: {takes}", name=name)
    arguments = {
        "slug": query.slug, "values": values, "asOf": as_of,
        "form": form, "limit": limit, "offset": offset, **_root(request, form),
    }  # fmt: skip
    return await answer_page(state, request, "query", arguments)


async def _things(state: State, request: Request) -> Response:
    parameters(request, [])
    chosen_form(request, JSON_FORM)
    return await answer(state, "things", {})


async def _members(state: State, request: Request) -> Response:
    given = parameters(request, ["limit", "offset"])
    chosen_form(request, JSON_FORM)
    limit, offset = page(given, _THINGS)
    arguments = {"kind": request.path_params["kind"], "limit": limit, "offset": offset}
    return await answer_page(state, request, "members", arguments)


async def _thing(state: State, request: Request) -> Response:
    given = parameters(request, ["asOf"])
    name, ending = split_ending(request.path_params["id"], THING_FORMS)
    arguments = {
        "kind": request.path_params["kind"],
        "id": name,
        "asOf": day(given),
        "form": chosen_form(request, THING_FORMS, ending),
    }
    return await answer(state, "thing", arguments)


async def _search(state: State, request: Request) -> Response:
    given = parameters(request, ["q", "kind", "limit", "offset"], needed=["q"])
    form_of_path(request, JSON_FORM)
    limit, offset = page(given, _HITS)
    arguments = {"q": given["q"], "kind": given.get("kind"), "limit": limit, "offset": offset}
    return await answer_page(state, request, "search", arguments)


async def _dossier(state: State, request: Request) -> Response:
    given = parameters(request, ["drug", "audience", "asOf"], many=["condition"], needed=["drug"])
    audience = given.get("audience", AUDIENCES[0])
    if audience not in AUDIENCES:
        detail = f"audience is one of {', '.join(AUDIENCES)}, not {audience!r}."
        raise Problem(400, detail, name="audience", candidates=list(AUDIENCES))
    arguments = {
        "drug": given["drug"],
        "conditions": given.get("condition", []),
        "audience": audience,
        "asOf": day(given),
        "form": form_of_path(request, DOSSIER_FORMS),
    }
    return await answer(state, "dossier", arguments)


async def _map(state: State, request: Request) -> Response:
    given = parameters(
        request, ["drug", "asOf", "limit", "offset"], many=["condition"], needed=["drug"]
    )
    limit, offset = page(given)
    arguments = {
        "drug": given["drug"],
        "conditions": given.get("condition", []),
        "asOf": day(given),
        "form": form_of_path(request, TABLE_FORMS),
        "limit": limit,
        "offset": offset,
    }
    return await answer_page(state, request, "map", arguments)


async def _evidence(state: State, request: Request) -> Response:
    given = parameters(
        request, ["drug", "condition", "regimen", "asOf"], needed=["drug", "condition"]
    )
    form = form_of_path(request, EVIDENCE_FORMS)
    arguments = {
        "drug": given["drug"],
        "condition": given["condition"],
        "regimen": given.get("regimen"),
        "asOf": day(given),
        "form": form,
        **_root(request, form),
    }
    return await answer(state, "evidence", arguments)


async def _why(state: State, request: Request) -> Response:
    given = parameters(request, ["thing", "asOf"], needed=["thing"])
    form = form_of_path(request, WHY_FORMS)
    arguments = {"thing": given["thing"], "asOf": day(given), "form": form, **_root(request, form)}
    return await answer(state, "why", arguments)


def _root(request: Request, form: str) -> dict[str, str]:
    """Return the path under which the server answers, which only a page needs."""
    return {"root": str(request.scope.get("root_path", "")).rstrip("/")} if form == "html" else {}

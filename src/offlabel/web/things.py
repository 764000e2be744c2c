"""Every IRI under the base, dereferenced: 303 from a thing to a document about it, in any form.

The catch-all route comes late, so an application lists this module after most others.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from offlabel.errors import UnknownNameError
from offlabel.names import close_matches
from offlabel.queries.library import get_query
from offlabel.terms import BASE
from offlabel.web import documents
from offlabel.web.answers import Job, missing
from offlabel.web.api import ADDRESSES, query_entry
from offlabel.web.asked import query_page
from offlabel.web.asking import State, answer, day, done, parameters
from offlabel.web.negotiation import PAGE_FORMS, RDF_FORMS, Forms, chosen_form, split_ending
from offlabel.web.pages import CSP
from offlabel.web.problems import Problem

JOBS: dict[str, Job] = {
    "document": documents.document,
    "ontology": documents.ontology,
    "there": documents.there,
}

_MORE: Forms = {"md": ("text/markdown",), "json": ("application/json",)}
THING_FORMS: Forms = {**PAGE_FORMS, **RDF_FORMS, "trig": ("application/trig",), **_MORE}
ONTOLOGY_FORMS: Forms = {**PAGE_FORMS, **RDF_FORMS}
QUERY_FORMS: Forms = {
    **PAGE_FORMS,
    "rq": ("application/sparql-query",),
    "json": ("application/json",),
}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
AUTHOR = f"{BASE}body/offlabel"
RESERVED = ("api", "mcp", "sparql")  # which are no kinds of things
_KIND = re.compile(r"[a-z][a-z-]*")


def routes(state: State) -> list[Route]:
    """Return the routes of things, of the ontology and of saved queries as things."""

    async def ontology(request: Request) -> Response:
        name = request.path_params.get("name", "")
        ending = request.path_params.get("ending")
        if ending is None:
            name, ending = split_ending(name, ONTOLOGY_FORMS)
        address = f"ontology/{name}" if name else "ontology"
        arguments = {"name": name, "root": _root(request)}
        return await _dereference(state, request, address, ending, ONTOLOGY_FORMS, arguments)

    async def thing(request: Request) -> Response:
        kind, slug = request.path_params["kind"], request.path_params["slug"]
        if not _KIND.fullmatch(kind) or kind in RESERVED:
            raise nothing_at(request)
        rest = request.path_params.get("rest")
        whole = slug if rest is None else f"{slug}/{rest}"
        name, ending = split_ending(whole, THING_FORMS)
        arguments = {"kind": kind, "id": name, "root": _root(request)}
        return await _dereference(state, request, f"{kind}/{name}", ending, THING_FORMS, arguments)

    async def query(request: Request) -> Response:
        return await _query(state, request)

    return [
        Route("/ontology", ontology),
        Route("/ontology.{ending}", ontology),
        Route("/ontology/{name:path}", ontology),
        Route("/query/{topic}/{name}", query),
        Route("/{kind}/{slug}", thing),
        Route("/{kind}/{slug}/{rest:path}", thing),  # as in the name of a graph
    ]


def nothing_at(request: Request) -> Problem:
    """Say that there is nothing at an address; below /api, with the addresses it may have meant."""
    detail = f"There is nothing at {request.url.path}."
    kind, slug = (request.path_params.get(name, "") for name in ("kind", "slug"))
    if kind != "api":
        return Problem(404, detail)
    detail += " The addresses below /api are described at /openapi.json."
    return Problem(404, detail, name=slug, candidates=close_matches(slug, ADDRESSES))


async def _dereference(
    state: State,
    request: Request,
    address: str,
    ending: str | None,
    forms: Forms,
    arguments: dict[str, object],
) -> Response:
    """Lead from an IRI to the document about it, or answer with that document."""
    dated = parameters(request, ["asOf"]) if "kind" in arguments else parameters(request, [])
    form = chosen_form(request, forms, ending)
    if ending is None:
        await done(state, "there", {**arguments, "asOf": day(dated)})
        return _see_other(request, address, form, forms)
    kind = "document" if "kind" in arguments else "ontology"
    answered = await answer(state, kind, {**arguments, "asOf": day(dated), "form": form})
    if answered.status_code == 200:
        answered.headers["Link"] = links(request, address, form, forms)
    return answered


def _see_other(request: Request, address: str, form: str, forms: Forms) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {"Vary": "Accept", "Link": links(request, address, None, forms)}
    target = f"{_root(request)}/{quote(address, safe='/-._~')}.{form}{query}"
    return RedirectResponse(target, 303, headers)


def links(request: Request, address: str, form: str | None, forms: Forms) -> str:
    """Return the Link header of a thing, or of one document about it (FAIR Signposting)."""
    path = quote(address, safe="/-._~")
    iri = f"{BASE}{path}"
    found = [f'<{LICENCE}>; rel="license"', f'<{AUTHOR}>; rel="author"']
    for name, types in forms.items():
        target = f"<{_root(request)}/{path}.{name}>"
        if name == form:
            continue
        found.append(f'{target}; rel="alternate"; type="{types[0]}"')
        if name in RDF_FORMS:
            found.append(f'{target}; rel="describedby"; type="{types[0]}"')
    if form is not None:
        found.append(f'<{iri}>; rel="cite-as"')
        found.append(f'<{iri}>; rel="describes"')
    if form == "html":
        found.append('<https://schema.org/AboutPage>; rel="type"')
    return ", ".join(found)


async def _query(state: State, request: Request) -> Response:
    """Answer with a saved query itself: as a page, as its text, or as JSON."""
    parameters(request, [])
    path = f"{request.path_params['topic']}/{request.path_params['name']}"
    slug, ending = split_ending(path, QUERY_FORMS)
    try:
        found = get_query(state.roots, slug)
    except UnknownNameError as error:
        raise missing(error) from None
    address, form = f"query/{found.slug}", chosen_form(request, QUERY_FORMS, ending)
    if ending is None:
        return _see_other(request, address, form, QUERY_FORMS)
    headers = {"Vary": "Accept", "Link": links(request, address, form, QUERY_FORMS)}
    if form == "rq":
        return Response(found.text, 200, headers, "application/sparql-query; charset=utf-8")
    if form == "json":
        from offlabel.web.answers import to_json

        return Response(to_json(query_entry(found)), 200, headers, "application/json")
    headers["Content-Security-Policy"] = CSP
    return Response(query_page(found, _root(request)), 200, headers, "text/html; charset=utf-8")


def _root(request: Request) -> str:
    """Return the path under which the application is mounted."""
    return str(request.scope.get("root_path", "")).rstrip("/")

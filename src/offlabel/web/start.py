"""Where people begin: a page of what there is, and a list of the things of each kind."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from offlabel.api import Graph
from offlabel.exports import EXPORTS
from offlabel.names import KINDS
from offlabel.queries.library import list_queries
from offlabel.terms import OL
from offlabel.web import described
from offlabel.web.answers import Arguments, Job, job
from offlabel.web.asking import Content, State, answer, page, parameters
from offlabel.web.negotiation import PAGE_FORMS, RDF_FORMS, chosen_form
from offlabel.web.pages import render
from offlabel.web.search import index_of
from offlabel.web.things import RESERVED, nothing_at

_HTML = "text/html; charset=utf-8"
_HITS = 20  # on a page
_LISTED = ("drug", "condition")  # kinds whose things are all on the first page


@job
def first(graph: Graph, arguments: Arguments) -> Content:
    """Write the page of what there is; `root` is the path under which the server answers."""
    topics: dict[str, list[object]] = {}
    for query in list_queries(graph.roots):
        topics.setdefault(query.slug.partition("/")[0], []).append(query)
    page = render(
        "start.html.jinja",
        arguments["root"],
        kinds=described.kinds(graph.store),
        listed={kind: _members(graph, kind) for kind in _LISTED},
        topics=topics,
        exports=[(name, EXPORTS[name].title) for name in sorted(EXPORTS)],
    )
    return _HTML, page.encode()


@job
def kind(graph: Graph, arguments: Arguments) -> Content:
    """Write the list of the things of a `kind`."""
    things = described.listed(graph.store, arguments["kind"])
    page = render("kind.html.jinja", arguments["root"], kind=arguments["kind"], things=things)
    return _HTML, page.encode()


@job
def hits(graph: Graph, arguments: Arguments) -> Content:
    """Write the page of what a search for `q` finds: some after `offset`."""
    asked, offset = arguments["q"], arguments["offset"]
    found = index_of(graph.store).search(asked) if asked.strip() else []
    page = render(
        "hits.html.jinja",
        arguments["root"],
        asked=asked.strip(),
        hits=found[offset : offset + _HITS],
        total=len(found),
        offset=offset,
        step=_HITS,
        more=offset + _HITS < len(found),
    )
    return _HTML, page.encode()


def _members(graph: Graph, kind: str) -> list[described.Named]:
    """List the things of a kind, without what only stands below one, such as an approval."""
    classes = " ".join(f"<{OL}{name}>" for name in KINDS[kind])
    rows = graph.store.select(f"SELECT ?thing {{ VALUES ?class {{ {classes} }} ?thing a ?class }}")
    known = {getattr(row[0], "value", "") for row in rows.rows}
    return [thing for thing in described.listed(graph.store, kind) if thing.iri in known]


JOBS: dict[str, Job] = {"start": first, "kind-page": kind, "search-page": hits}


def routes(state: State) -> list[Route]:
    """Return the routes of the first page, which for machines is the data set, and of the lists."""

    async def start(request: Request) -> Response:
        parameters(request, [])
        root = _root(request)
        if chosen_form(request, {**PAGE_FORMS, **RDF_FORMS}) != "html":
            return RedirectResponse(f"{root}/void.ttl", 303, {"Vary": "Accept"})
        return await answer(state, "start", {"root": root})

    async def search(request: Request) -> Response:
        if "q" not in request.query_params:
            request.path_params["kind"] = "search"  # the searches that the graph tells of
            return await list_of_kind(request)
        given = parameters(request, ["q", "offset"])
        chosen_form(request, PAGE_FORMS)
        _, offset = page(given)
        arguments = {"q": given["q"], "offset": offset, "root": _root(request)}
        return await answer(state, "search-page", arguments)

    async def list_of_kind(request: Request) -> Response:
        parameters(request, [])
        if request.path_params["kind"] in RESERVED:
            raise nothing_at(request)
        chosen_form(request, PAGE_FORMS)
        arguments = {"kind": request.path_params["kind"], "root": _root(request)}
        return await answer(state, "kind-page", arguments)

    return [Route("/", start), Route("/search", search), Route("/{kind}", list_of_kind)]


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", "")).rstrip("/")

"""The page of /sparql for people: a form for a query, its prefixes, and examples."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from offlabel.errors import UnknownNameError
from offlabel.queries.library import get_query, list_queries
from offlabel.terms import prefixes
from offlabel.web import problems
from offlabel.web.answers import missing
from offlabel.web.asked import sparql_of
from offlabel.web.asking import parameters
from offlabel.web.forms import GRAPHS, ROWS
from offlabel.web.pages import CSP, render
from offlabel.web.problems import Problem
from offlabel.web.refusals import refused
from offlabel.web.state import State

EXAMPLES = (
    "overview/evidence-per-condition",
    "study/response-rates",
    "evidence/evidence-map",
    "receptor/how-strongly-it-binds",
    "claims/contradictions",
)
_FIRST = """SELECT ?drug ?label
WHERE {
  ?drug a ol:Drug ;
        rdfs:label ?label .
}
ORDER BY ?label"""


def _beginning(request: Request, state: State) -> str:
    example = parameters(request, ["example"]).get("example")
    try:
        return sparql_of(get_query(state.roots, example)) if example else _FIRST
    except UnknownNameError as error:
        raise missing(error) from None


def editor(request: Request, state: State) -> Response:
    """Return the page; `example` names a saved query to begin with."""
    try:
        text = _beginning(request, state)
    except Problem as error:
        return refused(request, problems.from_error(error))
    saved = {query.slug: query for query in list_queries(state.roots)}
    page = render(
        "sparql.html.jinja",
        str(request.scope.get("root_path", "")).rstrip("/"),
        text=text,
        rows=[form.name for form in ROWS],
        graphs=[form.name for form in GRAPHS],
        prefixes=prefixes().sparql(),
        examples=[saved[slug] for slug in EXAMPLES if slug in saved],
    )
    headers = {"Vary": "Accept", "Content-Security-Policy": CSP}
    return Response(page, 200, headers, "text/html; charset=utf-8")

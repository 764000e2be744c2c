"""The service description: what the endpoint can do, as RDF (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import mimeparse
import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from offlabel.terms import RDF
from offlabel.web.asking import home_address
from offlabel.web.caller import not_modified
from offlabel.web.editor import editor
from offlabel.web.forms import GRAPHS, ROWS, chosen
from offlabel.web.state import State

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"


def describe(request: Request, state: State) -> Response:
    """Return the description in the form that the client likes best; to people, the page."""
    accept = ",".join(request.headers.getlist("accept"))
    form = chosen("graph", accept, request.query_params.get("format", ""))
    if _is_for_people(accept) and "format" not in request.query_params:
        return editor(request, state)
    home = home_address(state, request)
    etag = state.etag("description", home, form.media_type)
    if unchanged := not_modified(etag, exists=True):
        return unchanged
    assert isinstance(form.format, ox.RdfFormat)
    body = ox.serialize(triples(home, state), format=form.format, prefixes={"sd": SD, "void": VOID})
    headers = {"etag": etag, "vary": "Accept", "cache-control": "no-cache"}
    return Response(body, 200, headers, form.content_type)


def triples(home: str, state: State) -> list[ox.Triple]:
    """Return what is to be said of the endpoint of the server at an address."""
    endpoint = ox.NamedNode(f"{home}sparql")
    service, dataset, default = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if state.settings.writable else [])]
    features = ["UnionDefaultGraph", *(["BasicFederatedQuery"] if state.settings.services else [])]
    void = ox.NamedNode(f"{home}.well-known/void")
    said: list[tuple[ox.NamedNode | ox.BlankNode, str, ox.NamedNode | ox.BlankNode]] = [
        (service, RDF + "type", _sd("Service")),
        (service, SD + "endpoint", endpoint),
        (service, SD + "defaultDataset", dataset),
        (dataset, RDF + "type", _sd("Dataset")),
        (dataset, SD + "defaultGraph", default),
        (dataset, DCTERMS + "source", void),
        (default, RDF + "type", _sd("Graph")),
        *((service, SD + "supportedLanguage", _sd(name)) for name in languages),
        *((service, SD + "feature", _sd(name)) for name in features),
        *((service, SD + "resultFormat", ox.NamedNode(f.format.iri)) for f in (*ROWS, *GRAPHS)),
    ]
    return [ox.Triple(s, ox.NamedNode(p), o) for s, p, o in said]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _is_for_people(accept: str) -> bool:
    """Say whether a page is liked better than any form of RDF."""
    media = [form.media_type for form in reversed(GRAPHS)]
    try:
        return bool(accept) and mimeparse.best_match(["text/html", *media], accept) == "text/html"
    except (mimeparse.MimeTypeParseException, ValueError):
        return False

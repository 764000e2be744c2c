"""The documents about a thing and about the ontology: RDF, Markdown, JSON, and the page."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from offlabel.api import Graph
from offlabel.evidence.show_formats import SHOW_FORMATS
from offlabel.stores.base import Store
from offlabel.terms import BASE, GRAPH, OL, OWL, RDF, RDFS, SKOS
from offlabel.web import described, pages
from offlabel.web.answers import Arguments, job, store_of
from offlabel.web.asking import Content
from offlabel.web.known import KINDS, Known, read_known
from offlabel.web.problems import Problem

_IS_A = f"ASK {{{{ {{}} a/<{RDFS}subClassOf>* <{OL}{{}}> }}}}"
_MODULES = f"{GRAPH}ontology/"
_TERMS = f"""SELECT ?term (SAMPLE(?type) AS ?kind) (SAMPLE(?name) AS ?label)
  (SAMPLE(?means) AS ?definition) (SAMPLE(?above) AS ?parent) WHERE {{
  ?term <{RDFS}isDefinedBy> ?module ; a ?type .
  OPTIONAL {{ ?term <{RDFS}label> ?name }}
  OPTIONAL {{ ?term <{SKOS}definition> ?means }}
  OPTIONAL {{ ?term <{RDFS}subClassOf> ?above FILTER ISIRI(?above) }}
  FILTER (STRSTARTS(STR(?term), "{OL}") && STR(?type) != "{OWL}NamedIndividual")
}} GROUP BY ?term ORDER BY ?term"""


@job
def document(graph: Graph, arguments: Arguments) -> Content:
    """Describe the thing of a `kind` and `id` in a `form`, as it stood on `asOf` if given.

    `root` is the path under which the server answers, for the links of the page.
    """
    as_of, form = arguments["asOf"], arguments["form"]
    store = store_of(graph, as_of)
    node = _described(store, arguments["kind"], arguments["id"])
    if form not in ("html", "md", "json"):
        return described.rdf(store, node, form)
    found = described.read(graph.roots, store, node)
    if form == "html":
        claims = pages.claims_of(store, node)
        page = pages.thing_page(
            found, claims, _known(graph, store, node, as_of), arguments["root"], as_of
        )
        return "text/html; charset=utf-8", page.encode()
    media = "application/json" if form == "json" else "text/markdown; charset=utf-8"
    return media, SHOW_FORMATS[form](found, None, False).encode()


def _known(graph: Graph, store: Store, node: NamedNode, as_of: str | None) -> list[Known]:
    """Return what is known of a drug or in a condition; of other things, nothing."""
    kind = node.value.removeprefix(BASE).partition("/")[0]
    if kind not in KINDS or not store.ask(_IS_A.format(node, kind.capitalize())):
        return []
    given = {kind: node.value, **({"asOf": as_of} if as_of else {})}
    return read_known(store, graph.roots, given)


@job
def there(graph: Graph, arguments: Arguments) -> Content:
    """Say that something is at the address of a thing, or of the ontology: 404 where nothing is."""
    store = store_of(graph, arguments["asOf"])
    if "kind" in arguments:
        _described(store, arguments["kind"], arguments["id"])
    else:
        _graphs(store, arguments["name"])
    return "application/json", b"{}"


@job
def ontology(graph: Graph, arguments: Arguments) -> Content:
    """Give the ontology, one of its modules by `name`, or its version of that name."""
    store, name = graph.store, arguments["name"]
    if arguments["form"] == "html":
        _graphs(store, name)
        page = pages.ontology_page(_header(store), store.select(_TERMS).rows, arguments["root"])
        return "text/html; charset=utf-8", page.encode()
    rows = store.select(
        f"SELECT ?s ?p ?o ?g WHERE {{ {_graphs(store, name)} GRAPH ?g {{ ?s ?p ?o }} }}"
    ).rows
    return described.written((Quad(*row) for row in rows), arguments["form"])  # type: ignore[arg-type]


def _described(store: Store, kind: str, name: str) -> NamedNode:
    """Return the thing at an address; raise `Problem` 404 with close matches where there is none.

    Other than below /api, only the IRI itself leads to a thing.
    """
    node = described.find(store, kind, name)
    if node.value != f"{BASE}{kind}/{name}":
        slug = node.value.removeprefix(BASE)
        detail = f"There is no {kind} called {name!r}. Did you mean {slug}?"
        raise Problem(404, detail, name=f"{kind}/{name}", kind=kind, candidates=[slug])
    return node


def _graphs(store: Store, name: str) -> str:
    """Return the values of ?g that hold the ontology, a module or a version of it."""
    versions = store.select(f"SELECT ?v WHERE {{ ?o <{OWL}versionIRI> ?v }} ORDER BY ?v").rows
    known = [str(getattr(row[0], "value", "")) for row in versions]
    if not name or f"{BASE}ontology/{name}" in known:
        modules = store.select(
            f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
            FILTER (STRSTARTS(STR(?g), {Literal(_MODULES)}) &&
                    !CONTAINS(STRAFTER(STR(?g), {Literal(_MODULES)}), "/")) }} ORDER BY ?g"""
        ).rows
        return f"VALUES ?g {{ {' '.join(str(row[0]) for row in modules)} }}"
    try:
        module = NamedNode(_MODULES + name)
    except ValueError:
        module = NamedNode(_MODULES)
    if store.ask(f"ASK {{ GRAPH {module} {{ ?s ?p ?o }} }}"):
        return f"VALUES ?g {{ {module} }}"
    now = ", ".join(version.rpartition("/")[2] for version in known)
    raise Problem(404, f"The ontology has no module or version {name!r} here. It is at {now}.")


def _header(store: Store) -> dict[str, str]:
    rows = store.select(
        f"SELECT ?p ?o WHERE {{ ?s <{OWL}versionIRI> ?v ; ?p ?o }} ORDER BY ?p ?o"
    ).rows
    found = {str(getattr(p, "value", "")): str(getattr(o, "value", "")) for p, o in rows}
    found.pop(f"{RDF}type", None)
    return found

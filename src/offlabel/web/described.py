"""What the graph holds on an IRI of ours: as RDF, as JSON, and in lists by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from offlabel.api import Graph
from offlabel.errors import ParameterError, UnknownNameError
from offlabel.evidence.show import Locate, Thing, read_thing
from offlabel.names import KINDS, close_matches, get_thing
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.terms import BASE, GRAPH, OL, RDFS, prefixes
from offlabel.web.answers import Arguments, job, missing, store_of, to_json
from offlabel.web.asking import Content, paged
from offlabel.web.negotiation import RDF_FORMS, media_type
from offlabel.web.problems import Problem

_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
}
_ORDER = f"""SELECT ?kind (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  ?thing a ?class . FILTER STRSTARTS(STR(?thing), "{BASE}")
  BIND (IF(STRSTARTS(STR(?thing), "{OL}"), "term",
           STRBEFORE(STRAFTER(STR(?thing), "{BASE}"), "/")) AS ?kind)
  FILTER (?kind NOT IN ("", "graph", "ontology"))
}} GROUP BY ?kind ORDER BY ?kind"""
# Of the subject and of what it has no name for, each statement with the graph that it stands in.
_QUADS = """SELECT DISTINCT ?s ?p ?o ?g WHERE {{ GRAPH ?g {{
  {{ BIND ({thing} AS ?s) ?s ?p ?o }}
  UNION {{ {thing} (!<urn:x>)+ ?s . ?s ?p ?o . FILTER ISBLANK(?s) }} }} }}"""


@dataclass(frozen=True)
class Named:
    """A thing in a list."""

    iri: str
    curie: str
    label: str


def kinds(store: Store) -> list[dict[str, Any]]:
    """Count the things of each kind."""
    rows = store.select(_ORDER).rows
    return [{"kind": _text(kind), "count": int(_text(count))} for kind, count in rows]


def listed(store: Store, kind: str) -> list[Named]:
    """List the things of a kind by IRI; raise `Problem` 404 where there is no such kind."""
    rows = store.select(
        f"""SELECT ?thing (SAMPLE(?name) AS ?label) WHERE {{ {_pattern(store, kind)}
        OPTIONAL {{ ?thing <{RDFS}label> ?name }} }} GROUP BY ?thing ORDER BY ?thing"""
    ).rows
    short = prefixes().compress
    return [Named(_text(thing), short(_text(thing)), _text(label)) for thing, label in rows]


@job
def things(graph: Graph, arguments: Arguments) -> Content:
    """Count the things of each kind."""
    return "application/json", to_json({"kinds": kinds(graph.store)})


@job
def members(graph: Graph, arguments: Arguments) -> Content:
    """List the things of a `kind` by IRI: `limit` of them after `offset`."""
    kind, limit, offset = (arguments[name] for name in ("kind", "limit", "offset"))
    found = listed(graph.store, kind)
    shown = [asdict(each) for each in found[offset : offset + limit]]
    body = to_json({"kind": kind, "total": len(found), "offset": offset, "things": shown})
    return paged("application/json", body, len(found))


@job
def thing(graph: Graph, arguments: Arguments) -> Content:
    """Describe the thing of a `kind` and `id` as JSON or RDF, on the day `asOf` if it is given."""
    store = store_of(graph, arguments["asOf"])
    node = find(store, arguments["kind"], arguments["id"])
    if arguments["form"] == "json":
        found = asdict(read(graph.roots, store, node))
        return "application/json", to_json(found)
    return rdf(store, node, arguments["form"])


@job
def named(graph: Graph, arguments: Arguments) -> Content:
    """Describe the `thing` that a slug, CURIE, IRI or label names, as JSON."""
    store = store_of(graph, arguments["asOf"])
    node = get_thing(store, arguments["thing"])
    return "application/json", to_json(asdict(read(graph.roots, store, node)))


def find(store: Store, kind: str, name: str) -> NamedNode:
    """Return the thing of a kind and name; raise `Problem` 404 with close matches."""
    try:
        node = NamedNode(f"{OL}{name}" if kind == "term" else f"{BASE}{kind}/{name}")
    except ValueError:
        raise Problem(404, f"{kind}/{name} cannot be part of an IRI.") from None
    if is_described(store, node):
        return node
    if kind not in KINDS:
        known = [*KINDS, *(_text(row[0]) for row in store.select(_ORDER).rows)]
        hint = close_matches(kind, known)
        if kind not in known:
            raise missing(UnknownNameError(kind, "kind of thing", hint))
        raise missing(UnknownNameError(name, kind, _close(store, kind, name)))
    try:
        return get_thing(store, name, kind)
    except UnknownNameError as error:
        raise missing(error) from None
    except ParameterError as error:  # it names several things, or one of another kind
        raise Problem(404, str(error), name=name, kind=kind, candidates=[]) from None


def is_described(store: Store, node: NamedNode) -> bool:
    """Say whether the graph holds a statement about a thing, or is a graph of that name."""
    if node.value.startswith(GRAPH):
        return store.ask(f"ASK {{ GRAPH {node} {{ ?s ?p ?o }} }}")
    return store.ask(f"ASK {{ {node} ?p ?o }}")


def read(roots: Roots, store: Store, node: NamedNode) -> Thing:
    """Read a thing for people, without the parts of paths that only this machine has."""
    return read_thing(store, node, _located(roots))


def rdf(store: Store, node: NamedNode, form: str) -> Content:
    """Write the statements about a thing; of a named graph, all that it holds."""
    if node.value.startswith(GRAPH):
        rows = store.select(
            f"SELECT ?s ?p ?o (<{node.value}> AS ?g) WHERE {{ GRAPH {node} {{ ?s ?p ?o }} }}"
        ).rows
    else:
        rows = store.select(_QUADS.format(thing=node)).rows
    quads = [Quad(*row) for row in rows]  # type: ignore[arg-type]
    return written(quads, form)


def written(quads: Iterable[Quad], form: str) -> Content:
    """Write statements in an RDF syntax, in a fixed order, with the prefixes that occur."""
    ordered = sorted(quads, key=str)
    statements: list[Quad] | list[Triple] = ordered
    if form != "trig":
        statements = list(dict.fromkeys(quad.triple for quad in ordered))
    text = " ".join(map(str, statements))
    used = {name: iri for name, iri in prefixes() if f"<{iri}" in text}
    content = serialize(statements, format=_FORMATS[form], prefixes=used) or b""
    if form in ("ttl", "trig"):  # the serialiser declares prefixes in any order
        lines = content.splitlines(keepends=True)
        content = b"".join([*sorted(lines[: len(used)]), *lines[len(used) :]])
    media = "application/trig" if form == "trig" else media_type(form, RDF_FORMS)
    return media, content


def _pattern(store: Store, kind: str) -> str:
    """Return the pattern of the members of a kind; raise `Problem` 404 where there is none."""
    known = [_text(row[0]) for row in store.select(_ORDER).rows]
    if kind in known:
        start = Literal(OL if kind == "term" else f"{BASE}{kind}/")
        return f"?thing a ?class . FILTER STRSTARTS(STR(?thing), {start})"
    if KINDS.get(kind):
        classes = " ".join(f"<{OL}{name}>" for name in KINDS[kind])
        return f"VALUES ?class {{ {classes} }} ?thing a/<{RDFS}subClassOf>* ?class ."
    near = close_matches(kind, {*known, *KINDS})
    raise missing(UnknownNameError(kind, "kind of thing", near))


def _close(store: Store, kind: str, name: str) -> list[str]:
    start = Literal(f"{BASE}{kind}/")
    pattern = f"?thing a ?class . FILTER STRSTARTS(STR(?thing), {start})"
    rows = store.select(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }}").rows
    return close_matches(name, [_text(row[0]).removeprefix(start.value) for row in rows])


@lru_cache(maxsize=2)
def _located(roots: Roots) -> Locate:
    """Return what finds the file and line of an IRI, relative to the folder of the project."""
    from offlabel.sources import SubjectIndex, discover

    index = SubjectIndex(discover(roots))

    def locate(iri: str) -> str | None:
        found = index.locate(iri)
        if found is None:
            return None
        inside = found.path.is_relative_to(roots.base)
        path = found.path.relative_to(roots.base) if inside else found.path.name
        return f"{path}:{found.line}"

    return locate


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))

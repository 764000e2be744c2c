"""The process that carries out one change: `python -m offlabel.web.writer STORE VIEW MEGABYTES`.

The order is JSON on standard input; what came of it is JSON on standard output. The store is
flushed, and a view of it is made for the workers, before that is said.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyoxigraph as ox

from offlabel.errors import OfflabelError, QueryError
from offlabel.queries.syntax import show_place
from offlabel.rules import FUNCTIONS
from offlabel.sources.sparql import find_keyword
from offlabel.stores.sparqltext import syntax_error
from offlabel.terms import prefixes
from offlabel.web.failures import Failure, failure_from
from offlabel.web.using import with_dataset
from offlabel.web.worker import limit

_KINDS = ("default", "named")


def main(place: str, view: str, megabytes: str) -> None:
    """Open the store, do what the order says, flush, and make the view."""
    limit(int(megabytes))
    order = json.load(sys.stdin)
    store = ox.Store(place)
    said: dict[str, Any] = {}
    try:
        if order is not None:
            said = carry_out(store, order)
        store.flush()
        store.backup(view)
        said["statements"] = len(store)
    except OfflabelError as error:
        said = {"failure": failure_from(error).fields()}
    json.dump(said, sys.stdout)


def carry_out(store: ox.Store, order: dict[str, Any]) -> dict[str, Any]:
    """Change the store in one transaction; raise an `OfflabelError` where nothing was changed."""
    if order["kind"] == "UPDATE":
        _update(store, _with_dataset(order))
        return {}
    name = order["graph"]
    graph = ox.NamedNode(name) if name else ox.DefaultGraph()
    known = not name or store.contains_named_graph(graph)
    if order["kind"] == "DELETE":
        if not known:
            raise Failure(404, f"There is no graph <{name}> here.")
        store.update(f"DROP GRAPH {graph}" if name else "DROP DEFAULT")
        return {}
    triples = _triples(order)
    data = " ".join(f"{t.subject} {t.predicate} {t.object} ." for t in triples)
    insert = (
        f"INSERT DATA {{ GRAPH {graph} {{ {data} }} }}" if name else f"INSERT DATA {{ {data} }}"
    )
    steps = [insert]
    if name:
        steps.insert(0, f"CREATE SILENT GRAPH {graph}")
    if order["kind"] == "PUT":
        steps.insert(0, f"CLEAR SILENT GRAPH {graph}" if name else "CLEAR DEFAULT")
    store.update(" ; ".join(steps))
    return {"new": not known}


def _with_dataset(order: dict[str, Any]) -> str:
    """Return the text of an update, with the graphs in it that its request names."""
    text: str = order["text"]
    try:
        default, named = ([ox.NamedNode(g).value for g in order[kind]] for kind in _KINDS)
    except ValueError:
        raise Failure(400, "using-graph-uri is no IRI of a graph.") from None
    return with_dataset(text, default, named) if default or named else text


def _update(store: ox.Store, text: str) -> None:
    for word in ("service", "load"):
        place = find_keyword(text, word)
        if place:
            raise QueryError(f"{word.upper()} is refused: an update opens no connection.", *place)
    try:
        store.update(text, prefixes=dict(prefixes().namespaces), custom_functions=FUNCTIONS)
    except SyntaxError as error:
        raise show_place(syntax_error(text, error), text) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the update cannot be run: {error}") from None


def _triples(order: dict[str, Any]) -> list[ox.Triple]:
    form = ox.RdfFormat.from_media_type(order["media_type"])
    base = order["graph"]
    try:
        quads = list(ox.parse(order["data"], format=form, base_iri=base, rename_blank_nodes=True))
    except SyntaxError as error:
        raise Failure(400, f"the graph cannot be read: {error.msg}", error.lineno) from None
    except ValueError as error:
        raise Failure(400, f"the graph cannot be read: {error}") from None
    if any(not isinstance(quad.graph_name, ox.DefaultGraph) for quad in quads):
        raise Failure(400, "the data names graphs of its own; send the triples of one graph.")
    return [quad.triple for quad in quads]


if __name__ == "__main__":
    main(*sys.argv[1:])

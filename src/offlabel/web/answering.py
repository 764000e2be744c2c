"""Answer SPARQL in a worker process: parse, choose the form, and write rows as they are found."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import pyoxigraph as ox

from offlabel.errors import QueryError
from offlabel.queries.syntax import FORMS, show_place, starred_variables
from offlabel.rules import FUNCTIONS
from offlabel.sources.services import check_services
from offlabel.sources.sparql import TOKEN, tokens
from offlabel.stores.sparqltext import syntax_error
from offlabel.terms import prefixes
from offlabel.web.context import Context
from offlabel.web.failures import Failure
from offlabel.web.forms import chosen

UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_FROM = re.compile(r"\bfrom\b", re.IGNORECASE)  # cheaper than to read the text word by word
_SAMPLE = 1_000  # triples that are looked at for the prefixes they need
_WITH_PREFIXES = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML)


@lru_cache(1)
def _namespaces() -> dict[str, str]:
    return dict(prefixes().namespaces)


def prepare(context: Context) -> None:
    """Read now what cannot be read when a worker may open no file."""
    _namespaces()
    for kind in ("rows", "boolean", "graph"):
        chosen(kind, "*/*")
    context.store.ask("ASK { ?s ?p ?o }")


def answer_sparql(context: Context, arguments: dict[str, Any]) -> None:
    """Answer a query; `arguments`: query, accept, format, default_graphs, named_graphs."""
    text = arguments["query"]
    check_services(text, context.settings.services)
    with context.sealed():
        results = _results(context, text, arguments)
        _write(context, results, arguments.get("accept", ""), arguments.get("format", ""))


def answer_graph(context: Context, arguments: dict[str, Any]) -> None:
    """Write a graph of the store: `arguments`: graph (an IRI, or null for all), accept, format."""
    form = chosen("graph", arguments.get("accept", ""), arguments.get("format", ""))
    name = arguments.get("graph")
    store: Any = context.store.store
    pattern = "{ ?s ?p ?o }"
    graphs: dict[str, Any] = {"use_default_graph_as_union": True}
    if name is not None:
        node = _node(name)
        if not store.contains_named_graph(node):
            raise Failure(404, f"There is no graph <{name}> here.")
        graphs = {"default_graph": [node]}
    with context.sealed():
        context.out.start(form.content_type)
        triples = store.query(f"CONSTRUCT {pattern} WHERE {pattern}", **graphs)
        _serialize(triples, context, form.format)


def _results(context: Context, text: str, arguments: dict[str, Any]) -> Any:
    default = [_node(name) for name in arguments.get("default_graphs", ())]
    named = [_node(name) for name in arguments.get("named_graphs", ())]
    dataset: dict[str, Any] = {"default_graph": default, "named_graphs": named}
    if not default and not named:
        # The engine's union overrides FROM, so it is asked for only where the query has none.
        union = not (_FROM.search(text) and _has_from(text))
        dataset = {"use_default_graph_as_union": union}
    if "*" in text and (order := starred_variables(text)):
        text = _spelt_out(text, order)  # the engine sorts the columns of SELECT *
    try:
        return context.store.store.query(
            text, prefixes=_namespaces(), custom_functions=FUNCTIONS, **dataset
        )
    except SyntaxError as error:
        raise _explained(text, error) from None
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be run: {error}") from None


def _spelt_out(text: str, order: list[str]) -> str:
    """Return the text of a `SELECT *` with its visible variables in place of the star."""
    names = set(_visible(text))
    if names != set(order):
        return text
    star = next(token.start() for token in TOKEN.finditer(text) if token[0] == "*")
    return f"{text[:star]} {' '.join(f'?{name}' for name in order)} {text[star + 1 :]}"


def _visible(text: str) -> list[str]:
    """Return the variables that a query gives, as the engine sees it; none where it sees none."""
    try:
        found: Any = ox.Store().query(text, prefixes=_namespaces(), custom_functions=FUNCTIONS)
    except (SyntaxError, OSError, RuntimeError, ValueError):
        return []
    return [variable.value for variable in found.variables]


def _has_from(text: str) -> bool:
    return any(token.is_word("FROM") for token in tokens(text))


def _explained(text: str, error: SyntaxError) -> QueryError | Failure:
    """Return a syntax error with the line it means; an update is told where updates go."""
    words = [token.text.upper() for token in tokens(text) if token.kind == "word"]
    first = next((word for word in words if word in (*FORMS, *UPDATES)), "")
    if first in UPDATES:
        return Failure(400, f"{first} is an update, not a query: send it as update.")
    return show_place(syntax_error(text, error), text)


def _write(context: Context, results: Any, accept: str, name: str) -> None:
    kind = {ox.QuerySolutions: "rows", ox.QueryBoolean: "boolean"}.get(type(results), "graph")
    form = chosen(kind, accept, name)
    context.out.start(form.content_type)
    try:
        _serialize(results, context, form.format)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query cannot be run: {error}") from None


def _serialize(results: Any, context: Context, form: Any) -> None:
    if form not in _WITH_PREFIXES:
        results.serialize(context.out, form)
        return
    first = list(islice(results, _SAMPLE))
    whole: Any = context.out
    ox.serialize(chain(first, results), whole, form, prefixes=_used(first))


def _used(triples: list[ox.Triple]) -> dict[str, str]:
    """Return the prefixes that some triples can use."""
    by_namespace = {namespace: prefix for prefix, namespace in _namespaces().items()}
    iris = {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    starts = {iri[: iri.rfind(mark) + 1] for iri in iris for mark in "#/_"}
    return {by_namespace[start]: start for start in sorted(starts & by_namespace.keys())}


def _node(name: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(name)
    except ValueError:
        raise Failure(400, f"{name!r} is no IRI of a graph.") from None

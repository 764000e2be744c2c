"""Answer a query that somebody wrote just now: any of the four forms, reading only.

The prefixes of ontology/prefixes.ttl need not be declared in it. Errors show the line they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from pyoxigraph import NamedNode

from offlabel.errors import QueryError
from offlabel.names import close_matches
from offlabel.queries.syntax import Prepared, prepare, show_place
from offlabel.queries.worker import Answer, Limits, Place, answer_from_store, run_apart
from offlabel.sources.sparql import named_iris, tokens
from offlabel.stores.base import Store
from offlabel.terms import OL, RDFS, prefixes

_DEFINED_BY = NamedNode(f"{RDFS}isDefinedBy")


def answer_text(text: str, store: Store, rows: int = Limits.rows) -> Answer:
    """Answer a query on an open store, in this process and without a limit of time."""
    return _answered(text, lambda prepared: answer_from_store(store, prepared, rows))


def answer_text_apart(text: str, place: Place, limits: Limits) -> Answer:
    """Answer a query in a process of its own, which is ended when it goes past a limit."""
    return _answered(text, lambda prepared: run_apart(prepared, place, limits), place.services)


def check_terms(text: str, store: Store, services: Collection[str] = ()) -> None:
    """Raise `QueryError` where a query names a term of ours that the ontology does not have.

    Such a query can only come back empty, and would look like an answer.
    """
    try:
        prepared = prepare(text, prefixes(), frozenset(services))
    except QueryError as error:
        raise show_place(error, text) from None
    for iri, line in named_iris(tokens(prepared.text)):
        term = NamedNode(iri)
        if iri == OL or not iri.startswith(OL) or store.ask(f"ASK {{ {term} ?property ?value }}"):
            continue
        known = store.select(f"SELECT DISTINCT ?term WHERE {{ ?term {_DEFINED_BY} ?module }}")
        names = (str(getattr(row[0], "value", "")).removeprefix(OL) for row in known.rows)
        close = close_matches(iri.removeprefix(OL), list(names))
        hint = f" Did you mean ol:{close[0]}?" if close else ""
        raise QueryError(f"line {line}: there is no term ol:{iri.removeprefix(OL)}.{hint}")


def _answered(
    text: str, run: Callable[[Prepared], Answer], services: Collection[str] = ()
) -> Answer:
    try:
        prepared = prepare(text, prefixes(), frozenset(services))
    except QueryError as error:
        raise show_place(error, text) from None
    try:
        return run(prepared)
    except QueryError as error:
        raise show_place(error, text, prepared.shift) from None

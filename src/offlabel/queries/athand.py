"""Why a question over an outside hierarchy has no answer: nothing is there, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from offlabel.queries.header import Query
from offlabel.stores.base import Store
from offlabel.stores.sparqltext import with_values
from offlabel.terms import OWL, prefixes

_CLASS = f"<{OWL}Class>"
_KNOWN = f"ASK {{ ?term a {_CLASS} }}"
_NEAR = f"ASK {{ ?class a {_CLASS} . FILTER STRSTARTS(STR(?class), ?space) }}"
_SPACE = re.compile(r".*[/#_:]")
_IMPORT = "offlabel link import FILE"


def sentence_for_no_row(store: Store, query: Query, given: Mapping[str, object]) -> str:
    """Return what it means that a query has no row.

    That nothing is below a term can be said only of one that an ontology at hand has.
    """
    for name, parameter in query.parameters.items():
        term = given.get(name)
        if query.is_linked and parameter.kind == "curie" and isinstance(term, NamedNode):
            problem = _what_is_missing(store, term)
            if problem:
                return problem
    return query.empty


def _what_is_missing(store: Store, term: NamedNode) -> str:
    if store.ask(with_values(_KNOWN, {"term": term})):
        return ""
    short = prefixes().compress(term.value)
    found = _SPACE.match(term.value)
    space = prefixes().namespaces.get(short.partition(":")[0]) or (found[0] if found else "")
    if store.ask(with_values(_NEAR, {"space": Literal(space)})):
        return (
            f"{short} is not among the outside terms at hand, so nobody can tell what is below it. "
            f"Check the id, or import the whole ontology: {_IMPORT}"
        )
    return (
        f"The ontology of {short} is not imported, and no slice of it is at hand, so nobody can "
        f"tell what is below it. Import it: {_IMPORT}"
    )

"""The answer to a query as RDF, by the same writers as the graph."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import DefaultGraph, Quad, Store, Triple

from offlabel.exports.context import general
from offlabel.exports.jsonld import JSONLD, JsonLdExport
from offlabel.exports.loss import Loss
from offlabel.exports.rdf import NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE, RdfExport
from offlabel.exports.selection import GraphName, Selection
from offlabel.terms import prefixes

# By the endings of files, which are also the names of formats on the command line.
FORMS: dict[str, RdfExport | JsonLdExport] = {
    "jsonld": JSONLD,
    "nq": NQUADS,
    "nt": NTRIPLES,
    "rdf": RDFXML,
    "trig": TRIG,
    "ttl": TURTLE,
}


@dataclass(frozen=True)
class _Answer(Selection):
    """The statements of an answer, which stand in no named graph."""

    @cached_property
    def graphs(self) -> tuple[GraphName, ...]:
        """List the one graph that there is."""
        return (DefaultGraph(),)


def written(answer: Iterable[Triple], form: str) -> tuple[bytes, Loss]:
    """Write statements in a form, with those of the project's prefixes that occur in them."""
    store = Store()
    store.extend(Quad(*triple) for triple in answer)
    text = " ".join(str(quad.triple) for quad in store)
    used = {name: iri for name, iri in prefixes() if f"<{iri}" in text}
    export = FORMS[form]
    to = io.BytesIO()
    if isinstance(export, RdfExport):
        loss = replace(export, namespaces=used).dump(_Answer(store), to)
    else:
        loss = replace(export, context=general(used)).dump(_Answer(store), to)
    return to.getvalue(), loss

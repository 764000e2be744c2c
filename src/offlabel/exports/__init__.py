"""The graph in the forms that others' tools read: one module per family, one dict."""

from offlabel.exports.base import Export, write
from offlabel.exports.rdf import JSONLD, NQUADS, NTRIPLES, RDFXML, TRIG, TURTLE

EXPORTS: dict[str, Export] = {
    "jsonld": JSONLD,
    "nquads": NQUADS,
    "ntriples": NTRIPLES,
    "rdfxml": RDFXML,
    "trig": TRIG,
    "turtle": TURTLE,
}

__all__ = ["EXPORTS", "Export", "write"]

"""The RDF syntaxes, written by the engine's own serialisers in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.terms import RDF, prefixes

# What stands before the first statement in Turtle, TriG and RDF/XML, and a declaration in it.
_HEAD = re.compile(rb"\A(?:<\?xml[^>]*>\s*<rdf:RDF[^>]*>|(?:@prefix [^\n]*\n)*)")
_PREFIX = re.compile(rb'@prefix [^\n]*|xmlns:[\w.-]+="[^"]*"')
_TYPE = NamedNode(RDF + "type")
_NO_GRAPHS = "The names of the named graphs, which say from which file or rule a statement came."


@dataclass(frozen=True)
class RdfExport:
    """One RDF syntax; those without named graphs hold the union of them."""

    name: str
    title: str
    suffix: str
    format: RdfFormat
    prefixed: bool = False

    @property
    def media_type(self) -> str:
        """Return the media type of the syntax."""
        return self.format.media_type

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the quads in a fixed order: by graph, subject, type first, then predicate."""
        ordered = sorted(_named(selection.quads()), key=_order)
        statements: Iterable[Quad] | Iterable[Triple] = ordered
        if not self.format.supports_datasets:
            statements = dict.fromkeys(
                quad.triple for quad in sorted(ordered, key=lambda quad: _order(quad)[1:])
            )
        if not self.prefixed:
            serialize(statements, to, format=self.format)
        else:
            text = serialize(statements, format=self.format, prefixes=dict(prefixes()))
            to.write(_ordered_head(text or b""))
        whole = self.format.supports_datasets
        return Loss(self.name, len(ordered), notes=() if whole else (_NO_GRAPHS,))


def _ordered_head(text: bytes) -> bytes:
    """Return a document with its prefixes in order: the serialiser writes them in any order."""
    head = _HEAD.match(text)
    if head is None:
        return text
    ordered = iter(sorted(_PREFIX.findall(head[0])))
    return _PREFIX.sub(lambda _: next(ordered), head[0]) + text[head.end() :]


def _named(quads: Iterable[Quad]) -> Iterable[Quad]:
    """Return the quads with blank nodes named by RDFC-1.0, whatever their names were before."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _order(quad: Quad) -> tuple[str, str, bool, str, str]:
    return (
        str(quad.graph_name),
        str(quad.subject),
        quad.predicate != _TYPE,
        str(quad.predicate),
        str(quad.object),
    )


JSONLD = RdfExport("jsonld", "JSON-LD", ".jsonld", RdfFormat.JSON_LD)
NQUADS = RdfExport("nquads", "N-Quads", ".nq", RdfFormat.N_QUADS)
NTRIPLES = RdfExport("ntriples", "N-Triples", ".nt", RdfFormat.N_TRIPLES)
RDFXML = RdfExport("rdfxml", "RDF/XML", ".rdf", RdfFormat.RDF_XML, prefixed=True)
TRIG = RdfExport("trig", "TriG", ".trig", RdfFormat.TRIG, prefixed=True)
TURTLE = RdfExport("turtle", "Turtle", ".ttl", RdfFormat.TURTLE, prefixed=True)

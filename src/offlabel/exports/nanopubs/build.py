"""One nanopublication: its four graphs, its trusty URI, and its signature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from offlabel.exports.nanopubs.signing import Key
from offlabel.exports.nanopubs.trusty import (
    SPACE,
    UNNAMED,
    artifact_code,
    canonical,
    normalised,
    with_code,
)
from offlabel.exports.rdf import with_ordered_head
from offlabel.terms import DCTERMS, PROV, RDF, RDFS, XSD, prefixes

NP = "http://www.nanopub.org/nschema#"
NPX = "http://purl.org/nanopub/x/"

THIS = NamedNode(UNNAMED)
_TYPE = NamedNode(f"{RDF}type")


def here(name: str) -> NamedNode:
    """Return the IRI of a part of the nanopublication that is being made."""
    return NamedNode(f"{UNNAMED}#{name}")


ASSERTION, _SIGNATURE = here("assertion"), here("sig")
_GRAPHS = {
    "hasAssertion": "assertion",
    "hasProvenance": "provenance",
    "hasPublicationInfo": "pubinfo",
}


@dataclass(frozen=True)
class Publication:
    """What all nanopublications of an export say of themselves."""

    created: date
    creator: NamedNode
    license: NamedNode
    release: NamedNode
    key: Key | None = None

    def of(self, label: str, kind: NamedNode) -> list[Triple]:
        """Return the publication info of one of them, without a signature."""
        day = Literal(self.created.isoformat(), datatype=NamedNode(f"{XSD}date"))
        return [
            Triple(THIS, NamedNode(f"{RDFS}label"), Literal(label, language="en")),
            Triple(THIS, NamedNode(f"{DCTERMS}created"), day),
            Triple(THIS, NamedNode(f"{DCTERMS}creator"), self.creator),
            Triple(THIS, NamedNode(f"{DCTERMS}license"), self.license),
            Triple(THIS, NamedNode(f"{PROV}wasDerivedFrom"), self.release),
            Triple(THIS, NamedNode(f"{NPX}hasNanopubType"), kind),
        ]


@dataclass(frozen=True)
class Nanopub:
    """A finished nanopublication."""

    iri: str
    quads: tuple[Quad, ...]

    def trig(self) -> bytes:
        """Return it as TriG, the same bytes each time."""
        known = {**dict(prefixes()), "np": NP, "npx": NPX, "this": self.iri, "sub": f"{self.iri}#"}
        used = " ".join(str(quad) for quad in self.quads)
        names = {name: iri for name, iri in known.items() if f"<{iri}" in used}
        ordered = sorted(self.quads, key=_order)
        return with_ordered_head(serialize(ordered, format=RdfFormat.TRIG, prefixes=names) or b"")


def build(
    assertion: Iterable[Triple],
    provenance: Iterable[Triple],
    pubinfo: Iterable[Triple],
    key: Key | None,
    creator: NamedNode,
) -> Nanopub:
    """Make a nanopublication of its three graphs; sign it where there is a key."""
    head = [Triple(THIS, _TYPE, NamedNode(f"{NP}Nanopublication"))]
    head += [Triple(THIS, NamedNode(NP + by), here(name)) for by, name in _GRAPHS.items()]
    quads = [
        *_in("Head", head),
        *_in("assertion", assertion),
        *_in("provenance", provenance),
        *_in("pubinfo", pubinfo),
    ]
    if key is not None:
        quads += _in("pubinfo", _signature_target(key, creator))
        signature = Literal(key.sign(normalised(quads)))
        quads += _in("pubinfo", [Triple(_SIGNATURE, NamedNode(f"{NPX}hasSignature"), signature)])
    code = artifact_code(quads)
    return Nanopub(SPACE + code, tuple(dict.fromkeys(with_code(quads, code))))


def _signature_target(key: Key, creator: NamedNode) -> list[Triple]:
    return [
        Triple(_SIGNATURE, NamedNode(f"{NPX}hasAlgorithm"), Literal("RSA")),
        Triple(_SIGNATURE, NamedNode(f"{NPX}hasPublicKey"), Literal(key.public)),
        Triple(_SIGNATURE, NamedNode(f"{NPX}hasSignatureTarget"), THIS),
        Triple(_SIGNATURE, NamedNode(f"{NPX}signedBy"), creator),
    ]


def _in(name: str, triples: Iterable[Triple]) -> list[Quad]:
    graph = here(name)
    found = []
    for triple in triples:
        value = canonical(triple.object) if isinstance(triple.object, Literal) else triple.object
        found.append(Quad(triple.subject, triple.predicate, value, graph))
    return found


def _order(quad: Quad) -> tuple[str, str, bool, str, str]:
    parts = (str(part) for part in (quad.graph_name, quad.subject, quad.predicate, quad.object))
    graph, subject, predicate, value = parts
    return graph, subject, quad.predicate != _TYPE, predicate, value

"""The names that code uses: namespaces, and CURIEs as ontology/prefixes.ttl declares them.

The library `curies` does more, but importing it takes about as long as a whole `offlabel ask`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BASE = "https://w3id.org/offlabel/"
OL = BASE + "ontology#"
GRAPH = BASE + "graph/"
OUTSIDE = GRAPH + "outside/"  # a graph for each ontology of others
LINKED = GRAPH + "linked/"  # what is worked out over them
RULE = BASE + "rule/"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")


@dataclass(frozen=True)
class Prefixes:
    """Prefixes and their namespaces, to expand CURIEs and to compress IRIs."""

    namespaces: Mapping[str, str]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(sorted(self.namespaces.items()))

    def expand(self, curie: str) -> str | None:
        """Return the IRI of a CURIE, or None where its prefix is not declared."""
        prefix, colon, local = curie.partition(":")
        if not colon or prefix not in self.namespaces:
            return None
        return self.namespaces[prefix] + local

    def compress(self, iri: str) -> str:
        """Return the CURIE of an IRI, or the IRI itself where no prefix fits."""
        best = max(
            (item for item in self.namespaces.items() if iri.startswith(item[1])),
            key=lambda item: len(item[1]),
            default=None,
        )
        if best is None or not _LOCAL.fullmatch(iri[len(best[1]) :]):
            return iri
        return f"{best[0]}:{iri[len(best[1]) :]}"

    def sparql(self, text: str | None = None) -> str:
        """Return the prefixes as the head of a SPARQL query; of a text, those that it may use."""
        return "".join(
            f"PREFIX {prefix}: <{iri}>\n"
            for prefix, iri in self
            if text is None or f"{prefix}:" in text
        )


@cache
def prefixes_from_file(path: Path) -> Prefixes:
    """Read the `sh:declare` statements of a Turtle file."""
    from pyoxigraph import RdfFormat, parse

    names: dict[str, str] = {}
    spaces: dict[str, str] = {}
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        if quad.predicate.value == SH + "prefix":
            names[str(quad.subject)] = quad.object.value
        elif quad.predicate.value == SH + "namespace":
            spaces[str(quad.subject)] = quad.object.value
    return Prefixes({names[node]: spaces[node] for node in names})


def prefixes() -> Prefixes:
    """Return the prefixes of the project."""
    from offlabel.paths import home

    return prefixes_from_file(home() / "ontology" / "prefixes.ttl")

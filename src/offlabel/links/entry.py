"""What the library says of each imported file: its name, version, licence, checksum and size."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from offlabel.errors import SourceError
from offlabel.links.readers import Source
from offlabel.links.readers.base import EQUAL, LICENCE, ONTOLOGY, VERSION
from offlabel.links.terms import CLASS, LABEL, TYPE
from offlabel.terms import DCTERMS, GRAPH, OUTSIDE, OWL, XSD

ABOUT = NamedNode(f"{GRAPH}imported")  # the graph that says this of the other graphs
_PAV = "http://purl.org/pav/"
_OWN = 0.2  # the share of an ontology's named classes from which a namespace counts as its own
_DC = "http://purl.org/dc/elements/1.1/"
_VERSIONS = (VERSION, NamedNode(f"{OWL}versionIRI"), NamedNode(f"{_PAV}version"))
_LICENCES = tuple(
    map(NamedNode, (LICENCE.value, f"{DCTERMS}rights", f"{_DC}license", f"{_DC}rights"))
)
_RELEASE = re.compile(r"\d{4}-\d{2}-\d{2}|v?\d+(?:\.\d+)+")


@dataclass(frozen=True)
class Entry:
    """One imported file."""

    name: str
    version: str
    licence: str
    file: str
    sha256: str
    terms: int
    triples: int
    namespaces: tuple[str, ...]
    imported: str
    left_out: int = 0  # statements about things or in terms of this project

    @property
    def graph(self) -> NamedNode:
        """Return the named graph that holds it."""
        return NamedNode(OUTSIDE + self.name)

    def facts(self) -> Iterator[Quad]:
        """Yield what the library itself says of the graph."""
        said = (
            (f"{DCTERMS}title", Literal(self.name)),
            (f"{DCTERMS}source", Literal(self.file)),
            (f"{DCTERMS}identifier", Literal(f"sha256:{self.sha256}")),
            (f"{_PAV}version", Literal(self.version)),
            (f"{DCTERMS}license", _named(self.licence)),
            (f"{_PAV}importedOn", Literal(self.imported, datatype=NamedNode(f"{XSD}dateTime"))),
        )
        for predicate, value in said:
            if value.value:
                yield Quad(self.graph, NamedNode(predicate), value, ABOUT)


def entries_from(about: Any) -> list[Entry]:
    """Return the entries that a snapshot holds."""
    return [
        Entry(**{**fields, "namespaces": tuple(fields["namespaces"])})
        for fields in about.get("entries", ())
    ]


def describe(store: Store, source: Source, name: str, left_out: int) -> Entry:
    """Return the entry of what was loaded; raise `SourceError` where it says nothing of terms."""
    graph = NamedNode(OUTSIDE + name)
    spaces = _spaces(store, graph)
    has_label = any(store.quads_for_pattern(None, LABEL, None, graph))
    has_pairs = any(store.quads_for_pattern(None, EQUAL, None, graph))
    if not (spaces and has_label) and not has_pairs:
        raise SourceError(source.path, "no class with a label is in it.", "Is it an ontology?")
    terms = sum(spaces.values())
    (row,) = _rows(store, f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    return Entry(
        name=name,
        version=short_version(_said(store, graph, _VERSIONS)),
        licence=_said(store, graph, _LICENCES),
        file=source.path.name,
        sha256=_checksum(source.path),
        terms=terms,
        triples=int(row["n"].value),
        namespaces=tuple(sorted(space for space, n in spaces.items() if n >= _OWN * terms)),
        imported=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        left_out=left_out,
    )


def short_version(text: str) -> str:
    """Return 2024-03-25 of …/eco/releases/2024-03-25/eco-basic.owl; what has no such part whole."""
    found = _RELEASE.search(text) if "/" in text else None
    return found[0] if found else text


def _spaces(store: Store, graph: NamedNode) -> dict[str, int]:
    """Return how many named classes each namespace has."""
    rows = _rows(
        store,
        f"""SELECT ?space (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?term a {CLASS} }}
            FILTER (isIRI(?term)) BIND (REPLACE(STR(?term), "[^_/#]*$", "") AS ?space)
        }} GROUP BY ?space""",
    )
    return {row["space"].value: int(row["n"].value) for row in rows}


def _rows(store: Store, query: str) -> QuerySolutions:
    rows = store.query(query)
    assert isinstance(rows, QuerySolutions)
    return rows


def _said(store: Store, graph: NamedNode, predicates: Iterable[NamedNode]) -> str:
    """Return the first value that the ontology has for some predicates, or nothing."""
    headers = [quad.subject for quad in store.quads_for_pattern(None, TYPE, ONTOLOGY, graph)]
    for predicate in predicates:
        for header in headers:
            for quad in store.quads_for_pattern(header, predicate, None, graph):
                if isinstance(quad.object, Literal | NamedNode):
                    return quad.object.value
    return ""


def _named(text: str) -> NamedNode | Literal:
    try:
        return NamedNode(text) if "://" in text else Literal(text)
    except ValueError:
        return Literal(text)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

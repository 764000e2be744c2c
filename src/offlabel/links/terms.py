"""The terms of imported ontologies: names, parents, what became of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from offlabel.spelling import OBO, outside_iri
from offlabel.terms import OWL, RDF, RDFS

OIO = "http://www.geneontology.org/formats/oboInOwl#"

LABEL = NamedNode(RDFS + "label")
PARENT = NamedNode(RDFS + "subClassOf")
DEPRECATED = NamedNode(OWL + "deprecated")
REPLACED_BY = NamedNode(OBO + "IAO_0100001")
CONSIDER = NamedNode(OIO + "consider")
TYPE, CLASS = NamedNode(RDF + "type"), NamedNode(OWL + "Class")
# The kinds of synonym, the closest first.
SYNONYMS = {
    NamedNode(f"{OIO}has{kind}Synonym"): kind.casefold()
    for kind in ("Exact", "Narrow", "Broad", "Related")
}


@dataclass(frozen=True)
class Term:
    """One class of an outside ontology."""

    iri: str
    label: str | None
    synonyms: tuple[tuple[str, str], ...]  # the text, and its kind
    is_deprecated: bool
    replaced_by: str | None
    consider: tuple[str, ...] = ()  # instead of an obsolete one that nothing replaces

    @property
    def names(self) -> tuple[str, ...]:
        """Return the label and the exact synonyms."""
        exact = (text for text, kind in self.synonyms if kind == "exact")
        return tuple(dict.fromkeys((*((self.label,) if self.label else ()), *exact)))


class Terms:
    """The classes of all ontologies in a store, looked up one at a time."""

    def __init__(self, store: Store, namespaces: Collection[str]) -> None:
        """Take a store and the beginnings of the ids that its ontologies define themselves."""
        self.store = store
        self.namespaces = frozenset(namespaces)

    def covers(self, iri: str) -> bool:
        """Say whether an ontology is there that should know an id."""
        return namespace(iri) in self.namespaces

    def find(self, iri: str) -> Term | None:
        """Return a class, or None where no ontology has it."""
        node = NamedNode(iri)
        if not any(self.store.quads_for_pattern(node, TYPE, CLASS, None)):
            return None
        synonyms = {
            (quad.object.value, kind): None
            for predicate, kind in SYNONYMS.items()
            for quad in self.store.quads_for_pattern(node, predicate, None, None)
            if isinstance(quad.object, Literal)
        }
        return Term(
            iri,
            self._text(iri, LABEL),
            tuple(synonyms),
            self._text(iri, DEPRECATED) in ("true", "1"),
            next(iter(self._ids(iri, REPLACED_BY)), None),
            tuple(sorted(self._ids(iri, CONSIDER))),
        )

    def ancestors(self, iri: str) -> dict[str, int]:
        """Return the classes above one, each with its least distance; itself is not among them."""
        found: dict[str, int] = {}
        front, distance = {iri}, 0
        while front:
            distance += 1
            front = {
                quad.object.value
                for each in front
                for quad in self.store.quads_for_pattern(NamedNode(each), PARENT, None, None)
                if isinstance(quad.object, NamedNode)
            } - found.keys()
            found.update(dict.fromkeys(front, distance))
        found.pop(iri, None)
        return found

    def _text(self, iri: str, predicate: NamedNode) -> str | None:
        found = self.store.quads_for_pattern(NamedNode(iri), predicate, None, None)
        texts = sorted(quad.object.value for quad in found if isinstance(quad.object, Literal))
        return texts[0] if texts else None

    def _ids(self, iri: str, predicate: NamedNode) -> list[str]:
        """Return the terms that a predicate leads to; some ontologies write them as CURIEs."""
        quads = self.store.quads_for_pattern(NamedNode(iri), predicate, None, None)
        texts = (q.object.value for q in quads if isinstance(q.object, NamedNode | Literal))
        return [found for text in texts if (found := outside_iri(text))]


def namespace(iri: str) -> str:
    """Return an id without its last part: …/obo/MONDO_ of …/obo/MONDO_0005083."""
    cut = max(iri.rfind("_"), iri.rfind("/"), iri.rfind("#"))
    return iri[: cut + 1]

"""Dangling references: names of ours that are used, but about which nothing is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Facts
from offlabel.terms import BASE, OL
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

_POINTING_ELSEWHERE = {
    NamedNode(owl.OWL + name) for name in ("versionIRI", "priorVersion", "imports")
}
_CLOSE_ENOUGH = 60


class Described:
    """Know every IRI of ours about which something is said, and the nearest one to a slip."""

    def __init__(self, *sources: Facts) -> None:
        """Collect the subjects of some facts."""
        self._by_namespace: dict[str, list[str]] = defaultdict(list)
        self._iris = {
            triple.subject.value
            for facts in sources
            for triple in facts.statements
            if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(BASE)
        }
        for iri in sorted(self._iris):
            self._by_namespace[_namespace(iri)].append(iri)

    def misses(self, iri: str) -> bool:
        """Say whether an IRI is ours and undescribed."""
        return iri.startswith(BASE) and iri not in self._iris and iri not in (BASE, OL)

    def nearest(self, iri: str) -> str | None:
        """Find the described IRI of the same kind whose name is closest, if any is close."""
        namespace = _namespace(iri)
        choices = self._by_namespace.get(namespace, [])
        wanted = iri.removeprefix(namespace)
        found = process.extractOne(
            wanted,
            [choice.removeprefix(namespace) for choice in choices],
            scorer=fuzz.ratio,
            score_cutoff=_CLOSE_ENOUGH,
        )
        return namespace + found[0] if found else None


def check_links(facts: Facts, described: Described, places: Places) -> Iterator[Problem]:
    """Find every use of an IRI of ours about which nothing is said."""
    for triple in facts.statements:
        if triple.predicate in _POINTING_ELSEWHERE:
            continue
        datatype = triple.object.datatype if isinstance(triple.object, Literal) else None
        for term in dict.fromkeys((triple.predicate, triple.object, datatype)):
            if isinstance(term, NamedNode) and described.misses(term.value):
                yield places.problem(
                    rule_for(term.value),
                    triple.subject,
                    f"{places.name(term)} is not defined",
                    predicate=triple.predicate,
                    remedy=advice(term.value, described, places),
                )


def check_named_iris(
    path: str, iris: Iterable[tuple[str, int]], described: Described, places: Places
) -> Iterator[Problem]:
    """Find the IRIs of ours that a SPARQL file names but nothing describes."""
    for iri, line in dict.fromkeys(iris):
        if described.misses(iri) and not iri.endswith(("/", "#")):
            yield Problem(
                path=path,
                line=line,
                rule=rule_for(iri),
                message=f"{places.name(NamedNode(iri))} is not defined",
                remedy=advice(iri, described, places),
            )


def rule_for(iri: str) -> str:
    """Name the check that an undescribed IRI breaks: of a term, or of a thing."""
    return "link/undeclared-term" if iri.startswith(OL) else "link/dangling"


def advice(iri: str, described: Described, places: Places) -> str:
    """Offer the closest name, or say where a new one is to be described."""
    nearest = described.nearest(iri)
    if nearest:
        return f"Did you mean {places.name(NamedNode(nearest))}?"
    where = "ontology/" if iri.startswith(OL) else "a file in data/"
    return f"Describe {places.name(NamedNode(iri))} in {where}, or correct the name."


def _namespace(iri: str) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/"))
    rest = iri.removeprefix(BASE)
    kind, slash, _ = rest.partition("/")
    return f"{BASE}{kind}/" if slash and "#" not in iri else iri[: cut + 1]

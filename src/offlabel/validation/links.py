"""Dangling references: names of ours that are used, but about which nothing is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.names import close_matches
from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_TYPE, Facts
from offlabel.terms import BASE, GRAPH, OL
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

_POINTING_ELSEWHERE = {
    NamedNode(owl.OWL + name) for name in ("versionIRI", "priorVersion", "imports")
}


class Described:
    """Know every IRI of ours that stands for something, and the nearest one to a slip.

    A thing or a term stands for something when it has a type; a shape, when anything is said of it.
    """

    def __init__(self, facts: Facts, shapes: Facts, functions: Iterable[NamedNode] = ()) -> None:
        """Collect what facts and shapes describe, and the functions that rules may call."""
        described = [
            *(statement.subject for statement in facts.using(RDF_TYPE)),
            *(statement.subject for statement in shapes.statements),
            *functions,
        ]
        self._iris = {
            node.value
            for node in described
            if isinstance(node, NamedNode) and node.value.startswith(BASE)
        }
        self._by_namespace: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self._iris):
            self._by_namespace[_namespace(iri)].append(iri)

    def misses(self, iri: str) -> bool:
        """Say whether an IRI is ours and stands for nothing; graphs need no description."""
        is_ours = iri.startswith(BASE) and not iri.startswith(GRAPH)
        return is_ours and iri not in self._iris and not iri.endswith(("/", "#"))

    def nearest(self, iri: str) -> str | None:
        """Find the described IRI of the same kind whose name is closest, if any is close."""
        namespace = _namespace(iri)
        choices = self._by_namespace.get(namespace, [])
        wanted = iri.removeprefix(namespace)
        found = close_matches(wanted, {name.removeprefix(namespace): name for name in choices})
        return found[0] if found else None


def check_links(facts: Facts, described: Described, places: Places) -> Iterator[Problem]:
    """Find every use of an IRI of ours that stands for nothing, as a subject too."""
    for subject in dict.fromkeys(statement.subject for statement in facts.statements):
        if isinstance(subject, NamedNode) and described.misses(subject.value):
            path, line = places.place(subject)
            yield undefined(subject.value, described, places, path=path, line=line)
    for statement in facts.statements:
        subject, predicate, value = statement
        if predicate in _POINTING_ELSEWHERE:
            continue
        datatype = value.datatype if isinstance(value, Literal) else None
        for term in dict.fromkeys((predicate, value, datatype)):
            if isinstance(term, NamedNode) and described.misses(term.value):
                path, line = places.place_of(statement)
                focus = places.name(subject)
                yield undefined(term.value, described, places, path=path, line=line, focus=focus)


def undefined(
    iri: str,
    described: Described,
    places: Places,
    *,
    path: str | None,
    line: int | None,
    focus: str | None = None,
) -> Problem:
    """Build the problem that a name stands for nothing, with the closest name that does."""
    name = places.name(NamedNode(iri))
    nearest = described.nearest(iri)
    where = "ontology/" if iri.startswith(OL) else "a file in data/"
    return Problem(
        path=path,
        line=line,
        rule="link/undeclared-term" if iri.startswith(OL) else "link/dangling",
        focus=focus,
        message=f"{name} is not defined",
        remedy=f"Did you mean {places.name(NamedNode(nearest))}?"
        if nearest
        else f"Describe {name} in {where}, or correct the name.",
    )


def _namespace(iri: str) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/"))
    rest = iri.removeprefix(BASE)
    kind, slash, _ = rest.partition("/")
    return f"{BASE}{kind}/" if slash and "#" not in iri else iri[: cut + 1]

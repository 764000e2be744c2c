"""Dangling references: names of ours that are used, but about which nothing is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from pyoxigraph import NamedNode

from offlabel.names import close_matches
from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Lookup, Node
from offlabel.terms import BASE, GRAPH, OL
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

_MANY = 5  # uses from which on a name is taken for meant
_POINTING_ELSEWHERE = {
    NamedNode(owl.OWL + name) for name in ("versionIRI", "priorVersion", "imports")
}


class Described:
    """Know every IRI of ours that stands for something, and the nearest one to a slip.

    A thing or a term stands for something when it has a type; a shape, when anything is said of it.
    """

    def __init__(self, find: Callable[[], Iterable[str]]) -> None:
        """Take what finds the IRIs that are described, and those of functions of rules."""
        self._find = find
        self._nearest: dict[str, str | None] = {}

    @cached_property
    def _iris(self) -> set[str]:
        return {iri for iri in self._find() if iri.startswith(BASE)}

    @cached_property
    def _by_namespace(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self._iris):
            found[_namespace(iri)].append(iri)
        return found

    def misses(self, iri: str) -> bool:
        """Say whether an IRI is ours and stands for nothing."""
        return is_ours(iri) and iri not in self._iris

    def nearest(self, iri: str) -> str | None:
        """Find the described IRI of the same kind whose name is closest, if any is close."""
        if iri not in self._nearest:
            self._nearest[iri] = self._find_nearest(iri)
        return self._nearest[iri]

    def _find_nearest(self, iri: str) -> str | None:
        namespace = _namespace(iri)
        choices = self._by_namespace.get(namespace, [])
        wanted = iri.removeprefix(namespace)
        found = close_matches(wanted, {name.removeprefix(namespace): name for name in choices})
        return found[0] if found else None


def is_ours(iri: str) -> bool:
    """Say whether an IRI of ours has to stand for something: graphs and namespaces need not."""
    return iri.startswith(BASE) and not iri.startswith(GRAPH) and not iri.endswith(("/", "#"))


def check_links(
    facts: Lookup, missing: Iterable[str], described: Described, places: Places
) -> Iterator[Problem]:
    """Find every use of IRIs of ours that stand for nothing, as a subject too."""
    for iri in missing:
        term = NamedNode(iri)
        uses = dict.fromkeys((*facts.using(term), *facts.to(term), *facts.typed(term)))
        is_lost = len(uses) >= _MANY
        if facts.has_subject(term):
            path, line = places.place(term)
            yield undefined(iri, described, places, path=path, line=line)
        for statement in uses:
            if statement.predicate in _POINTING_ELSEWHERE:
                continue
            path, line = places.place_of(statement)
            focus = statement.subject
            yield undefined(
                iri, described, places, path=path, line=line, focus=focus, is_lost=is_lost
            )


def undefined(
    iri: str,
    described: Described,
    places: Places,
    *,
    path: str | None,
    line: int | None,
    focus: Node | None = None,
    is_lost: bool = False,
) -> Problem:
    """Build the problem that a name stands for nothing, with the closest name that does.

    What many statements use (`is_lost`) is no slip of the pen: its description is missing.
    """
    name = places.name(NamedNode(iri))
    nearest = described.nearest(iri)
    where = "ontology/" if iri.startswith(OL) else "a file in data/"
    return Problem(
        path=path,
        line=line,
        rule="link/undeclared-term" if iri.startswith(OL) else "link/dangling",
        focus=places.name(focus) if focus else None,
        about=places.owner(focus) if focus else iri,
        message=f"{name} is not defined",
        remedy=f"Did you mean {places.name(NamedNode(nearest))}?"
        if nearest and not is_lost
        else f"Describe {name} in {where}, or correct the name.",
    )


def _namespace(iri: str) -> str:
    cut = max(iri.rfind("#"), iri.rfind("/"))
    rest = iri.removeprefix(BASE)
    kind, slash, _ = rest.partition("/")
    return f"{BASE}{kind}/" if slash and "#" not in iri else iri[: cut + 1]

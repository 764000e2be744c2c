"""The order of conditions: those in question before adjacent ones, a form below what it is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from offlabel.queries.table import Table
from offlabel.stores.base import Store
from offlabel.terms import prefixes

_QUERY = """
SELECT DISTINCT ?condition ?label ?wider ?isAdjacent
WHERE {
  ?condition a/rdfs:subClassOf* ol:Condition ; rdfs:label ?label .
  OPTIONAL { ?condition ol:subtypeOf+ ?wider . FILTER (?wider != ?condition) }
  BIND (EXISTS { ?condition ol:subtypeOf*/ol:adjacentTo ?near } AS ?isAdjacent)
}
ORDER BY ?condition ?label ?wider
"""

# What adjacent conditions are next to: the widest group of conditions above it.
_DOMAIN = """
SELECT DISTINCT ?label
WHERE {
  ?condition ol:adjacentTo/ol:subtypeOf* ?group .
  ?group a ol:ConditionGroup ; rdfs:label ?label .
  FILTER NOT EXISTS { ?group ol:subtypeOf ?wider . FILTER (?wider != ?group) }
}
ORDER BY ?label
"""


@dataclass(frozen=True)
class Place:
    """Where a condition stands: how far it is set in, and whether it is only adjacent."""

    iri: str
    label: str
    depth: int
    is_adjacent: bool


def arrange(store: Store, shown: Iterable[object]) -> list[Place]:
    """Return the conditions that are shown, in order."""
    chosen = set(map(str, shown))
    labels: dict[str, str] = {}
    wider: dict[str, set[str]] = defaultdict(set)
    adjacent: set[str] = set()
    found = store.select(prefixes().sparql() + _QUERY)
    for row in Table(found.variables, found.rows):
        iri = str(row["condition"])
        if iri not in chosen:
            continue
        labels.setdefault(iri, str(row["label"]))
        if str(row["wider"]) in chosen:
            wider[iri].add(str(row["wider"]))
        if row["isAdjacent"]:
            adjacent.add(iri)

    def path(iri: str) -> list[str]:
        """Return what a condition is a form of, the widest first, and itself."""
        above = sorted(wider[iri], key=lambda one: (-len(wider[one]), labels[one].casefold(), one))
        nearest = next((one for one in above if iri not in wider[one]), None)
        return [*(path(nearest) if nearest else []), iri]

    paths = {iri: path(iri) for iri in labels}
    ordered = sorted(
        labels,
        key=lambda iri: (
            paths[iri][0] in adjacent,
            [(labels[one].casefold(), one) for one in paths[iri]],
        ),
    )
    return [
        Place(iri, labels[iri], len(paths[iri]) - 1, paths[iri][0] in adjacent) for iri in ordered
    ]


def domain(store: Store) -> str:
    """Return the label of what adjacent conditions are next to, such as "skin disease"."""
    found = store.select(prefixes().sparql() + _DOMAIN)
    return str(next(iter(Table(found.variables, found.rows)), {}).get("label") or "the others")

"""What is advised for the conditions of a drug: by whom, in which place, reported or not."""

from __future__ import annotations

from dataclasses import dataclass

from offlabel.plots.base import Row, Scope, rows_from
from offlabel.stores.base import Store

# Each recommendation for a condition that a question on the drug is about.
_QUERY = """
SELECT DISTINCT ?drug ?recommendation ?condition ?place ?treatmentLabel ?forWhom ?isAgainst
       ?strength ?maker ?body ?reporter ?attribution ?isOfDrug ?asOf
WHERE {
  ?recommendation ol:recommends ?treatment ; ol:forCondition ?condition .
  FILTER EXISTS {
    ?question a ol:EvidenceQuestion ; ol:object ?condition ; ol:subject/ol:ofDrug ?drug .
  }
  OPTIONAL { ?recommendation ol:availableFrom ?since }
  FILTER (COALESCE(?since <= ?asOf, !BOUND(?asOf)))
  ?treatment rdfs:label ?treatmentLabel .
  OPTIONAL { ?recommendation ol:lineOfTherapy/ol:position ?place }
  OPTIONAL { ?recommendation ol:forPopulation/rdfs:label ?forWhom }
  OPTIONAL { ?recommendation ol:strength/rdfs:label ?strength }
  OPTIONAL {
    ?recommendation ol:madeBy ?guideline .
    ?guideline rdfs:label ?maker .
    OPTIONAL { ?guideline ol:publishedBy/rdfs:label ?body }
  }
  OPTIONAL { ?recommendation ol:reportedBy/rdfs:label ?reporter }
  OPTIONAL { ?recommendation ol:attributionAsPrinted ?attribution }
  BIND (EXISTS { ?recommendation ol:recommendationDirection ol:AgainstUse } AS ?isAgainst)
  BIND (?treatment = ?drug || EXISTS { ?treatment ol:hasMember ?drug } AS ?isOfDrug)
}
ORDER BY ?condition ?treatmentLabel ?recommendation ?forWhom ?strength ?body ?reporter
"""
LINES = {1: "first line", 2: "second line", 3: "third line"}
NO_PLACE, AGAINST = "no place stated", "advised against"
RUNGS = (*LINES.values(), NO_PLACE, AGAINST)


@dataclass(frozen=True)
class Advice:
    """One recommendation, each time it is made once."""

    row: Row

    @property
    def is_own(self) -> bool:
        """Say whether the body itself is known to have made it."""
        return self.row["maker"] is not None

    @property
    def rung(self) -> str:
        """Return the name of the rung on which it stands."""
        if self.row["isAgainst"]:
            return AGAINST
        place = self.row["place"]
        return LINES.get(int(str(place)), NO_PLACE) if place is not None else NO_PLACE

    @property
    def treatment(self) -> str:
        """Return what is advised."""
        return str(self.row["treatmentLabel"])

    @property
    def details(self) -> list[str]:
        """Return who says so, how strongly, and for whom."""
        if self.is_own:
            body, maker = self.row["body"], str(self.row["maker"])
            who = f"{body} ({maker})" if body else maker
        else:
            teller = str(self.row["reporter"] or "a source").partition(":")[0]
            what = self.row["attribution"]
            who = f"“{what}”, told by {teller}" if what else f"told by {teller}"
        return [str(it) for it in (who, self.row["strength"], self.row["forWhom"]) if it]


def read_ladder(store: Store, scope: Scope) -> list[Advice]:
    """Return the recommendations of a scope, each once, in order."""
    found: dict[object, Advice] = {}
    for row in rows_from(store, _QUERY, scope, "regimen"):
        if scope.has(row["condition"]):
            found.setdefault(row["recommendation"], Advice(row))
    return list(found.values())

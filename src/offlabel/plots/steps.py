"""The steps of a drug's mechanisms in columns by phase, and how far each was observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from offlabel.plots.base import Row, Scope, rows_from
from offlabel.queries.table import Value
from offlabel.stores.base import Store

# A step that claims assert is there since the first of them.
_STEPS = """
SELECT DISTINCT ?drug ?regimen ?regimenLabel ?mechanism ?mechanismLabel ?step ?position ?phase
       ?phaseLabel ?phasePlace ?subject ?relation ?sign ?object ?asOf
WHERE {
  ?regimen ol:ofDrug ?drug ; rdfs:label ?regimenLabel .
  ?mechanism a ol:Mechanism ;
             ol:forRegimenClass ?regimen ;
             rdfs:label ?mechanismLabel ;
             ol:hasStep ?step .
  ?step ol:position ?position ;
        ol:inPhase ?phase ;
        ol:subject/rdfs:label ?subject ;
        ol:relation ?verb ;
        ol:object/rdfs:label ?object .
  ?phase rdfs:label ?phaseLabel .
  OPTIONAL { ?phase ol:position ?phasePlace }
  ?verb rdfs:label ?relation .
  OPTIONAL { ?verb ol:sign ?sign }
  FILTER (
    NOT EXISTS { ?claim ol:asserts ?step }
    || EXISTS {
      ?claim ol:asserts ?step ; ol:madeIn ?source .
      OPTIONAL { ?source ol:lastUpdated ?updated }
      OPTIONAL { ?source ol:publishedOn ?published }
      OPTIONAL { ?source ol:year ?year }
      BIND (COALESCE(?updated, ?published, xsd:date(CONCAT(STR(?year), "-12-31"))) AS ?said)
      FILTER (COALESCE(?said <= ?asOf, !BOUND(?asOf)))
    }
  )
}
ORDER BY ?mechanismLabel ?mechanism ?position ?step ?subject ?object
"""
# What each observation that is there on the day covers, as rule 90-coverage reads it.
_SEEN = """
SELECT DISTINCT ?drug ?regimen ?step ?place ?asOf
WHERE {
  ?regimen ol:ofDrug ?drug .
  ?mechanism ol:forRegimenClass ?regimen ; ol:hasStep ?step .
  ?line ol:about ?step ;
        ol:from ?found ;
        ol:direction ?way ;
        ol:directness ?directness .
  OPTIONAL { ?line ol:availableFrom ?since }
  FILTER (COALESCE(?since <= ?asOf, !BOUND(?asOf)))
  OPTIONAL { ?found ol:underRegimen ?dose }
  BIND (IF(?way = ol:Disputes, ol:ContradictedOnly,
        IF(BOUND(?dose) && ?directness = ol:Exact, ol:CoveredExactly,
        IF(BOUND(?dose) && EXISTS { ?dose a ?regimen }, ol:CoveredInPart,
           ol:CoveredElsewhere))) AS ?coverage)
  FILTER (?way IN (ol:Supports, ol:Disputes))
  ?coverage ol:position ?place .
}
ORDER BY ?step ?place
"""
_COVERAGES = """
SELECT ?place ?label
WHERE { ?coverage a ol:CoverageValue ; ol:position ?place ; rdfs:label ?label }
ORDER BY ?place
"""
_LINKS = """
SELECT DISTINCT ?drug ?regimen ?step ?next
WHERE {
  ?regimen ol:ofDrug ?drug .
  ?mechanism ol:forRegimenClass ?regimen ; ol:hasStep ?step , ?next .
  ?step ol:leadsTo ?next .
}
ORDER BY ?step ?next
"""
_SIGNS = """
SELECT DISTINCT ?drug ?regimen ?mechanism ?phase ?first ?last ?net ?other
WHERE {
  ?regimen ol:ofDrug ?drug .
  ?mechanism ol:forRegimenClass ?regimen .
  ?sign a ol:PhaseSign ;
        ol:ofMechanism ?mechanism ;
        ol:ofPhase ?phase ;
        ol:opensWith ?first ;
        ol:endsWith ?last ;
        ol:netSign ?net .
  OPTIONAL { ?sign ol:opposedBy/ol:ofPhase ?other }
}
ORDER BY ?mechanism ?phase ?first ?last ?other
"""
_SIDE_BY_SIDE = 3


@dataclass(frozen=True)
class Phase:
    """One phase of a mechanism: what it is called, its columns of steps, its net signs."""

    label: str
    columns: list[list[Row]]
    net: tuple[int, ...]


@dataclass(frozen=True)
class Mechanism:
    """A mechanism: its phases in order, which step leads to which, phases of opposite sign."""

    label: str
    regimen: str
    phases: list[Phase]
    links: list[tuple[str, str]]
    is_phase_dependent: bool


def read_mechanisms(store: Store, scope: Scope) -> list[Mechanism]:
    """Return the mechanisms of a drug that have steps on the day, in order."""
    best: dict[Value, int] = {}
    for row in rows_from(store, _SEEN, scope):
        best.setdefault(row["step"], int(str(row["place"])))
    labels = {
        int(str(row["place"])): row["label"]
        for row in rows_from(store, _COVERAGES, scope, "drug", "regimen", "asOf")
    }
    steps: list[Row] = []
    for row in rows_from(store, _STEPS, scope):
        place = best.get(row["step"], max(labels, default=0))
        steps.append({**row, "coveragePlace": place, "coverage": labels.get(place)})
    shown = {str(row["step"]) for row in steps}
    links = [
        (str(row["step"]), str(row["next"]))
        for row in rows_from(store, _LINKS, scope, "asOf")
        if {str(row["step"]), str(row["next"])} <= shown
    ]
    signs = [
        row
        for row in rows_from(store, _SIGNS, scope, "asOf")
        if {str(row["first"]), str(row["last"])} <= shown
    ]
    names = dict.fromkeys(str(row["mechanism"]) for row in steps)
    return [
        _mechanism(
            [row for row in steps if row["mechanism"] == name],
            links,
            [row for row in signs if row["mechanism"] == name],
        )
        for name in names
    ]


def _mechanism(
    steps: Sequence[Row], links: Sequence[tuple[str, str]], signs: Sequence[Row]
) -> Mechanism:
    own = {str(row["step"]): row for row in steps}
    between = [(start, end) for start, end in links if start in own and end in own]
    phases = dict.fromkeys(
        str(row["phase"])
        for row in sorted(steps, key=lambda row: int(str(row["phasePlace"] or 99)))
    )
    found = []
    for phase in phases:
        members = {step: row for step, row in own.items() if row["phase"] == phase}
        inner = [(start, end) for start, end in between if {start, end} <= members.keys()]
        columns = _columns(members, inner)
        if len(phases) == 1 and not inner:
            columns = [[row] for row in members.values()]
            wide = min(len(columns), _SIDE_BY_SIDE)
            columns = [[row for (row,) in columns[place::wide]] for place in range(wide)]
        net = sorted({int(str(row["net"])) for row in signs if row["phase"] == phase})
        label = str(next(iter(members.values()))["phaseLabel"])
        found.append(Phase(label, columns, tuple(net)))
    here = {str(row["phase"]) for row in signs}
    first = steps[0]
    return Mechanism(
        str(first["mechanismLabel"]),
        str(first["regimenLabel"]),
        found,
        between,
        any(str(row["other"]) in here for row in signs),
    )


def _columns(members: dict[str, Row], links: Sequence[tuple[str, str]]) -> list[list[Row]]:
    """Put each step of a phase one column after the last that leads to it."""
    depth = dict.fromkeys(members, 0)
    for _ in members:
        for start, end in links:
            depth[end] = min(max(depth[end], depth[start] + 1), len(members) - 1)
    columns = sorted(set(depth.values()))
    return [[row for step, row in members.items() if depth[step] == place] for place in columns]

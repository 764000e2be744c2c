"""How the evidence on each question grew: its findings by day, and its states one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from offlabel.plots.base import Row, Scope, rows_from
from offlabel.stores.base import Store

_STATES = """
SELECT DISTINCT ?drug ?regimen ?regimenLabel ?condition ?question ?from ?until ?state ?asOf
WHERE {
  ?question a ol:EvidenceQuestion ; ol:subject ?regimen ; ol:object ?condition .
  ?regimen ol:ofDrug ?drug ; rdfs:label ?regimenLabel .
  ?assessment a ol:Assessment ;
              ol:about ?question ;
              ol:validFrom ?from ;
              ol:state/rdfs:label ?state .
  OPTIONAL { ?assessment ol:validUntil ?until }
  FILTER (COALESCE(?from <= ?asOf, true))
}
ORDER BY ?regimenLabel ?question ?from ?until ?state
"""
# The findings on just the question, those that another represents included.
_LINES = """
SELECT DISTINCT ?drug ?regimen ?question ?line ?study ?studyLabel ?design ?place ?direction ?from
       ?until ?people ?isWeighed ?asOf
WHERE {
  ?question a ol:EvidenceQuestion ; ol:subject ?regimen .
  ?regimen ol:ofDrug ?drug .
  ?line a ol:EvidenceLine ;
        ol:about ?question ;
        ol:directness ol:Exact ;
        ol:ofStudy ?study ;
        ol:availableFrom ?from ;
        ol:direction/rdfs:label ?direction .
  FILTER (COALESCE(?from <= ?asOf, true))
  OPTIONAL { ?line ol:availableUntil ?until }
  OPTIONAL { ?line ol:people ?people }
  ?study rdfs:label ?studyLabel ; ol:hasDesign ?kind .
  ?kind rdfs:label ?design .
  OPTIONAL { ?kind ol:position ?place }
  BIND (EXISTS {
    ?assessment ol:about ?question ; ol:weighs ?line ; ol:validFrom ?since .
    OPTIONAL { ?assessment ol:validUntil ?end }
    FILTER (COALESCE(?since <= ?asOf, true) && COALESCE(?end > ?asOf, !BOUND(?end)))
  } AS ?isWeighed)
}
ORDER BY ?question ?from ?studyLabel ?line
"""


@dataclass
class Question:
    """One kind of regimen in one condition: its states one after the other, and its findings."""

    regimen: str
    condition: str
    states: list[tuple[date, date | None, str]] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)


def read_questions(store: Store, scope: Scope) -> list[Question]:
    """Return the questions of a scope, in order; those without a study only by name."""
    found: dict[str, Question] = {}
    for row in rows_from(store, _STATES, scope):
        if not scope.has(row["condition"]):
            continue
        new = Question(str(row["regimenLabel"]), str(row["condition"]))
        states = found.setdefault(str(row["question"]), new).states
        start, end, state = day_of(row["from"]), _end(row, scope), str(row["state"])
        if states and states[-1][2] == state:
            start = states.pop()[0]
        states.append((start, end, state))
    for row in rows_from(store, _LINES, scope):
        if str(row["question"]) in found:
            found[str(row["question"])].lines.append({**row, "until": _end(row, scope)})
    return [it for it in found.values() if it.lines or scope.conditions]


def day_of(value: object) -> date:
    """Return a day, or the earliest where there is none."""
    return value if isinstance(value, date) else date.min


def _end(row: Row, scope: Scope) -> date | None:
    """Return the day on which something ended, unless that is later than the day asked for."""
    end = row["until"]
    is_known = isinstance(end, date) and (scope.as_of is None or end <= scope.as_of)
    return day_of(end) if is_known else None

"""The sources as they stood on a day: what was published, said or searched later is taken out.

What depends on something taken out alone goes with it: a study with its only report, an arm with
its study, a claim with its page, a proposition with its last claim. What has no date is taken out
too, since it may be later. Rules run on the rest, so nothing later can show in what they derive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from offlabel.terms import OL, RDF

Term = NamedNode | BlankNode | Literal | Triple

_TYPE = NamedNode(RDF + "type")
_SOURCES = {NamedNode(OL + name) for name in ("PrimarySource", "SecondarySource", "TertiarySource")}
_DAYS = [NamedNode(OL + name) for name in ("lastUpdated", "publishedOn")]
_YEAR = NamedNode(OL + "year")
_RETRACTED = NamedNode(OL + "retractedOn")
_SEARCHED = NamedNode(OL + "searchedOn")
_STUDY = NamedNode(OL + "Study")
_HAS_SOURCE = NamedNode("http://www.w3.org/ns/oa#hasSource")
# A subject rests on what these lead to, and goes when all of it has gone.
_RESTS_ON = {
    _HAS_SOURCE,
    *(
        NamedNode(OL + name)
        for name in (
            *("reportedIn", "drawnFrom", "madeIn", "madeBy", "statedBy", "reportedBy"),
            *("listedIn", "sectionOf", "resultOf", "flags", "hasStep"),
        )
    ),
}
# What these lead to rests on the subject.
_CARRIES = {NamedNode(OL + name) for name in ("hasArm", "hasPopulation", "asserts")}
# What has these needs each thing that they lead to.
_NEEDS = {NamedNode(OL + "hasSide")}


def as_of(quads: Iterable[Quad], day: date) -> list[Quad]:
    """Return the quads that hold on a day; of a year alone, its last day counts."""
    quads = list(quads)
    gone = _later(quads, day.isoformat())
    rests: dict[Term, set[Term]] = defaultdict(set)
    needs: dict[Term, set[Term]] = defaultdict(set)
    for quad in quads:
        if quad.predicate in _RESTS_ON:
            rests[quad.subject].add(quad.object)
        elif quad.predicate in _CARRIES:
            rests[quad.object].add(quad.subject)
        elif quad.predicate in _NEEDS:
            needs[quad.subject].add(quad.object)
    size = -1
    while size != len(gone):
        size = len(gone)
        gone |= {thing for thing, grounds in rests.items() if grounds <= gone}
        gone |= {thing for thing, parts in needs.items() if parts & gone}
    return [
        quad
        for quad in quads
        if quad.subject not in gone
        and quad.object not in gone
        and not (quad.predicate == _RETRACTED and _text(quad.object) > day.isoformat())
    ]


def _later(quads: Iterable[Quad], day: str) -> set[Term]:
    """Return sources and searches of a later day or of none, and studies without a report."""
    dated: dict[Term, str] = {}
    years: dict[Term, str] = {}
    sources: set[Term] = set()
    studies: set[Term] = set()
    reported: set[Term] = set()
    gone: set[Term] = set()
    for quad in quads:
        if quad.predicate == _TYPE and quad.object in _SOURCES:
            sources.add(quad.subject)
        elif quad.predicate == _TYPE and quad.object == _STUDY:
            studies.add(quad.subject)
        elif quad.predicate in _DAYS:
            is_better = quad.predicate == _DAYS[0] or quad.subject not in dated
            dated[quad.subject] = _text(quad.object) if is_better else dated[quad.subject]
        elif quad.predicate == _YEAR:
            years[quad.subject] = f"{_text(quad.object)}-12-31"
        elif quad.predicate == _SEARCHED and _text(quad.object) > day:
            gone.add(quad.subject)
        elif quad.predicate == NamedNode(OL + "reportedIn"):
            reported.add(quad.subject)
    gone |= {s for s in sources if dated.get(s, years.get(s, "9999-12-31")) > day}
    return gone | (studies - reported)


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal | NamedNode | BlankNode) else ""

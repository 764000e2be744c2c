"""Conditions, outcomes, regimens and kinds of regimen as EvidenceVariables.

A regimen is described by its drug with outside codes, its route and its daily dose; a kind of
regimen by the limits of its definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import BlankNode, NamedNode

from offlabel.exports.fhir.codes import coding, quantity
from offlabel.exports.fhir.words import LABEL, Graph, Resource, number, ol, reference, resource
from offlabel.exports.ledger import Ledger, Subject, Value
from offlabel.terms import OL, OWL, RDF, SKOS, XSD

KINDS = ("Condition", "Outcome", "PatientReportedOutcome", "Regimen", "RegimenClass")
STATUS = "active"
DOSE = "mg/d"
_DEFINITION = NamedNode(f"{SKOS}definition")
# The facets of a limit, and FHIR's signs where a range could not say that it is excluded.
_FACETS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<"}


def things(ledger: Ledger) -> frozenset[Value]:
    """Return what becomes an EvidenceVariable, and mark nothing."""
    return frozenset(thing for name in KINDS for thing in ledger.peek_kind(ol(name)))


def variables(graph: Graph) -> Iterator[Resource]:
    """Give an EvidenceVariable for each condition, regimen, kind of regimen and outcome."""
    for thing in sorted(graph.variables, key=str):
        if not isinstance(thing, Subject):
            continue
        coded = graph.concept(thing)
        yield resource(
            "EvidenceVariable",
            thing.value,
            graph.kinds(thing, KINDS),
            status=STATUS,
            title=coded.get("text"),
            description=graph.english(thing, _DEFINITION),
            characteristic=[{"definitionCodeableConcept": coded}, *_regimen(graph, thing)],
        )


def _regimen(graph: Graph, thing: Subject) -> Iterator[dict[str, Any]]:
    for name, words in (("ofDrug", "drug"), ("byRoute", "route")):
        found = graph.link(thing, name)
        if found is not None:
            yield _valued(name, words, valueCodeableConcept=graph.concept(found))
    yield from _dose(graph, thing)
    times = graph.decimal(thing, "timesPerDay")
    if times is not None:
        yield _valued("timesPerDay", "times a day", valueQuantity=quantity(times, "/d"))
    for limit, facet, value in limits(graph.ledger, thing):
        number_, sign = number(value), _FACETS[facet]
        low_or_high = "low" if facet.startswith("min") else "high"
        said = (
            {"valueRange": {low_or_high: quantity(number_, DOSE)}}
            if facet.endswith("Inclusive")
            else {"valueQuantity": quantity(number_, DOSE, sign)}
        )
        yield {**_valued(limit, "daily dose", **said), "description": f"{sign} {value} mg a day"}
    for kind in graph.ledger.peek(thing, NamedNode(f"{RDF}type")):
        if kind in graph.variables and isinstance(kind, NamedNode):
            graph.ledger.hold_value(thing, NamedNode(f"{RDF}type"), kind)
            label = next((value.value for value in graph.ledger.peek(kind, LABEL)), "")
            yield {"definitionReference": reference("EvidenceVariable", kind.value, label)}


def _dose(graph: Graph, thing: Subject) -> Iterator[dict[str, Any]]:
    """Give the dose that was taken: from the smallest to the largest amount on a day."""
    ends = (("low", "lowestDailyDose"), ("high", "highestDailyDose"))
    found = {end: graph.decimal(thing, name) for end, name in ends}
    said = {end: quantity(value, DOSE) for end, value in found.items() if value is not None}
    if said:
        dose = _valued("lowestDailyDose highestDailyDose", "daily dose", valueRange=said)
        printed = graph.text(thing, "doseAsPrinted")
        yield {**dose, "description": f"as printed: {printed}"} if printed else dose


def _valued(names: str, words: str, **value: Any) -> dict[str, Any]:
    kind = {"coding": [coding(OL + name) for name in names.split()], "text": words}
    return {"definitionByTypeAndValue": {"type": kind, **value}}


def limits(ledger: Ledger, thing: Subject) -> list[tuple[str, str, str]]:
    """Return property, facet and value of each limit in the OWL definition of a kind of regimen.

    Nothing is marked: the expression around the numbers is not written.
    """
    found = []
    for part in _listed(ledger, thing, f"{OWL}equivalentClass", f"{OWL}intersectionOf"):
        for limited in ledger.peek(part, NamedNode(f"{OWL}onProperty")):
            values = f"{OWL}someValuesFrom"
            for facets in _listed(ledger, part, values, f"{OWL}withRestrictions"):
                for facet in _FACETS:
                    for value in ledger.peek(facets, NamedNode(XSD + facet)):
                        found.append((limited.value.removeprefix(OL), facet, value.value))
    return sorted(found)


def _listed(ledger: Ledger, thing: Value, first: str, second: str) -> Iterator[Value]:
    """Give the members of the list that a path of two properties leads to."""
    for middle in ledger.peek(thing, NamedNode(first)):
        for start in ledger.peek(middle, NamedNode(second)):
            rest: Value | None = start
            while isinstance(rest, BlankNode):
                yield from ledger.peek(rest, NamedNode(f"{RDF}first"))
                rest = next(iter(ledger.peek(rest, NamedNode(f"{RDF}rest"))), None)

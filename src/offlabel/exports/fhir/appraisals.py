"""What is known of each question today as Evidence, with the certainty that rules derive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode

from offlabel.exports.fhir import codes
from offlabel.exports.fhir.codes import coding
from offlabel.exports.fhir.findings import KINDS, role
from offlabel.exports.fhir.variables import STATUS
from offlabel.exports.fhir.words import (
    LABEL,
    Graph,
    Resource,
    filled,
    identifier,
    ol,
    reference,
    resource,
)  # fmt: skip
from offlabel.exports.ledger import Subject, Value
from offlabel.terms import BASE, OL, XSD

STATE = f"{BASE}fhir/state"
DERIVED = "Derived by rule; no panel's judgement."
_SINCE = ol("validFrom")
# On which side of a question the terms differ, by the kind of difference.
_OF_POPULATION = frozenset(
    f"{BASE}factor/{name}" for name in ("in-vitro", "non-human", "other-condition", "other-tissue")
)


def appraisals(graph: Graph) -> Iterator[Resource]:
    """Give an Evidence for each question as it stands today, and the assessment of its grade."""
    ledger = graph.ledger
    for assessment in ledger.peek_kind(ol("Assessment")):
        question = graph.near(assessment, "about")
        regimen, condition = (graph.near(question, name) for name in ("subject", "object"))
        state = graph.near(assessment, "state")
        if ledger.has(assessment, ol("validUntil")) or None in (regimen, condition, state):
            continue
        if question is None or regimen is None or condition is None or state is None:
            continue
        ledger.hold_value(assessment, ol("about"), question)
        ledger.hold_value(assessment, ol("state"), state)
        for name, thing in (("subject", regimen), ("object", condition)):
            if thing in graph.variables:
                ledger.hold_value(question, ol(name), thing)
        says = graph.english(state) or ""
        names = [_label(graph, thing) for thing in (regimen, condition)]
        title = f"{names[0]} for {names[1]}: {says}"
        given = graph.link(assessment, "hasGrade")
        tag = {"system": STATE, "code": state.value.removeprefix(OL), "display": says}
        yield resource(
            "Evidence",
            assessment.value,
            [*graph.kinds(assessment, ("Assessment",)), filled(tag)],
            identifiers=[identifier(question.value, "question")],
            status=STATUS,
            title=title,
            date=_since(graph, assessment),
            relatedArtifact=_weighed(graph, assessment),
            variableDefinition=_roles(graph, assessment, regimen, condition),
            statistic=_size(graph, assessment),
            certainty=[*_certainty(graph, given), *_level(graph, assessment)],
        )
        if given is not None:
            yield _rating(graph, assessment, given, title)


def _label(graph: Graph, thing: Value) -> str:
    return next((value.value for value in graph.ledger.peek(thing, LABEL)), thing.value)


def _since(graph: Graph, assessment: Subject) -> str | None:
    found = graph.first(
        assessment,
        _SINCE,
        lambda value: getattr(value, "datatype", None) == NamedNode(f"{XSD}date"),
    )
    return None if found is None else found.value


def _lines(graph: Graph, assessment: Subject) -> tuple[Value, ...]:
    return graph.ledger.peek(assessment, ol("weighs"))


def _roles(
    graph: Graph, assessment: Subject, regimen: NamedNode, condition: NamedNode
) -> list[dict[str, Any]]:
    """Return population and exposure, with how well those of the findings match them."""
    steps = {True: 0, False: 0}
    for line in _lines(graph, assessment):
        for difference in graph.ledger.peek(line, ol("hasDifference")):
            kind = graph.near(difference, "ofKind")
            if kind is not None:
                costs = [int(each.value) for each in graph.ledger.peek(kind, ol("steps"))]
                side = kind.value in _OF_POPULATION
                steps[side] = max(steps[side], *costs, 1)
    found = []
    for kind_of_role, thing, is_of_population in (
        (codes.POPULATION, condition, True),
        (codes.EXPOSURE, regimen, False),
    ):
        more: dict[str, Any] = {"where": "intended"}
        if _lines(graph, assessment):
            more["directnessMatch"] = codes.DIRECTNESS[min(steps[is_of_population], 2)]
        found.append(role(graph, kind_of_role, thing, **more))
    return found


def _weighed(graph: Graph, assessment: Subject) -> list[dict[str, Any]]:
    """Return the findings that the state and the grade rest on."""
    results = {graph.near(line, "from") for line in _lines(graph, assessment)}
    known = {one for name in KINDS for one in graph.ledger.peek_kind(ol(name))}
    return [
        {"type": "derived-from", "resourceReference": reference("Evidence", result.value)}
        for result in sorted(results & known, key=str)
        if result is not None
    ]


def _size(graph: Graph, assessment: Subject) -> list[dict[str, Any]]:
    studies = {graph.near(line, "ofStudy") for line in _lines(graph, assessment)} - {None}
    size = {
        "numberOfStudies": len(studies) or None,
        "numberOfParticipants": graph.integer(assessment, "people"),
    }
    return [{"description": "body of evidence", "sampleSize": filled(size)}] if filled(size) else []


def _certainty(graph: Graph, given: NamedNode | None) -> Iterator[dict[str, Any]]:
    level = graph.link(given, "certainty") if given is not None else None
    if given is None or level is None:
        return
    start = graph.link(given, "startsAt")
    parts = []
    if start is not None:
        parts.append({"type": {"text": "where the certainty starts"}, "rating": graph.grade(start)})
    yield filled(
        {
            "description": DERIVED,
            "type": codes.OVERALL,
            "rating": graph.grade(level),
            "subcomponent": [*parts, *_reasons(graph, given)],
        }
    )


def _reasons(graph: Graph, given: NamedNode) -> Iterator[dict[str, Any]]:
    ledger = graph.ledger
    for factor in ledger.peek(given, ol("loweredBy")):
        if not isinstance(factor, NamedNode):
            continue
        ledger.hold_value(given, ol("loweredBy"), factor)
        kind = graph.link(factor, "ofKind")
        steps = graph.integer(factor, "steps")
        name = (graph.english(kind) or "") if kind is not None else ""
        domain = graph.near(kind, "inDomain")
        codings = []
        if kind is not None:
            codings.append(coding(kind.value, name))
            known = codes.DOMAINS.get(domain.value.removeprefix(OL)) if domain is not None else None
            if known is not None and domain is not None:
                codings += known["coding"]
                ledger.hold_value(kind, ol("inDomain"), domain)
        yield filled(
            {
                "description": _because(graph, factor, name),
                "note": [{"text": factor.value}],
                "type": filled({"coding": codings, "text": name}),
                "rating": _lowered(steps),
            }
        )


def _because(graph: Graph, factor: NamedNode, kind: str) -> str | None:
    """Return the reason: a string, or the name of the kind, which is in English."""
    said = graph.text(factor, "because")
    if said is not None:
        return said
    named = graph.first(factor, ol("because"), lambda value: value == Literal(kind, language="en"))
    return None if named is None else named.value


def _lowered(steps: int | None) -> dict[str, Any] | None:
    if steps is None:
        return None
    return {**codes.STEPS.get(steps, {}), "text": f"lowered by {steps}"}


def _level(graph: Graph, assessment: Subject) -> Iterator[dict[str, Any]]:
    level = graph.link(assessment, "level")
    if level is not None:
        kind = {"coding": [coding(f"{OL}level")], "text": "level of evidence (OCEBM 2011)"}
        yield {"description": DERIVED, "type": kind, "rating": graph.grade(level)}


def _rating(graph: Graph, assessment: Subject, given: NamedNode, title: str) -> Resource:
    ledger = graph.ledger
    level = graph.near(given, "certainty")
    if isinstance(assessment, NamedNode) and graph.near(given, "gradeOf") == assessment:
        ledger.hold_value(given, ol("gradeOf"), assessment)
    content = {
        "informationType": "rating",
        "type": {"text": "certainty derived by rule"},
        "classifier": [graph.grade(level)] if level is not None else [],
    }
    return resource(
        "ArtifactAssessment",
        given.value,
        graph.kinds(given, ("DerivedGrade",)),
        title=f"Certainty of: {title}",
        artifactReference=reference("Evidence", assessment.value),
        content=[filled(content)],
    )

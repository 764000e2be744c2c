"""Variables, findings, appraised evidence, assessments: each kind of resource from the graph."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from offlabel.exports.fhir.words import Resource, concept, grade, reference, resource
from offlabel.exports.ledger import Ledger, Subject, Value
from offlabel.terms import DCTERMS, OL

STATUS = "active"
_VARIABLES = ("Condition", "RegimenClass", "Regimen", "Outcome")
_PATIENT_OUTCOME = "PatientReportedOutcome"


def ol(name: str) -> NamedNode:
    """Return a term of the ontology."""
    return NamedNode(OL + name)


def variables(ledger: Ledger) -> Iterator[Resource]:
    """Give an EvidenceVariable for each condition, regimen, kind of regimen and outcome."""
    for thing in ledger.of_kind(*(ol(name) for name in (*_VARIABLES, _PATIENT_OUTCOME))):
        coded = concept(ledger, thing)
        said: dict[str, Any] = {"definitionCodeableConcept": coded}
        yield resource(
            "EvidenceVariable",
            thing.value,
            status=STATUS,
            title=coded.get("text"),
            description=_dose(ledger, thing),
            characteristic=[said],
        )


def findings(ledger: Ledger) -> Iterator[Resource]:
    """Give an Evidence for each counted result: k of n, the proportion and its interval."""
    for result in ledger.of_kind(ol("CountResult")):
        count, total = (_integer(ledger, result, name) for name in ("count", "outOf"))
        if count is None or total is None:
            continue
        arm = ledger.value(result, ol("resultOf"))
        roles = []
        if arm is not None:
            roles += _roles(ledger, "exposure", ledger.values(arm, ol("receives")))
            for study in ledger.users(arm, ol("hasArm")):
                roles += _roles(ledger, "population", ledger.values(study, ol("inCondition")))
        measured = ledger.value(result, ol("measures"))
        if measured is not None:
            roles += _roles(ledger, "measuredVariable", (measured,))
        yield resource(
            "Evidence",
            result.value,
            status=STATUS,
            title=ledger.text(result),
            relatedArtifact=_reports(ledger, arm),
            variableDefinition=roles or _roles_unknown(),
            statistic=[_statistic(ledger, result, count, total)],
        )


def appraisals(ledger: Ledger) -> Iterator[Resource]:
    """Give an Evidence for each question with a grade that holds today, and its assessment."""
    for assessment in ledger.of_kind(ol("Assessment")):
        question = ledger.value(assessment, ol("about"))
        if question is None or ledger.has(assessment, ol("validUntil")):
            continue
        regimen = ledger.value(question, ol("subject"))
        condition = ledger.value(question, ol("object"))
        state = ledger.value(assessment, ol("state"))
        if regimen is None or condition is None or state is None:
            continue
        given = ledger.value(assessment, ol("hasGrade"))
        names = [ledger.text(thing) or "" for thing in (regimen, condition, state)]
        title = f"{names[0]} for {names[1]}: {names[2]}"
        people = _integer(ledger, assessment, "people")
        size = {"numberOfParticipants": people} if people else {}
        if ledger.has(assessment, ol("weighs")):
            size["numberOfStudies"] = len(ledger.values(assessment, ol("weighs")))
        yield resource(
            "Evidence",
            assessment.value,
            status=STATUS,
            title=title,
            variableDefinition=[
                *_roles(ledger, "population", (condition,)),
                *_roles(ledger, "exposure", (regimen,)),
            ],
            statistic=[{"sampleSize": size}] if size else None,
            certainty=_certainty(ledger, given) if given is not None else None,
        )
        if given is not None:
            yield _rating(ledger, assessment, given, title)


def recommendations(ledger: Ledger) -> Iterator[Resource]:
    """Give an ArtifactAssessment for each grade that a body gave, or is said to have given."""
    for advice in ledger.of_kind(ol("Recommendation"), ol("ReportedRecommendation")):
        ratings = []
        for name in ("strength", "quality"):
            found = ledger.value(advice, ol(name))
            if found is not None:
                ratings.append(
                    {
                        "informationType": "rating",
                        "type": {"text": f"{name} of the recommendation"},
                        "classifier": [grade(ledger, found)],
                        "summary": ledger.text(advice, ol(f"{name}AsPrinted")),
                    }
                )
        by = ledger.value(advice, ol("madeBy")) or ledger.value(advice, ol("reportedBy"))
        about = ledger.value(advice, NamedNode(f"{DCTERMS}source"))
        artifact = about or by
        if artifact is None:
            continue
        kept = [{key: value for key, value in one.items() if value} for one in ratings]
        yield resource(
            "ArtifactAssessment",
            advice.value,
            title=ledger.text(advice),
            artifactUri=artifact.value,
            citeAsMarkdown=ledger.text(by) if by is not None else None,
            content=kept,
        )


def _certainty(ledger: Ledger, given: Value) -> list[dict[str, Any]]:
    level = ledger.value(given, ol("certainty"))
    if level is None:
        return []
    reasons = []
    for factor in ledger.values(given, ol("loweredBy")):
        kind = ledger.value(factor, ol("ofKind"))
        name = (ledger.text(kind) or "") if kind is not None else ""
        steps = ledger.text(factor, ol("steps"))
        because = ledger.text(factor, ol("because")) or ""
        reasons.append({"description": f"{name}: {because}", "type": {"text": name},
                        "rating": {"text": f"lowered by {steps}"}})  # fmt: skip
    found: dict[str, Any] = {
        "description": "Derived by rule; no panel's judgement.",
        "type": {"text": "overall certainty"},
        "rating": grade(ledger, level),
    }
    return [{**found, "subcomponent": reasons} if reasons else found]


def _rating(ledger: Ledger, assessment: Subject, given: Value, title: str) -> Resource:
    level = ledger.value(given, ol("certainty"))
    content = {
        "informationType": "rating",
        "type": {"text": "certainty derived by rule"},
        "classifier": [grade(ledger, level)] if level is not None else [],
    }
    return resource(
        "ArtifactAssessment",
        given.value,
        title=f"Certainty of: {title}",
        artifactReference=reference("Evidence", assessment.value),
        content=[content],
    )


def _statistic(ledger: Ledger, result: Subject, count: int, total: int) -> dict[str, Any]:
    low, high = (ledger.text(result, ol(name)) for name in ("intervalLow", "intervalHigh"))
    proportion = ledger.text(result, ol("proportion"))
    found: dict[str, Any] = {
        "description": f"{count} of {total}",
        "statisticType": {"text": "proportion"},
        "numberOfEvents": count,
        "numberAffected": count,
        "sampleSize": {"numberOfParticipants": total, "numberOfStudies": 1},
    }
    if proportion is not None:
        found["quantity"] = {"value": float(Decimal(proportion))}
    if low is not None and high is not None:
        ends = {"low": {"value": float(Decimal(low))}, "high": {"value": float(Decimal(high))}}
        found["attributeEstimate"] = [
            {"type": {"text": "95% Wilson interval"}, "level": 0.95, "range": ends}
        ]
    return found


def _roles(ledger: Ledger, role: str, things: tuple[Value, ...]) -> list[dict[str, Any]]:
    return [
        {
            "variableRole": {"text": role},
            "observed": reference("EvidenceVariable", thing.value, ledger.text(thing) or ""),
        }
        for thing in things
    ]


def _roles_unknown() -> list[dict[str, Any]]:
    return [{"variableRole": {"text": "population"}, "description": "not stated"}]


def _reports(ledger: Ledger, arm: Value | None) -> list[dict[str, Any]]:
    if arm is None:
        return []
    return [
        {"type": "derived-from", "resourceReference": reference("Citation", source.value)}
        for study in ledger.users(arm, ol("hasArm"))
        for source in ledger.values(study, ol("reportedIn"))
    ]


def _dose(ledger: Ledger, thing: Subject) -> str | None:
    low, high = (ledger.text(thing, ol(f"{end}DailyDose")) for end in ("lowest", "highest"))
    if low is None and high is None:
        return None
    same = low == high or low is None or high is None
    return f"{low or high} mg a day" if same else f"{low} to {high} mg a day"


def _integer(ledger: Ledger, subject: Subject, name: str) -> int | None:
    text = ledger.text(subject, ol(name))
    return int(text) if text else None

"""Results of studies as Evidence: counts, measures, comparisons, and findings in words.

What a source gives in words only has a description and no statistic. Studies and arms are no
resources here: what they say of a result is written in its Evidence, and marked as held only where
it can be taken apart again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from offlabel.exports.fhir import codes
from offlabel.exports.fhir.codes import quantity
from offlabel.exports.fhir.variables import STATUS
from offlabel.exports.fhir.words import (
    LABEL,
    Graph,
    Resource,
    filled,
    number,
    ol,
    reference,
    resource,
)  # fmt: skip
from offlabel.exports.ledger import Subject, Value
from offlabel.terms import BASE, OL

KINDS = ("CountResult", "MeasureResult", "ComparisonResult", "NarrativeResult")
DIRECTION = f"{BASE}fhir/direction"
BEFORE, AFTER, DIFFERENCE = "before treatment", "with treatment", "difference from the comparator"
_BOUNDED = re.compile(r"([<>]=?)\s*(0?\.\d+)")


def findings(graph: Graph) -> Iterator[Resource]:
    """Give an Evidence for each result, in the order of their ids."""
    results = {one for name in KINDS for one in graph.ledger.peek_kind(ol(name))}
    for result in sorted(results, key=str):
        direction = graph.link(result, "direction")
        tags = graph.kinds(result, KINDS)
        says = (graph.english(direction) or "") if direction is not None else ""
        if direction is not None:
            code = direction.value.removeprefix(OL)
            tags.append({"system": DIRECTION, "code": code, **({"display": says} if says else {})})
        yield resource(
            "Evidence",
            result.value,
            tags,
            status=STATUS,
            title=graph.english(result),
            description=graph.text(result, "finding"),
            assertion=f"Direction of the finding: {says}" if says else None,
            relatedArtifact=_reports(graph, result),
            variableDefinition=_roles(graph, result),
            statistic=list(_statistics(graph, result)),
        )


def role(graph: Graph, kind: dict[str, Any], thing: Value, **more: Any) -> dict[str, Any]:
    """Return the part of a variable, by reference where it is in the bundle; marks nothing."""
    label = next((value.value for value in graph.ledger.peek(thing, LABEL)), thing.value)
    if thing in graph.variables:
        where = more.pop("where", "observed")
        return {"variableRole": kind, where: reference("EvidenceVariable", thing.value, label),
                **more}  # fmt: skip
    more.pop("where", None)
    return {"variableRole": kind, "description": label, **more}


def _roles(graph: Graph, result: Subject) -> list[dict[str, Any]]:
    ledger = graph.ledger
    arm = graph.near(result, "resultOf")
    studies = ledger.peek_users(arm, ol("hasArm")) if arm is not None else ()
    own = ledger.peek(result, ol("forCondition"))
    people = own or tuple(c for study in studies for c in ledger.peek(study, ol("inCondition")))
    roles = [role(graph, codes.POPULATION, condition) for condition in people]
    if arm is not None:
        taken = ledger.peek(arm, ol("receives"))
        roles += [role(graph, codes.EXPOSURE, regimen) for regimen in taken]
        other = graph.near(arm, "comparedWith")
        against = [*_taken(graph, other), *_taken(graph, arm, "control")]
        roles += [role(graph, codes.REFERENCE_EXPOSURE, thing) for thing in against]
    measured = graph.near(result, "measures")
    if measured is not None:
        if measured in graph.variables:
            graph.link(result, "measures")
        scale = graph.text(result, "scale")
        note = {"note": [{"text": f"Scale: {scale}"}]} if scale else {}
        roles.append(role(graph, codes.MEASURED, measured, **note))
    return roles or [{"variableRole": codes.POPULATION, "description": "not stated"}]


def _taken(graph: Graph, arm: Value | None, *names: str) -> list[Value]:
    if arm is None:
        return []
    return [
        each
        for name in names or ("receives", "control")
        for each in graph.ledger.peek(arm, ol(name))
    ]


def _statistics(graph: Graph, result: Subject) -> Iterator[dict[str, Any]]:
    p = _p_value(graph, result)
    found = [*_counted(graph, result), *_measured(graph, result)]
    if p and found:
        found[-1].setdefault("attributeEstimate", []).append(p)
    elif p:
        found = [{"description": "test of the finding", "attributeEstimate": [p]}]
    yield from found
    for name, kind, how in (
        ("riskDifference", codes.RISK_DIFFERENCE, "Newcombe's interval"),
        ("riskRatio", codes.RELATIVE_RISK, "Katz's interval on the log scale"),
    ):
        value = graph.decimal(result, name)
        if value is not None:
            yield filled(
                {
                    "description": "against the compared arm, derived by rule",
                    "statisticType": kind,
                    "quantity": quantity(value, "1"),
                    "attributeEstimate": _interval(graph, result, name, codes.INTERVAL, **_by(how)),
                }
            )


def _counted(graph: Graph, result: Subject) -> Iterator[dict[str, Any]]:
    ledger = graph.ledger
    if not (ledger.has(result, ol("count")) and ledger.has(result, ol("outOf"))):
        return
    count, total = (graph.integer(result, name) for name in ("count", "outOf"))
    proportion = graph.decimal(result, "proportion")
    category = graph.link(result, "category")
    printed = graph.text(result, "percentageAsPrinted")
    yield filled(
        {
            "description": f"{count} of {total}",
            "note": [{"text": f"As printed: {printed}"}] if printed else None,
            "statisticType": codes.PROPORTION,
            "category": graph.concept(category) if category is not None else None,
            "quantity": quantity(proportion, "1") if proportion is not None else None,
            "numberAffected": count,
            "sampleSize": {"numberOfStudies": 1, "numberOfParticipants": total},
            "attributeEstimate": _interval(
                graph, result, "interval", codes.INTERVAL, **_by("Wilson's interval")
            ),
        }
    )


def _measured(graph: Graph, result: Subject) -> Iterator[dict[str, Any]]:
    estimate = graph.decimal(result, "estimate")
    before = graph.decimal(result, "baselineValue")
    if estimate is None and before is None:
        return
    unit = graph.text(result, "unit") or "1"
    if before is not None:
        yield {
            "description": BEFORE,
            "statisticType": codes.MEAN,
            "quantity": quantity(before, unit),
        }
    if estimate is not None:
        is_difference = result in graph.ledger.peek_kind(ol("ComparisonResult"))
        scale = next((value.value for value in graph.ledger.peek(result, ol("scale"))), "")
        what = DIFFERENCE if is_difference else AFTER
        # The source's interval has no level on record, so none is claimed.
        printed = {"text": "interval printed by the source"}
        yield filled(
            {
                "description": what,
                "statisticType": codes.BY_SCALE.get(scale, {"text": what}),
                "quantity": quantity(estimate, unit),
                "attributeEstimate": _interval(graph, result, "estimate", printed, unit),
            }
        )


def _by(method: str) -> dict[str, Any]:
    return {"description": f"{method}, derived by rule", "level": 95}


def _interval(
    graph: Graph, result: Subject, name: str, kind: dict[str, Any], unit: str = "1", **more: Any
) -> list[dict[str, Any]]:
    """Return an interval whose ends are in the properties `name` with Low and High."""
    found = {end: graph.decimal(result, f"{name}{end.capitalize()}") for end in ("low", "high")}
    limits = {end: quantity(value, unit) for end, value in found.items() if value is not None}
    return [{"type": kind, "range": limits, **more}] if limits else []


def _p_value(graph: Graph, result: Subject) -> dict[str, Any]:
    """Return p; one that is only bounded keeps its sign and the characters of the source."""
    value, printed = graph.decimal(result, "pValue"), graph.text(result, "pAsPrinted")
    if value is None and not printed:
        return {}
    found: dict[str, Any] = {"type": codes.P_VALUE}
    if printed:
        found["description"] = f"as printed: {printed}"
    bounded = _BOUNDED.fullmatch(printed or "")
    if value is not None:
        found["quantity"] = quantity(value, "1")
    elif bounded:
        found["quantity"] = quantity(number(bounded[2]), "1", bounded[1])
    return found


def _reports(graph: Graph, result: Subject) -> list[dict[str, Any]]:
    arm = graph.near(result, "resultOf")
    studies = graph.ledger.peek_users(arm, ol("hasArm")) if arm is not None else ()
    return [
        {"type": "derived-from", "resourceReference": reference("Citation", source.value)}
        for study in studies
        for source in graph.ledger.peek(study, ol("reportedIn"))
        if source in graph.sources
    ]

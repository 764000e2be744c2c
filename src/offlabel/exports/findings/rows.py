"""Rows by outcome: what several studies found, line by line, in the same order in each cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.exports.findings.model import Cell, Line, Row, Span, line
from offlabel.exports.findings.record import Records, ol


@dataclass(frozen=True)
class Finding:
    """One result of one study, and how it differs from the question."""

    result: NamedNode
    study: NamedNode
    people: str
    differences: str = ""


def facts(
    regimen: NamedNode, condition: NamedNode, main: list[Finding], records: Records
) -> list[tuple[str, Line]]:
    """Return people, setting, intervention and comparison, as GRADE has them above a table."""
    against = {thing: None for one in main for thing in records.comparators(one.result)}
    names = ", ".join(records.label(thing) for thing in against) or "none"
    return [
        ("People", line(f"with {records.label(condition)}")),
        ("Setting", line("not on record")),
        ("Intervention", line(records.label(regimen))),
        ("Comparison", line(names)),
    ]


def further(main: list[Finding], condition: NamedNode, records: Records) -> Iterable[Finding]:
    """Give the other results of the arms that the main findings are of."""
    seen = {one.result for one in main}
    for one in main:
        arm = records.arm(one.result)
        if arm is None:
            continue
        for result in records.graph.peek_users(arm, ol("resultOf")):
            own = records.graph.peek(result, ol("forCondition"))
            if (
                result in seen
                or not isinstance(result, NamedNode)
                or (own and condition not in own)
            ):
                continue
            if records.near(result, "measures") is None:
                continue
            seen.add(result)
            yield Finding(result, one.study, records.people(result))


def rows(findings: Iterable[Finding], certainty: Line, records: Records) -> list[Row]:
    """Return a row for each outcome, in the order of their names."""
    outcomes: dict[NamedNode | None, list[Finding]] = {}
    for one in findings:
        outcomes.setdefault(records.near(one.result, "measures"), []).append(one)
    named = {
        outcome: records.named(outcome) if outcome is not None else Span("not named")
        for outcome in outcomes
    }
    return [
        _row(outcome, named[outcome], outcomes[outcome], certainty, records)
        for outcome in sorted(outcomes, key=lambda each: named[each].text)
    ]


def _row(
    outcome: NamedNode | None, name: Span, found: list[Finding], certainty: Line, records: Records
) -> Row:
    who = [Span(records.short(one.study), one.result.value) for one in found]
    if outcome is not None:
        for one in found:
            records.hold(one.result, ol("measures"), outcome)
    pairs = list(zip(found, who, strict=True))
    return Row(
        (line(name),),
        tuple(records.comparison(one.result, each) for one, each in pairs),
        tuple(records.intervention(one.result, each) for one, each in pairs),
        tuple(records.relative(one.result, each) for one, each in pairs),
        _participants(found),
        (certainty,),
        tuple(records.comment(one.result, one.study, one.differences) for one in found),
    )


def _participants(found: list[Finding]) -> Cell:
    known = {one.study: int(one.people) for one in found if one.people}
    studies = len({one.study for one in found})
    count = people(str(sum(known.values()))) if known else "not on record"
    return (line(f"{count} ({studies} {'study' if studies == 1 else 'studies'})"),)


def people(count: str) -> str:
    """Return a number of people in words."""
    return "1 person" if count == "1" else f"{count} people" if count else "not on record"

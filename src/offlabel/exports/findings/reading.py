"""The summaries of a selection, by condition: first those with direct evidence.

State and certainty come from the saved queries under queries/evidence/, so they are there only
where the selection has what rules derive. Without it, each study stands under its own regimen.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Store

from offlabel.evidence.appraisal import Appraisal, read_evidence
from offlabel.evidence.evidencemap import CERTAINTIES
from offlabel.exports.findings.asserted import asserted
from offlabel.exports.findings.model import Line, Section, Span, Summary, line, plain
from offlabel.exports.findings.record import Records, ol
from offlabel.exports.findings.rows import Finding, facts, further, people, rows
from offlabel.exports.ledger import Value
from offlabel.exports.selection import Selection
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.memory import OxigraphStore

_ASSERTED, _DERIVED = "asserted", "derived"


def summaries(selection: Selection) -> list[Summary]:
    """Return the conditions of a selection; those with tables come first, then by name."""
    whole = selection
    if selection.things is not None:
        whole = Selection(selection.store, selection.parts, None, selection.roots)
    records = Records(whole.ledger, selection.ledger)
    if _DERIVED in selection.parts:
        found = _appraised(selection, records)
    else:
        found = asserted(selection, records)
    return sorted(
        found,
        key=lambda one: (not one.sections, plain(one.condition).casefold(), plain(one.condition)),
    )


def _appraised(selection: Selection, records: Records) -> list[Summary]:
    store = _store(selection)
    appraisals: dict[str, list[Appraisal]] = {}
    for drug in records.graph.peek_kind(ol("Drug")):
        if isinstance(drug, NamedNode):
            for each in read_evidence(store, selection.sources, drug.value).appraisals:
                appraisals.setdefault(str(each.overview["condition"]), []).append(each)
    reported = _reported(store, selection, records)
    found = []
    for name, group in appraisals.items():
        condition = NamedNode(name)
        if selection.things is not None and condition not in selection.things:
            continue
        direct = [each for each in group if each.weighed and not each.is_indirect]
        bare = [each for each in group if each not in direct]
        found.append(
            Summary(
                line(records.named(condition)),
                tuple(_section(each, records) for each in direct),
                tuple(_bare(each, records) for each in bare),
                tuple(reported.get(name, ())),
            )
        )
    return found


def _store(selection: Selection) -> OxigraphStore:
    """Return the store, or a copy of the parts that were chosen where the findings are not."""
    if _ASSERTED in selection.parts:
        return OxigraphStore(selection.store)
    store = Store()
    store.extend(Selection(selection.store, selection.parts).quads())
    return OxigraphStore(store)


def _section(found: Appraisal, records: Records) -> Section:
    row = found.overview
    assessment = NamedNode(str(row["assessment"]))
    regimen, condition = (NamedNode(str(row[name])) for name in ("regimen", "condition"))
    main = [
        Finding(
            NamedNode(str(each["result"])), NamedNode(str(each["study"])),
            "" if each["people"] is None else str(each["people"]),
            str(each["differences"] or ""),
        )
        for each in found.weighed
    ]  # fmt: skip
    heading = line(
        records.named(regimen), " for ", records.label(condition), ": ",
        _state(records, assessment),
    )  # fmt: skip
    notes = tuple(_notes(found, records))
    marks = ", ".join(str(number) for number in range(1, len(notes) + 1))
    grade = _grade(found, records)
    certainty = line(*grade, f" [{marks}]" if marks else "")
    above = [
        *facts(regimen, condition, main, records),
        ("Body of evidence", line(people(records.text(assessment, "people")))),
        ("Certainty", line(*grade, _start(found, records))),
    ]
    more = further(main, condition, records)
    found_rows = [*rows(main, certainty, records), *rows(more, line("not graded"), records)]
    return Section(heading, tuple(above), tuple(found_rows), notes)


def _bare(found: Appraisal, records: Records) -> Line:
    """Return what is known where nothing direct is: the state, and of what is near it."""
    row = found.overview
    assessment = NamedNode(str(row["assessment"]))
    said: list[Span | str] = [
        records.named(NamedNode(str(row["regimen"]))), ": ", _state(records, assessment)
    ]  # fmt: skip
    if row["searchTrustedUntil"]:
        said.append(f" (the search is trusted until {row['searchTrustedUntil']})")
    elif row["reportedAbsent"]:
        said.append(" (a source reports that there is none)")
    if found.grade:
        findings = "finding" if len(found.weighed) == 1 else "findings"
        said += ["; of ", str(len(found.weighed)), f" indirect {findings} only: "]
        said += _grade(found, records)
    return line(*said)


def _state(records: Records, assessment: NamedNode) -> Span:
    state = records.near(assessment, "state")
    if state is None:
        return Span("not known")
    records.hold(assessment, ol("state"), state)
    return Span(records.label(state), assessment.value)


def _grade(found: Appraisal, records: Records) -> Line:
    if not found.grade:
        return line("not graded")
    grade = NamedNode(str(found.grade["grade"]))
    assessment = NamedNode(str(found.overview["assessment"]))
    records.hold(assessment, ol("hasGrade"), grade)
    level = records.near(grade, "certainty")
    if level is not None:
        records.hold(grade, ol("certainty"), level)
    name = str(found.grade["certainty"])
    return line(Span(name, grade.value), f" {CERTAINTIES.get(name, '')}".rstrip())


def _start(found: Appraisal, records: Records) -> str:
    if not found.grade:
        return ""
    grade = NamedNode(str(found.grade["grade"]))
    start = records.near(grade, "startsAt")
    if start is None:
        return ""
    records.hold(grade, ol("startsAt"), start)
    return f", derived by rule, starting at {found.grade['startsAt']}"


def _notes(found: Appraisal, records: Records) -> Iterable[Line]:
    """Give a note for each reason: what lowers the certainty, why, and by how much."""
    if not found.grade:
        return
    grade = NamedNode(str(found.grade["grade"]))
    factors = records.graph.peek(grade, ol("loweredBy"))
    named = {_kind(factor, records): factor for factor in factors}
    for name in sorted(named):
        factor = named[name]
        for thing, predicate in ((grade, "loweredBy"), (factor, "ofKind")):
            for value in records.graph.peek(thing, ol(predicate)):
                if predicate == "ofKind" or value == factor:
                    records.hold(thing, ol(predicate), value)
        because, steps = (records.text(factor, each) for each in ("because", "steps"))
        why = "" if because == name else f": {because}"
        yield line(Span(name, factor.value), f"{why} (−{steps})")


def _kind(factor: Value, records: Records) -> str:
    kind = records.near(factor, "ofKind")
    return records.label(kind) if kind is not None else factor.value


def _reported(
    store: OxigraphStore, selection: Selection, records: Records
) -> dict[str, list[Line]]:
    query = get_query(selection.sources, "evidence/derived-beside-reported-grades")
    found: dict[str, dict[str, Line]] = {}
    for row in run(store, query):
        if str(row["origin"]).startswith("1"):
            continue
        treatment, grade, scheme, by = (
            records.named(NamedNode(str(row[name]))) if row[name] else Span("")
            for name in ("treatment", "grade", "scheme", "givenBy")
        )
        said = line(treatment, ": ", grade, " (", scheme, ", " if by.text else "", by, ")")
        found.setdefault(str(row["condition"]), {})[plain(said)] = said
    return {
        condition: [lines[text] for text in sorted(lines)] for condition, lines in found.items()
    }

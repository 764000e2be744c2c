"""Summaries of a selection without what rules derive: each study under the regimen that it gave."""

from __future__ import annotations

from pyoxigraph import NamedNode

from offlabel.exports.findings.model import NOT_GRADED, Section, Summary, line
from offlabel.exports.findings.record import Records, ol
from offlabel.exports.findings.rows import Finding, facts, rows
from offlabel.exports.ledger import Value
from offlabel.exports.selection import Selection


def asserted(selection: Selection, records: Records) -> list[Summary]:
    """Return each study under the regimen that it gave; nothing that rules derive."""
    graph = records.graph
    tables: dict[tuple[Value, Value], list[Finding]] = {}
    for study in graph.peek_kind(ol("Study")):
        conditions = graph.peek(study, ol("inCondition"))
        for arm in graph.peek(study, ol("hasArm")):
            for regimen in graph.peek(arm, ol("receives")):
                for result in graph.peek_users(arm, ol("resultOf")):
                    for condition in graph.peek(result, ol("forCondition")) or conditions:
                        if isinstance(result, NamedNode) and isinstance(study, NamedNode):
                            one = Finding(result, study, records.people(result))
                            tables.setdefault((condition, regimen), []).append(one)
    found: dict[Value, list[Section]] = {}
    for condition, regimen in sorted(tables, key=lambda pair: records.label(pair[1])):
        if not isinstance(condition, NamedNode) or not isinstance(regimen, NamedNode):
            continue
        if selection.things is not None and condition not in selection.things:
            continue
        main = tables[condition, regimen]
        heading = line(records.named(regimen), " for ", records.label(condition))
        above = [*facts(regimen, condition, main, records), ("Certainty", line(NOT_GRADED))]
        found_rows = rows(main, line(NOT_GRADED), records)
        found.setdefault(condition, []).append(
            Section(heading, tuple(above), tuple(found_rows), ())
        )
    return [
        Summary(line(records.named(condition)), tuple(sections), (), ())
        for condition, sections in found.items()
    ]

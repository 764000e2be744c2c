"""An appraisal as plain text, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from decimal import Decimal

from offlabel.evidence.appraisal import Appraisal, Evidence, Record
from offlabel.evidence.evidencemap import CERTAINTIES

_DIRECTIONS = {"supports": "+", "disputes": "−", "inconclusive": "±"}
DERIVED = "State, level and certainty are derived by rule and are no panel's judgement."


def as_text(found: Evidence) -> str:
    """Give the evidence as indented lines."""
    return _written(found, "", "  ")


def as_markdown(found: Evidence) -> str:
    """Give the evidence as Markdown."""
    return _written(found, "## ", "- ")


def as_json(found: Evidence) -> str:
    """Give the evidence as JSON, with the columns of the saved queries as keys."""
    return json.dumps(asdict(found), ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


FORMATS: dict[str, Callable[[Evidence], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_markdown,
}


def _written(found: Evidence, heading: str, item: str) -> str:
    when = f", as of {found.as_of}" if found.as_of else ""
    parts = []
    for each in found.appraisals:
        lines = [f"{heading}{each.regimen} for {each.condition}{when}", ""]
        lines += [f"{item}{line}" for line in _appraised(each)]
        parts.append("\n".join(lines))
    conflicts = list(_conflicts(found))
    if conflicts:
        text = "\n".join(f"{item}{line}" for line in conflicts)
        parts.append(f"{heading}Findings that contradict each other\n\n{text}")
    absences = list(_absences(found))
    if absences:
        text = "\n".join(f"{item}{line}" for line in absences)
        parts.append(f"{heading}Claims that no study exists\n\n{text}")
    return "\n\n".join([*parts, DERIVED]) + "\n"


def _appraised(found: Appraisal) -> Iterator[str]:
    row = found.overview
    yield f"state: {state(found)}"
    if row["level"]:
        yield f"level: OCEBM 2011 level {row['level']}"
    if found.grade:
        yield f"certainty: {certainty(found)}"
    if row["people"] is not None:
        sides = f"{row['supporting']} for, {row['disputing']} against, {row['undecided']} undecided"
        yield f"body of evidence: {len(found.weighed)} independent, {people(row)}; {sides}"
    for line in found.weighed:
        yield f"weighed: {finding(line)}"
    for line in found.lines:
        if line["isAtHome"] and not line["isWeighed"]:
            yield f"not weighed: {finding(line)}"
    others = [line for line in found.lines if not line["isAtHome"] and not line["isWeighed"]]
    if others:
        findings = "finding" if len(others) == 1 else "findings"
        yield f"further off: {len(others)} {findings} under other terms"


def state(found: Appraisal) -> str:
    """Give the state in words, with what a reader must know of a missing study."""
    row = found.overview
    text = str(row["state"])
    if row["searchTrustedUntil"]:
        text += f" (the search is trusted until {row['searchTrustedUntil']})"
    elif row["reportedAbsent"] and text == "never searched":
        text = "reported absent, not searched"
    return text


def certainty(found: Appraisal) -> str:
    """Give the derived certainty with its start and what lowers it."""
    grade = found.grade or {}
    name = str(grade["certainty"])
    reasons = "".join(
        f"; −{row['steps']} {row['factor']} ({row['because']})" for row in found.reasons
    )
    of_what = ", of indirect evidence only" if found.is_indirect else ""
    return f"{name} {CERTAINTIES.get(name, '')}{of_what}: starts {grade['startsAt']}{reasons}"


def finding(line: Record) -> str:
    """Give one finding: which way it points, the study, its people and its figure."""
    sign = _DIRECTIONS.get(str(line["direction"]), "")
    parts = [str(line["design"]), str(line["blinding"] or "")]
    if line["people"] is not None:
        parts.append(people(line))
    parts += [str(line["resultLabel"]), figure(line)]
    if line["differences"]:
        parts.append(f"differs in: {line['differences']}")
    if line["representedBy"]:
        parts.append(f"represented by {line['representedBy']}")
    return f"{sign} {line['studyLabel']} ({'; '.join(filter(None, parts))})"


def people(row: Record) -> str:
    """Give a number of people in words."""
    return "1 person" if row["people"] == 1 else f"{row['people']} people"


def figure(line: Record) -> str:
    """Give k/n with the interval, or p, as far as the finding has them."""
    if line["n"]:
        low, high = (round(float(str(line[end])) * 100) for end in ("low", "high"))
        return f"{line['k']}/{line['n']}, 95% CI {low}-{high}%"
    p = str(line["p"] or "")
    return p and (f"p {p}" if p[0] in "<>=" else f"p = {p}")


def _conflicts(found: Evidence) -> Iterator[str]:
    axes: dict[object, list[Record]] = {}
    for row in found.conflicts:
        axes.setdefault(row["conflict"], []).append(row)
    for rows in axes.values():
        row = rows[0]
        names = ", ".join(str(each["axis"]) for each in rows)
        yield f"{row['speaksFor']} ↔ {row['speaksAgainst']}; differ on: {names}"


def _absences(found: Evidence) -> Iterator[str]:
    readings: dict[object, list[Record]] = {}
    for row in found.absences:
        readings.setdefault((row["claim"], row["reading"]), []).append(row)
    for rows in readings.values():
        row = rows[0]
        by = ", ".join(str(each["refutedByLabel"]) for each in rows if each["refutedByLabel"])
        refuted = f": {by}" if by else ""
        yield f"{row['code']}, {row['statement']}; {row['reading']}: {row['standing']}{refuted}"

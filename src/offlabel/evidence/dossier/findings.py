"""What studies found, in words: the main result, how direct it is, and whether it was weighed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.dossier.material import Material, grouped
from offlabel.evidence.dossier.model import Row, Statement, Table
from offlabel.evidence.dossier.parts import refs_of
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import capital, figure, listed, sentence, short

# Differences that take a finding out of the condition, or out of the drug, that is asked about.
_ELSEWHERE = {"other condition", "other drug"}
_OF_REGIMEN = {"other dose class", "other route"}
# What is never weighed, since it is no finding of its own (docs/method.md, section 5).
_SECOND_HAND = ("review", "utilisation")
SPEAKS = {"supports": "for", "disputes": "against", "inconclusive": "undecided"}
_UNKNOWN_DOSE = "dose or route outside these kinds, or not stated"

Nearest = tuple[Appraisal, Record]


def kinds(line: Record) -> set[str]:
    """Return in what a finding differs from the question it bears on."""
    return set(filter(None, str(line["differences"] or "").split(", ")))


def own_findings(appraisals: Iterable[Appraisal]) -> tuple[Nearest, ...]:
    """Return each finding in a condition once, under the kind of regimen to which it is nearest."""
    nearest: dict[object, Nearest] = {}
    for appraisal in appraisals:
        for line in appraisal.lines:
            held = nearest.get(line["result"])
            if not kinds(line) & _ELSEWHERE and (
                held is None or _distance(line) < _distance(held[1])
            ):
                nearest[line["result"]] = (appraisal, line)
    return tuple(nearest.values())


def _distance(line: Record) -> int:
    return int(str(line["distance"]))


def name(material: Material, study: object, label: object) -> str:
    """Return what a study is called; before its second report was out, by the first."""
    text = short(str(label))
    reports = material.reports.get(str(study), ())
    years = re.findall(r"\d{4}", text)
    if reports and years and int(years[-1]) > material.day.year:
        return short(str(reports[0]["sourceLabel"]))
    return text


def _whole_name(material: Material, study: object, label: object) -> str:
    """Return what a study is called and what it is of, as far as its name was known then."""
    known = name(material, study, label)
    return str(label) if str(label).startswith(known) else known


def main_result(material: Material, line: Record) -> str:
    """Return a main result as k/n with interval, or as estimate with interval and p.

    Of a review, that it is the review's own conclusion.
    """
    told = _main_result(material, line)
    return f"the review concludes: {told}" if is_review(line) else told


def is_review(line: Record) -> bool:
    """Say whether a finding is what a review says of studies that are not its own."""
    return "review" in str(line["design"])


def _main_result(material: Material, line: Record) -> str:
    label = str(line["resultLabel"])
    if line["k"] is not None and line["n"]:
        k, n = int(str(line["k"])), int(str(line["n"]))
        written = figure({**line, "proportion": Decimal(k) / n})
        told = re.sub(rf"\b{k} of {n}\b", written, label)
        return told if told != label else f"{label}: {written}"
    estimate = _estimate(material, line)
    if estimate and not line["finding"]:
        return "; ".join(filter(None, (f"{line['outcome']}: {estimate}", _chance(line))))
    told = _told(line)
    is_told = not estimate or estimate.split(" ")[0] in told
    parts = (told, "" if is_told else f"estimate {estimate}", _chance(line))
    return "; ".join(filter(None, parts))


def _told(line: Record) -> str:
    """Return a result in words; percentages without counts are left out, and that is said."""
    told = [str(line[key]).rstrip(".") for key in ("finding", "resultLabel") if line[key]]
    plain = [text for text in told if "%" not in text]
    if not plain:
        return f"{line['outcome'] or 'result'} (printed as a percentage without counts only)"
    hidden = len(plain) < len(told)
    return plain[0] + (" (printed with percentages without counts)" if hidden else "")


def _estimate(material: Material, line: Record) -> str:
    for row in material.answers["estimates"]:
        if row["result"] == line["result"] and row["unit"] != "%":
            interval = ""
            if row["low"] is not None:
                interval = f" (95% CI {_number(row['low'])} to {_number(row['high'])})"
            scale = f" on {row['scale']}" if row["scale"] else ""
            before = f", before {_number(row['baseline'])}" if row["baseline"] is not None else ""
            return f"{_number(row['estimate'])}{interval}{scale}{before}"
    return ""


def _number(value: object) -> str:
    return f"{Decimal(str(value)).normalize():f}".replace("-", "−")


def _chance(line: Record) -> str:
    p = str(line["p"] or "")
    return p and (f"p {p}" if p[0] in "<>=" else f"p = {p}")


def bearing(appraisal: Appraisal, line: Record) -> str:
    """Return how directly a finding bears on its question, and whether it was weighed, and why."""
    direct = "exact" if not line["distance"] else f"differs in {line['differences']}"
    if line["isWeighed"]:
        return f"{direct}; weighed" + (", as indirect evidence only" if line["distance"] else "")
    if any(word in str(line["design"]) for word in _SECOND_HAND):
        why = "not a finding of its own"
    elif line["representedBy"]:
        other = short(str(line["representedBy"]))
        why = f"shares people, authors or trials with {other}, which counts"
    elif any(_distance(each) < _distance(line) for each in appraisal.weighed):
        why = "nearer findings are known"
    else:
        why = "randomised trials are weighed alone"
    return f"{direct}; not weighed: {why}"


def study_table(
    material: Material, label: str, appraisals: Iterable[Appraisal]
) -> tuple[Table, ...]:
    """Return the studies in a condition by kind of regimen; those without a main result last."""
    rows = [_row(material, *found) for found in own_findings(appraisals)]
    told = {line["study"] for _, line in own_findings(appraisals)}
    silent = [
        row
        for row in {r["study"]: r for r in material.answers["studies"]}.values()
        if row["study"] not in told and row["conditionLabel"] == label
    ]
    rows += [_silent(material, row) for row in silent]
    rows.sort(key=lambda row: (row.cells[0] == _UNKNOWN_DOSE, row.cells[0]))
    columns = (
        *("Kind of regimen", "Study", "Design", "People", "Regimen", "Main result", "Speaks"),
        "Bearing",
    )
    return (Table(f"Studies in {label}", columns, tuple(rows)),) if rows else ()


def _row(material: Material, appraisal: Appraisal, line: Record) -> Row:
    study = str(line["study"])
    known = not kinds(line) & _OF_REGIMEN
    arms = [row for row in material.answers["studies"] if row["study"] == study]
    said = [
        each
        for each in material.said
        if each.result == line["result"] or (each.topic == "study-design" and study in each.studies)
    ]
    return Row(
        (
            appraisal.regimen if known else _UNKNOWN_DOSE,
            name(material, study, line["studyLabel"]),
            ", ".join(str(line[key]) for key in ("design", "blinding") if line[key]),
            str(line["people"] if line["people"] is not None else "not stated"),
            listed(dict.fromkeys(str(row["regimenLabel"]) for row in arms)) or "not stated",
            capital(main_result(material, line)),
            SPEAKS.get(str(line["direction"]), ""),
            bearing(appraisal, line),
        ),
        refs_of(said),
    )


def _silent(material: Material, row: Record) -> Row:
    if row["status"]:
        found, why = f"None on record: {row['status']}", "nothing to weigh"
    elif row["from"]:
        found, why = "No main result on record", "nothing to weigh"
    else:
        found, why = "Not read for this table", "the day on which it came out is not known"
    return Row(
        (
            str(row["classLabel"] or _UNKNOWN_DOSE),
            _whole_name(material, row["study"], row["studyLabel"]),
            str(row["design"]),
            str(row["people"] if row["people"] is not None else "not stated"),
            str(row["regimenLabel"]),
            found,
            "—",
            f"not weighed: {why}",
        ),
        refs_of(s for s in material.about("study-design") if str(row["study"]) in s.studies),
    )


def conflict_statements(material: Material, conditions: Iterable[str]) -> tuple[Statement, ...]:
    """Return the findings in some conditions that contradict each other, with their axes."""
    wanted = set(conditions)
    rows = [row for row in material.evidence.conflicts if str(row["condition"]) in wanted]
    found = []
    for conflict, group in grouped("conflict", rows).items():
        row = group[0]
        axes = [str(each["axis"]) for each in group]
        sides = (
            f"{short(str(row['speaksFor']))} speaks for {row['regimenFor']} in "
            f"{row['conditionLabel']} and {short(str(row['speaksAgainst']))} against"
        )
        if row["regimenFor"] != row["regimenAgainst"]:
            sides += f" {row['regimenAgainst']}"
        how = "they differ on " + listed(axes)
        if any("genuine" in axis for axis in axes):
            how = (
                "they differ in none of the respects that are compared (kind of regimen, route, "
                "population, comparator, design, outcome, co-therapy), so the conflict counts as "
                "genuine"
            )
        found.append(Statement(sentence(f"{sides}; {how}"), derived=(conflict,)))
    return tuple(found)

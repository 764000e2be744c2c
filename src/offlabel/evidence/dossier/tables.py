"""Tables that dossiers for several readers share; each row leads to the claims behind it."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Table
from offlabel.evidence.dossier.parts import refs_from_claims, refs_of
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import capital, figure, listed, short, stated

_SIGNS = {1: "+", -1: "−", 0: "open"}


def mechanism_table(material: Material) -> tuple[Table, ...]:
    """Return the steps of the mechanisms by phase, each with its sign."""
    said = {each.proposition: each for each in material.said}
    rows = tuple(
        Row(
            (
                str(row["label"]),
                str(row["position"]),
                str(row["phase"]).removesuffix(" phase"),
                _SIGNS.get(int(str(row["sign"])), "") if row["sign"] is not None else "",
                capital(stated(said[str(row["step"])], material))
                if str(row["step"]) in said
                else str(row["statement"]),
            ),
            said[str(row["step"])].refs if str(row["step"]) in said else (),
        )
        for row in material.answers["mechanisms"]
    )
    columns = ("Mechanism", "Step", "Phase", "Direction", "What is said to happen")
    return _table("Steps of the mechanisms, as claimed", columns, rows)


def result_table(material: Material, condition: str) -> tuple[Table, ...]:
    """Return the count results in a condition."""
    said_of = {said.result: said.refs for said in material.said if said.result}
    rows = tuple(
        Row(
            (
                short(str(row["sourceLabel"])),
                str(row["outcome"]),
                str(row["category"]),
                figure(row),
                str(row["direction"] or ""),
            ),
            said_of.get(str(row["result"]), ()),
        )
        for row in material.answers["results"]
        if row["condition"] == condition
    )
    columns = ("Study", "Outcome", "Answer", "k/n (%, 95% CI)", "On benefit")
    return _table(f"Results in {material.condition_labels.get(condition, '')}", columns, rows)


def study_table(material: Material, condition: str) -> tuple[Table, ...]:
    """Return the studies in a condition: design, people and regimen."""
    rows = tuple(
        Row(
            (
                short(str(row["sourceLabel"])),
                str(row["design"]),
                _people(row),
                str(row["regimenLabel"]),
                str(row["classLabel"] or "none"),
            ),
            refs_of(s for s in material.about("study-design") if str(row["study"]) in s.studies),
        )
        for row in material.answers["studies"]
        if row["condition"] == condition
    )
    columns = ("Study", "Design", "People", "Regimen", "Kind of regimen")
    return _table(f"Studies in {material.condition_labels.get(condition, '')}", columns, rows)


def glance_table(material: Material) -> tuple[Table, ...]:
    """Return a line per condition: what was studied, with which result, and what is absent."""
    rows = []
    for condition in material.answerable:
        studies = [r for r in material.answers["studies"] if r["condition"] == condition]
        results = [r for r in material.answers["results"] if r["condition"] == condition]
        absent = [
            said
            for said in material.said
            if said.is_absence and condition in material.conditions_of(said.proposition)
        ]
        found = {str(row["result"]) for row in results}
        told = [said for said in material.said if said.result in found]
        cells = (
            material.condition_labels[condition],
            listed(
                f"{row['design']} of {_people(row)} ({short(str(row['sourceLabel']))})"
                for row in studies
            ),
            "; ".join(f"{row['category']} {figure(row)}" for row in results),
            "; ".join(said.statement for said in absent),
        )
        rows.append(Row(tuple(cell or "—" for cell in cells), refs_of((*told, *absent))))
    columns = ("Condition", "Studies in this graph", "Results", "Reported absent")
    return _table("What was studied, and what is reported not to have been", columns, rows)


def regimen_table(material: Material) -> tuple[Table, ...]:
    """Return the kinds of regimen that are told apart, with their bounds."""
    notes = {str(row["label"]): str(row["note"] or "") for row in material.answers["regimens"]}
    rows = tuple(Row((label, note)) for label, note in notes.items() if note)
    return _table("Kinds of regimen that this graph tells apart", ("Kind", "Bounds"), rows)


def event_table(material: Material) -> tuple[Table, ...]:
    """Return the adverse events, with counts where a source gives them."""
    rows = tuple(
        Row(
            (
                str(row["effectLabel"]),
                short(str(row["sourceLabel"])),
                f"{row['k']}/{row['n']}" if row["k"] is not None else "count not given",
                _people(row),
                str(row["course"] or "not stated"),
            ),
            refs_of(
                said
                for said in material.about("adverse-effect")
                if said.things & {str(row["effect"]), str(row["event"])}
            ),
        )
        for row in material.answers["adverse-events"]
    )
    columns = ("Adverse effect", "Study", "k/n", "People in the arm", "Course")
    return _table("Adverse events seen in studies", columns, rows)


def ladder_tables(material: Material) -> tuple[Table, ...]:
    """Return, per condition, what is recommended in which order, and who is said to say so."""
    found: list[Table] = []
    rows = [row for row in material.answers["recommendations"] if material.is_chosen(row)]
    for condition in dict.fromkeys(row["condition"] for row in rows):
        groups = by_recommendation(row for row in rows if row["condition"] == condition)
        lines = tuple(
            Row(
                (
                    str(group[0]["line"] or "no line given"),
                    treatment(group[0]),
                    str(group[0]["attribution"] or "not named"),
                    short(str(group[0]["reporterLabel"] or "")),
                ),
                refs_from_claims(material, group),
            )
            for group in groups
        )
        columns = ("Line", "Treatment", "Said to come from", "Reported by")
        found += _table(f"Treatments for {groups[0][0]['conditionLabel']}", columns, lines)
    return tuple(found)


def grade_table(material: Material) -> tuple[Table, ...]:
    """Return the grades as printed beside the grades they are read as, with the reason."""
    rows = [row for row in material.answers["recommendations"] if material.is_chosen(row)]
    lines = tuple(
        Row(
            (
                f"{group[0]['treatmentLabel']} for {group[0]['conditionLabel']}",
                _pair(group[0], "strengthPrinted", "strengthRead"),
                _pair(group[0], "qualityPrinted", "qualityRead"),
                str(group[0]["appraisal"] or ""),
                str(group[0]["because"] or ""),
            ),
            refs_from_claims(material, group),
        )
        for group in by_recommendation(rows)
        if group[0]["strengthPrinted"] or group[0]["qualityPrinted"]
    )
    columns = (
        *("Advice", "Strength, printed → read as", "Quality, printed → read as"),
        *("Called", "Why so read"),
    )
    return _table("Grades as printed, and as they are read", columns, lines)


def treatment(row: Record) -> str:
    """Return what is recommended, and for whom if not for all."""
    people = f" ({row['population']})" if row["population"] else ""
    return f"{row['treatmentLabel']}{people}"


def by_recommendation(rows: Iterable[Record]) -> list[list[Record]]:
    """Return the records of each recommendation together."""
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(str(row["recommendation"]), []).append(row)
    return list(groups.values())


def _people(row: Record) -> str:
    return str(row["participants"] if row["participants"] is not None else "?")


def _pair(row: Record, printed: str, read: str) -> str:
    return " → ".join(str(row[name]) for name in (printed, read) if row[name])


def _table(caption: str, columns: tuple[str, ...], rows: Iterable[Row]) -> tuple[Table, ...]:
    """Return a table, or none where it would have no row."""
    lines = tuple(rows)
    return (Table(caption, columns, lines),) if lines else ()

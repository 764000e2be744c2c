"""Established treatments: what is reported of bodies, and what bodies themselves advise."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Table
from offlabel.evidence.dossier.parts import refs_from_claims
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.tables import table
from offlabel.evidence.dossier.wording import listed, short


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
        found += table(f"Treatments for {groups[0][0]['conditionLabel']}", columns, lines)
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
    return table("Grades as printed, and as they are read", columns, lines)


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


def own_table(material: Material) -> tuple[Table, ...]:
    """Return what guidelines themselves advise in the dossier's conditions, with their grades."""
    groups: dict[str, list[Record]] = {}
    for row in material.answers["own-recommendations"]:
        if _concerns(material, row):
            groups.setdefault(str(row["recommendation"]), []).append(row)
    rows = (
        Row(
            (
                str(group[0]["conditionLabel"]),
                str(group[0]["treatmentLabel"]),
                str(group[0]["direction"]),
                listed(dict.fromkeys(str(row["forWhom"]) for row in group if row["forWhom"]))
                or "not stated",
                _graded(group[0], "strength"),
                _graded(group[0], "quality"),
                _guideline(group),
            )
        )
        for group in groups.values()
    )
    columns = (
        *("Condition", "Treatment", "Advice", "For whom", "Strength", "Quality of evidence"),
        "Guideline",
    )
    return table("What guidelines themselves advise", columns, rows)


def _graded(row: Record, key: str) -> str:
    return str(row[key] or row[f"{key}Printed"] or "none printed")


def _guideline(group: list[Record]) -> str:
    later = listed(dict.fromkeys(short(str(r["supersededBy"])) for r in group if r["supersededBy"]))
    name = short(str(group[0]["guidelineLabel"]))
    return f"{name}, since replaced by {later}" if later else name


def beside_table(material: Material) -> tuple[Table, ...]:
    """Return reported recommendations beside what guidelines say of the same treatment."""
    told = {str(row["recommendation"]) for row in material.answers["recommendations"]}
    rows = (
        Row(
            (
                str(row["conditionLabel"]),
                str(row["reportedLabel"]),
                _read(row["reportedStrength"], row["reportedQuality"]),
                str(row["ownLabel"] or "nothing on record"),
                f"{row['direction']}, {_read(row['ownStrength'], row['ownQuality'])}"
                if row["own"]
                else "—",
                short(str(row["guidelineLabel"])) if row["own"] else "—",
                str(row["grades"] or "—"),
            )
        )
        for row in _with_guidelines(material)
        if str(row["reported"]) in told and material.is_chosen(row)
    )
    columns = (
        *("Condition", "Reported treatment", "Grade, as read", "A guideline's own treatment"),
        *("Its advice", "Guideline", "Grades"),
    )
    return table("What is reported beside what guidelines themselves say", columns, rows)


def _with_guidelines(material: Material) -> Iterable[Record]:
    names = {
        row["guideline"]: row["guidelineLabel"] for row in material.answers["own-recommendations"]
    }
    for row in material.answers["reported-beside-own"]:
        yield {**row, "guidelineLabel": names.get(row["guideline"], row["guideline"])}


def _read(strength: object, quality: object) -> str:
    return ", ".join(str(part) for part in (strength, quality) if part) or "no grade"


def _concerns(material: Material, row: Record) -> bool:
    conditions = {str(row["condition"]) for row in material.answers["recommendations"]}
    conditions |= set(material.narrow)
    conditions |= {c for c in material.wider_on_map if conditions & material.wider_on_map[c]}
    return str(row["condition"]) in conditions and material.is_chosen(row)


def _pair(row: Record, printed: str, read: str) -> str:
    return " → ".join(str(row[name]) for name in (printed, read) if row[name])

"""Tables that dossiers for several readers share; each row leads to the claims behind it."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Ref, Row, Table
from offlabel.evidence.dossier.parts import refs_of
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import figure, short

NO_CLASS = "dose or route not stated"


def result_table(material: Material, condition: str, label: str) -> tuple[Table, ...]:
    """Return the count results in a condition of studies that count more than their main result."""
    said_of = {said.result: said.refs for said in material.said if said.result}
    harms = {row["event"] for row in material.answers["adverse-events"]}
    found = [row for row in material.answers["results"] if row["result"] not in harms]
    several = {row["study"] for row in found if not row["isMain"]}
    rows = tuple(
        Row(
            (
                short(str(row["studyLabel"])),
                str(row["outcome"]),
                str(row["category"]),
                figure(row),
                str(row["direction"] or ""),
            ),
            said_of.get(str(row["result"]), ()),
        )
        for row in found
        if row["condition"] == condition and row["study"] in several
    )
    columns = ("Study", "Outcome", "Answer", "k/n (%, 95% CI)", "On benefit")
    return table(f"All counts in {label}", columns, rows)


def regimen_table(material: Material) -> tuple[Table, ...]:
    """Return the kinds of regimen that are told apart, with their bounds."""
    notes = {str(row["label"]): str(row["note"] or "") for row in material.answers["regimens"]}
    rows = tuple(Row((label, note)) for label, note in notes.items() if note)
    return table("Kinds of regimen that this graph tells apart", ("Kind", "Bounds"), rows)


def event_table(material: Material) -> tuple[Table, ...]:
    """Return the adverse events by kind of regimen: those with counts, then those without."""
    rows = material.answers["adverse-events"]
    counted = tuple(
        Row(
            (
                str(row["effectLabel"]),
                str(row["doseClass"] or NO_CLASS),
                short(str(row["studyLabel"])),
                figure(row),
                figure(_compared(row)) if row["comparedK"] is not None else "not counted",
                str(row["course"] or "not stated"),
            ),
            _said_of_event(material, (row,)),
        )
        for row in rows
        if row["k"] is not None
    )
    named = tuple(
        Row((effect, dose, "; ".join(map(_without_count, group))), _said_of_event(material, group))
        for (effect, dose), group in _by_effect(row for row in rows if row["k"] is None).items()
    )
    columns = (
        *("Adverse effect", "Kind of regimen", "Study", "k/n (%, 95% CI)"),
        *("In the compared arm", "Course"),
    )
    return (
        *table("Adverse events with counts", columns, counted),
        *table(
            "Adverse events named without a count",
            ("Adverse effect", "Kind of regimen", "Studies, with the people who received it"),
            named,
        ),
    )


def _compared(row: Record) -> Record:
    names = {"k": "K", "n": "N", "proportion": "Proportion", "low": "Low", "high": "High"}
    return {name: row[f"compared{key}"] for name, key in names.items()}


def _by_effect(rows: Iterable[Record]) -> dict[tuple[str, str], list[Record]]:
    groups: dict[tuple[str, str], list[Record]] = {}
    for row in rows:
        key = (str(row["effectLabel"]), str(row["doseClass"] or NO_CLASS))
        groups.setdefault(key, []).append(row)
    return groups


def _without_count(row: Record) -> str:
    course = f", {row['course']}" if row["course"] else ""
    people = _people(row)
    count = f"{people} people" if people not in ("?", "1") else "1 person" if people == "1" else ""
    told = (count + course).removeprefix(", ")
    return short(str(row["studyLabel"])) + (f" ({told})" if told else "")


def _said_of_event(material: Material, rows: Iterable[Record]) -> tuple[Ref, ...]:
    """Return the claims on an event, and those on its effect under the same kind of regimen."""
    group = tuple(rows)
    names = {str(row["class"]): str(row["label"]) for row in material.answers["regimens"]}
    events, effects = ({str(row[key]) for row in group} for key in ("event", "effect"))
    doses = {str(row["doseClass"]) for row in group}
    return refs_of(
        said
        for said in material.about("adverse-effect")
        if said.things & events
        or (
            said.things & effects
            and doses
            & {names[thing] for thing in said.things | {material.spoken_class} if thing in names}
        )
    )


def _people(row: Record) -> str:
    return str(row["participants"] if row["participants"] is not None else "?")


def table(caption: str, columns: tuple[str, ...], rows: Iterable[Row]) -> tuple[Table, ...]:
    """Return a table, or none where it would have no row."""
    lines = tuple(rows)
    return (Table(caption, columns, lines),) if lines else ()

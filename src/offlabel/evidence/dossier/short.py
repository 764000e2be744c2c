"""The answer in short, for researchers and clinicians: what may be said of each condition."""

from __future__ import annotations

from dataclasses import replace

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.appraisal_formats import DERIVED
from offlabel.evidence.dossier.appraised import (
    ADJACENT,
    OTHER,
    SOURCE,
    Judged,
    is_exact,
    judged,
    statement,
)
from offlabel.evidence.dossier.appraised_tables import elsewise_table, overview_table, results
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Section, Statement
from offlabel.evidence.dossier.parts import indication, mechanism_in_short, refs_of
from offlabel.evidence.dossier.said import Record, Said
from offlabel.evidence.dossier.wording import figure, listed, marks, sentence, short, who

# What a table of findings is called that are of no kind of regimen alone.
ELSEWISE = "Conditions with findings under other terms only, which decide no state"


def in_short(material: Material) -> Section:
    """Return the question answered: mechanism, indication, each condition of the source, others."""
    found = [*mechanism_in_short(material), *indication(material).statements]
    known = {each.condition: each for each in judged(material)}
    for condition in material.answerable:
        if condition in known:
            found += derived_in_short(material, known[condition])
        found += told_in_short(material, condition)
    groups = {place: [k for k in known.values() if k.place == place] for place in (OTHER, ADJACENT)}
    tables = [
        *overview_table(material, title(material, OTHER), groups[OTHER]),
        *elsewise_table(material, ELSEWISE, groups[OTHER]),
        *overview_table(material, title(material, ADJACENT), groups[ADJACENT]),
        *elsewise_table(material, ELSEWISE, groups[ADJACENT]),
    ]
    note = DERIVED if known else ""
    return Section(
        "in-short", "In short", tuple(found), tuple(tables), is_highlight=True, note=note
    )


def title(material: Material, place: str) -> str:
    """Return what the conditions in a place are called together, by the tissue they share."""
    tissues: list[set[str]] = []
    near: dict[str, None] = {}
    rows = material.answers["map-conditions"]
    apart = {row["condition"] for row in rows if row["near"]}
    for condition in {row["condition"] for row in rows} - apart:
        tissues.append({str(r["tissue"]) for r in rows if r["condition"] == condition})
    near |= {str(row["near"]): None for row in rows if row["near"]}
    shared = set.intersection(*tissues) - {"None"} if tissues else set()
    tissue = next(iter(sorted(shared)), "")
    if place == ADJACENT:
        return f"Adjacent conditions: indirect for {tissue or listed(near)}"
    is_alone = not any(each.place == SOURCE for each in judged(material))
    other = "Conditions" if is_alone else "Other conditions"
    return f"{other} of the {tissue}" if tissue else other


def derived_in_short(material: Material, found: Judged) -> list[Statement]:
    """Return what is derived of the kinds of regimen that were studied or that are spoken of."""
    told = []
    for each in found.appraisals:
        if is_exact(each):
            told.append(with_results(material, each))
        elif each.overview["reportedAbsent"] or each.overview["regimen"] == material.spoken_class:
            told.append(statement(material, each))
    return told


def with_results(material: Material, appraisal: Appraisal) -> Statement:
    """Return the sentence of a kind of regimen, and the main results it rests on."""
    said = statement(material, appraisal)
    return replace(said, text=f"{said.text} Main results: {results(material, appraisal)}.")


def told_in_short(material: Material, condition: str) -> list[Statement]:
    """Return all results that the source tells of, study by study, and the absences it claims."""
    label = material.condition_labels[condition]
    found = []
    for rows in _told_results(material, condition):
        said = [s for s in material.said if s.result and s.result in {r["result"] for r in rows}]
        study, first = str(rows[0]["study"]), rows[0]
        design = next(str(r["design"]) for r in material.answers["studies"] if r["study"] == study)
        seen = listed(f"{row['category']} in {figure(row)}" for row in rows)
        text = f"{label}: in one {design} ({short(str(first['studyLabel']))}), {seen}"
        judging = [s for s in material.said if _judges(s, study)]
        found.append(Statement(sentence(text), refs_of((*said, *judging)), who(said, material)))
    absences = [
        said
        for said in material.said
        if said.is_absence and condition in material.conditions_of(said.proposition)
    ]
    if absences and not found:
        text = f"{label}: the source reports {listed(said.statement for said in absences)}"
        known = (mark for said in absences for mark in marks(said, material, codes=False))
        said_by = who(absences, material)
        behind = tuple(dict.fromkeys(known))
        found.append(Statement(sentence(text), refs_of(absences), said_by, "Asserted", (), behind))
    return found


def _told_results(material: Material, condition: str) -> list[list[Record]]:
    """Return the results of each study in a condition of which the source tells any."""
    told = {said.result for said in material.said if said.result}
    studies: dict[str, list[Record]] = {}
    for row in material.answers["results"]:
        if row["condition"] == condition:
            studies.setdefault(str(row["study"]), []).append(row)
    return [rows for rows in studies.values() if told & {row["result"] for row in rows}]


def _judges(said: Said, study: str) -> bool:
    return said.relation == "AscertainsOutcomeBy" and study in said.studies

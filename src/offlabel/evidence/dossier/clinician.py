"""The dossier for clinicians: the bottom line first, then what can be acted on, then the gaps."""

from __future__ import annotations

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Section, Statement, Table
from offlabel.evidence.dossier.parts import (
    brief_statements,
    event_table,
    flag_statements,
    grade_table,
    in_short,
    ladder_tables,
    refs_of,
    result_table,
)
from offlabel.evidence.dossier.wording import CARE, brief, listed, sentence, short


def sections(material: Material) -> tuple[Section, ...]:
    """Return the sections in the order in which a decision is made."""
    return (
        in_short(material),
        Section("evidence", "Evidence at a glance", *_evidence(material)),
        Section("dosing", "Dose and practicalities", _dosing(material)),
        Section(
            "safety",
            "Safety and monitoring",
            brief_statements(material, ("safety", "adverse-effect", "monitoring")),
            event_table(material),
        ),
        Section(
            "comparison",
            "Established treatments",
            _warning(material),
            (*ladder_tables(material), *grade_table(material)),
        ),
        Section(
            "implications",
            "For whom it may suit",
            brief_statements(material, ("patient-selection",)),
        ),
        Section(
            "limits",
            "What is not known",
            brief_statements(material, ("limitation", "research-need")),
        ),
        Section(
            "cautions",
            "What to know about these statements",
            tuple(
                Statement(flag.text, flag.refs, "curators", (), flag.marks)
                for flag in flag_statements(material, CARE)
            ),
        ),
    )


def _evidence(material: Material) -> tuple[tuple[Statement, ...], tuple[Table, ...]]:
    """Return a line per condition and the results."""
    rows = []
    for condition in material.narrow:
        label = material.condition_labels[condition]
        studies = [r for r in material.answers["studies"] if r["condition"] == condition]
        absent = [
            said
            for said in material.about("absence-of-evidence")
            if condition in material.conditions_of(said.proposition)
        ]
        text = listed(
            f"{row['design']} ({short(str(row['sourceLabel']))}, n={row['participants'] or '?'})"
            for row in studies
        )
        gaps = "; ".join(said.statement for said in absent)
        refs = tuple(ref for said in absent for ref in said.refs)
        gap = f"{gaps} (as the source reports; no search is known)" if gaps else "none claimed"
        rows.append(Row((label, text or "none in this graph", gap), refs))
    columns = ("Condition", "Studies", "Absence of studies")
    tables = [Table("What was studied", columns, tuple(rows))] if rows else []
    for condition in material.narrow:
        tables += result_table(material, condition)
    said = [
        brief(each, material)
        for each in material.about("evidence-appraisal", "conclusion")
        if each.support != "NoSupport" or "first-line" in each.statement
    ]
    return tuple(said), tuple(tables)


def _dosing(material: Material) -> tuple[Statement, ...]:
    studies = {str(row["study"]) for row in material.answers["studies"]}
    kept = [
        said.proposition
        for said in material.about("dose", "route", "regimen")
        if any(study.rpartition("/")[2] in said.proposition for study in studies)
    ]
    topics = ("dose", "route", "regimen", "access", "regulatory", "cost")
    return brief_statements(material, topics, kept)


def _warning(material: Material) -> tuple[Statement, ...]:
    """Say who is behind the recommendations, where a page reports those of unnamed bodies."""
    rows = material.answers["recommendations"]
    if not rows:
        return ()
    reporters = listed(dict.fromkeys(short(str(r["reporterLabel"])) for r in rows if r["reporter"]))
    cited = [r for r in material.answers["references"] if r["selfCitedBy"]]
    text = f"these recommendations are known only as {reporters} reports them"
    if cited:
        text += "; what it cites for them was put out by its own publisher"
    names = listed(dict.fromkeys(f"“{r['attribution']}”" for r in rows if r["attribution"]))
    if names:
        text += f", and the bodies behind {names} are not named"
    return (Statement(sentence(text), refs_of(material, "guideline-rec", "")[:3], "curators"),)

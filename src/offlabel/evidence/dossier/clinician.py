"""The dossier for clinicians: the bottom line first, then what can be acted on, then the gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from offlabel.evidence.dossier.advice import by_recommendation, grade_table, own_table, treatment
from offlabel.evidence.dossier.appraised import judged
from offlabel.evidence.dossier.evidence import reasons
from offlabel.evidence.dossier.findings import conflict_statements
from offlabel.evidence.dossier.grouping import abbreviated, abbreviations, brief
from offlabel.evidence.dossier.holds import not_holding
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Section, Statement, Table
from offlabel.evidence.dossier.parts import (
    CURATORS,
    flag_statements,
    omissions,
    refs_from_claims,
    refs_of,
    warning,
)
from offlabel.evidence.dossier.said import Record, Said
from offlabel.evidence.dossier.short import in_short
from offlabel.evidence.dossier.steps import in_brief
from offlabel.evidence.dossier.tables import event_table
from offlabel.evidence.dossier.wording import CARE, listed

_EVIDENCE = ("evidence-appraisal", "conclusion")
_DOSING = ("dose", "route", "regimen", "access", "regulatory", "cost")
_SAFETY = ("safety", "adverse-effect", "monitoring")


def sections(material: Material) -> tuple[Section, ...]:
    """Return the sections in the order in which a decision is made."""
    forms = abbreviations(material)
    left_out = omissions(material, _SAFETY)
    told = {said.said.rpartition(" ")[2] for said in left_out}
    found = (
        in_short(material),
        Section(
            "evidence",
            "Evidence at a glance",
            (*conflicts(material), *brief(_appraised(material), material)),
            reasons(material),
        ),
        _without_codes(not_holding(material)),
        in_brief(material),
        Section("dosing", "Dose and practicalities", brief(_practical(material), material)),
        Section(
            "safety",
            "Safety and monitoring",
            (*brief(_general(material.about(*_SAFETY)), material), *map(_without_code, left_out)),
            event_table(material),
        ),
        Section(
            "comparison",
            "Established treatments",
            warning(material),
            (*_alternatives(material), *grade_table(material), *own_table(material)),
        ),
        Section(
            "implications",
            "For whom it may suit",
            brief(material.about("patient-selection"), material),
        ),
        Section(
            "limits",
            "What is not known",
            brief(material.about("limitation", "research-need"), material),
        ),
        Section(
            "cautions",
            "What curators add",
            tuple(map(_without_code, flag_statements(material, CARE, told))),
        ),
    )
    short = {long: form for long, (form, _) in forms.items()}
    first, *rest = (abbreviated(section, short) for section in found)
    return (replace(first, statements=(*first.statements, *_legend(forms))), *rest)


def _legend(forms: dict[str, tuple[str, Said]]) -> tuple[Statement, ...]:
    """Return what the short forms stand for, with the claims that introduce them."""
    if not forms:
        return ()
    text = listed(f"{form} stands for {long}" for long, (form, _) in forms.items())
    return (Statement(f"{text}.", refs_of(said for _, said in forms.values())),)


def conflicts(material: Material) -> tuple[Statement, ...]:
    """Return the findings that contradict each other in the conditions of the dossier."""
    return conflict_statements(material, (each.condition for each in judged(material)))


def _appraised(material: Material) -> tuple[Said, ...]:
    """Return what is said of the evidence, but for the absences that are told in short."""
    return (*material.about(*_EVIDENCE), *_wide_absences(material))


def _wide_absences(material: Material) -> tuple[Said, ...]:
    """Return the absences that concern none of the conditions of the table."""
    shown = set(material.answerable)
    return tuple(
        said
        for said in material.said
        if said.is_absence and not shown & set(material.conditions_of(said.proposition))
    )


def _general(said: Iterable[Said]) -> tuple[Said, ...]:
    """Leave out what is told of one study, which stands in its tables."""
    return tuple(each for each in said if not each.studies)


def _practical(material: Material) -> tuple[Said, ...]:
    """Return what is said of dose and access, without what the bottom line says already."""
    approvals = {str(row["claim"]) for row in material.answers["approvals"]}
    return tuple(said for said in _general(material.about(*_DOSING)) if not said.ids & approvals)


def _alternatives(material: Material) -> tuple[Table, ...]:
    """Return the established treatments of all conditions, with their grades as printed."""
    rows = [row for row in material.answers["recommendations"] if material.is_chosen(row)]
    lines = tuple(
        Row(
            (
                str(group[0]["conditionLabel"]),
                str(group[0]["line"] or "no line given"),
                treatment(group[0]),
                _grades(group[0]),
            ),
            refs_from_claims(material, group),
        )
        for group in by_recommendation(rows)
    )
    columns = ("Condition", "Line", "Treatment", "Grade as printed")
    return (Table("Established treatments, as reported", columns, lines),) if lines else ()


def _grades(row: Record) -> str:
    printed = (
        f"{name} {row[key]}"
        for name, key in (("strength", "strengthPrinted"), ("quality", "qualityPrinted"))
        if row[key]
    )
    return ", ".join(printed) or "none printed"


def _without_codes(section: Section) -> Section:
    """Return a section whose findings of curators go without their codes."""
    said = (
        _without_code(each) if each.said.startswith(CURATORS) else each
        for each in section.statements
    )
    return replace(section, statements=tuple(said))


def _without_code(said: Statement) -> Statement:
    return Statement(said.text, said.refs, CURATORS, marks=said.marks, links=said.links)

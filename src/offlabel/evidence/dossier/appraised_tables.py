"""Tables of what the rules derive: states, certainties and how they were reached."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.dossier.appraised import (
    Judged,
    certain,
    forms,
    is_exact,
    lowered,
    proof,
    standing,
    studies,
    unstudied,
    wording,
)
from offlabel.evidence.dossier.findings import kinds, main_result, name
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Table
from offlabel.evidence.dossier.tables import table
from offlabel.evidence.dossier.wording import capital


def results(material: Material, appraisal: Appraisal) -> str:
    """Return the main results that are weighed, each with its study."""
    return "; ".join(
        f"{name(material, line['study'], line['studyLabel'])}: {main_result(material, line)}"
        for line in appraisal.weighed
    )


def permitted(appraisal: Appraisal) -> str:
    """Return what may be said, for a table that names regimen and condition already."""
    verb = wording(appraisal)
    return verb if "improve" in verb or "difference" in verb else f"studies {verb}"


def graded(appraisal: Appraisal) -> str:
    """Return the certainty, marked where all that is weighed is indirect."""
    is_marked = appraisal.grade and not is_exact(appraisal)
    return certain(appraisal) + (" (indirect)" if is_marked else "")


def factor_table(material: Material, found: Judged) -> tuple[Table, ...]:
    """Return state, level and certainty by kind of regimen, with start, steps and reasons."""
    rows = (
        Row(
            (
                each.regimen,
                standing(each, material.day),
                str(each.overview["level"] or "—"),
                graded(each),
                lowered(each),
            ),
            derived=(proof(each),),
        )
        for each in found.appraisals
    )
    columns = ("Kind of regimen", "State", "OCEBM level", "Certainty", "How it was reached")
    return table(f"State and certainty in {found.label}", columns, rows)


def overview_table(
    material: Material, caption: str, group: Iterable[Judged], *, is_full: bool = False
) -> tuple[Table, ...]:
    """Return a line per condition and studied kind of regimen: what may be said, on what.

    In full with the results, and how the certainty was reached.
    """
    rows = (
        Row(
            (
                found.label,
                each.regimen,
                str(each.overview["state"]),
                certain(each),
                permitted(each),
                _number(material, each),
                str(each.overview["people"]),
                *((capital(results(material, each)), lowered(each)) if is_full else ()),
            ),
            derived=(proof(each),),
        )
        for found in group
        for each in found.exact
    )
    columns = (
        *("Condition", "Kind of regimen", "State", "Certainty", "What may be said"),
        *("Studies", "People"),
        *(("Main results", "How the certainty was reached") if is_full else ()),
    )
    return table(caption, columns, rows)


def _number(material: Material, appraisal: Appraisal) -> str:
    narrow = forms(material, appraisal)
    return str(len(studies(appraisal))) + (f", only of {narrow}" if narrow else "")


def unstudied_table(material: Material, caption: str, group: Iterable[Judged]) -> tuple[Table, ...]:
    """Return the questions that no study is of; those that stand alike in one line."""
    alike: dict[tuple[str, ...], list[tuple[str, list[Appraisal]]]] = {}
    for found in group:
        for same in unstudied(material, found):
            regimens = "; ".join(each.regimen for each in same)
            first = same[0]
            cells = (regimens, standing(first, material.day), graded(first), _ways(same))
            alike.setdefault(cells, []).append((found.label, same))
    rows = (
        Row(
            ("; ".join(label for label, _ in told), *cells),
            derived=tuple(proof(each) for _, same in told for each in same),
        )
        for cells, told in alike.items()
    )
    columns = ("Conditions", "Kinds of regimen", "State", "Certainty", "What is weighed differs in")
    return table(caption, columns, rows)


def _ways(alike: Iterable[Appraisal]) -> str:
    found = {kind for each in alike for line in each.weighed for kind in kinds(line)}
    return ", ".join(sorted(found)) or "nothing is weighed"


def elsewise_table(material: Material, caption: str, group: Iterable[Judged]) -> tuple[Table, ...]:
    """Return the findings in conditions in which no study was of just a kind of regimen."""
    rows = (
        Row(
            (
                found.label,
                name(material, line["study"], line["studyLabel"]),
                str(line["design"]),
                str(line["people"] if line["people"] is not None else "not stated"),
                capital(main_result(material, line)),
                ", ".join(sorted(kinds(line))),
            ),
            derived=(proof(each),),
        )
        for found in group
        if not found.exact
        for each, line in found.findings
    )
    columns = ("Condition", "Study", "Design", "People", "Main result", "Differs in")
    return table(caption, columns, rows)

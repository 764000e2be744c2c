"""Evidence per condition: what is derived, on which studies, and what the source says of it."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.appraisal_formats import DERIVED
from offlabel.evidence.dossier.appraised import (
    ADJACENT,
    OTHER,
    Judged,
    judged,
    lowered,
    proof,
    statements,
)
from offlabel.evidence.dossier.appraised_tables import (
    elsewise_table,
    factor_table,
    overview_table,
    unstudied_table,
)
from offlabel.evidence.dossier.findings import (
    SPEAKS,
    conflict_statements,
    kinds,
    main_result,
    name,
    own_findings,
    study_table,
)
from offlabel.evidence.dossier.material import EVIDENCE, Material
from offlabel.evidence.dossier.model import Row, Section, Table
from offlabel.evidence.dossier.parts import conditions_with_statements
from offlabel.evidence.dossier.said import Said
from offlabel.evidence.dossier.short import ELSEWISE, title
from offlabel.evidence.dossier.tables import result_table
from offlabel.evidence.dossier.wording import capital, full

# What a reader must know of states and certainties before reading any of them.
NOTE = (
    f"{DERIVED} Supported means that a study speaks for it and none that counts against it; how "
    "far that can be trusted is the certainty. A study speaks against it where its main result "
    "showed no benefit, which is no proof that there is none."
)


def evidence(material: Material) -> Section:
    """Return a section per condition: those of the source, then others, then adjacent ones."""
    known = judged(material)
    by_condition = {each.condition: each for each in known}
    own = [
        _section(material, condition, label, by_condition.get(condition), said)
        for condition, label, said in conditions_with_statements(material, EVIDENCE)
    ]
    general = own.pop() if own and own[-1].slug == "evidence-general" else None
    places = [_place(material, place, known) for place in (OTHER, ADJACENT)]
    found = (*own, *places, *((general,) if general else ()))
    return Section("evidence", "Evidence per condition", sections=found, note=NOTE if known else "")


def _section(
    material: Material, condition: str, label: str, found: Judged | None, said: Iterable[Said]
) -> Section:
    """Return what is derived, its reasons and studies, and then the source's own statements."""
    slug = f"evidence-{condition.rpartition('/')[2] or 'general'}"
    told = tuple(full(each, material) for each in said)
    if found is None:
        tables = study_table(material, label, ())
        return Section(
            slug, capital(label), told, (*tables, *result_table(material, condition, label))
        )
    derived = (*statements(material, found), *conflict_statements(material, (condition,)))
    tables = (
        *factor_table(material, found),
        *study_table(material, label, found.appraisals),
        *indirect_table(material, found),
        *result_table(material, condition, label),
    )
    return Section(slug, capital(label), (*derived, *told), tables)


def _place(material: Material, place: str, known: Iterable[Judged]) -> Section:
    """Return a section for each condition of a place with several studies, a table of others."""
    group = [each for each in known if each.place == place]
    detailed = [each for each in group if each.is_detailed]
    single = [each for each in group if not each.is_detailed]
    inner = tuple(_section(material, each.condition, each.label, each, ()) for each in detailed)
    tables = (
        *overview_table(material, "Conditions with one study", single, is_full=True),
        *elsewise_table(material, ELSEWISE, single),
        *unstudied_table(material, "Questions without a study of their own", single),
    )
    return Section(f"evidence-{place}", title(material, place), (), tables, inner)


def indirect_table(material: Material, found: Judged) -> tuple[Table, ...]:
    """Return the findings of other conditions or drugs that certainty in a condition rests on."""
    own = {line["result"] for _, line in own_findings(found.appraisals)}
    rows = tuple(
        Row(
            (
                each.regimen,
                name(material, line["study"], line["studyLabel"]),
                str(line["design"]),
                str(line["people"] if line["people"] is not None else "not stated"),
                capital(main_result(material, line)),
                SPEAKS.get(str(line["direction"]), ""),
                ", ".join(sorted(kinds(line))),
            ),
            derived=(proof(each),),
        )
        for each in found.appraisals
        for line in each.weighed
        if line["result"] not in own
    )
    columns = (
        *("Kind of regimen", "Study", "Design", "People", "Main result", "Speaks"),
        "Differs in",
    )
    caption = f"Findings under other terms that are weighed for {found.label}"
    return (Table(caption, columns, rows),) if rows else ()


def reasons(material: Material) -> tuple[Table, ...]:
    """Return, for hurried readers, how the certainty of each kind of regimen was reached."""
    rows = tuple(
        Row((found.label, each.regimen, lowered(each)), derived=(proof(each),))
        for found in judged(material)
        for each in found.exact
        if found.is_detailed
    )
    columns = ("Condition", "Kind of regimen", "How the certainty was reached")
    return (Table("What lowers the certainty", columns, rows),) if rows else ()

"""What studies say, for patients: a plain table of the regimen that the dossier is about."""

from __future__ import annotations

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.appraisal_formats import people
from offlabel.evidence.dossier.appraised import (
    ADJACENT,
    forms,
    is_exact,
    is_searched,
    judged,
    proof,
)
from offlabel.evidence.dossier.appraised import studies as weighed
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Section, Table

NOTE = (
    "A program worked this out from studies by fixed rules. No group of experts did. "
    "“For” means that people did better in the study. That alone does not prove that the drug was "
    "the cause. “How sure” says how far the studies can be trusted."
)
_SAYS = {"supported": "for", "disputed": "against"}
_SURE = {"high": "sure", "moderate": "fairly sure", "low": "unsure", "very low": "very unsure"}


def studies_in_plain(material: Material) -> Section:
    """Return a line per disease in which the kind of regimen was studied or is spoken of."""
    rows: dict[bool, list[Row]] = {False: [], True: []}
    for found in judged(material):
        for each in found.appraisals:
            if each.overview["regimen"] != regimen(material):
                continue
            if is_exact(each) or found.condition in material.narrow:
                rows[found.place == ADJACENT].append(_row(material, found.label, each))
    columns = ("Disease", "Studies", "People", "For or against", "How sure")
    captions = ("Diseases that were looked at", "Diseases of other parts of the body")
    tables = (
        Table(caption, columns, tuple(lines))
        for caption, lines in zip(captions, rows.values(), strict=True)
        if lines
    )
    title = f"What do studies of {called(material)} say?"
    shown = tuple(tables)
    return Section("studies", title, (), shown, note=NOTE if shown else "")


def regimen(material: Material) -> str:
    """Return the kind of regimen that is spoken of most, or that was studied in most diseases."""
    if material.spoken_class:
        return material.spoken_class
    studied = [str(a.overview["regimen"]) for a in material.evidence.appraisals if is_exact(a)]
    return max(sorted(set(studied)), key=studied.count, default="")


def called(material: Material) -> str:
    """Return what that kind of regimen is called."""
    if material.spoken_class:
        return material.spoken
    rows = material.answers["regimens"]
    names = (str(row["label"]) for row in rows if row["class"] == regimen(material))
    return next(names, material.label)


def _row(material: Material, label: str, appraisal: Appraisal) -> Row:
    state, count = str(appraisal.overview["state"]), len(weighed(appraisal))
    if not is_exact(appraisal):
        said = "a search found none" if is_searched(appraisal) else "nobody is known to have looked"
        cells = (label, "none", "—", said, "—")
    else:
        sure = _SURE.get(str((appraisal.grade or {}).get("certainty")), "not worked out")
        says = _SAYS.get(state, "unclear")
        if appraisal.overview["supporting"] and appraisal.overview["disputing"]:
            says = "they do not agree"
        number = people(appraisal.overview).split(" ")[0]
        narrow = forms(material, appraisal)
        told = f"{count} (only {narrow})" if narrow else str(count)
        cells = (label, told, number, says, sure)
    return Row(cells, derived=(proof(appraisal),))

"""Write a dossier: resolve the names, ask the graph, and lay out what a reader needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from offlabel.errors import UnknownNameError
from offlabel.evidence.dossier import clinician, patient, researcher
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Dossier, Reference, Section, Statement
from offlabel.evidence.dossier.parts import DOI, PMID
from offlabel.evidence.dossier.read import read_material
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import capital, short
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.terms import RDFS

AUDIENCES: dict[str, Callable[[Material], tuple[Section, ...]]] = {
    "researcher": researcher.sections,
    "clinician": clinician.sections,
    "patient": patient.sections,
}
_TITLES = {
    "researcher": "{}: mechanism of action, evidence and use",
    "clinician": "{}: what is known, for clinicians",
    "patient": "{}: what is known, in plain words",
}


def dossier(
    store: Store,
    roots: Roots,
    drug: str,
    *,
    conditions: Sequence[str] = (),
    audience: str = "researcher",
    as_of: date | None = None,
) -> Dossier:
    """Write what the graph holds on a drug; names may be slugs, CURIEs, IRIs or labels.

    With `conditions`, only what concerns them, their forms and what is wider, and what concerns
    no condition. With `as_of`, only what sources of that date or earlier say, what follows from
    studies that were public by then, and what curators had found by then.
    """
    if audience not in AUDIENCES:
        raise UnknownNameError(audience, "audience", tuple(AUDIENCES))
    found = get_thing(store, drug, "drug").value
    named = [get_thing(store, name, "condition").value for name in conditions]
    label = _label(store, found)
    material = read_material(store, roots, found, label, named, as_of)
    is_known = bool(material.said or material.evidence.appraisals)
    written = AUDIENCES[audience](material) if is_known else ()
    sections = tuple(filter(None, map(_kept, written)))
    if not material.said:
        sections = (_nothing(label, as_of, is_known=is_known), *sections)
    title = _title(material, audience)
    return Dossier(
        found,
        label,
        title,
        audience,
        sections,
        _references(material, audience),
        tuple(_label(store, name) for name in named),
        as_of.isoformat() if as_of else None,
    )


def _title(material: Material, audience: str) -> str:
    name = material.spoken if audience == "patient" and material.said else material.label
    is_off_label = any(not row["isApproved"] for row in material.answers["approvals"])
    off = " off label" if is_off_label and audience == "researcher" else ""
    return _TITLES[audience].format(capital(name)) + off


def _kept(section: Section) -> Section | None:
    inner = tuple(filter(None, map(_kept, section.sections)))
    kept = replace(section, sections=inner)
    return kept if kept else None


def _nothing(label: str, as_of: date | None, *, is_known: bool) -> Section:
    when = f" from {as_of.isoformat()} or earlier" if as_of else ""
    text = f"No source{when} in this graph says anything about {label} that was asked for."
    if is_known:
        text += " What follows was worked out from studies alone."
    else:
        text += " That says nothing about the drug: nobody may have looked."
    return Section("nothing", "What the graph holds", (Statement(text),))


def _references(material: Material, audience: str) -> tuple[Reference, ...]:
    if not (material.said or material.evidence.appraisals):
        return ()
    rows: dict[str, Record] = {}
    speaking = {str(row["source"]) for row in material.answers["claims"]}
    for row in material.answers["references"]:
        if audience != "patient" or str(row["source"]) in speaking:
            rows.setdefault(str(row["source"]), row)
    ordered = sorted(rows.values(), key=lambda row: (row["source"] not in speaking, row["label"]))
    return tuple(_reference(number, row) for number, row in enumerate(ordered, 1))


def _reference(number: int, row: Record) -> Reference:
    text = ". ".join(
        str(part).rstrip(".")
        for part in (
            row["authors"] or row["publisher"],
            row["title"],
            " ".join(str(row[name]) for name in ("journal", "year") if row[name] is not None),
            row["volumeAndPages"],
        )
        if part is not None
    )
    links = []
    if row["pmid"] is not None:
        links.append((f"PMID {row['pmid']}", f"{PMID}{row['pmid']}"))
    if row["doi"] is not None:
        links.append((f"doi:{row['doi']}", f"{DOI}{row['doi']}"))
    notes = []
    if row["updated"] is not None:
        notes.append(f"last updated {row['updated']}")
    if row["selfCitedBy"] is not None:
        notes.append("cited by a page of the same publisher")
    return Reference(
        number,
        str(row["source"]),
        short(str(row["label"])),
        f"{text}.",
        str(row["kind"]),
        tuple(links),
        "; ".join(notes),
    )


def _label(store: Store, iri: str) -> str:
    query = f"SELECT ?l WHERE {{ <{iri}> <{RDFS}label> ?l }}"
    rows = store.select(query + " ORDER BY ?l").rows
    return str(getattr(rows[0][0], "value", iri)) if rows else iri

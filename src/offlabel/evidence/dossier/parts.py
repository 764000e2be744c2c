"""Sections and statements that dossiers for several readers share."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Ref, Section, Statement
from offlabel.evidence.dossier.said import Record, Said
from offlabel.evidence.dossier.wording import (
    listed,
    marks,
    number,
    sentence,
    short,
    who,
)

GENERAL = "In general"
GRAPH = "what this graph holds"
CURATORS = "curators"
DOI = "https://doi.org/"
PMID = "https://pubmed.ncbi.nlm.nih.gov/"


def indication(material: Material) -> Section:
    """Return what the sources give as indication, which may be nothing, and what is approved."""
    if not material.said:
        return Section("indication", "Indication")
    named = [label for c, label in material.condition_labels.items() if c in material.asked]
    conditions = listed(named, "or") if named else "any condition"
    text = (
        f"no source states an indication of {material.label} for {conditions}, "
        "as far as it was recorded in this graph"
    )
    statements = [Statement(sentence(text), material.unanswered, GRAPH)]
    for row in material.answers["approvals"]:
        said = material.said_of.get(str(row["claim"]))
        verb = "has approved" if row["isApproved"] else "has not approved"
        text = f"the {row['regulator']} ({row['jurisdiction']}) {verb} {row['classLabel']}"
        statements.append(
            Statement(
                sentence(f"{text} for {row['conditionLabel']}"),
                refs_from_claims(material, (row,)),
                who((said,), material) if said else short(str(row["sourceLabel"])),
                "Asserted",
                (),
                marks(said, material, codes=False) if said else (),
                (said.proposition,) if said else (),
            )
        )
    return Section("indication", "Indication", tuple(statements))


def mechanism_in_short(material: Material) -> tuple[Statement, ...]:
    """Return which accounts of the mechanism are given, and which of them by the sources."""
    labels = {str(r["mechanism"]): str(r["label"]) for r in material.answers["mechanisms"]}
    if not labels:
        return ()
    refs = {name: _refs_of_account(material, name) for name in labels}
    told = [label for name, label in labels.items() if refs[name]]
    silent = [label for name, label in labels.items() if not refs[name]]
    accounts = "account of how it works is" if len(labels) == 1 else "accounts of how it works are"
    text = f"{number(len(labels))} {accounts} told of here, and none is proven: "
    claims = tuple(dict.fromkeys(ref for found in refs.values() for ref in found))
    sources = listed(dict.fromkeys(short(ref.source) for ref in claims))
    if not told:
        return (Statement(sentence(text + listed(silent)), (), GRAPH),)
    text += listed(told)
    if silent:
        text += f"; and, which {sources} does not name, {listed(silent)}"
    return (Statement(sentence(text), claims, sources, "Proposed"),)


def _refs_of_account(material: Material, mechanism: str) -> tuple[Ref, ...]:
    """Return the claims that name an account of the mechanism, or else those of its steps."""
    named = [s for s in material.said if s.relation == "ActsThrough" and mechanism in s.things]
    rows = (row for row in material.answers["mechanisms"] if row["mechanism"] == mechanism)
    steps = {str(row["step"]) for row in rows}
    return refs_of(named or [said for said in material.said if said.proposition in steps])


def conditions_with_statements(
    material: Material, topics: Iterable[str]
) -> list[tuple[str, str, tuple[Said, ...]]]:
    """Return conditions with their labels and statements, what concerns none of them last."""
    groups: dict[str, list[Said]] = {name: [] for name in material.narrow}
    for said in material.about(*topics):
        places = [c for c in material.conditions_of(said.proposition) if c in groups]
        groups.setdefault(places[0] if places else "", []).append(said)
    general = groups.pop("", [])
    found = [(name, material.condition_labels[name], tuple(said)) for name, said in groups.items()]
    return [*found, ("", GENERAL, tuple(general))] if general else found


def warning(material: Material) -> tuple[Statement, ...]:
    """Say who is behind the recommendations, where a page reports those of unnamed bodies."""
    rows = [row for row in material.answers["recommendations"] if material.is_chosen(row)]
    if not rows:
        return ()
    reporters = listed(dict.fromkeys(short(str(r["reporterLabel"])) for r in rows if r["reporter"]))
    text = f"these recommendations are known only as {reporters or 'a source'} reports them"
    if material.self_cited:
        text += "; what it cites for them was put out by its own publisher"
    names = listed(dict.fromkeys(f"“{r['attribution']}”" for r in rows if r["attribution"]))
    if names:
        text += f", and the bodies behind {names} are not named"
    return (Statement(sentence(text), refs_from_claims(material, rows), GRAPH),)


def flag_statements(
    material: Material, categories: Iterable[str] = (), leave: Iterable[str] = ()
) -> tuple[Statement, ...]:
    """Return the findings of curators, each once with the claims it touches and its literature.

    With `categories`, only those of one of them; those whose codes are to `leave` stay out.
    """
    wanted, left = set(categories), set(leave)
    flags: dict[str, list[Record]] = {}
    for row in material.answers["flags"]:
        if str(row["claim"]) in material.said_of and row["code"] not in left:
            flags.setdefault(str(row["code"]), []).append(row)
    found = []
    for code, rows in sorted(flags.items()):
        names = tuple(dict.fromkeys(str(row["category"]) for row in rows))
        if wanted and not wanted & set(names):
            continue
        works = dict.fromkeys(str(row["reference"]) for row in rows if row["reference"])
        links = [
            (_work(address), address)
            for address in works
            if address.startswith(("https://", "http://"))
        ]
        found.append(
            Statement(
                f"{sentence(str(rows[0]['label']))} {rows[0]['because']}",
                refs_from_claims(material, rows),
                f"{CURATORS}, {code}",
                marks=names,
                links=tuple(links),
            )
        )
    return tuple(found)


def omissions(material: Material, topics: Iterable[str]) -> tuple[Statement, ...]:
    """Return what curators found left out in what is said under some topics."""
    claims = {claim for said in material.about(*topics) for claim in said.ids}
    codes = {row["code"] for claim in claims for row in material.flags.get(claim, ())}
    return tuple(
        said
        for said in flag_statements(material, ("omission",))
        if said.said.removeprefix(f"{CURATORS}, ") in codes
    )


def _work(address: str) -> str:
    for start, name in ((DOI, "doi:"), (PMID, "PMID ")):
        if address.startswith(start):
            return name + address.removeprefix(start)
    return address.removeprefix("https://")


def refs_of(said: Iterable[Said]) -> tuple[Ref, ...]:
    """Return the claims behind statements, each once."""
    return tuple(dict.fromkeys(ref for each in said for ref in each.refs))


def refs_from_claims(material: Material, rows: Iterable[Record]) -> tuple[Ref, ...]:
    """Return the references to the claims that records name, where the dossier tells of them."""
    claims = dict.fromkeys(str(row["claim"]) for row in rows)
    return tuple(material.ref_of[claim] for claim in claims if claim in material.said_of)

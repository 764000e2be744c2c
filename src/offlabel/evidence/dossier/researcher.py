"""The dossier for researchers: every statement, with claims, passages, support and flags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from offlabel.evidence.dossier.advice import beside_table, grade_table, ladder_tables, own_table
from offlabel.evidence.dossier.evidence import evidence
from offlabel.evidence.dossier.holds import not_holding
from offlabel.evidence.dossier.material import EVIDENCE, Material
from offlabel.evidence.dossier.model import Row, Section, Statement, Table
from offlabel.evidence.dossier.parts import (
    GRAPH,
    flag_statements,
    indication,
    mechanism_in_short,
    omissions,
    refs_of,
    warning,
)
from offlabel.evidence.dossier.short import in_short
from offlabel.evidence.dossier.steps import coverage_in_short, mechanism_table, paradox, phase_table
from offlabel.evidence.dossier.tables import event_table, regimen_table
from offlabel.evidence.dossier.wording import capital, full, listed, sentence, short, stated

_QUESTION = ("question", "definition")
_MECHANISM = ("mechanism", "localisation")
_DOSING = ("dose", "route", "regimen")
_SAFETY = ("safety", "adverse-effect", "monitoring")
_COMPARISON = ("guideline-rec", "line-of-therapy", "grade")
_ACCESS = ("access", "regulatory", "cost")
_LIMITS = ("limitation", "research-need")
_SOURCE = ("review-status", "metadata", "disclaimer", "promo", "reference")
_TOLD = {
    *(*_QUESTION, *_MECHANISM, *EVIDENCE, *_DOSING, *_SAFETY, *_COMPARISON),
    *("patient-selection", *_ACCESS, *_LIMITS, *_SOURCE),
}


def sections(material: Material) -> tuple[Section, ...]:
    """Return all sections, each statement of the material in one of them at least."""
    others = {said.topic for said in material.said} - _TOLD
    return (
        in_short(material),
        _section(material, "question", "The question", _QUESTION),
        indication(material),
        Section(
            "mechanism",
            "Mechanism of action",
            (
                *coverage_in_short(material),
                *paradox(material),
                *_statements(material, _MECHANISM),
                *omissions(material, _MECHANISM),
            ),
            (*mechanism_table(material), *phase_table(material)),
        ),
        evidence(material),
        not_holding(material),
        Section("dosing", "Dosing", _statements(material, _DOSING), regimen_table(material)),
        Section(
            "safety",
            "Safety",
            (*_statements(material, _SAFETY), *omissions(material, _SAFETY)),
            event_table(material),
        ),
        Section(
            "comparison",
            "Comparison with established treatments",
            (*warning(material), *_statements(material, _COMPARISON)),
            (
                *ladder_tables(material),
                *grade_table(material),
                *own_table(material),
                *beside_table(material),
            ),
        ),
        _section(material, "implications", "For whom it may suit", ("patient-selection",)),
        _section(material, "access", "Access, approval and cost", _ACCESS),
        _section(material, "limits", "Limits and research needs", _LIMITS),
        _section(material, "other", "Further statements", sorted(others)),
        contradictions(material),
        Section("flags", "What curators found", flag_statements(material), _counts(material)),
        Section("source", "About the source", _about_sources(material)),
        answer(material),
    )


def contradictions(material: Material) -> Section:
    """Return the contradictions within sources: both sides, the axis and the reason."""
    rows: dict[str, dict[str, dict[str, None]]] = {}
    about: dict[str, tuple[str, str]] = {}
    for row in material.answers["contradictions"]:
        name = str(row["contradiction"])
        about[name] = (str(row["label"]), str(row["because"]))
        sides = rows.setdefault(name, {"claims": {}, "axes": {}})
        sides["claims"][str(row["claim"])] = None
        sides["axes"][str(row["axis"])] = None
    lines = tuple(
        Row(
            (
                capital(about[name][0]),
                " ↔ ".join(_side(material, claim) for claim in sides["claims"]),
                ", ".join(sides["axes"]),
                about[name][1],
            ),
            tuple(material.ref_of[claim] for claim in sides["claims"]),
        )
        for name, sides in rows.items()
        if set(sides["claims"]) & set(material.said_of)
    )
    columns = ("What", "Sides", "Differ on", "Why")
    table = Table("Claims of one source that stand against each other", columns, lines)
    return Section("contradictions", "Contradictions within the source", (), (table,) * bool(lines))


def _side(material: Material, claim: str) -> str:
    """Return one side of a contradiction, hedged as this very claim hedges it."""
    code = material.ref_of[claim].code
    said = material.said_of.get(claim)
    if said is None:
        return f"{code}, which concerns other conditions"
    own = tuple(row for row in said.claims if row["claim"] == claim)
    return f"{code}: {stated(replace(said, claims=own), material)}"


def answer(material: Material) -> Section:
    """Return the question of the sources and what the graph answers, at the end."""
    if not material.said:
        return Section("answer", "The question answered")
    rows = [row for row in material.answers["studies"] if material.is_chosen(row)]
    designs = Counter(str(row["design"]) for row in {r["study"]: r for r in rows}.values())
    kinds = listed(f"{design} ({count})" for design, count in designs.most_common())
    told = refs_of(said for said in material.about("study-design") if said.studies)
    text = f"the studies in this graph by design: {kinds}" if kinds else "no study is in this graph"
    if any(said.is_absence and not said.searches for said in material.said):
        text += "; what is reported absent was not searched for"
    statements = (
        *mechanism_in_short(material),
        *indication(material).statements,
        Statement(sentence(text), told, GRAPH),
    )
    return Section("answer", "The question answered", statements, is_highlight=True)


def _counts(material: Material) -> tuple[Table, ...]:
    if not material.said:
        return ()
    return tuple(
        table for table in (category_table(material), support_table(material)) if table.rows
    )


def category_table(material: Material) -> Table:
    """Return the findings of curators by category."""
    codes: dict[str, dict[str, None]] = {}
    for row in material.answers["flags"]:
        if str(row["claim"]) in material.said_of:
            codes.setdefault(str(row["category"]), {})[str(row["code"])] = None
    rows = (Row((name, ", ".join(found), str(len(found)))) for name, found in sorted(codes.items()))
    columns = ("Category", "Findings", "Number of findings")
    return Table("Findings of curators by category", columns, tuple(rows))


def support_table(material: Material) -> Table:
    """Return how many propositions rest on what."""
    names = {
        "PrimarySupport": "primary source cited",
        "SecondarySupport": "review cited, nothing nearer",
        "TertiarySupport": "tertiary source only",
        "NoSupport": "nothing cited",
    }
    groups = {name: [s for s in material.said if s.support == name] for name in names}
    rows = tuple(
        Row((names[name], str(len(group)), str(len(set().union(*(s.ids for s in group))))))
        for name, group in groups.items()
    )
    columns = ("Rests at best on", "Propositions", "Number of claims")
    return Table("What the statements of this dossier rest on", columns, rows)


def _about_sources(material: Material) -> tuple[Statement, ...]:
    """Return what sources say of themselves; where none of their review states is current, that."""
    found = list(_statements(material, _SOURCE))
    listing = [
        said for said in material.about("review-status") if said.relation == "ListsReviewStatus"
    ]
    current = {row["source"] for row in material.answers["references"] if row["currentStatus"]}
    silent = [said for said in listing if not current & {claim["source"] for claim in said.claims}]
    if silent:
        names = listed(dict.fromkeys(short(ref.source) for ref in refs_of(silent)))
        text = f"{names} marks none of the review states that it lists as the current one"
        place = max(
            n for n, said in enumerate(found) if said.propositions[0] == silent[-1].proposition
        )
        found.insert(place + 1, Statement(sentence(text), refs_of(silent), GRAPH))
    return tuple(found)


def _statements(material: Material, topics: Iterable[str]) -> tuple[Statement, ...]:
    return tuple(full(each, material) for each in material.about(*topics))


def _section(material: Material, slug: str, title: str, topics: Iterable[str]) -> Section:
    return Section(slug, title, _statements(material, topics))

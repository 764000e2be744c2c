"""The dossier for researchers: every statement, with claims, passages, support and flags."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import EVIDENCE, Material, Said
from offlabel.evidence.dossier.model import Row, Section, Statement, Table
from offlabel.evidence.dossier.parts import (
    conditions_with_statements,
    event_table,
    flag_statements,
    grade_table,
    in_short,
    indication,
    ladder_tables,
    result_table,
    study_table,
)
from offlabel.evidence.dossier.wording import full, sentence


def sections(material: Material) -> tuple[Section, ...]:
    """Return all sections, each statement of the material in exactly one of them."""
    return (
        in_short(material),
        _section(material, "question", "The question", "question", "definition"),
        indication(material),
        Section(
            "mechanism",
            "Mechanism of action",
            _statements(material, material.about("mechanism", "localisation")),
            mechanism_tables(material),
        ),
        Section("evidence", "Evidence per condition", sections=_evidence(material)),
        _section(material, "dosing", "Dosing", "dose", "route", "regimen"),
        Section(
            "safety",
            "Safety",
            _statements(material, material.about("safety", "adverse-effect", "monitoring")),
            event_table(material),
        ),
        Section(
            "comparison",
            "Comparison with established treatments",
            _statements(material, material.about("guideline-rec", "line-of-therapy", "grade")),
            (*ladder_tables(material), *grade_table(material)),
        ),
        _section(material, "implications", "For whom it may suit", "patient-selection"),
        _section(material, "access", "Access, approval and cost", "access", "regulatory", "cost"),
        _section(material, "limits", "Limits and research needs", "limitation", "research-need"),
        contradictions(material),
        Section(
            "flags", "What curators found", flag_statements(material), (support_table(material),)
        ),
        _section(
            material,
            "source",
            "About the source",
            *("review-status", "metadata", "disclaimer", "promo", "reference"),
        ),
    )


def mechanism_tables(material: Material) -> tuple[Table, ...]:
    """Return the signed steps of each mechanism in their phases."""
    signs = {1: "+", -1: "−", 0: "open"}
    said = {each.proposition: each for each in material.said}
    rows = [
        Row(
            (
                str(row["label"]),
                str(row["position"]),
                str(row["phase"]),
                signs.get(int(str(row["sign"])), "") if row["sign"] is not None else "",
                str(row["statement"]),
            ),
            said[str(row["step"])].refs if str(row["step"]) in said else (),
        )
        for row in material.answers["mechanisms"]
    ]
    if not rows:
        return ()
    columns = ("Mechanism", "Step", "Phase", "Direction", "What is said to happen")
    return (Table("Steps of the mechanisms, as claimed", columns, tuple(rows)),)


def contradictions(material: Material) -> Section:
    """Return the contradictions within sources: the axis, the reason and both sides."""
    texts = {ref.claim: (each, ref) for each in material.said for ref in each.refs}
    rows: dict[str, dict[str, list[str]]] = {}
    about: dict[str, tuple[str, str]] = {}
    for row in material.answers["contradictions"]:
        name = str(row["contradiction"])
        about[name] = (str(row["label"]), str(row["because"]))
        sides = rows.setdefault(name, {"claims": [], "axes": []})
        for key, value in (("claims", row["claim"]), ("axes", row["axis"])):
            if str(value) not in sides[key]:
                sides[key].append(str(value))
    lines = []
    for name, sides in rows.items():
        known = [texts[claim] for claim in sides["claims"] if claim in texts]
        lines.append(
            Row(
                (
                    about[name][0],
                    "; ".join(f"{ref.code}: {each.statement}" for each, ref in known),
                    ", ".join(sides["axes"]),
                    about[name][1],
                ),
                tuple(ref for _, ref in known),
            )
        )
    columns = ("What", "Sides", "Differ on", "Why")
    table = Table("Claims of one source that stand against each other", columns, tuple(lines))
    return Section("contradictions", "Contradictions within the source", (), (table,) * bool(lines))


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


def _evidence(material: Material) -> tuple[Section, ...]:
    found = []
    for condition, label, said in conditions_with_statements(material, EVIDENCE):
        found.append(
            Section(
                f"evidence-{condition.rpartition('/')[2] or 'general'}",
                sentence(label).rstrip("."),
                _statements(material, said),
                (*study_table(material, condition), *result_table(material, condition)),
            )
        )
    return tuple(found)


def _statements(material: Material, said: Iterable[Said]) -> tuple[Statement, ...]:
    return tuple(full(each, material) for each in said)


def _section(material: Material, slug: str, title: str, *topics: str) -> Section:
    return Section(slug, title, _statements(material, material.about(*topics)))

"""Parts that the dossiers for researchers and for clinicians share."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material, Record, Said
from offlabel.evidence.dossier.model import Ref, Row, Section, Statement, Table
from offlabel.evidence.dossier.wording import (
    brief,
    figure,
    listed,
    number,
    sentence,
    short,
    who,
)

GENERAL = "In general"


def in_short(material: Material) -> Section:
    """Return the question answered in a few sentences: mechanism, indication, each condition."""
    found = [*_mechanism_in_short(material), *indication(material).statements]
    for condition in material.narrow:
        found += condition_in_short(material, condition)
    return Section("in-short", "In short", tuple(found), is_highlight=True)


def indication(material: Material) -> Section:
    """Return what the sources give as indication, which may be nothing, and what is approved."""
    conditions = [material.condition_labels[name] for name in material.narrow]
    if not material.said:
        return Section("indication", "Indication")
    about = f" of {material.label}" + (f" for {listed(conditions, 'or')}" if conditions else "")
    text = f"No source in this graph states an indication{about}"
    asked = [said for said in material.about("question") if "indication" in said.statement]
    unanswered = tuple(ref for said in asked for ref in said.refs)
    statements = [Statement(sentence(text), unanswered, "what the graph holds")]
    for row in material.answers["approvals"]:
        claims = {ref.claim: ref for said in material.said for ref in said.refs}
        verb = "has approved" if row["isApproved"] else "has not approved"
        text = f"the {row['regulator']} ({row['jurisdiction']}) {verb} {row['classLabel']}"
        statements.append(
            Statement(
                sentence(f"{text} for {row['conditionLabel']}"),
                tuple(filter(None, (claims.get(str(row["claim"])),))),
                short(str(row["sourceLabel"])),
            )
        )
    return Section("indication", "Indication", tuple(statements))


def condition_in_short(material: Material, condition: str) -> list[Statement]:
    """Return the results in a condition or, where there is none, the absences that are claimed."""
    label = material.condition_labels[condition]
    rows = [row for row in material.answers["results"] if row["condition"] == condition]
    said_of = {said.result: said for said in material.said if said.result}
    designs = {row["study"]: row["design"] for row in material.answers["studies"]}
    found = []
    for row in rows[:1]:
        said = said_of.get(str(row["result"]))
        design = designs.get(row["study"], "study")
        text = (
            f"{label}: in one {design} ({short(str(row['sourceLabel']))}), {row['category']} "
            f"in {figure(row)}"
        )
        found.append(
            Statement(
                sentence(text),
                said.refs if said else (),
                who(said, material) if said else "",
            )
        )
    absences = [
        said
        for said in material.about("absence-of-evidence")
        if condition in material.conditions_of(said.proposition)
    ]
    if absences and not rows:
        text = f"{label}: the source reports {listed(said.statement for said in absences)}"
        refs = tuple(ref for said in absences for ref in said.refs)
        marks = ("reported absent, not searched",)
        found.append(Statement(sentence(text), refs, who(absences[0], material), (), marks))
    return found


def _mechanism_in_short(material: Material) -> list[Statement]:
    labels = dict.fromkeys(str(row["label"]) for row in material.answers["mechanisms"])
    if not labels:
        return []
    said = [
        each
        for each in material.about("mechanism")
        if any(each.statement.endswith(f"acts through {label}") for label in labels)
    ]
    accounts = "account of how it works is" if len(labels) == 1 else "accounts of how it works are"
    text = f"{number(len(labels))} {accounts} proposed and not proven: {listed(labels)}"
    refs = tuple(ref for each in said for ref in each.refs)
    sources = dict.fromkeys(ref.source for each in said for ref in each.refs)
    return [Statement(sentence(text), refs, listed(short(source) for source in sources))]


def conditions_with_statements(
    material: Material, topics: Iterable[str]
) -> list[tuple[str, str, tuple[Said, ...]]]:
    """Return conditions with their labels and statements, what concerns none of them last."""
    groups: dict[str, list[Said]] = {name: [] for name in material.narrow}
    for said in material.about(*topics):
        places = [c for c in material.conditions_of(said.proposition) if c in groups]
        groups.setdefault(places[0] if places else "", []).append(said)
    general = groups.pop("", [])
    found = [
        (name, material.condition_labels[name], tuple(said))
        for name, said in groups.items()
        if said or name in material.narrow
    ]
    return [*found, ("", GENERAL, tuple(general))] if general else found


def result_table(material: Material, condition: str) -> tuple[Table, ...]:
    """Return the count results in a condition."""
    said_of = {said.result: said.refs for said in material.said if said.result}
    rows = tuple(
        Row(
            (
                short(str(row["sourceLabel"])),
                str(row["outcome"]),
                str(row["category"]),
                figure(row),
                str(row["direction"] or ""),
            ),
            said_of.get(str(row["result"]), ()),
        )
        for row in material.answers["results"]
        if row["condition"] == condition
    )
    columns = ("Study", "Outcome", "Answer", "k/n (%, 95% CI)", "Points to benefit")
    label = material.condition_labels.get(condition, "")
    return (Table(f"Results in {label}", columns, rows),) if rows else ()


def study_table(material: Material, condition: str) -> tuple[Table, ...]:
    """Return the studies in a condition: design, people and regimen."""
    rows = tuple(
        Row(
            (
                short(str(row["sourceLabel"])),
                str(row["design"]),
                str(row["participants"] if row["participants"] is not None else "?"),
                str(row["regimenLabel"]),
                str(row["classLabel"] or "none"),
            ),
            refs_of(material, "study-design", short(str(row["sourceLabel"]))),
        )
        for row in material.answers["studies"]
        if row["condition"] == condition
    )
    columns = ("Study", "Design", "People", "Regimen", "Kind of regimen")
    label = material.condition_labels.get(condition, "")
    return (Table(f"Studies in {label}", columns, rows),) if rows else ()


def event_table(material: Material) -> tuple[Table, ...]:
    """Return the adverse events, with counts where a source gives them."""
    rows = tuple(
        Row(
            (
                str(row["effectLabel"]),
                short(str(row["sourceLabel"])),
                f"{row['k']}/{row['n']}" if row["k"] is not None else "count not given",
                str(row["participants"] if row["participants"] is not None else "?"),
                str(row["course"] or "not stated"),
            ),
            refs_of(material, "adverse-effect", str(row["effectLabel"])),
        )
        for row in material.answers["adverse-events"]
    )
    columns = ("Adverse effect", "Study", "k/n", "People in the arm", "Course")
    return (Table("Adverse events seen in studies", columns, rows),) if rows else ()


def refs_of(material: Material, topic: str, words: str) -> tuple[Ref, ...]:
    """Return the claims under a topic whose statement names something."""
    return tuple(
        ref for said in material.about(topic) if words in said.statement for ref in said.refs
    )


def ladder_tables(material: Material) -> tuple[Table, ...]:
    """Return, per condition, what is recommended in which order, and who is said to say so."""
    found = []
    for condition in dict.fromkeys(row["condition"] for row in _recommendations(material)):
        rows = [row for row in _recommendations(material) if row["condition"] == condition]
        lines = tuple(
            Row(
                (
                    str(group[0]["line"] or "no line given"),
                    str(group[0]["treatmentLabel"])
                    + (f" ({group[0]['population']})" if group[0]["population"] else ""),
                    str(group[0]["attribution"] or "not named"),
                    short(str(group[0]["reporterLabel"] or "")),
                ),
                _refs(material, group),
            )
            for group in _by_recommendation(rows)
        )
        columns = ("Line", "Treatment", "Said to come from", "Reported by")
        found.append(Table(f"Treatments for {rows[0]['conditionLabel']}", columns, lines))
    return tuple(found)


def grade_table(material: Material) -> tuple[Table, ...]:
    """Return the grades as printed beside the grades they are read as, with the reason."""
    lines = tuple(
        Row(
            (
                f"{group[0]['treatmentLabel']} for {group[0]['conditionLabel']}",
                _pair(group[0], "strengthPrinted", "strengthRead"),
                _pair(group[0], "qualityPrinted", "qualityRead"),
                str(group[0]["because"] or ""),
            ),
            _refs(material, group),
        )
        for group in _by_recommendation(_recommendations(material))
        if group[0]["strengthPrinted"] or group[0]["qualityPrinted"]
    )
    columns = ("Advice", "Strength, printed → read as", "Quality, printed → read as", "Why so read")
    return (Table("Grades as printed, and as they are read", columns, lines),) if lines else ()


def flag_statements(material: Material, categories: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Return the flags, each once with the claims it touches; of some categories if named."""
    wanted = set(categories)
    refs = {ref.claim: ref for said in material.said for ref in said.refs}
    flags: dict[str, list[Record]] = {}
    for row in material.answers["flags"]:
        if str(row["claim"]) in refs:
            flags.setdefault(str(row["code"]), []).append(row)
    found = []
    for code, rows in sorted(flags.items()):
        names = tuple(dict.fromkeys(str(row["category"]) for row in rows))
        if wanted and not wanted & set(names):
            continue
        claims = dict.fromkeys(str(row["claim"]) for row in rows)
        found.append(
            Statement(
                f"{sentence(str(rows[0]['label'])).rstrip('.')}. {rows[0]['because']}",
                tuple(refs[claim] for claim in claims),
                f"curators, {code}",
                (),
                names,
            )
        )
    return tuple(found)


def brief_statements(
    material: Material, topics: Iterable[str], leave: Iterable[str] = ()
) -> tuple[Statement, ...]:
    """Return the statements under some topics as a clinician reads them."""
    kept = set(leave)
    return tuple(
        brief(said, material) for said in material.about(*topics) if said.proposition not in kept
    )


def _recommendations(material: Material) -> list[Record]:
    return [
        row
        for row in material.answers["recommendations"]
        if not material.chosen or row["condition"] in material.chosen
    ]


def _by_recommendation(rows: Iterable[Record]) -> list[list[Record]]:
    groups: dict[str, list[Record]] = {}
    for row in rows:
        groups.setdefault(str(row["recommendation"]), []).append(row)
    return list(groups.values())


def _refs(material: Material, rows: Iterable[Record]) -> tuple[Ref, ...]:
    claims = {ref.claim: ref for said in material.said for ref in said.refs}
    found = (claims.get(str(row["claim"])) for row in rows)
    return tuple(dict.fromkeys(ref for ref in found if ref))


def _pair(row: Record, printed: str, read: str) -> str:
    return (
        f"{row[printed]} → {row[read]}" if row[printed] and row[read] else str(row[printed] or "")
    )

"""What a summary of findings says: per condition, the regimens of a drug, and findings by outcome.

The layout follows the GRADE Handbook, chapter 6: outcome, participants and studies, effect,
certainty with a note for each reason that lowers it, comments. Certainty is derived by rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.evidence.appraisal import Appraisal, Evidence, Record, read_evidence
from offlabel.evidence.appraisal_formats import figure, people, state
from offlabel.evidence.evidencemap import CERTAINTIES
from offlabel.exports.ledger import Ledger
from offlabel.exports.selection import Selection
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import OL, RDFS, prefixes

HEAD = ("Outcome", "Participants (studies)", "Effect, with 95% interval", "Certainty", "Comments")
DERIVED = (
    "Certainty is derived by rule from design, size, directness, control and agreement of the "
    "findings (docs/method.md). It is no panel's judgement."
)
_SHOWN = ("count", "outOf", "intervalLow", "intervalHigh", "measures", "finding", "direction")


@dataclass(frozen=True)
class Row:
    """One outcome: the studies that measured it, what they found, and how sure that is."""

    outcome: str
    participants: str
    effect: str
    certainty: str
    comments: str


@dataclass(frozen=True)
class Section:
    """One kind of regimen: the state of its evidence, its outcomes, and the notes to them."""

    regimen: str
    state: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """The table of one drug in one condition, with the grades that others gave beside it."""

    drug: str
    condition: str
    sections: tuple[Section, ...]
    reported: tuple[str, ...]


def summaries(selection: Selection) -> list[Summary]:
    """Return a table for each drug with regimens and each condition that was asked about."""
    store = OxigraphStore(selection.store)
    ledger = selection.ledger
    found = []
    for drug in ledger.of_kind(NamedNode(f"{OL}Drug")):
        if not isinstance(drug, NamedNode):
            continue
        evidence = read_evidence(store, selection.sources, drug.value)
        if not evidence.appraisals:
            continue
        label = ledger.text(drug) or drug.value
        reported = _reported(store, selection)
        for condition, name in _conditions(evidence, selection):
            sections = [
                _section(each, ledger)
                for each in evidence.appraisals
                if each.overview["condition"] == condition
            ]
            given = tuple(reported.get(condition, ()))
            found.append(Summary(label, name, tuple(sections), given))
    return sorted(found, key=lambda one: (one.drug, one.condition))


def _conditions(evidence: Evidence, selection: Selection) -> list[tuple[str, str]]:
    pairs = {(str(each.overview["condition"]), each.condition) for each in evidence.appraisals}
    wanted = selection.things
    return sorted(pair for pair in pairs if wanted is None or NamedNode(pair[0]) in wanted)


def _section(found: Appraisal, ledger: Ledger) -> Section:
    notes = tuple(f"{row['factor']}: {row['because']} (−{row['steps']})" for row in found.reasons)
    grade = found.grade
    name = str(grade["certainty"]) if grade else ""
    of_what = ", of indirect evidence only" if found.is_indirect else ""
    marks = ", ".join(str(number + 1) for number in range(len(notes)))
    certainty = f"{name} {CERTAINTIES.get(name, '')}".strip()
    certainty += of_what + (f" [{marks}]" if marks else "")
    outcomes: dict[str, list[Record]] = {}
    for line in found.weighed:
        outcomes.setdefault(str(line["outcome"] or "not named"), []).append(line)
    rows = [_row(outcome, lines, certainty) for outcome, lines in sorted(outcomes.items())]
    if not rows:
        rows = [Row("any", "none", "no study", certainty or "not graded", state(found))]
    _hold(ledger, found)
    return Section(found.regimen, state(found), tuple(rows), notes)


def _row(outcome: str, lines: list[Record], certainty: str) -> Row:
    known = [int(str(line["people"])) for line in lines if line["people"] is not None]
    count = people({"people": sum(known)}) if known else "not stated"
    studies = "1 study" if len(lines) == 1 else f"{len(lines)} studies"
    effect = "; ".join(figure(line) or str(line["resultLabel"]) for line in lines)
    comments = "; ".join(_comment(line) for line in lines)
    return Row(outcome, f"{count} ({studies})", effect, certainty, comments)


def _comment(line: Record) -> str:
    said = [f"{line['studyLabel']}: {line['design']}", f"{line['direction']}"]
    if line["differences"]:
        said.append(f"indirect, {line['differences']}")
    return ", ".join(said)


def _reported(store: OxigraphStore, selection: Selection) -> dict[str, list[str]]:
    query = get_query(selection.sources, "evidence/derived-beside-reported-grades")
    found: dict[str, list[str]] = {}
    for row in run(store, query):
        if str(row["origin"]).startswith("1"):
            continue
        by = f", {prefixes().compress(str(row['givenBy']))}" if row["givenBy"] else ""
        text = f"{row['treatmentLabel']}: {row['gradeLabel']} ({row['schemeLabel']}{by})"
        found.setdefault(str(row["condition"]), []).append(text)
    return {condition: sorted(set(texts)) for condition, texts in found.items()}


def _hold(ledger: Ledger, found: Appraisal) -> None:
    """Mark the statements that the table shows."""
    label = NamedNode(f"{RDFS}label")
    for line in found.weighed:
        result = NamedNode(str(line["result"]))
        for name in _SHOWN:
            ledger.values(result, NamedNode(OL + name))
        for thing in (result, NamedNode(str(line["study"]))):
            ledger.values(thing, label)
        ledger.values(NamedNode(str(line["study"])), NamedNode(f"{OL}hasDesign"))
    assessment = NamedNode(str(found.overview["assessment"]))
    for name in ("state", "people", "hasGrade", "weighs"):
        ledger.values(assessment, NamedNode(OL + name))
    for column in ("regimen", "condition"):
        ledger.values(NamedNode(str(found.overview[column])), label)

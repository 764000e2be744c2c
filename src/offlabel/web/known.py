"""What is known of a drug, or in a condition, in words: what stands first on its page.

Everything is read from two saved queries; nothing is judged here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from offlabel.evidence.appraisal import Record
from offlabel.evidence.appraisal_formats import figure, people
from offlabel.evidence.evidencemap import CERTAINTIES, STATES
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.base import Store

KINDS = ("condition", "drug")  # of the things whose pages begin with this
_AGAINST = {"supports": "for", "disputes": "against", "inconclusive": "undecided"}
_STUDIED = ("supported", "disputed", "inconclusive")


@dataclass(frozen=True)
class Weighed:
    """A finding that state and certainty rest on, with its figure as far as it has one."""

    study: str
    label: str
    design: str
    people: str
    direction: str
    result: str
    figure: str


@dataclass(frozen=True)
class Known:
    """What is known of one kind of regimen in one condition."""

    drug: str
    regimen: str
    regimen_label: str
    condition: str
    condition_label: str
    is_adjacent: bool
    sign: str
    state: str
    certainty: str
    signs: str
    is_indirect: bool
    studies: str
    people: str
    note: str
    assessment: str
    weighed: tuple[Weighed, ...]

    @property
    def is_studied(self) -> bool:
        """Say whether there is a study of just this regimen in just this condition."""
        return self.state in _STUDIED


def read_known(store: Store, roots: Roots, given: Mapping[str, object]) -> list[Known]:
    """Return what is known of a drug or in a condition: what was studied first, then by name."""
    lines: defaultdict[tuple[object, object], list[Record]] = defaultdict(list)
    for line in run(store, get_query(roots, "evidence/evidence-lines"), given):
        if line["isWeighed"]:
            lines[line["regimen"], line["condition"]].append(line)
    day = date.fromisoformat(str(given["asOf"])) if given.get("asOf") else date.today()
    found = [
        _known(row, lines[row["regimen"], row["condition"]], day)
        for row in run(store, get_query(roots, "evidence/evidence-map"), given)
    ]
    return sorted(found, key=_place)


def _place(row: Known) -> tuple[object, ...]:
    names = (row.condition_label.casefold(), row.regimen_label.casefold())
    return (not row.is_studied, row.is_adjacent, *names)


def _known(row: Record, lines: Iterable[Record], day: date) -> Known:
    weighed = tuple(_weighed(line) for line in lines)
    state, certainty = str(row["state"]), str(row["certainty"] or "")
    studied = state in _STUDIED
    return Known(
        drug=str(row["drug"]),
        regimen=str(row["regimen"]),
        regimen_label=str(row["regimenLabel"]),
        condition=str(row["condition"]),
        condition_label=str(row["conditionLabel"]),
        is_adjacent=bool(row["isAdjacent"]),
        sign=STATES[state][0],
        state=state,
        certainty=certainty,
        signs=CERTAINTIES.get(certainty, ""),
        is_indirect=not studied,
        studies=_studies(row) if studied else "",
        people=people(row) if studied and row["people"] is not None else "",
        note=_note(row, day),
        assessment=str(row["assessment"]),
        weighed=weighed if studied else (),
    )


def _studies(row: Record) -> str:
    """Count the independent studies by the way they point."""
    sides = {"supporting": "for", "disputing": "against", "undecided": "undecided"}
    counts = {words: int(str(row[name] or 0)) for name, words in sides.items()}
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _note(row: Record, day: date) -> str:
    until = row["searchTrustedUntil"]
    if row["state"] == "searched, none found" and isinstance(until, date):
        return f"the search is out of date since {until}" if until < day else ""
    return "a source says that no study exists" if row["reportedAbsent"] else ""


def _weighed(line: Record) -> Weighed:
    return Weighed(
        study=str(line["study"]),
        label=str(line["studyLabel"]),
        design=str(line["design"] or ""),
        people=people(line) if line["people"] is not None else "",
        direction=_AGAINST.get(str(line["direction"]), ""),
        result=str(line["resultLabel"] or ""),
        figure=figure(line),
    )

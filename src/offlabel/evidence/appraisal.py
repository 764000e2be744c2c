"""The evidence on a drug in one condition: state and grade with factors, findings, conflicts.

Everything is read from the saved queries under queries/evidence/; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Value
from offlabel.stores.base import Store

Record = Mapping[str, Value]


@dataclass(frozen=True)
class Appraisal:
    """What is known of one kind of regimen in one condition on a day."""

    regimen: str
    condition: str
    overview: Record
    factors: tuple[Record, ...]
    lines: tuple[Record, ...]

    @property
    def weighed(self) -> tuple[Record, ...]:
        """Return the findings that the state and the grade rest on."""
        return tuple(line for line in self.lines if line["isWeighed"])

    @property
    def is_indirect(self) -> bool:
        """Say whether all that is weighed was found under other terms."""
        return any(line["distance"] for line in self.weighed)

    @property
    def grade(self) -> Record | None:
        """Return where the derived grade starts and ends, if there is one."""
        return self.factors[0] if self.factors else None

    @property
    def reasons(self) -> tuple[Record, ...]:
        """Return what lowers the grade."""
        return tuple(row for row in self.factors if row["factor"] is not None)


@dataclass(frozen=True)
class Evidence:
    """The appraisals of a drug's kinds of regimen in conditions, and what stands against what."""

    as_of: date | None
    appraisals: tuple[Appraisal, ...]
    conflicts: tuple[Record, ...]
    absences: tuple[Record, ...]


def read_evidence(
    store: Store,
    roots: Roots,
    drug: str,
    condition: str | None = None,
    regimen: str | None = None,
    as_of: date | None = None,
) -> Evidence:
    """Ask the saved queries on the evidence of a drug; things are given by IRI."""
    asked: dict[str, object] = {"drug": drug}
    if condition:
        asked["condition"] = condition
    if as_of:
        asked["asOf"] = as_of.isoformat()
    about = asked | ({"regimen": regimen} if regimen else {})

    def rows(name: str, given: Mapping[str, object]) -> tuple[Record, ...]:
        return tuple(run(store, get_query(roots, f"evidence/{name}"), given))

    lines = _by_question(rows("evidence-lines", about))
    factors = _by_question(rows("why-that-grade", about))
    appraisals = tuple(
        Appraisal(
            str(row["regimenLabel"]),
            str(row["conditionLabel"]),
            row,
            factors.get(_question(row), ()),
            lines.get(_question(row), ()),
        )
        for row in rows("evidence-map", about)
    )
    return Evidence(
        as_of,
        appraisals,
        rows("conflicting-findings", asked),
        rows("absence-claims", asked),
    )


def _question(row: Record) -> tuple[Value, Value]:
    return row["regimen"], row["condition"]


def _by_question(rows: Iterable[Record]) -> dict[tuple[Value, Value], tuple[Record, ...]]:
    found: dict[tuple[Value, Value], list[Record]] = {}
    for row in rows:
        found.setdefault(_question(row), []).append(row)
    return {question: tuple(group) for question, group in found.items()}

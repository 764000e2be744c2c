"""The evidence map: kinds of regimen across, conditions down, one of five states in each cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO

from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Table
from offlabel.stores.base import Store

# Each state by a sign that reads without colour, and the colour that it has on a terminal.
STATES = {
    "supported": ("+", "green"),
    "disputed": ("−", "red"),
    "inconclusive": ("±", "yellow"),
    "searched, none found": ("∅", "blue"),
    "never searched": ("·", "dim"),
}
# The signs of GRADE for the four certainties.
CERTAINTIES = {"high": "⊕⊕⊕⊕", "moderate": "⊕⊕⊕○", "low": "⊕⊕○○", "very low": "⊕○○○"}
_WIDTH = 110


@dataclass(frozen=True)
class Cell:
    """What is known of one kind of regimen in one condition on a day."""

    state: str
    certainty: str | None
    studies: int
    people: int
    is_out_of_date: bool
    is_reported_absent: bool

    @property
    def text(self) -> str:
        """Give the cell in signs: state, certainty, independent studies and their people."""
        sign = STATES[self.state][0]
        grade = CERTAINTIES.get(self.certainty or "", "")
        if not self.studies:
            marks = "!" * self.is_out_of_date + "?" * self.is_reported_absent
            return f"{sign}{marks} ({grade})" if grade else f"{sign}{marks}"
        return f"{sign} {grade} {self.studies}/{self.people}"


@dataclass(frozen=True)
class EvidenceMap:
    """The cells by condition and kind of regimen, each told by its label, in order."""

    title: str
    regimens: tuple[str, ...]
    conditions: tuple[str, ...]
    adjacent: frozenset[str]
    cells: dict[tuple[str, str], Cell]
    table: Table


def read_map(
    store: Store,
    roots: Roots,
    drug: str,
    conditions: Iterable[str] = (),
    as_of: date | None = None,
) -> EvidenceMap:
    """Ask the saved query evidence/evidence-map; with conditions, keep the rows of these IRIs."""
    given: dict[str, object] = {"drug": drug}
    if as_of:
        given["asOf"] = as_of.isoformat()
    table = run(store, get_query(roots, "evidence/evidence-map"), given)
    wanted = set(conditions)
    if wanted:
        kept = zip(table.terms, table, strict=True)
        table = replace(table, terms=tuple(t for t, row in kept if row["condition"] in wanted))
    day = as_of or date.today()
    regimens: dict[str, None] = {}
    adjacent: set[str] = set()
    cells: dict[tuple[str, str], Cell] = {}
    for row in table:
        regimen, condition = str(row["regimenLabel"]), str(row["conditionLabel"])
        regimens.setdefault(regimen)
        if row["isAdjacent"]:
            adjacent.add(condition)
        trusted = row["searchTrustedUntil"]
        cells[condition, regimen] = Cell(
            state=str(row["state"]),
            certainty=str(row["certainty"]) if row["certainty"] else None,
            studies=sum(int(str(row[n] or 0)) for n in ("supporting", "disputing", "undecided")),
            people=int(str(row["people"] or 0)),
            is_out_of_date=isinstance(trusted, date) and trusted < day,
            is_reported_absent=bool(row["reportedAbsent"]),
        )
    names = dict.fromkeys(condition for condition, _ in cells)
    ordered = sorted(names, key=lambda name: (name in adjacent, name.casefold()))
    title = f"Evidence map as of {as_of}" if as_of else "Evidence map"
    return EvidenceMap(title, tuple(regimens), tuple(ordered), frozenset(adjacent), cells, table)


def render_map(found: EvidenceMap, width: int | None = None, *, is_coloured: bool = False) -> str:
    """Draw the map for a terminal or a pipe, with its legend."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(title=found.title, title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    grid.add_column("condition", overflow="fold")
    for regimen in found.regimens:
        grid.add_column(regimen, overflow="fold", min_width=max(map(len, regimen.split())))
    for condition in found.conditions:
        name = f"{condition} *" if condition in found.adjacent else condition
        row = [Text(name)]
        for regimen in found.regimens:
            cell = found.cells.get((condition, regimen))
            style = STATES[cell.state][1] if cell else ""
            row.append(Text(cell.text if cell else "", style=style))
        grid.add_row(*row)
    out = StringIO()
    console = Console(
        file=out,
        width=width or _WIDTH,
        force_terminal=is_coloured,
        color_system="standard" if is_coloured else None,
        highlight=False,
    )
    console.print(grid)
    console.print(_legend(found))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _legend(found: EvidenceMap) -> str:
    cells = found.cells.values()
    states = "   ".join(f"{sign} {name}" for name, (sign, _) in STATES.items())
    grades = "   ".join(f"{signs} {name}" for name, signs in CERTAINTIES.items())
    lines = [
        "",
        states,
        f"{grades} certainty, derived by rule; in brackets: of indirect evidence only",
        "6/94: independent studies / people enrolled in them",
    ]
    if any(cell.is_out_of_date for cell in cells):
        lines.append("!  the search is out of date")
    if any(cell.is_reported_absent and not cell.studies for cell in cells):
        lines.append("?  a source says that no study exists")
    if found.adjacent & set(found.conditions):
        lines.append("*  adjacent: bears on skin disease only by analogy")
    return "\n".join(lines)

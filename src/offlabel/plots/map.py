"""The evidence map: conditions down, kinds of regimen across, one of five states in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from offlabel.evidence.evidencemap import STATES as SIGNS
from offlabel.evidence.evidencemap import Cell, read_map
from offlabel.paths import Roots
from offlabel.plots.base import Picture, Scope, label_of, nothing_to_draw
from offlabel.plots.canvas import INK, MUTED, Canvas
from offlabel.plots.conditions import Place, arrange, domain
from offlabel.plots.lettering import wrap
from offlabel.plots.page import MARGIN, Key, band, counted, day_words, heading, legend, notes
from offlabel.plots.signs import CERTAINTIES, STATES, certainty_dots, state_box, state_keys
from offlabel.stores.base import Store

_LABELS = 178.0
_CELL = 122.0
_HEIGHT = 25.0
_GAP = 3.0
_INDENT = 10.0


@dataclass(frozen=True)
class Cells:
    """The cells by condition and kind of regimen, both by IRI and in order."""

    regimens: Mapping[str, str]
    places: list[Place]
    cells: Mapping[tuple[str, str], Cell]


def read_cells(store: Store, roots: Roots, scope: Scope) -> Cells:
    """Read what `offlabel map` reads, and keep what is in a scope."""
    found = read_map(store, roots, scope.drug, scope.conditions, scope.as_of)
    rows = [row for row in found.table if scope.regimen in (None, row["regimen"])]
    regimens = {str(row["regimen"]): str(row["regimenLabel"]) for row in rows}
    cells = {
        (str(row["condition"]), str(row["regimen"])): found.cells[
            str(row["conditionLabel"]), str(row["regimenLabel"])
        ]
        for row in rows
    }
    places = arrange(store, (condition for condition, _ in cells))
    return Cells(dict(sorted(regimens.items(), key=lambda item: item[1])), places, cells)


def cell_words(cell: Cell) -> str:
    """Say what a cell shows."""
    parts = [cell.state]
    if cell.certainty:
        indirect = "" if cell.studies else " of indirect evidence"
        parts.append(f"{cell.certainty} certainty{indirect}")
    if cell.studies:
        parts.append(counted(cell.studies, "independent study", "independent studies"))
        parts.append(counted(cell.people, "person", "people"))
    if cell.is_out_of_date:
        parts.append("search out of date")
    if cell.is_reported_absent and not cell.studies:
        parts.append("reported absent")
    return ", ".join(parts)


class EvidenceMap:
    """The picture of the evidence map."""

    name = "map"
    summary = "What is known of each kind of regimen in each condition, in five states."

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Draw one cell for each kind of regimen and condition."""
        found = read_cells(store, roots, scope)
        if not found.cells:
            raise nothing_to_draw(store, "question", scope)
        title = f"Evidence map of {label_of(store, scope.drug)}{day_words(scope.as_of)}"
        width = _LABELS + max(len(found.regimens), 3) * (_CELL + _GAP) - _GAP + 2 * MARGIN
        canvas = Canvas(width)
        about = "State and certainty are derived by rule from the studies in the graph."
        y = _columns(canvas, heading(canvas, title, [about]), list(found.regimens.values()))
        number = 0
        before: bool | None = None
        for place in found.places:
            if place.is_adjacent != before:
                y = group_band(canvas, y, store, found.places, place)
                before = place.is_adjacent
            names = [f"map-cell-{number + step + 1}" for step in range(len(found.regimens))]
            y = _draw_row(canvas, y, place, found, names)
            number += len(names)
        y = legend(canvas, y + 8, state_keys(canvas))
        y = legend(canvas, y, _certainties(canvas))
        y = notes(canvas, y + 2, _notes(found))
        return Picture(self.name, title, _description(found, title), canvas, y + 14)


def group_band(
    canvas: Canvas, y: float, store: Store, places: Sequence[Place], first: Place
) -> float:
    """Head the conditions in question, and the adjacent ones, where there are such."""
    if not any(place.is_adjacent for place in places):
        return y
    name = domain(store)
    if first.is_adjacent:
        note = f"indirect for {name}: findings here bear on it by analogy only"
        return band(canvas, y + 5, "Adjacent conditions", note) + _GAP
    return band(canvas, y, name.capitalize()) + _GAP


def _columns(canvas: Canvas, y: float, labels: list[str]) -> float:
    columns = [wrap(label, _CELL - 6, 8.5, True) for label in labels]
    deepest = max(map(len, columns)) * 8.5 * 1.3
    for place, lines in enumerate(columns):
        top = y + deepest - len(lines) * 8.5 * 1.3
        canvas.paragraph(_left(place) + _CELL / 2, top, lines, size=8.5, bold=True, align="center")
    return y + deepest + 5


def _left(place: int) -> float:
    return MARGIN + _LABELS + place * (_CELL + _GAP)


def _draw_row(canvas: Canvas, y: float, place: Place, found: Cells, names: list[str]) -> float:
    """Draw the cells of one condition; return where its row ends."""
    inset = place.depth * _INDENT
    lines = wrap(place.label, _LABELS - inset - 10, 8.5)
    height = max(_HEIGHT, len(lines) * 8.5 * 1.3 + 4)
    top = y + (height - len(lines) * 8.5 * 1.3) / 2
    canvas.paragraph(MARGIN + inset, top, lines, size=8.5)
    for column, (regimen, label) in enumerate(found.regimens.items()):
        cell = found.cells.get((place.iri, regimen))
        if cell:
            title = f"{place.label}, {label}: {cell_words(cell)}"
            _draw_cell(canvas, cell, _left(column), y, height, names[column], title)
    return y + height + _GAP


def _draw_cell(
    canvas: Canvas, cell: Cell, x: float, y: float, height: float, name: str, title: str
) -> None:
    look = STATES[cell.state]
    state_box(canvas, cell.state, x, y, _CELL, height, name=name, title=title)
    middle = y + height / 2
    canvas.text(
        x + 14, middle, SIGNS[cell.state][0], size=13, bold=True, colour=look.ink, align="center"
    )
    if cell.studies:
        if cell.certainty:
            certainty_dots(
                canvas, cell.certainty, x + 30, middle - 5.5, colour=look.ink, empty=look.fill
            )
        studies = counted(cell.studies, "study", "studies")
        text = f"{studies} · {counted(cell.people, 'person', 'people')}"
        canvas.text(x + 30, middle + 6, text, size=7, colour=look.ink)
        return
    marks = "!" * cell.is_out_of_date + "?" * cell.is_reported_absent
    if marks:
        canvas.text(x + 24, middle, marks, size=8.5, bold=True, colour=MUTED)
    if cell.certainty:
        canvas.text(x + _CELL - 64, middle, "(", size=8.5, colour=MUTED, align="right")
        certainty_dots(
            canvas, cell.certainty, x + _CELL - 62, middle, colour=MUTED, empty="#ffffff", size=3.6
        )
        canvas.text(x + _CELL - 42, middle, ")", size=8.5, colour=MUTED)


def _certainties(canvas: Canvas) -> list[Key]:
    def dots(certainty: str, x: float, y: float) -> None:
        certainty_dots(canvas, certainty, x - 11, y, colour=INK, empty="#ffffff")

    return [Key(partial(dots, one), 22, f"{one} certainty") for one in CERTAINTIES]


def _notes(found: Cells) -> list[str]:
    cells = found.cells.values()
    lines = [
        "Counted are independent studies of just this regimen in just this condition, and the "
        "people enrolled in them."
    ]
    if any(cell.certainty and not cell.studies for cell in cells):
        lines.append("( ) no such study: the certainty is that of indirect evidence.")
    if any(cell.is_out_of_date for cell in cells):
        lines.append("! the search that found nothing is out of date.")
    if any(cell.is_reported_absent and not cell.studies for cell in cells):
        lines.append("? a source says that no study exists.")
    return [" ".join(lines)]


def _description(found: Cells, title: str) -> str:
    head = (
        f"{title}. {counted(len(found.places), 'condition')} by "
        f"{counted(len(found.regimens), 'kind')} of regimen."
    )
    parts = []
    for place in found.places:
        words = "; ".join(
            f"{label}: {cell_words(cell)}"
            for regimen, label in found.regimens.items()
            if (cell := found.cells.get((place.iri, regimen)))
        )
        adjacent = " (adjacent)" if place.is_adjacent else ""
        parts.append(f"{place.label}{adjacent}: {words}.")
    return " ".join([head, *parts])

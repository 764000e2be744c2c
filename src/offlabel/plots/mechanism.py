"""The mechanism: steps in columns by phase, what leads to what, and what was seen at this dose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from offlabel.errors import ParameterError
from offlabel.paths import Roots
from offlabel.plots.base import Picture, Row, Scope, label_of, nothing_to_draw
from offlabel.plots.canvas import INK, MUTED, PAPER, RULE, Canvas
from offlabel.plots.lettering import wrap
from offlabel.plots.page import (
    BAND,
    MARGIN,
    Key,
    band,
    counted,
    day_words,
    heading,
    legend,
    notes,
    sample,
)
from offlabel.plots.signs import Look
from offlabel.plots.steps import Mechanism, Phase, read_mechanisms
from offlabel.stores.base import Store

# By place in the order of the coverages: fill and hatch, darker the better a step was seen.
COVERAGES = {
    1: Look("#0b4f45", "#ffffff"),
    2: Look("#69a79c", INK),
    3: Look("#cfe3df", INK),
    4: Look("#b8432f", "#ffffff"),
    5: Look(PAPER, INK, "////"),
}
SIGNS = {1: "+", -1: "−", 0: "?"}
_NET = {1: "raises", -1: "lowers"}
_WIDTH = 840.0
_GAP = 50.0
_WIDEST = 232.0
_SIZE = 8.5
Boxes = dict[str, tuple[float, float, float, float, int]]
"""Left, top, width, height and column of each step's box."""


class MechanismPlot:
    """The picture of the mechanisms of a drug."""

    name = "mechanism"
    summary = "How it is said to work, step by step, and which steps were seen at this dose."

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Draw one panel for each mechanism."""
        if scope.conditions:
            raise ParameterError("A mechanism is of no condition: leave out the condition.")
        found = read_mechanisms(store, scope)
        if not found:
            raise nothing_to_draw(store, "step of a mechanism", scope)
        title = f"How {label_of(store, scope.drug)} is said to work{day_words(scope.as_of)}"
        canvas = Canvas(_WIDTH)
        about = "Each box is a step; its lower edge says whether it was ever observed."
        y = heading(canvas, title, [about])
        number = 0
        for mechanism in found:
            y, number = _draw_mechanism(canvas, y, mechanism, number)
        y = legend(canvas, y + 2, _signs(canvas))
        y = legend(canvas, y, _coverages(canvas, found))
        y = notes(canvas, y + 2, ["The signs along the steps of a phase multiply to its net sign."])
        return Picture(self.name, title, _description(found, title), canvas, y + 14)


def _draw_mechanism(
    canvas: Canvas, y: float, mechanism: Mechanism, number: int
) -> tuple[float, int]:
    """Draw one panel; return where it ends and the number of its last step."""
    y = band(canvas, y, mechanism.label, f"of {mechanism.regimen}") + 6
    columns = sum(len(phase.columns) for phase in mechanism.phases)
    wide = min((_WIDTH - 2 * MARGIN - (columns - 1) * _GAP) / columns, _WIDEST)
    boxes: Boxes = {}
    heads = max(_head_height(phase, wide) for phase in mechanism.phases)
    place = 0
    top = y + heads + 6
    deepest = max(
        _column_height(column, wide) for phase in mechanism.phases for column in phase.columns
    )
    for phase in mechanism.phases:
        left = MARGIN + place * (wide + _GAP)
        span = len(phase.columns) * (wide + _GAP) - _GAP
        _draw_head(canvas, left, y, span, heads, phase)
        for column in phase.columns:
            below = top + (deepest - _column_height(column, wide)) / 2
            left = MARGIN + place * (wide + _GAP)
            for row in column:
                number += 1
                height = _box_height(row, wide)
                boxes[str(row["step"])] = (left, below, wide, height, place)
                _draw_step(canvas, left, below, wide, height, row, number)
                below += height + 10
            place += 1
    rows = {
        str(row["step"]): row for phase in mechanism.phases for col in phase.columns for row in col
    }
    y = _draw_links(canvas, top + deepest, mechanism, boxes, rows)
    if mechanism.is_phase_dependent:
        lines = wrap(_opposite(mechanism), _WIDTH - 2 * MARGIN, 8)
        y = canvas.paragraph(MARGIN, y + 6, lines, size=8, italic=True)
    return y + 14, number


def _net_words(phase: Phase) -> str:
    if not phase.net:
        return "net sign open"
    if len(phase.net) > 1:
        return "net sign differs by path"
    is_partly_open = any(_sign(row) == 0 for column in phase.columns for row in column)
    rest = ", in part open" if is_partly_open else ""
    return f"net sign {SIGNS[phase.net[0]]}: {_NET[phase.net[0]]}{rest}"


def _opposite(mechanism: Mechanism) -> str:
    """Say in a line why phases of opposite sign are no contradiction."""
    phases = ", then ".join(
        f"the {phase.label} {_NET[phase.net[0]]}"
        for phase in mechanism.phases
        if len(phase.net) == 1
    )
    return (
        f"First {phases}: no contradiction, since the drug acts while it is there, and what "
        "follows it is the body's answer."
    )


def _head_height(phase: Phase, wide: float) -> float:
    span = len(phase.columns) * (wide + _GAP) - _GAP
    return (
        len(wrap(f"{phase.label} · {_net_words(phase)}", span - 12, _SIZE, True)) * _SIZE * 1.3 + 6
    )


def _draw_head(
    canvas: Canvas, x: float, y: float, wide: float, height: float, phase: Phase
) -> None:
    lines = wrap(f"{phase.label} · {_net_words(phase)}", wide - 12, _SIZE, True)
    canvas.paragraph(x, y + 1, lines, size=_SIZE, bold=True, colour=MUTED)
    canvas.line([(x, y + height), (x + wide, y + height)], colour=RULE, width=1)


def _texts(row: Row, wide: float) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the lines of a box: subject, verb, object, coverage."""
    return (
        wrap(str(row["subject"]), wide - 34, _SIZE),
        wrap(str(row["relation"]), wide - 46, _SIZE, True),
        wrap(str(row["object"]), wide - 34, _SIZE),
        wrap(str(row["coverage"]), wide - 16, 7.5),
    )


def _box_height(row: Row, wide: float) -> float:
    *words, coverage = _texts(row, wide)
    return sum(map(len, words)) * _SIZE * 1.3 + 10 + len(coverage) * 7.5 * 1.3 + 5


def _column_height(column: Sequence[Row], wide: float) -> float:
    return sum(_box_height(row, wide) for row in column) + 10 * (len(column) - 1)


def _draw_step(
    canvas: Canvas, x: float, y: float, wide: float, height: float, row: Row, number: int
) -> None:
    subject, relation, object_, coverage = _texts(row, wide)
    look = COVERAGES[int(str(row["coveragePlace"]))]
    words = f"{row['subject']} {row['relation']} {row['object']}: {row['coverage']}"
    canvas.box(x, y, wide, height, fill=PAPER, name=f"mechanism-step-{number}", title=words)
    canvas.text(
        x + 8, y + 5 + _SIZE * 0.65, f"{row['position']}", size=_SIZE, bold=True, colour=MUTED
    )
    below = canvas.paragraph(x + 24, y + 5, subject, size=_SIZE)
    middle = below + _SIZE * 0.65
    _draw_sign(canvas, x + 29, middle, _sign(row))
    below = canvas.paragraph(x + 38, below, relation, size=_SIZE, bold=True)
    canvas.paragraph(x + 24, below, object_, size=_SIZE)
    strip = len(coverage) * 7.5 * 1.3 + 5
    edge = y + height - strip
    canvas.box(x, edge, wide, strip, fill=look.fill, hatch=look.hatch, hatch_colour="#dfe5ec")
    canvas.paragraph(x + 8, edge + 2.5, coverage, size=7.5, colour=look.ink)
    canvas.box(x, y, wide, height, fill="none", edge=MUTED, line=0.8)


def _sign(row: Row) -> int:
    return int(str(row["sign"])) if row["sign"] is not None else 0


def _draw_sign(canvas: Canvas, x: float, y: float, sign: int) -> None:
    canvas.shape(x, y, "circle", 10, fill=BAND, edge=INK, line=0.7)
    canvas.text(x, y, SIGNS[sign], size=8.5, bold=True, align="center")


def _draw_links(
    canvas: Canvas, floor: float, mechanism: Mechanism, boxes: Boxes, rows: dict[str, Row]
) -> float:
    """Draw what leads to what, with the sign that is handed on; return where the panel ends."""
    lane = floor
    for number, (start, end) in enumerate(mechanism.links, 1):
        x, y, wide, height, column = boxes[start]
        to_x, to_y, _, to_height, to_column = boxes[end]
        begin, target = (x + wide, y + height / 2), (to_x, to_y + to_height / 2)
        name = f"mechanism-link-{rows[start]['step']}".rpartition("/")[2]
        name = f"mechanism-link-{name}-{number}"
        if to_column == column + 1:
            bend = to_x - _GAP / 3
            points = [begin, (bend, begin[1]), (bend, target[1]), target]
        else:  # below all boxes, since others stand between
            lane += 9
            out, back = begin[0] + 16, target[0] - 14
            points = [begin, (out, begin[1]), (out, lane), (back, lane), (back, target[1]), target]
        canvas.arrow(points, name=name)
    for start in dict.fromkeys(start for start, _ in mechanism.links):
        x, y, wide, height, _ = boxes[start]
        _draw_sign(canvas, x + wide + 13, y + height / 2, _sign(rows[start]))
    return lane


def _signs(canvas: Canvas) -> list[Key]:
    texts = {1: "raises", -1: "lowers", 0: "the direction is left open"}
    return [Key(partial(_draw_sign, canvas, sign=sign), 12, text) for sign, text in texts.items()]


def _coverages(canvas: Canvas, found: Sequence[Mechanism]) -> list[Key]:
    steps = [row for it in found for phase in it.phases for col in phase.columns for row in col]
    labels = {int(str(row["coveragePlace"])): str(row["coverage"]) for row in steps}
    return [
        Key(sample(canvas, COVERAGES[place].fill, MUTED, COVERAGES[place].hatch), 16, label)
        for place, label in sorted(labels.items())
    ]


def _description(found: Sequence[Mechanism], title: str) -> str:
    steps = sum(len(col) for it in found for phase in it.phases for col in phase.columns)
    parts = [f"{title}. {counted(len(found), 'mechanism')}, {counted(steps, 'step')}."]
    for it in found:
        parts.append(f"{it.label}, of {it.regimen}.")
        for phase in it.phases:
            rows = sorted(
                (r for col in phase.columns for r in col), key=lambda r: str(r["position"])
            )
            words = "; ".join(
                f"{row['subject']} {row['relation']} {row['object']} ({row['coverage']})"
                for row in rows
            )
            parts.append(f"{phase.label}, {_net_words(phase)}: {words}.")
        if it.is_phase_dependent:
            parts.append(_opposite(it))
    return " ".join(parts)

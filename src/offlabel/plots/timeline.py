"""The evidence over time: each study when it came out, and what was known from when on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from offlabel.evidence.evidencemap import STATES as SIGNS
from offlabel.paths import Roots
from offlabel.plots.base import Picture, Row, Scope, label_of, nothing_to_draw
from offlabel.plots.canvas import INK, MUTED, RULE, Canvas
from offlabel.plots.conditions import Place, arrange
from offlabel.plots.history import Question, day_of, read_questions
from offlabel.plots.lettering import text_width, wrap
from offlabel.plots.map import group_band
from offlabel.plots.page import MARGIN, Key, counted, day_words, heading, legend, notes, rule
from offlabel.plots.signs import (
    DIRECTIONS,
    STATES,
    direction_keys,
    direction_mark,
    state_box,
    state_keys,
)
from offlabel.stores.base import Store

_WIDTH = 860.0
_LEFT, _RIGHT = MARGIN + 190, _WIDTH - MARGIN - 96
_LANE, _BAND = 11.0, 9.0
_LETTERS = 6.5


@dataclass(frozen=True)
class Scale:
    """Where a day lies between the left and the right edge."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """Return the place of a day; days outside lie on the edge."""
        share = (day - self.first) / (self.last - self.first)
        return _LEFT + min(max(share, 0), 1) * (_RIGHT - _LEFT)

    def years(self) -> range:
        """Return the years that are marked, few enough to read."""
        span = self.last.year - self.first.year
        step = next(step for step in (1, 2, 5, 10, 20, 50) if span / step <= 14 or step == 50)
        return range(-(-self.first.year // step) * step, self.last.year + 1, step)


class Timeline:
    """The picture of the evidence over time."""

    name = "timeline"
    summary = "When each study came out, and what state each question has been in since when."

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Draw a row for each question: its findings above the band of its states."""
        found = read_questions(store, scope)
        if not found:
            raise nothing_to_draw(store, "study on a question", scope)
        title = f"Evidence on {label_of(store, scope.drug)} over time{day_words(scope.as_of)}"
        canvas = Canvas(_WIDTH)
        about = (
            "Each mark is a study at the day it came out; below it, what was known from when on."
        )
        y = heading(canvas, title, [about])
        scale = _scale(found, scope)
        y = _years(canvas, y, scale)
        places = arrange(store, (it.condition for it in found))
        before: bool | None = None
        marks = bands = 0
        for place in places:
            if place.is_adjacent != before:
                y = group_band(canvas, y, store, places, place)
                before = place.is_adjacent
            own = [it for it in found if it.condition == place.iri]
            for step, question in enumerate(sorted(own, key=lambda it: it.regimen)):
                y = _draw_question(canvas, y, scale, place, question, not step, marks, bands)
                marks, bands = marks + len(question.lines), bands + len(question.states)
        _years(canvas, y - 2, scale)
        y = legend(canvas, y + 14, _directions(canvas))
        y = legend(canvas, y, _designs(canvas, found))
        y = legend(canvas, y, state_keys(canvas))
        y = notes(canvas, y + 2, _notes(scope))
        return Picture(self.name, title, _description(found, places, title), canvas, y + 14)


def _scale(found: Sequence[Question], scope: Scope) -> Scale:
    """Return a scale from the year before the first event until the end."""
    days = [day_of(line["from"]) for it in found for line in it.lines]
    days += [start for it in found for start, _, _ in it.states if start > date(1000, 1, 1)]
    days = days or [scope.as_of or date.today()]
    first = date(min(days).year - 1, 1, 1)
    if scope.as_of is None:
        return Scale(first, date(max(days).year + 1, 1, 1))
    # A little more than the day, so that what began on it can be seen.
    return Scale(first, scope.as_of + max((scope.as_of - first) / 60, timedelta(days=7)))


def _years(canvas: Canvas, y: float, scale: Scale) -> float:
    for year in scale.years():
        if scale.first <= date(year, 1, 1) <= scale.last:
            x = scale.at(date(year, 1, 1))
            canvas.text(x, y + 6, str(year), size=7.5, colour=MUTED, align="center")
    return y + 15


def _draw_question(
    canvas: Canvas,
    y: float,
    scale: Scale,
    place: Place,
    question: Question,
    is_first: bool,
    marks: int,
    bands: int,
) -> float:
    """Draw one question; return where its row ends."""
    inset = MARGIN + place.depth * 10
    name = wrap(place.label, _LEFT - inset - 12, 8.5, True) if is_first else []
    regimen = wrap(question.regimen, _LEFT - inset - 12, 7.5)
    lanes = _lanes(question.lines, scale)
    deep = (max(lanes, default=-1) + 1) * _LANE + _BAND + 4
    words = len(name) * 8.5 * 1.3 + len(regimen) * 7.5 * 1.3
    height = max(deep, words) + 7
    if is_first:
        rule(canvas, y, colour="#e6eaef", width=0.5)
    end = y + height - 4
    below = canvas.paragraph(inset, y + 3, name, size=8.5, bold=True)
    canvas.paragraph(inset, below, regimen, size=7.5, colour=MUTED)
    for year in scale.years():
        if scale.first <= date(year, 1, 1) <= scale.last:
            x = scale.at(date(year, 1, 1))
            canvas.line([(x, y + 1), (x, end)], colour=RULE, width=0.4)
    who = f"{place.label}, {question.regimen}"
    for step, (start, until, state) in enumerate(question.states, 1):
        left, right = scale.at(start), scale.at(until or scale.last)
        span = f"from {start if start.year > 1 else 'the beginning'} until {until or 'now'}"
        state_box(
            canvas,
            state,
            left,
            end - _BAND,
            max(right - left, 0.8),
            _BAND,
            name=f"timeline-state-{bands + step}",
            title=f"{who}: {state}, {span}",
        )
        if right - left > 12:
            sign, middle = SIGNS[state][0], (left + right) / 2
            ink = STATES[state].ink
            canvas.text(
                middle, end - _BAND / 2, sign, size=8, bold=True, colour=ink, align="center"
            )
    state = question.states[-1][2]
    canvas.text(_RIGHT + 8, end - _BAND / 2, state, size=7.5)
    for step, (line, lane) in enumerate(zip(question.lines, lanes, strict=True), 1):
        _draw_line(canvas, end - _BAND - 5 - lane * _LANE, scale, line, who, marks + step)
    return y + height


def _draw_line(canvas: Canvas, y: float, scale: Scale, line: Row, who: str, number: int) -> None:
    x, label = scale.at(day_of(line["from"])), _study(line)
    people = int(str(line["people"])) if line["people"] is not None else None
    size = f", {counted(people, 'person', 'people')}" if people is not None else ""
    gone = f", retracted on {line['until']}" if line["until"] else ""
    direction_mark(
        canvas,
        str(line["direction"]),
        x,
        y,
        _size(line),
        hollow=not line["isWeighed"],
        name=f"timeline-study-{number}",
        title=f"{label}: {line['design']}{size}, {line['direction']}, {line['from']}{gone} ({who})",
    )
    if gone:
        canvas.line([(x - 6, y), (x + 6, y)], width=1.2)
    reach = _size(line) / 2 + 3
    is_left = x + reach + text_width(label, _LETTERS) > _RIGHT + 90
    canvas.text(
        x - reach if is_left else x + reach,
        y,
        label,
        size=_LETTERS,
        colour=INK if line["isWeighed"] else MUTED,
        align="right" if is_left else "left",
    )


def _study(line: Row) -> str:
    return str(line["studyLabel"]).partition(":")[0]


def _size(line: Row) -> float:
    place = int(str(line["place"])) if line["place"] is not None else 1
    return 4 + 0.8 * place


def _lanes(lines: Sequence[Row], scale: Scale) -> list[int]:
    """Give each finding the lowest lane in which its mark and name have room."""
    ends: list[float] = []
    lanes = []
    for line in lines:
        x, wide = scale.at(day_of(line["from"])), text_width(_study(line), _LETTERS)
        reach = _size(line) / 2 + 3
        left, right = x - reach, x + reach + wide
        if right > _RIGHT + 90:
            left, right = x - reach - wide, x + reach
        lane = next((step for step, end in enumerate(ends) if end + 5 < left), len(ends))
        ends[lane : lane + 1] = [right]
        lanes.append(lane)
    return lanes


def _directions(canvas: Canvas) -> list[Key]:
    def hollow(x: float, y: float) -> None:
        direction_mark(canvas, "supports", x, y, 7.5, hollow=True)

    return [
        *direction_keys(canvas, {way: way for way in DIRECTIONS}),
        Key(hollow, 9, "hollow: not part of the body that is weighed"),
    ]


def _designs(canvas: Canvas, found: Sequence[Question]) -> list[Key]:
    def mark(size: float, x: float, y: float) -> None:
        canvas.shape(x, y, "up", size, fill="#9aa5b1")

    sizes = sorted({(_size(line), str(line["design"])) for it in found for line in it.lines})
    return [
        Key(partial(mark, size), size + 2, " or ".join(name for _, name in group))
        for size, group in groupby(sizes, key=lambda pair: pair[0])
    ]


def _notes(scope: Scope) -> list[str]:
    lines = [
        "The larger the mark, the stronger the design. A study of which only the year is known "
        "counts from the last day of that year."
    ]
    if not scope.conditions:
        lines.append("Questions without a study of their own are left out.")
    return [" ".join(lines)]


def _description(found: Sequence[Question], places: Sequence[Place], title: str) -> str:
    names = {place.iri: place.label for place in places}
    studies = {line["study"] for it in found for line in it.lines}
    parts = [
        f"{title}. {counted(len(found), 'question')}, {counted(len(studies), 'study', 'studies')}."
    ]
    for it in found:
        states = ", then ".join(
            state if start.year < 2 else f"{state} from {start}" for start, _, state in it.states
        )
        lines = "; ".join(f"{_study(it)} {it['direction']} ({it['from']})" for it in it.lines)
        parts.append(f"{names[it.condition]}, {it.regimen}: {states}. {lines or 'No study'}.")
    return " ".join(parts)

"""The parts that all pictures share: heading, legend, notes, and the bands that head groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from offlabel.plots.canvas import INK, MUTED, RULE, Canvas
from offlabel.plots.lettering import text_width, wrap

MARGIN = 24.0
BAND = "#eef1f5"

_SMALL = 7.5
_ROW = 15.0


@dataclass(frozen=True)
class Key:
    """An entry of a legend: what draws its sign about a point, how wide that is, its text."""

    draw: Callable[[float, float], None]
    width: float
    text: str


def heading(canvas: Canvas, title: str, lines: Sequence[str]) -> float:
    """Write title and what is said below it; return where they end."""
    room = canvas.width - 2 * MARGIN
    y = canvas.paragraph(MARGIN, 18, wrap(title, room, 14, True), size=14, bold=True)
    for line in lines:
        y = canvas.paragraph(MARGIN, y + 1, wrap(line, room, 8.5), size=8.5, colour=MUTED)
    return y + 10


def band(canvas: Canvas, y: float, text: str, note: str = "", *, height: float = 17) -> float:
    """Head a group with a band; return where it ends."""
    canvas.box(MARGIN, y, canvas.width - 2 * MARGIN, height, fill=BAND)
    canvas.text(MARGIN + 6, y + height / 2, text, size=9, bold=True)
    if note:
        start = MARGIN + 6 + text_width(text, 9, True) + 8
        canvas.text(start, y + height / 2, note, size=8, colour=MUTED)
    return y + height


def legend(canvas: Canvas, y: float, keys: Sequence[Key]) -> float:
    """Set the entries side by side, as many to a line as fit; return where they end."""
    x = MARGIN
    middle = y + _ROW / 2
    for key in keys:
        needed = key.width + 5 + text_width(key.text, _SMALL)
        if x > MARGIN and x + needed > canvas.width - MARGIN:
            x, middle = MARGIN, middle + _ROW
        key.draw(x + key.width / 2, middle)
        canvas.text(x + key.width + 5, middle, key.text, size=_SMALL)
        x += needed + 16
    return middle + _ROW / 2


def notes(canvas: Canvas, y: float, lines: Sequence[str]) -> float:
    """Write notes below one another; return where they end."""
    room = canvas.width - 2 * MARGIN
    for line in lines:
        y = canvas.paragraph(MARGIN, y + 2, wrap(line, room, _SMALL), size=_SMALL, colour=MUTED)
    return y


def rule(canvas: Canvas, y: float, *, colour: str = RULE, width: float = 0.6) -> None:
    """Draw a line from margin to margin."""
    canvas.line([(MARGIN, y), (canvas.width - MARGIN, y)], colour=colour, width=width)


def day_words(as_of: date | None) -> str:
    """Say of which day a picture is, as the end of a sentence."""
    return f", as of {as_of}" if as_of else ""


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sample(
    canvas: Canvas, fill: str, edge: str = INK, hatch: str = ""
) -> Callable[[float, float], None]:
    """Return what draws a small box, for a legend."""
    return lambda x, y: canvas.box(
        x - 8, y - 5, 16, 10, fill=fill, edge=edge, line=0.5, hatch=hatch
    )

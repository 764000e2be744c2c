"""How states, directions and certainty look: by shape or letter, never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from offlabel.evidence.evidencemap import STATES as SIGNS
from offlabel.plots.canvas import INK, PAPER, Canvas
from offlabel.plots.page import Key


@dataclass(frozen=True)
class Look:
    """A fill, the colour of what is written on it, and a hatch where the fill is white."""

    fill: str
    ink: str
    hatch: str = ""


# The signs on them are those of `offlabel map`. The fills differ in lightness: they hold in grey.
STATES = {
    "supported": Look("#0b4f45", "#ffffff"),
    "disputed": Look("#b8432f", "#ffffff"),
    "inconclusive": Look("#ecb444", INK),
    "searched, none found": Look("#d6dfe8", INK),
    "never searched": Look(PAPER, INK, "////"),
}
STATE_EDGE = "#8593a3"

# A direction by shape, and the fill of the state that it argues for.
DIRECTIONS = {
    "supports": ("up", STATES["supported"].fill),
    "disputes": ("down", STATES["disputed"].fill),
    "inconclusive": ("diamond", STATES["inconclusive"].fill),
}

CERTAINTIES = {"high": 4, "moderate": 3, "low": 2, "very low": 1}


def state_box(
    canvas: Canvas,
    state: str,
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    name: str = "",
    title: str = "",
) -> None:
    """Draw the field of a state, without its sign."""
    look = STATES[state]
    canvas.box(
        x,
        y,
        width,
        height,
        fill=look.fill,
        edge=STATE_EDGE,
        line=0.4,
        hatch=look.hatch,
        hatch_colour="#dfe5ec",
        name=name,
        title=title,
    )


def state_keys(canvas: Canvas) -> list[Key]:
    """Return the entries of a legend that explain the states."""

    def sample(state: str, x: float, y: float) -> None:
        state_box(canvas, state, x - 9, y - 6, 18, 12)
        sign, ink = SIGNS[state][0], STATES[state].ink
        canvas.text(x, y, sign, size=10, bold=True, colour=ink, align="center")

    return [Key(partial(sample, state), 18, state) for state in STATES]


def certainty_dots(
    canvas: Canvas,
    certainty: str,
    x: float,
    y: float,
    *,
    colour: str,
    empty: str,
    size: float = 4.4,
) -> float:
    """Draw a certainty as up to four filled dots of four, from a left edge; return their width."""
    step = size * 1.35
    for place in range(4):
        is_full = place < CERTAINTIES[certainty]
        canvas.shape(
            x + size / 2 + place * step,
            y,
            "circle",
            size,
            fill=colour if is_full else empty,
            edge=colour,
            line=0.6,
        )
    return 3 * step + size


def direction_mark(
    canvas: Canvas,
    direction: str,
    x: float,
    y: float,
    size: float,
    *,
    hollow: bool = False,
    name: str = "",
    title: str = "",
) -> None:
    """Draw a finding by the way it points; hollow where it is not weighed."""
    shape, fill = DIRECTIONS[direction]
    canvas.shape(
        x,
        y,
        shape,
        size,
        fill=PAPER if hollow else fill,
        edge=fill if hollow else INK,
        line=1.1 if hollow else 0.6,
        name=name,
        title=title,
    )


def direction_keys(canvas: Canvas, texts: Mapping[str, str]) -> list[Key]:
    """Return the entries of a legend that explain the directions."""

    def sample(way: str, x: float, y: float) -> None:
        direction_mark(canvas, way, x, y, 7.5)

    return [Key(partial(sample, way), 9, text) for way, text in texts.items()]

"""The ladder of therapy: who advises what first, second and third, and where the drug stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from offlabel.evidence.evidencemap import STATES as SIGNS
from offlabel.paths import Roots
from offlabel.plots.advice import LINES, RUNGS, Advice, read_ladder
from offlabel.plots.base import Picture, Scope, label_of, nothing_to_draw
from offlabel.plots.canvas import INK, MUTED, PAPER, RULE, Canvas
from offlabel.plots.conditions import Place, arrange
from offlabel.plots.lettering import wrap
from offlabel.plots.map import Cells, cell_words, read_cells
from offlabel.plots.page import BAND, MARGIN, Key, band, counted, day_words, heading, legend, notes
from offlabel.plots.signs import STATE_EDGE, STATES, state_box
from offlabel.stores.base import Store

_WIDTH = 840.0
_LABELS = 92.0
_ACROSS = 4
_GAP = 6.0
_CARD = (_WIDTH - 2 * MARGIN - _LABELS - (_ACROSS - 1) * _GAP) / _ACROSS
_LEFT = MARGIN + _LABELS
_STRIPE = 4.0
_OWN_DRUG = "#fff4d6"
_NOTE = "Advice for a wider treatment need not hold for its forms; the graph does not infer it."


class Ladder:
    """The picture of the ladder of therapy."""

    name = "ladder"
    summary = "Which treatments are advised in which order, by whom, and where the drug stands."

    def draw(self, store: Store, roots: Roots, scope: Scope) -> Picture:
        """Draw one panel for each condition, a row for each line of therapy."""
        found = read_ladder(store, scope)
        if not found:
            raise nothing_to_draw(store, "recommendation beside a question", scope)
        drug = label_of(store, scope.drug)
        title = f"Ladder of therapy, and where {drug} stands{day_words(scope.as_of)}"
        canvas = Canvas(_WIDTH)
        about = "What bodies advise, and what others say that guidelines advise."
        y = heading(canvas, title, [about])
        cells = read_cells(store, roots, scope)
        places = arrange(store, (it.row["condition"] for it in found))
        number = 0
        for place in places:
            own = [it for it in found if it.row["condition"] == place.iri]
            y = band(canvas, y, place.label) + 5
            for rung in RUNGS:
                here = [it for it in own if it.rung == rung]
                if here or rung in LINES.values():
                    y = _draw_rung(canvas, y, rung, here, number)
                    number += len(here)
            y = _draw_standing(canvas, y, drug, place, own, cells) + 10
        y = notes(canvas, legend(canvas, y, _keys(canvas, found)) + 2, [_NOTE])
        description = _description(found, places, cells, drug, title)
        return Picture(self.name, title, description, canvas, y + 14)


def _draw_rung(canvas: Canvas, y: float, rung: str, here: Sequence[Advice], number: int) -> float:
    """Draw one rung with its cards; return where it ends."""
    canvas.text(MARGIN + 6, y + 9, rung, size=8.5, bold=True)
    if not here:
        canvas.text(_LEFT, y + 9, "none in the graph", colour=MUTED, italic=True)
        y += 18
    for start in range(0, len(here), _ACROSS):
        cards = here[start : start + _ACROSS]
        height = max(map(_card_height, cards))
        for step, card in enumerate(cards):
            number += 1
            _draw_card(canvas, _LEFT + step * (_CARD + _GAP), y, height, card, number)
        y += height + _GAP
    canvas.line([(MARGIN, y), (_WIDTH - MARGIN, y)], colour=RULE, width=0.6)
    return y + _GAP


def _lines(card: Advice) -> tuple[list[str], list[str]]:
    room = _CARD - _STRIPE - 12
    return (
        wrap(card.treatment, room, 8.5, True),
        [line for text in card.details for line in wrap(text, room, 7)],
    )


def _card_height(card: Advice) -> float:
    name, details = _lines(card)
    return len(name) * 8.5 * 1.3 + len(details) * 7 * 1.3 + 9


def _draw_card(
    canvas: Canvas, x: float, y: float, height: float, card: Advice, number: int
) -> None:
    name, details = _lines(card)
    title = f"{card.treatment}, {card.rung}: {'; '.join(card.details)}"
    fill = _OWN_DRUG if card.row["isOfDrug"] else PAPER
    _card_box(canvas, x, y, _CARD, height, card.is_own, fill, f"ladder-advice-{number}", title)
    below = canvas.paragraph(x + _STRIPE + 6, y + 4, name, size=8.5, bold=True)
    canvas.paragraph(x + _STRIPE + 6, below, details, size=7, colour=MUTED)


def _card_box(
    canvas: Canvas,
    x: float,
    y: float,
    wide: float,
    height: float,
    is_own: bool,
    fill: str,
    name: str = "",
    title: str = "",
) -> None:
    """Draw a card: a body's own with a solid edge and a stripe, a reported one dashed."""
    dash = None if is_own else (3.0, 2.0)
    edge = INK if is_own else MUTED
    canvas.box(
        x, y, wide, height, fill=fill, edge=edge, line=0.8, dash=dash, name=name, title=title
    )
    if is_own:
        canvas.box(x, y, _STRIPE, height, fill=INK)


def _draw_standing(
    canvas: Canvas, y: float, drug: str, place: Place, own: Sequence[Advice], cells: Cells
) -> float:
    """Say where the drug stands: on which rung, and what is known of its kinds of regimen."""
    lines = wrap(drug, _LABELS - 12, 8.5, True)
    low = canvas.paragraph(MARGIN + 6, y + 3, lines, size=8.5, bold=True)
    words = wrap(_standing(drug, own), _WIDTH - MARGIN - _LEFT, 8)
    y = canvas.paragraph(_LEFT, y + 3, words, size=8) + 4
    shown = [(name, cells.cells.get((place.iri, iri))) for iri, name in cells.regimens.items()]
    chips = [(name, cell) for name, cell in shown if cell]
    for start in range(0, len(chips), _ACROSS):
        texts = [
            (
                cell.state,
                wrap(name, _CARD - 30, 7.5, True),
                wrap(cell_words(cell), _CARD - 30, 7),
            )
            for name, cell in chips[start : start + _ACROSS]
        ]
        height = max(len(name) * 7.5 * 1.3 + len(rest) * 7 * 1.3 for _, name, rest in texts) + 6
        for step, (state, name, rest) in enumerate(texts):
            x = _LEFT + step * (_CARD + _GAP)
            canvas.box(x, y, _CARD, height, fill=BAND, edge=STATE_EDGE, line=0.4)
            state_box(canvas, state, x, y, 18, height)
            sign, ink = SIGNS[state][0], STATES[state].ink
            canvas.text(x + 9, y + height / 2, sign, size=11, bold=True, colour=ink, align="center")
            below = canvas.paragraph(x + 24, y + 3, name, size=7.5, bold=True)
            canvas.paragraph(x + 24, below, rest, size=7, colour=MUTED)
        y += height + _GAP
    return max(y, low)


def _standing(drug: str, own: Sequence[Advice]) -> str:
    named = [it for it in own if it.row["isOfDrug"]]
    if not named:
        return f"On no rung: no recommendation in the graph names {drug}. What is known of it here:"
    rungs = ", ".join(dict.fromkeys(it.rung for it in named))
    return f"Named under: {rungs}. What is known of it here:"


def _keys(canvas: Canvas, found: Sequence[Advice]) -> list[Key]:
    def card(is_own: bool, fill: str, x: float, y: float) -> None:
        _card_box(canvas, x - 11, y - 5, 22, 10, is_own, fill)

    keys = [
        Key(partial(card, True, PAPER), 22, "the body's own advice"),
        Key(partial(card, False, PAPER), 22, "only reported by a source that is not the body"),
    ]
    if any(it.row["isOfDrug"] for it in found):
        keys.append(Key(partial(card, True, _OWN_DRUG), 22, "names the drug or its class"))
    return keys


def _description(
    found: Sequence[Advice], places: Sequence[Place], cells: Cells, drug: str, title: str
) -> str:
    own = sum(it.is_own for it in found)
    parts = [f"{title}. {counted(len(found), 'recommendation')}, {own} of them the body's own."]
    for place in places:
        here = [it for it in found if it.row["condition"] == place.iri]
        for rung in RUNGS:
            names = "; ".join(
                f"{it.treatment} ({', '.join(it.details)})" for it in here if it.rung == rung
            )
            if names:
                parts.append(f"{place.label}, {rung}: {names}.")
        known = "; ".join(
            f"{name}: {cell_words(cell)}"
            for iri, name in cells.regimens.items()
            if (cell := cells.cells.get((place.iri, iri)))
        )
        parts.append(f"{_standing(drug, here)} {known}.")
    return " ".join(parts)

"""An answer for people: aligned columns, IRIs as CURIEs, headings as words.

Columns that only repeat a parameter are left out; the question above the table names them.
Without a width the lines are plain and unbroken, one row a line, fit for a pipe. With a width,
cells are wrapped; where that is not enough, IRIs that have a label beside them are left out; and
where columns would still be too narrow to read, each row becomes a small list.
"""

from __future__ import annotations

import re
from textwrap import wrap

from pyoxigraph import NamedNode

from offlabel.queries.formats.base import PLAIN, Look, printable
from offlabel.queries.formats.layout import GAP, NARROWEST, fitting_widths, wrapped
from offlabel.queries.table import Table, is_number, text_from_term

_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]")


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as text; only an answer with rows has a heading."""
    head, rows = cells_for_people(table, look)
    if not rows:
        return b""
    if look.width is None:
        return _plain(table, head, rows).encode()
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    everything, few = list(range(len(head))), _without_labelled(head)
    for places, breaks_words in ((everything, False), (few, False), (few, True)):
        names, *cells = (tuple(row[place] for place in places) for row in (head, *rows))
        headings = tuple(map(heading, names))
        widths = fitting_widths([headings, *cells], look.width, breaks_words=breaks_words)
        if widths:
            numeric = numeric_columns(table, head)
            is_right = [name in numeric for name in names]
            return wrapped(headings, cells, widths, is_right, look).encode()
    return _records(head, rows, look.width).encode()


def cells_for_people(table: Table, look: Look) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give head and rows as text, without the columns that only repeat a parameter."""
    shown = [
        place
        for place, name in enumerate(table.columns)
        if name not in table.given or len(table.columns) == len(table.given)
    ]
    rows = [
        tuple(printable(text_from_term(row[place], look.compress)) for place in shown)
        for row in table.terms
    ]
    return tuple(table.columns[place] for place in shown), rows


def numeric_columns(table: Table, head: tuple[str, ...]) -> set[str]:
    """Give the names of the columns that hold numbers and nothing else."""
    return {
        name
        for place, name in enumerate(table.columns)
        if name in head
        and (terms := [row[place] for row in table.terms if row[place] is not None])
        and all(is_number(term) for term in terms)
    }


def heading(column: str) -> str:
    """Write the name of a column as words.

    >>> heading("doseClass")
    'dose class'
    """
    return _CAPITAL.sub(lambda found: f" {found[0].lower()}", column)


def question(table: Table, look: Look) -> str:
    """Give the title with the parameters that it was asked with."""
    given = [
        f"{name} = {text_from_term(term, look.compress if isinstance(term, NamedNode) else str)}"
        for name, term in table.given.items()
    ]
    return f"{table.title} ({', '.join(given)})" if given else table.title


def _without_labelled(head: tuple[str, ...]) -> list[int]:
    return [place for place, name in enumerate(head) if f"{name}Label" not in head]


def _plain(table: Table, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    numeric = numeric_columns(table, head)
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    headings = tuple(map(heading, head))
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [headings, tuple("-" * width for width in widths), *rows]
    return "".join(
        (" " * GAP)
        .join(
            cell.rjust(width) if name in numeric else cell.ljust(width)
            for name, width, cell in zip(head, widths, line, strict=True)
        )
        .rstrip()
        + "\n"
        for line in lines
    )


def _records(head: tuple[str, ...], rows: list[tuple[str, ...]], width: int) -> str:
    label = max(len(heading(name)) for name in head)
    room = max(width - label - GAP, NARROWEST)
    indent = " " * (label + GAP)
    blocks = []
    for row in rows:
        lines = [
            heading(name).ljust(label + GAP) + f"\n{indent}".join(wrap(cell, room)) + "\n"
            for name, cell in zip(head, row, strict=True)
            if cell
        ]
        blocks.append("".join(lines))
    return "\n".join(blocks)

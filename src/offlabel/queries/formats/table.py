"""An answer for people: aligned columns, IRIs as CURIEs, headings as words.

Columns that only repeat a parameter are left out; the question above the table names them.
Without a width the lines are plain and unbroken, one row a line, fit for a pipe. With a width rich
lays out wrapped columns; where they would be too narrow to read, each row becomes a small list.
"""

from __future__ import annotations

import io
import re
from textwrap import wrap

from pyoxigraph import NamedNode

from offlabel.queries.formats.base import PLAIN, Look, printable
from offlabel.queries.table import Table, is_number, text_from_term

_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]")
_GAP = 2
_WIDEST_WORD = 24
_NARROWEST = 12


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as text; only an answer with rows has a heading."""
    head, rows = cells_for_people(table, look)
    if not rows:
        return b""
    if look.width is None:
        return _plain(table, head, rows).encode()
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    least = sum(_least_width(name, column) + _GAP for name, column in _columns(head, rows))
    if least - _GAP > look.width:
        return _records(head, rows, look.width).encode()
    return _wrapped(table, head, rows, look).encode()


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


def _columns(
    head: tuple[str, ...], rows: list[tuple[str, ...]]
) -> list[tuple[str, tuple[str, ...]]]:
    return list(zip(head, zip(*rows, strict=True), strict=True))


def _least_width(name: str, column: tuple[str, ...]) -> int:
    words = [word for cell in (heading(name), *column) for word in cell.split()]
    longest = max((len(word) for word in words), default=1)
    needed = max(len(cell) for cell in (name, *column))
    return max(min(longest, _WIDEST_WORD), min(needed, _NARROWEST))


def _plain(table: Table, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    numeric = numeric_columns(table, head)
    rows = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    headings = tuple(map(heading, head))
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = [headings, tuple("-" * width for width in widths), *rows]
    return "".join(
        (" " * _GAP)
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
    room = max(width - label - _GAP, _NARROWEST)
    indent = " " * (label + _GAP)
    blocks = []
    for row in rows:
        lines = [
            heading(name).ljust(label + _GAP) + f"\n{indent}".join(wrap(cell, room)) + "\n"
            for name, cell in zip(head, row, strict=True)
            if cell
        ]
        blocks.append("".join(lines))
    return "\n".join(blocks)


def _wrapped(table: Table, head: tuple[str, ...], rows: list[tuple[str, ...]], look: Look) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    numeric = numeric_columns(table, head)
    page = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name, column in _columns(head, rows):
        page.add_column(
            Text(heading(name)),
            header_style="bold",
            justify="right" if name in numeric else "left",
            min_width=min(_least_width(name, column), look.width or _NARROWEST),
            overflow="fold",
        )
    for row in rows:
        page.add_row(*map(Text, row))
    file = io.StringIO()
    console = Console(
        file=file,
        width=look.width,
        force_terminal=look.colour,
        color_system="standard" if look.colour else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(page)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())

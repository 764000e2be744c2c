"""An answer as CSV: full IRIs, numbers in full digits, lines that end in a line feed.

A text that begins like a formula (`=`, `+`, `-`, `@`, tab or carriage return) is preceded by an
apostrophe, so that no spreadsheet runs it. Numbers and IRIs are never changed. Whoever needs every
character as it is takes TSV or JSON.
"""

from __future__ import annotations

from pyoxigraph import Literal

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.formats.formula import neutral
from offlabel.queries.table import Table, Term, is_number, text_from_term

_QUOTED = frozenset(',"\r\n')


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as CSV, headed by the names of its columns."""
    lines = [table.columns, *(map(_cell, row) for row in table.terms)]
    return "".join(f"{_line(list(cells))}\n" for cells in lines).encode()


def _line(cells: list[str]) -> str:
    if cells == [""]:
        return '""'  # an empty line would be no row at all
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if _QUOTED.intersection(cell) else cell
        for cell in cells
    )


def _cell(term: Term | None) -> str:
    text = text_from_term(term)
    return neutral(text) if isinstance(term, Literal) and not is_number(term) else text

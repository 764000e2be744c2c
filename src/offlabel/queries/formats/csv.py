"""An answer as CSV: full IRIs, numbers in full digits, lines that end in a line feed.

A text that begins like a formula (`=`, `+`, `-`, `@`, tab or carriage return) is preceded by an
apostrophe, so that no spreadsheet runs it. Numbers and IRIs are never changed. Whoever needs every
character as it is takes TSV or JSON.
"""

from __future__ import annotations

import csv
import io

from pyoxigraph import Literal

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.table import Table, Term, is_number, text_from_term

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as CSV, headed by the names of its columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(term) for term in row] for row in table.terms)
    return text.getvalue().encode()


def _cell(term: Term | None) -> str:
    text = text_from_term(term)
    is_formula = isinstance(term, Literal) and text.startswith(_FORMULA) and not is_number(term)
    return f"'{text}" if is_formula else text

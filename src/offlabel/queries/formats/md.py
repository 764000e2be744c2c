"""An answer as a Markdown table, to be pasted into a page."""

from __future__ import annotations

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.formats.table import cells_for_people, heading, numeric_columns
from offlabel.queries.table import Table

_ESCAPES = str.maketrans({"|": "\\|", "<": "&lt;", ">": "&gt;", "\n": "<br>", "\r": None})


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as a GitHub-flavoured table, numbers to the right."""
    head, rows = cells_for_people(table, look)
    numeric = numeric_columns(table, head)
    rule = ["---:" if name in numeric else "---" for name in head]
    lines = [[_text(cell) for cell in line] for line in rows]
    headings = [heading(name) for name in head]
    return "".join(f"| {' | '.join(line)} |\n" for line in [headings, rule, *lines]).encode()


def _text(cell: str) -> str:
    return cell.replace("\\", "\\\\").translate(_ESCAPES)

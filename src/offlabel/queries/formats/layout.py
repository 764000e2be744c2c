"""Columns that fit a terminal: their widths, where cells are broken, and how rich draws them."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from offlabel.queries.formats.base import Look

GAP = 2
NARROWEST = 12
_WIDEST_PART = 24
_WIDEST_WORD = 40
_PART = re.compile(r"\s*[^\s:/-]*[:/-]*")
_WORD = re.compile(r"\s*\S+")

Rows = Sequence[tuple[str, ...]]


def fitting_widths(rows: Rows, width: int, *, breaks_words: bool) -> list[int] | None:
    """Return a width for each column so that all fit, or None where some would be too narrow."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    least = [_least(column, _PART if breaks_words else _WORD) for column in columns]
    too_wide = sum(widths) + GAP * (len(widths) - 1) - width
    while too_wide > 0:
        spare, place = max(
            (now - low, place) for place, (now, low) in enumerate(zip(widths, least, strict=True))
        )
        if spare <= 0:
            return None
        widths[place] -= 1
        too_wide -= 1
    return widths


def broken(text: str, width: int) -> list[str]:
    """Break a text into lines of a width, after spaces, colons, slashes and hyphens if possible.

    >>> broken("condition:atopic-dermatitis", 18)
    ['condition:atopic-', 'dermatitis']
    """
    lines = [""]
    for part in _PART.findall(text):
        if len((lines[-1] + part).rstrip()) > width and lines[-1]:
            lines.append("")
            part = part.lstrip()
        while len(part) > width:
            lines[-1:] = [part[:width], ""]
            part = part[width:]
        lines[-1] += part
    return [line.rstrip() for line in lines]


def wrapped(
    head: tuple[str, ...], rows: Rows, widths: Sequence[int], is_right: Sequence[bool], look: Look
) -> str:
    """Draw a table whose cells are broken to the widths of their columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    page = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, GAP - 1, 0, 0))
    for name, width, right in zip(head, widths, is_right, strict=True):
        page.add_column(
            Text("\n".join(broken(name, width))),
            header_style="bold",
            justify="right" if right else "left",
            width=width,
            overflow="fold",
        )
    for row in rows:
        page.add_row(
            *(Text("\n".join(broken(cell, width))) for cell, width in zip(row, widths, strict=True))
        )
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


def _least(column: tuple[str, ...], part: re.Pattern[str]) -> int:
    longest = max((len(text.strip()) for cell in column for text in part.findall(cell)), default=0)
    widest = _WIDEST_PART if part is _PART else _WIDEST_WORD
    return max(min(longest, widest), min(max(map(len, column)), NARROWEST))

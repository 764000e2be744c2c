"""How wide text is, and where it is broken so that it fits."""

from __future__ import annotations

import re
from functools import cache

# Where a word may be broken without a sign of its own.
_SEAM = re.compile(r"(?<=[-/–])(?=\w)")


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Break text into lines that are no wider than a width: at spaces, then at hyphens."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}".strip()
        if text_width(joined, size, bold) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, width, size, bold)
        lines += full
    return [*lines, line] if line else lines


def _pieces(word: str, width: float, size: float, bold: bool) -> list[str]:
    """Break one word that may be too wide for a line, between letters at the worst."""
    pieces = [""]
    for part in _SEAM.split(word):
        if text_width(pieces[-1] + part, size, bold) <= width:
            pieces[-1] += part
            continue
        if pieces[-1]:
            pieces.append("")
        for letter in part:
            if pieces[-1] and text_width(pieces[-1] + letter, size, bold) > width:
                pieces.append("")
            pieces[-1] += letter
    return pieces

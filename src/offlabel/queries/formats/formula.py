"""Texts that a spreadsheet would run as a formula."""

from __future__ import annotations

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would take it for a formula.

    For free text only: identifiers and numbers are never changed.
    """
    return f"'{text}" if text.startswith(_STARTS) else text

"""Look up what users name: a format, and parts of the graph."""

from __future__ import annotations

from collections.abc import Collection

from offlabel.errors import UnknownNameError
from offlabel.exports import EXPORTS, PARTS
from offlabel.names import close_matches


def check_form(name: str) -> None:
    """Raise `UnknownNameError` where no format has this name."""
    _check(name, EXPORTS, "format of an export")


def check_parts(names: Collection[str]) -> None:
    """Raise `UnknownNameError` where one of these is no part of the graph."""
    for name in names:
        _check(name, PARTS, "part of the graph")


def _check(name: str, known: Collection[str], kind: str) -> None:
    if name not in known:
        near = close_matches(name, list(known))[:1]
        raise UnknownNameError(name, kind, near, f"There is {', '.join(sorted(known))}.")

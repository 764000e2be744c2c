"""Let a query call only the SERVICE endpoints that the server was told of."""

from __future__ import annotations

from offlabel.errors import QueryError
from offlabel.sources.sparql import SERVICE_REFUSED, TOKEN, find_service, has_two_readings


def check_services(text: str, allowed: frozenset[str]) -> None:
    """Raise `QueryError` unless each SERVICE of a query names an allowed IRI, written in full.

    What remains of the text without these may hold no letters that an engine could take for
    the keyword.
    """
    if "\\" not in text and "service" not in text.lower():
        return
    place = find_service(text)
    if place is None:
        return
    if not allowed:
        raise QueryError(SERVICE_REFUSED, *place)
    rest = text if has_two_readings(text) else _without_allowed(text, allowed)
    place = find_service(rest)
    if place is not None:
        raise QueryError(
            "SERVICE is refused: this server calls only endpoints that its operator named, "
            "each written as <IRI>.",
            *place,
        )


def _without_allowed(text: str, allowed: frozenset[str]) -> str:
    """Return the text with each keyword that stands before an allowed IRI blanked out."""
    pieces = list(text)
    keyword: tuple[int, int] | None = None
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind in ("comment", "space"):
            continue
        word = token[0].upper() if kind == "word" else ""
        if word == "SERVICE":
            keyword = token.span()
        elif word == "SILENT" and keyword:
            continue
        else:
            if keyword and kind == "iri" and token[0][1:-1] in allowed:
                pieces[slice(*keyword)] = " " * (keyword[1] - keyword[0])
            keyword = None
    return "".join(pieces)

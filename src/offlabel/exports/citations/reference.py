"""A source of the graph as a reference: what BibTeX, RIS and CSL have places for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.exports.ledger import Ledger, Subject
from offlabel.exports.selection import Selection
from offlabel.terms import DCTERMS, OL, RDFS, prefixes

_KINDS = tuple(NamedNode(f"{OL}{name}Source") for name in ("Primary", "Secondary", "Tertiary"))
_GUIDELINE = NamedNode(f"{OL}Guideline")
_PLACE = re.compile(r"([^(:]*)(?:\(([^)]*)\))?(?::(.+))?")


@dataclass(frozen=True)
class Author:
    """A person as `family`, `given`, or a body with a name alone."""

    family: str
    given: str = ""


@dataclass(frozen=True)
class Reference:
    """One source; what is not known is empty."""

    id: str
    iri: str
    is_article: bool
    title: str
    authors: tuple[Author, ...]
    journal: str
    publisher: str
    year: str
    published: str  # YYYY-MM-DD
    volume: str
    issue: str
    pages: str
    doi: str
    pmid: str
    url: str


def references(selection: Selection) -> list[Reference]:
    """Return the sources of a selection in the order of their ids."""
    ledger = selection.ledger
    return [
        _reference(ledger, source)
        for source in ledger.of_kind(*_KINDS, _GUIDELINE)
        if isinstance(source, NamedNode)
    ]


def _reference(ledger: Ledger, source: NamedNode) -> Reference:
    def said(name: str, space: str = OL) -> str:
        return ledger.text(source, NamedNode(space + name)) or ""

    where = said("volumeAndPages")
    found = _PLACE.fullmatch(where)
    volume, issue, pages = found.groups(default="") if found else (where, "", "")
    journal = said("journal")
    return Reference(
        id=prefixes().compress(source.value).partition(":")[2],
        iri=source.value,
        is_article=bool(journal),
        title=said("title", DCTERMS) or said("label", RDFS),
        authors=tuple(map(_author, filter(None, said("authors").split("; ")))),
        journal=journal,
        publisher=_publisher(ledger, source),
        year=said("year"),
        published=said("publishedOn"),
        volume=volume.strip(),
        issue=issue,
        pages=pages,
        doi=said("doi"),
        pmid=said("pmid"),
        url=said("readAt") or said("seeAlso", RDFS),
    )


def _publisher(ledger: Ledger, source: Subject) -> str:
    body = ledger.value(source, NamedNode(f"{OL}publishedBy"))
    return (ledger.text(body) or "") if body is not None else ""


def _author(text: str) -> Author:
    """Read "Weinstock LB": family name, then initials; anything else is the name of a body."""
    family, _, initials = text.rpartition(" ")
    if family and re.fullmatch(r"[A-ZÀ-Þ][A-ZÀ-Þ-]{0,4}", initials):
        return Author(family, initials)
    return Author(text)

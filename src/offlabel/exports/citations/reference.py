"""A source of the graph as a reference: what BibTeX, RIS, CSL and FHIR have places for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.exports.ledger import Ledger
from offlabel.terms import DCTERMS, OL, RDF, RDFS, XSD, prefixes

# What each kind of source is called in a list of keywords.
KINDS = {
    "PrimarySource": "primary source",
    "SecondarySource": "secondary source",
    "TertiarySource": "tertiary source",
    "Guideline": "guideline",
}
NOTES = ("A publisher is written by its name; which record of a body it is, is lost.",)
_PLACE = re.compile(r"([^(:]*)(?:\(([^)]*)\))?(?::(.+))?")
_PAGES = re.compile(r"[a-z]?\d+-[a-z]?\d+")
_INITIALS = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ-]{0,4}")


@dataclass(frozen=True)
class Author:
    """A person as `family`, `given` initials, or a body with a name alone."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.family} {self.given}" if self.given else self.family

    @property
    def initials(self) -> str:
        """Return the initials with points: "L. N.", "J.-P."."""
        parts = self.given.split("-")
        return "-".join(" ".join(f"{letter}." for letter in part) for part in parts if part)


@dataclass(frozen=True)
class Reference:
    """One source; what is not known is empty.

    `statements` are those that a place holds which has a field as it stands: by the name of the
    field. A format marks them as held where it writes the field.
    """

    id: str
    iri: str
    kinds: tuple[str, ...]
    label: str
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
    accessed: str  # the day on which the page at the address was read, where it was
    language: str  # of the title, where it is not English
    statements: Mapping[str, tuple[Triple, ...]] = field(repr=False, compare=False)

    @property
    def is_article(self) -> bool:
        """Say whether it stands in a journal."""
        return bool(self.journal)


def references(ledger: Ledger) -> list[Reference]:
    """Return the sources of a graph in the order of their ids, and mark nothing."""
    sources = {source for name in KINDS for source in ledger.peek_kind(NamedNode(OL + name))}
    found = (source for source in sources if isinstance(source, NamedNode))
    return [_reference(ledger, source) for source in sorted(found, key=str)]


def _reference(ledger: Ledger, source: NamedNode) -> Reference:
    statements: dict[str, tuple[Triple, ...]] = {}

    def said(name: str, iri: str, kind: str) -> str:
        predicate = NamedNode(iri)
        for value in ledger.peek(source, predicate)[:1]:
            if _is(value, kind):
                statements[name] = (Triple(source, predicate, value),)
            return value.value
        return ""

    label = said("label", f"{RDFS}label", "en")
    title = said("title", f"{DCTERMS}title", "text")
    if title == label:  # the place of the title does not tell which of the two it holds
        statements.pop("title", None)
    language = next((t.object.language for t in statements.get("title", ())), "en")  # type: ignore[union-attr]
    url = said("url", f"{OL}readAt", "iri")
    accessed = said("accessed", f"{OL}checkedOn", "date") if url else ""
    if not accessed:  # a day tells that the page was read; without one it is a page to see
        statements.pop("url", None)
    authors = said("authors", f"{OL}authors", "string")
    where = said("place", f"{OL}volumeAndPages", "string")
    volume, issue, pages = _place(where)
    if place_text(volume, issue, pages) != where or pages.endswith("-"):
        statements.pop("place", None)
    types = [NamedNode(OL + name) for name in KINDS]
    held = [kind for kind in types if source in ledger.peek_kind(kind)]
    statements["kinds"] = tuple(Triple(source, NamedNode(f"{RDF}type"), kind) for kind in held)
    return Reference(
        id=prefixes().compress(source.value).partition(":")[2],
        iri=source.value,
        kinds=tuple(KINDS[kind.value.removeprefix(OL)] for kind in held),
        label=label,
        title=title or label,
        authors=tuple(map(_author, filter(None, authors.split("; ")))),
        journal=said("journal", f"{OL}journal", "string"),
        publisher=_publisher(ledger, source),
        year=said("year", f"{OL}year", "integer"),
        published=said("published", f"{OL}publishedOn", "date"),
        volume=volume,
        issue=issue,
        pages=pages,
        doi=said("doi", f"{OL}doi", "string"),
        pmid=said("pmid", f"{OL}pmid", "string"),
        url=url or said("other", f"{RDFS}seeAlso", "iri"),
        accessed=accessed,
        language=language or "" if language != "en" else "",
        statements=statements,
    )


def _is(value: object, kind: str) -> bool:
    if not isinstance(value, Literal):
        return kind == "iri" and isinstance(value, NamedNode)
    if kind in ("en", "text"):
        return value.language == "en" or bool(kind == "text" and value.language)
    return value.datatype.value == XSD + kind


def _publisher(ledger: Ledger, source: NamedNode) -> str:
    for body in ledger.peek(source, NamedNode(f"{OL}publishedBy")):
        for label in ledger.peek(body, NamedNode(f"{RDFS}label")):
            return label.value
    return ""


def _author(text: str) -> Author:
    """Read "Weinstock LB": family name, then initials; anything else is the name of a body."""
    family, _, initials = text.rpartition(" ")
    return Author(family, initials) if family and _INITIALS.fullmatch(initials) else Author(text)


def _place(text: str) -> tuple[str, str, str]:
    """Read "12(3):45-67" as volume, issue and pages; pages may stand alone."""
    found = _PLACE.fullmatch(text)
    if found is None or _PAGES.fullmatch(text):
        return ("", "", text) if _PAGES.fullmatch(text) else (text, "", "")
    volume, issue, pages = found.groups(default="")
    return volume, issue, pages


def place_text(volume: str, issue: str, pages: str) -> str:
    """Write volume, issue and pages as sources print them."""
    place = f"{volume}({issue})" if issue else volume
    return f"{place}:{pages}" if place and pages else place or pages

"""Readers of our references: what statements BibTeX, RIS and CSL-JSON hold.

Each reference becomes a few fields, and these the statements that they stand for. BibTeX is parsed
by pybtex; RIS is lines of tag and value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.terms import DCTERMS, OL, RDF, RDFS, XSD

KINDS = {"primary source": "PrimarySource", "secondary source": "SecondarySource",
         "tertiary source": "TertiarySource", "guideline": "Guideline"}  # fmt: skip
_TEX = {
    r"\textbackslash{}": "\\", r"\textbraceleft{}": "{", r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_",
}  # fmt: skip


@dataclass
class Fields:
    """One reference as it was read."""

    iri: str
    kinds: list[str]
    title: str = ""
    short: str = ""
    authors: list[str] = field(default_factory=list)
    journal: str = ""
    year: str = ""
    published: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    accessed: str = ""
    language: str = ""


def statements(name: str, text: str) -> set[Triple]:
    """Return every statement that can be read back from a file of references."""
    read = {"bibtex": _bibtex, "ris": _ris, "csl-json": _csl}[name]
    return {
        Triple(NamedNode(one.iri), NamedNode(predicate), value)
        for one in read(text)
        for predicate, value in _said(one)
    }


def _said(one: Fields) -> Iterator[tuple[str, NamedNode | Literal]]:
    for kind in one.kinds:
        yield f"{RDF}type", NamedNode(OL + KINDS[kind])
    if one.short:
        yield f"{RDFS}label", Literal(one.short, language="en")
    if one.title and one.title != one.short:
        yield f"{DCTERMS}title", Literal(one.title, language=one.language or "en")
    place = one.volume + (f"({one.issue})" if one.issue else "")
    texts = {
        "authors": "; ".join(one.authors),
        "journal": one.journal,
        "volumeAndPages": f"{place}:{one.pages}" if place and one.pages else place or one.pages,
        "doi": one.doi,
        "pmid": one.pmid,
    }
    for name, text in texts.items():
        if text:
            yield OL + name, Literal(text)
    if one.year:
        yield f"{OL}year", Literal(one.year, datatype=NamedNode(f"{XSD}integer"))
    if one.published:
        yield f"{OL}publishedOn", Literal(one.published, datatype=NamedNode(f"{XSD}date"))
    if one.url:
        yield (f"{OL}readAt" if one.accessed else f"{RDFS}seeAlso"), NamedNode(one.url)
    if one.accessed:
        yield f"{OL}checkedOn", Literal(one.accessed, datatype=NamedNode(f"{XSD}date"))


def _person(family: str, given: str) -> str:
    letters = given.replace(".", "").replace(" ", "")
    return f"{family} {letters}" if letters else family


def _bibtex(text: str) -> Iterator[Fields]:
    from pybtex.database import parse_string

    for entry in parse_string(text, "bibtex").entries.values():
        said = {name: plain(value) for name, value in entry.fields.items()}
        people = []
        for person in entry.persons.get("author", []):
            family = plain(" ".join(person.prelast_names + person.last_names))
            people.append(
                _person(family, plain(" ".join(person.first_names + person.middle_names)))
            )
        yield Fields(
            iri=said["note"], kinds=_list(said.get("keywords", "")),
            title=said.get("title", ""), short=said.get("shorttitle", ""),
            authors=people, journal=said.get("journal", ""), year=said.get("year", ""),
            published=said.get("date", ""), volume=said.get("volume", ""),
            issue=said.get("number", ""), pages=said.get("pages", "").replace("--", "-"),
            doi=said.get("doi", ""), pmid=said.get("pmid", ""), url=said.get("url", ""),
            accessed=said.get("urldate", ""), language=said.get("language", ""),
        )  # fmt: skip


def plain(text: str) -> str:
    """Return the text that a few marks of TeX stand for; braces only group."""
    found, rest = "", text
    while rest:
        mark = next((mark for mark in _TEX if rest.startswith(mark)), "")
        found += _TEX[mark] if mark else rest[0].strip("{}")
        rest = rest[len(mark) or 1 :]
    return found


def _ris(text: str) -> Iterator[Fields]:
    for record in text.split("ER  - \n"):
        pairs = [line.split("  - ", 1) for line in record.splitlines() if "  - " in line]
        said = dict(pairs)
        if not said:
            continue
        ends = [said[tag] for tag in ("SP", "EP") if tag in said]
        yield Fields(
            iri=said["N1"], kinds=[value for tag, value in pairs if tag == "KW"],
            title=said.get("TI", ""), short=said.get("ST", ""),
            authors=[_person(*_parted(value)) for tag, value in pairs if tag == "AU"],
            journal=said.get("JO", ""), year=said.get("PY", ""),
            published=said.get("DA", "").replace("/", "-"), volume=said.get("VL", ""),
            issue=said.get("IS", ""), pages="-".join(ends), doi=said.get("DO", ""),
            pmid=said.get("AN", ""), url=said.get("UR", ""),
            accessed=said.get("Y2", "").replace("/", "-"), language=said.get("LA", ""),
        )  # fmt: skip


def _parted(name: str) -> tuple[str, str]:
    family, _, given = name.partition(", ")
    return family, given


def _csl(text: str) -> Iterator[Fields]:
    for one in json.loads(text):
        day = _day(one.get("issued"))
        yield Fields(
            iri=one["note"], kinds=_list(one.get("keyword", "")),
            title=one.get("title", ""), short=one.get("title-short", ""),
            authors=[_person(who.get("family") or who["literal"], who.get("given", ""))
                     for who in one.get("author", [])],
            journal=one.get("container-title", ""), year="" if "-" in day else day,
            published=day if "-" in day else "", volume=one.get("volume", ""),
            issue=one.get("issue", ""), pages=one.get("page", ""), doi=one.get("DOI", ""),
            pmid=one.get("PMID", ""), url=one.get("URL", ""), accessed=_day(one.get("accessed")),
            language=one.get("language", ""),
        )  # fmt: skip


def _day(said: dict[str, list[list[int]]] | None) -> str:
    return "-".join(f"{part:02}" for part in said["date-parts"][0]) if said else ""


def _list(text: str) -> list[str]:
    return [part for part in text.split(", ") if part]

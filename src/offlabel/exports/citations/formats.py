"""References as BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from offlabel.exports.citations.reference import NOTES, Author, Reference, references
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "&": r"\&", "%": r"\%", "$": r"\$",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class CitationExport:
    """The sources of the selection in one format for references."""

    name: str
    title: str
    suffix: str
    media_type: str
    render: Callable[[Sequence[Reference]], str]
    has_both_dates: bool = True  # whether a year has a place beside a whole date

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the references in the order of their ids."""
        found = references(selection.ledger)
        to.write(self.render(found).encode())
        for one in found:
            for name, statements in one.statements.items():
                if self._holds(one, name):
                    # A control character became a space.
                    selection.ledger.hold(
                        each
                        for each in statements
                        if not _CONTROL.search(getattr(each.object, "value", ""))
                    )
        return replace(selection.ledger.loss(self.name), notes=NOTES)

    def _holds(self, one: Reference, name: str) -> bool:
        if name == "year":
            return self.has_both_dates or not one.published
        return True


def bibtex(found: Sequence[Reference]) -> str:
    """Write BibTeX; capitals of a title are kept by braces."""
    return "\n".join(map(_entry, found))


def _entry(one: Reference) -> str:
    fields = {
        "author": " and ".join(map(_tex_name, one.authors)),
        "title": f"{{{_tex(one.title)}}}",
        "shorttitle": f"{{{_tex(one.label)}}}",
        "journal": _tex(one.journal),
        "publisher": _tex(one.publisher),
        "year": one.year,
        "date": one.published,
        "volume": _tex(one.volume),
        "number": _tex(one.issue),
        "pages": _tex(one.pages).replace("-", "--"),
        "doi": one.doi,
        "pmid": one.pmid,
        "url": one.url,
        "urldate": one.accessed,
        "language": one.language,
        "keywords": ", ".join(one.kinds),
        "note": one.iri,
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    kind = "article" if one.is_article else "misc"
    return "\n".join((f"@{kind}{{{one.id},", *lines, "}", ""))


def _tex_name(author: Author) -> str:
    if author.given:
        return f"{_tex(author.family)}, {author.initials}"
    return f"{{{_tex(author.family)}}}"


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in _line(text))


def ris(found: Sequence[Reference]) -> str:
    """Write RIS."""
    return "\n".join(map(_record, found))


def _record(one: Reference) -> str:
    first, _, last = one.pages.partition("-")
    pairs = [
        ("TY", "JOUR" if one.is_article else "GEN"),
        ("ID", one.id),
        *(("AU", _ris_name(author)) for author in one.authors),
        ("TI", one.title),
        ("ST", one.label),
        ("JO", one.journal),
        ("PB", one.publisher),
        ("PY", one.year),
        ("DA", one.published.replace("-", "/")),
        ("VL", one.volume),
        ("IS", one.issue),
        ("SP", first),
        ("EP", last),
        ("DO", one.doi),
        ("AN", one.pmid),
        ("UR", one.url),
        ("Y2", one.accessed.replace("-", "/")),
        ("LA", one.language),
        *(("KW", kind) for kind in one.kinds),
        ("N1", one.iri),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in pairs if value]
    return "\n".join((*lines, "ER  - ", ""))


def _ris_name(author: Author) -> str:
    return f"{author.family}, {author.initials}" if author.given else author.family


def csl_json(found: Sequence[Reference]) -> str:
    """Write CSL-JSON, as Zotero and pandoc read it."""
    return json.dumps([_item(one) for one in found], ensure_ascii=False, indent=1) + "\n"


def _item(one: Reference) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": one.id,
        "type": "article-journal" if one.is_article else "webpage",
        "title": one.title,
        "title-short": one.label,
        "author": [
            {"family": who.family, "given": who.initials} if who.given else {"literal": who.family}
            for who in one.authors
        ],
        "container-title": one.journal,
        "publisher": one.publisher,
        "issued": _day(one.published or one.year),
        "volume": one.volume,
        "issue": one.issue,
        "page": one.pages,
        "DOI": one.doi,
        "PMID": one.pmid,
        "URL": one.url,
        "accessed": _day(one.accessed),
        "language": one.language,
        "keyword": ", ".join(one.kinds),
        "note": one.iri,
    }
    return {name: value for name, value in item.items() if value}


def _day(text: str) -> dict[str, Any] | None:
    parts = [int(part) for part in text.split("-") if part]
    return {"date-parts": [parts]} if parts else None


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text)


BIBTEX = CitationExport(
    "bibtex", "BibTeX, the sources as references", ".bib", "application/x-bibtex", bibtex
)
CSL_JSON = CitationExport(
    "csl-json", "CSL-JSON, the sources as references", ".json",
    "application/vnd.citationstyles.csl+json", csl_json, has_both_dates=False,
)  # fmt: skip
RIS = CitationExport(
    "ris", "RIS, the sources as references", ".ris", "application/x-research-info-systems", ris
)

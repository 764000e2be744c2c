"""What a dossier is made of: sections of statements and tables, each leading back to claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Ref:
    """A claim behind a sentence: its code, its IRI, and the passage where it stands."""

    code: str
    claim: str
    source: str
    section: str
    start: int
    end: int


@dataclass(frozen=True)
class Statement:
    """One sentence, who says it and on what, and what must be known about it.

    `text` is the whole sentence for a reader; `said` names who says it and what they cite;
    `modality` is the weakest with which a claim states it, `hedges` the words as printed; `links`
    lead to works that curators name; `derived` names the records of rules that it gives.
    """

    text: str
    refs: tuple[Ref, ...] = ()
    said: str = ""
    modality: str = ""
    hedges: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    propositions: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    derived: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of a table, the claims behind it, and the records of rules that it gives."""

    cells: tuple[str, ...]
    refs: tuple[Ref, ...] = ()
    derived: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns and rows under a caption that can stand alone."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def has_refs(self) -> bool:
        """Say whether a row leads to claims."""
        return any(row.refs for row in self.rows)

    @property
    def has_derived(self) -> bool:
        """Say whether a row gives what a rule derived."""
        return any(row.derived for row in self.rows)


@dataclass(frozen=True)
class Section:
    """A heading with sentences, tables and further sections; `note` is true of all of them."""

    slug: str
    title: str
    statements: tuple[Statement, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    is_highlight: bool = False
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.statements or self.tables or self.sections)


@dataclass(frozen=True)
class Reference:
    """A source in the list at the end, with links where it has identifiers."""

    number: int
    iri: str
    name: str
    text: str
    kind: str
    links: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Dossier:
    """What the graph holds on one drug, for one kind of reader."""

    drug: str
    label: str
    title: str
    audience: str
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    conditions: tuple[str, ...] = ()
    as_of: str | None = None

    def refs(self) -> tuple[Ref, ...]:
        """Return every claim that the dossier leads to, once, in reading order."""
        return tuple(dict.fromkeys(ref for part in _parts(self.sections) for ref in part.refs))

    def derived(self) -> tuple[str, ...]:
        """Return every record of a rule that the dossier gives, once, in reading order."""
        return tuple(dict.fromkeys(name for part in _parts(self.sections) for name in part.derived))


def _parts(sections: tuple[Section, ...]) -> Iterator[Statement | Row]:
    """Return the statements and rows of sections, in reading order."""
    for section in sections:
        yield from section.statements
        for table in section.tables:
            yield from table.rows
        yield from _parts(section.sections)

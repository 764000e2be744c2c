"""Read SSSOM tables: the only place where outside identifiers are mapped.

The format is SSSOM/TSV (https://w3id.org/sssom/): a YAML head behind `#`, then a table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from offlabel.errors import SourceError
from offlabel.terms import RDFS, SKOS, Prefixes

_NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_PREDICATES = {
    f"skos:{name}": NamedNode(SKOS + name)
    for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quicker one, where it is built


@dataclass(frozen=True)
class Row:
    """One row of a table: what is mapped, how, to what; or, if negative, what is not to be."""

    path: Path
    line: int
    subject: str
    predicate: NamedNode
    object: str
    label: str  # of the object
    comment: str
    is_negative: bool


def read_mappings(path: Path) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    """Yield (subject, SKOS predicate, object) and the object's label for each row of a table."""
    for _, triple in read_rows(path):
        yield triple.subject, triple.predicate, triple.object  # type: ignore[misc]


def read_rows(path: Path) -> Iterator[tuple[int, Triple]]:
    """Yield the line number and the statement of each row, labels after their mapping."""
    for row in read_table(path):
        if row.is_negative:
            continue
        mapped = NamedNode(row.object)
        yield row.line, Triple(NamedNode(row.subject), row.predicate, mapped)
        if row.label:
            yield row.line, Triple(mapped, NamedNode(RDFS + "label"), Literal(row.label))


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a table, negative ones too; raise its first `SourceError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}.", "Save it as UTF-8.") from None
    names, found = table_from_lines(path, lines)
    for number, row in found:
        predicate = _PREDICATES.get(row["predicate_id"])
        if predicate is None:
            raise SourceError(
                path,
                f"{row['predicate_id']!r} is not a mapping predicate.",
                f"Use one of {', '.join(sorted(_PREDICATES))}.",
                number,
            )
        yield Row(
            path,
            number,
            _iri(path, number, names, row["subject_id"]).value,
            predicate,
            _iri(path, number, names, row["object_id"]).value,
            row.get("object_label") or "",
            row.get("comment") or "",
            row.get("predicate_modifier") == "Not",  # it says that the two do not match
        )


def table_from_lines(
    path: Path, lines: list[str]
) -> tuple[Prefixes, Iterator[tuple[int, dict[str, str]]]]:
    """Return the prefixes of a table, and its rows as they are written, each with its line."""
    head = [line for line in lines if line.startswith("#")]
    names = Prefixes(head_of_lines(path, head)["curie_map"])
    table = csv.DictReader(
        (line for line in lines if not line.startswith("#")), delimiter="\t", strict=True
    )
    missing = [name for name in _NEEDED if name not in (table.fieldnames or ())]
    if missing:
        raise SourceError(
            path,
            f"the column {missing[0]} is missing.",
            f"An SSSOM table needs {', '.join(_NEEDED)}.",
            len(head) + 1,
        )
    return names, enumerate(_rows(path, table, len(head)), len(head) + 2)


def _rows(path: Path, table: csv.DictReader[str], before: int) -> Iterator[dict[str, str]]:
    try:
        yield from table
    except csv.Error as error:
        raise SourceError(
            path,
            f"the row is malformed: {error}.",
            "Double a quotation mark inside a quoted cell, and close what is quoted.",
            before + table.reader.line_num,
        ) from None


def head_of_lines(path: Path, lines: list[str]) -> dict[str, Any]:
    """Return the head of a table; raise `SourceError` where it cannot be read."""
    try:
        found = yaml.load("\n".join(line[1:] for line in lines if line.startswith("#")), LOADER)
        return {**found, "curie_map": {str(k): str(v) for k, v in found["curie_map"].items()}}
    except (yaml.YAMLError, TypeError, KeyError, AttributeError):
        raise SourceError(
            path,
            "the head has no readable curie_map.",
            "Start the file with '#curie_map:' and one '#  PREFIX: IRI' line per prefix.",
            1,
        ) from None


def _iri(path: Path, line: int, names: Prefixes, curie: str | None) -> NamedNode:
    iri = names.expand(curie or "")
    if iri is None:
        raise SourceError(
            path,
            f"{curie!r} is not a CURIE with a prefix of the head.",
            "Write PREFIX:ID and declare PREFIX in the curie_map.",
            line,
        )
    try:
        return NamedNode(iri)
    except ValueError:
        raise SourceError(
            path, f"{curie!r} does not make a valid IRI.", "Correct the identifier.", line
        ) from None

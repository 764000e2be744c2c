"""Read a folder of tables back into statements; every fault is named with file, row and column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from offlabel.errors import MissingExtraError, SourceError, SourcesError
from offlabel.exports.tables.cells import parted, value_of
from offlabel.exports.tables.package import PACKAGE
from offlabel.exports.tables.plan import ID, Plan, plans
from offlabel.names import close_matches
from offlabel.terms import BASE, RDF, prefixes

_TYPE = NamedNode(RDF + "type")
_MOST = 100  # faults that are told at once


@dataclass(frozen=True)
class Table:
    """One file, and what table it is."""

    plan: Plan
    path: Path


def read_tables(folder: Path, *, derived: bool = False) -> dict[str, list[Triple]]:
    """Return the statements of each table; those that rules derive only where they are wanted.

    Raise `SourcesError` with all faults, up to a hundred, where there are any.
    """
    faults: list[SourceError] = []
    found: dict[str, list[Triple]] = {}
    for table in _tables(folder):
        if table.plan.derived and not derived:
            continue
        triples: list[Triple] = []
        for number, row in _rows(table.path):
            triples += _statements(table, number, row, derived, faults)
            if len(faults) >= _MOST:
                raise SourcesError(faults)
        found[table.plan.name] = triples
    if faults:
        raise SourcesError(faults)
    return found


def _tables(folder: Path) -> list[Table]:
    path = folder / PACKAGE
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        named = [(str(one["name"]), folder / str(one["path"])) for one in resources]
    except FileNotFoundError:
        raise SourceError(path, "there is no such file.", "Name a folder of tables.") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(path, "this is no Data Package.", "Export the tables again.") from None
    known = plans()
    for name, file in named:
        if name not in known:
            close = close_matches(name, list(known))
            hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(known)}."
            raise SourceError(path, f"there is no table called {name!r}.", hint)
        if file.parent.resolve() != folder.resolve():
            raise SourceError(path, f"{name} lies outside of the folder.", "Put it inside.")
    return [Table(known[name], file) for name, file in named]


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        if path.suffix == ".parquet":
            yield from enumerate(_parquet(path), start=1)
            return
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or any(value is None for value in row.values()):
                    problem = "the row has more or fewer cells than the head."
                    raise SourceError(path, problem, "Mend the row.", reader.line_num)
                yield reader.line_num, row
    except FileNotFoundError:
        raise SourceError(path, "there is no such file.", f"{PACKAGE} names it.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(path, f"it cannot be read: {error}.", "Save it as UTF-8 CSV.") from None


def _parquet(path: Path) -> list[dict[str, str | None]]:
    try:
        import polars
    except ImportError:
        raise MissingExtraError("tables", "Parquet") from None
    try:
        return polars.read_parquet(path).cast(polars.String).to_dicts()
    except polars.exceptions.PolarsError as error:
        raise SourceError(path, f"this is no Parquet: {error}.", "Export it again.") from None


def _statements(
    table: Table,
    number: int,
    row: Mapping[str, str | None],
    derived: bool,
    faults: list[SourceError],
) -> Iterator[Triple]:
    def fault(column: str, problem: str, remedy: str) -> None:
        faults.append(SourceError(table.path, f"column {column}: {problem}", remedy, number))

    subject = prefixes().expand(row.get(ID) or "")
    if subject is None or not subject.startswith(BASE):
        fault(ID, f"{row.get(ID)!r} is no id of ours.", "Write one such as study:smith-2030.")
        return
    yield Triple(NamedNode(subject), _TYPE, table.plan.kind)
    columns = {column.name: column for column in table.plan.columns}
    for name, cell in row.items():
        if name == ID or not cell:
            continue
        column = columns.get(name)
        if column is None:
            close = close_matches(name, list(columns))
            fault(name, "there is no such column.", f"Did you mean {close[0]}?" if close else "")
            continue
        if column.derived and not derived:
            continue
        for text in parted(cell, column.type):
            try:
                value = value_of(text, column.type)
            except ValueError as error:
                fault(name, f"{error}.", f"It takes {column.type}.")
                continue
            yield Triple(NamedNode(subject), column.predicate, value)

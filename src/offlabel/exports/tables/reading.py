"""Read a folder of tables back into statements; every fault is named with file, row and column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from offlabel.errors import SourceError, SourcesError
from offlabel.exports.tables import mapping
from offlabel.exports.tables.cells import parted, value_of
from offlabel.exports.tables.definitions import definition
from offlabel.exports.tables.package import PACKAGE
from offlabel.exports.tables.parquet import read_parquet
from offlabel.exports.tables.plan import GRAPH_COLUMN, ID, Column, Plan, plans
from offlabel.names import close_matches
from offlabel.terms import BASE, OL, RDF, prefixes

_TYPE = NamedNode(RDF + "type")
_MOST = 100  # faults that are told at once
_OTHERS = ("rule/", "ontology")  # where that stands which no data file says


@dataclass(frozen=True)
class Table:
    """One file, and what table it is."""

    plan: Plan
    path: Path


@dataclass(frozen=True)
class Record:
    """One row: what it says, and in which file of the sources it stands, if that is told."""

    plan: Plan
    subject: NamedNode
    file: str
    triples: list[Triple] = field(default_factory=list)
    cells: Mapping[str, str] = field(default_factory=dict)  # of a mapping


def read_tables(folder: Path, *, derived: bool = False) -> dict[str, list[Triple]]:
    """Return the statements of each table; see `read_records`."""
    found: dict[str, list[Triple]] = {}
    for record in read_records(folder, derived=derived):
        found.setdefault(record.plan.name, []).extend(record.triples)
    return found


def read_records(folder: Path, *, derived: bool = False) -> list[Record]:
    """Return what each row says.

    What rules derive and what the ontology says is left out, unless `derived` wants it all.
    Raise `SourcesError` with all faults, up to a hundred, where there are any.
    """
    faults: list[SourceError] = []
    found: list[Record] = []
    for table in _tables(folder):
        if table.plan.derived and not derived:
            continue
        for number, row in _rows(table):
            record = _record(table, number, row, derived, faults)
            if record is not None:
                found.append(record)
            if len(faults) >= _MOST:
                raise SourcesError(faults)
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


def _rows(table: Table) -> Iterator[tuple[int, Mapping[str, list[str]]]]:
    path = table.path
    types = {column.name: column.type for column in table.plan.columns}
    try:
        if path.suffix == ".parquet":
            yield from enumerate(read_parquet(path), start=1)
            return
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or any(value is None for value in row.values()):
                    problem = "the row has more or fewer cells than the head."
                    raise SourceError(path, problem, "Mend the row.", reader.line_num)
                yield (
                    reader.line_num,
                    {name: parted(cell, types.get(name, "")) for name, cell in row.items() if cell},
                )
    except FileNotFoundError:
        raise SourceError(path, "there is no such file.", f"{PACKAGE} names it.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(path, f"it cannot be read: {error}.", "Save it as UTF-8 CSV.") from None


def _record(
    table: Table,
    number: int,
    row: Mapping[str, list[str]],
    derived: bool,
    faults: list[SourceError],
) -> Record | None:
    def fault(column: str, problem: str, remedy: str) -> None:
        faults.append(SourceError(table.path, f"column {column}: {problem}", remedy, number))

    plan = table.plan
    file = "".join(row.get(GRAPH_COLUMN, ()))
    if file.startswith(_OTHERS) and not derived:
        return None
    columns = {column.name: column for column in plan.columns}
    for name in row:
        if name not in columns and name not in plan.fixed:
            close = close_matches(name, list(columns))
            fault(name, "there is no such column.", f"Did you mean {close[0]}?" if close else "")
    first = ID if plan.kind is not None else "subject"
    text = "".join(row.get(first, ()))
    iri = prefixes().expand(text)
    if iri is None or (plan.kind is not None and not iri.startswith(BASE)):
        fault(first, f"{text!r} is no id of ours.", "Write one such as study:smith-2030.")
        return None
    subject = NamedNode(iri)
    if plan.kind is None:
        cells = {name: texts[0] for name, texts in row.items() if texts}
        missing = [name for name in ("predicate", "object", "justification") if name not in cells]
        if missing:
            fault(missing[0], "the cell is empty.", "A mapping needs it.")
            return None
        return Record(plan, subject, file, mapping.statements(cells), cells)
    record = Record(plan, subject, file, [Triple(subject, _TYPE, plan.kind)])
    for name, texts in row.items():
        column = columns.get(name)
        if column is None or (column.derived and not derived):
            continue
        for each in texts:
            try:
                value = value_of(each, column.type)
            except ValueError as error:
                fault(name, f"{error}.", f"It takes {column.type}.")
                continue
            if not column.facet:
                record.triples.append(Triple(subject, column.predicate, value))
    record.triples.extend(_definition(record, columns, row))
    return record


def _definition(
    record: Record, columns: Mapping[str, Column], row: Mapping[str, list[str]]
) -> list[Triple]:
    """Return the definition of a kind of regimen, which drug, route and limits make."""
    facets = {name: column for name, column in columns.items() if column.facet}
    terms = {triple.predicate.value.removeprefix(OL): triple.object for triple in record.triples}
    drug, route = terms.get("ofDrug"), terms.get("byRoute")
    if not facets or not isinstance(drug, NamedNode) or not isinstance(route, NamedNode):
        return []
    limits = {
        (column.predicate.value, column.facet): row[name][0]
        for name, column in facets.items()
        if row.get(name)
    }
    return definition(record.subject, drug, route, limits)

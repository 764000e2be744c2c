"""The folder: a file for each table that has rows, and datapackage.json, which describes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import NamedNode

from offlabel.errors import MissingExtraError
from offlabel.exports.ledger import Ledger
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.exports.tables.cells import joined, text_of
from offlabel.exports.tables.package import PACKAGE, package
from offlabel.exports.tables.plan import ID, Plan, plans
from offlabel.terms import prefixes

Rows = list[dict[str, str]]
Write = Callable[[Sequence[str], Rows], bytes]


@dataclass(frozen=True)
class TablesExport:
    """All tables in one form of file."""

    name: str
    title: str
    suffix: str
    write: Write

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the tables that have rows, and their description."""
        found = {name: rows_of(selection.ledger, plan) for name, plan in plans().items()}
        tables = {name: rows for name, rows in found.items() if rows}
        for name, rows in tables.items():
            columns = columns_of(plans()[name], rows)
            (folder / f"{name}{self.suffix}").write_bytes(self.write(columns, rows))
        text = json.dumps(package(tables, self.suffix), indent=1, ensure_ascii=False)
        (folder / PACKAGE).write_text(f"{text}\n", encoding="utf-8")
        return selection.ledger.loss(self.name)


def rows_of(ledger: Ledger, plan: Plan) -> Rows:
    """Return the things of a table in the order of their ids; marks what they hold."""
    short = prefixes().compress
    rows = []
    for thing in ledger.of_kind(plan.kind):
        if not isinstance(thing, NamedNode):
            continue
        row = {ID: short(thing.value)}
        for column in plan.columns:
            fitting = ledger.values_if(thing, column.predicate, partial(_fits, column.type))
            texts = [text_of(value, column.type) or "" for value in fitting]
            if texts:
                row[column.name] = joined(texts, column.type)
        rows.append(row)
    return rows


def _fits(kind: str, value: object) -> bool:
    return text_of(value, kind) is not None


def columns_of(plan: Plan, rows: Rows) -> list[str]:
    """Return the columns that some row fills."""
    used = {name for row in rows for name in row}
    return [ID, *(column.name for column in plan.columns if column.name in used)]


def as_csv(columns: Sequence[str], rows: Rows) -> bytes:
    """Write a table as CSV."""
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def as_parquet(columns: Sequence[str], rows: Rows) -> bytes:
    """Write a table as Parquet, its cells as text; raise where polars is not installed."""
    try:
        import polars
    except ImportError:
        raise MissingExtraError("tables", "Parquet") from None
    data: Mapping[str, list[str | None]] = {
        name: [row.get(name) for row in rows] for name in columns
    }
    to = io.BytesIO()
    polars.DataFrame(data, schema=dict.fromkeys(columns, polars.String)).write_parquet(to)
    return to.getvalue()


CSV_TABLES = TablesExport("tables", "tables as CSV, one for each kind of thing", ".csv", as_csv)
PARQUET_TABLES = TablesExport(
    "tables-parquet", "the same tables as Parquet", ".parquet", as_parquet
)

"""The folder: a file for each table that has rows, and datapackage.json, which describes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.exports.tables.cells import joined
from offlabel.exports.tables.mapping import Row
from offlabel.exports.tables.package import PACKAGE, package
from offlabel.exports.tables.parquet import as_parquet
from offlabel.exports.tables.plan import Plan, plans
from offlabel.exports.tables.rows import columns_of, tables_of

Write = Callable[[Plan, list[str], list[Row]], bytes]


@dataclass(frozen=True)
class TablesExport:
    """All tables in one form of file."""

    name: str
    title: str
    suffix: str
    write: Write

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the tables that have rows, and their description."""
        tables = tables_of(selection)
        for name, rows in tables.items():
            plan = plans()[name]
            content = self.write(plan, columns_of(plan, rows), rows)
            (folder / f"{name}{self.suffix}").write_bytes(content)
        about = package(tables, self.suffix, selection.store)
        text = json.dumps(about, indent=1, ensure_ascii=False)
        (folder / PACKAGE).write_text(f"{text}\n", encoding="utf-8")
        return selection.ledger.loss(self.name)


def as_csv(plan: Plan, columns: list[str], rows: list[Row]) -> bytes:
    """Write a table as CSV."""
    types = {column.name: column.type for column in plan.columns}
    text = io.StringIO()
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({name: joined(row[name], types.get(name, "")) for name in row})
    return text.getvalue().encode()


CSV_TABLES = TablesExport("tables", "tables as CSV, one for each kind of thing", ".csv", as_csv)
PARQUET_TABLES = TablesExport(
    "tables-parquet", "the same tables as Parquet, with typed columns", ".parquet", as_parquet
)

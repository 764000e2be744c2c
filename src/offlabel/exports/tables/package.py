"""The description of the tables: a Data Package (https://datapackage.org/)."""

from __future__ import annotations

from typing import Any

from offlabel.exports.tables.cells import SEPARATOR, parted
from offlabel.exports.tables.plan import ID, Column, Plan, plans

PACKAGE = "datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_TYPES = {"integer": "integer", "decimal": "number", "boolean": "boolean", "date": "date"}
Rows = list[dict[str, str]]


def package(tables: dict[str, Rows], suffix: str) -> dict[str, Any]:
    """Return the descriptor; types of columns with one value a cell, keys that hold."""
    ids = {name: {row[ID] for row in rows} for name, rows in tables.items()}
    return {
        "name": "offlabel",
        "title": "offlabel: evidence for off-label drug use, as tables",
        "licenses": [LICENCE],
        "resources": [_resource(plans()[name], rows, suffix, ids) for name, rows in tables.items()],
    }


def _resource(plan: Plan, rows: Rows, suffix: str, ids: dict[str, set[str]]) -> dict[str, Any]:
    used = {name for row in rows for name in row}
    columns = [column for column in plan.columns if column.name in used]
    schema: dict[str, Any] = {
        "fields": [
            {"name": ID, "type": "string", "constraints": {"required": True, "unique": True}},
            *(_field(column, rows, suffix) for column in columns),
        ],
        "primaryKey": ID,
    }
    keys = [key for column in columns if (key := _foreign_key(column, rows, ids))]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": plan.name,
        "path": f"{plan.name}{suffix}",
        "format": suffix[1:],
        "mediatype": "text/csv" if suffix == ".csv" else "application/vnd.apache.parquet",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column, rows: Rows, suffix: str) -> dict[str, Any]:
    is_single = all(
        len(parted(row[column.name], column.type)) == 1 for row in rows if column.name in row
    )
    typed = _TYPES.get(column.type, "string") if is_single and suffix == ".csv" else "string"
    field: dict[str, Any] = {"name": column.name, "type": typed, "rdfType": column.curie}
    field["offlabel:type"] = column.type
    if not is_single:
        field["offlabel:separator"] = SEPARATOR
    if column.derived:
        field["offlabel:derived"] = True
    return field


def _foreign_key(column: Column, rows: Rows, ids: dict[str, set[str]]) -> dict[str, Any] | None:
    """Return the key to the table that has every value, where each cell has one value."""
    if column.type != "thing":
        return None
    cells = [parted(row[column.name], "thing") for row in rows if column.name in row]
    if any(len(cell) != 1 for cell in cells):
        return None
    values = {cell[0] for cell in cells}
    target = next((name for name, known in ids.items() if values <= known), None)
    if target is None:
        return None
    return {"fields": column.name, "reference": {"resource": target, "fields": ID}}

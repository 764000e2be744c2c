"""The description of the tables: a Data Package (https://datapackage.org/)."""

from __future__ import annotations

import re
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from offlabel.exports.tables.cells import SEPARATOR
from offlabel.exports.tables.mapping import Row
from offlabel.exports.tables.parquet import type_of
from offlabel.exports.tables.plan import GRAPH_COLUMN, ID, Column, Plan, plans
from offlabel.terms import SKOS

PACKAGE = "datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_TYPES = {"integer": "integer", "decimal": "number", "boolean": "boolean", "date": "date"}
_DEFINITION = NamedNode(f"{SKOS}definition")
_UCUM = re.compile(r"\(UCUM ([^)]+)\)|in (percent)")
# Numbers whose unit stands beside them, in the column `unit` of the same row.
_BESIDE = frozenset(
    ("baseline-value", "estimate", "estimate-high", "estimate-low", "value-decimal",
     "value-integer")
)  # fmt: skip
_FILE = "The file of the sources in which the row stands; of a rule, the rule that made it."


def package(tables: dict[str, list[Row]], suffix: str, store: Store) -> dict[str, Any]:
    """Return the descriptor: types, units, and keys that hold.

    What a column means, and in which unit, is what the ontology says of its property.
    """
    ids = {name: {row[ID][0] for row in rows if ID in row} for name, rows in tables.items()}
    return {
        "name": "offlabel",
        "title": "offlabel: evidence for off-label drug use, as tables",
        "licenses": [LICENCE],
        "resources": [
            _resource(plans()[name], rows, suffix, ids, store) for name, rows in tables.items()
        ],
    }


def _resource(
    plan: Plan, rows: list[Row], suffix: str, ids: dict[str, set[str]], store: Store
) -> dict[str, Any]:
    used = {name for row in rows for name in row}
    columns = [column for column in plan.columns if column.name in used]
    fields: list[dict[str, Any]] = []
    if plan.kind is not None:
        rule = {"required": True, "unique": True}
        fields.append({"name": ID, "type": "string", "constraints": rule})
    if GRAPH_COLUMN in used:
        fields.append({"name": GRAPH_COLUMN, "type": "string", "description": _FILE})
    fields += [_field(column, rows, suffix, used, store) for column in columns]
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(plan.key)}
    keys = [key for column in columns if (key := _foreign_key(column, rows, ids))]
    if keys:
        schema["foreignKeys"] = keys
    is_csv = suffix == ".csv"
    found = {
        "name": plan.name,
        "path": f"{plan.name}{suffix}",
        "format": suffix[1:],
        "mediatype": "text/csv" if is_csv else "application/vnd.apache.parquet",
        "schema": schema,
    }
    return {**found, "encoding": "utf-8"} if is_csv else found


def _field(
    column: Column, rows: list[Row], suffix: str, used: set[str], store: Store
) -> dict[str, Any]:
    kind, is_list = type_of(column.type, rows, column.name)
    if suffix == ".csv":
        typed = "string" if is_list else _TYPES.get(column.type, "string")
    else:
        typed = "array" if is_list else _TYPES.get(kind, "string")
    field: dict[str, Any] = {"name": column.name, "type": typed, "rdfType": column.curie}
    meaning = _meaning(column, store)
    if meaning:
        field["description"] = meaning
    unit = _UCUM.search(meaning) if column.type in ("integer", "decimal") else None
    if unit:
        field["unit"] = unit[1] or "%"
    elif column.name in _BESIDE and "unit" in used:
        field["offlabel:unitColumn"] = "unit"
    field["offlabel:type"] = column.type
    if is_list and suffix == ".csv":
        field["offlabel:separator"] = SEPARATOR
    if column.derived:
        field["offlabel:derived"] = True
    return field


def _meaning(column: Column, store: Store) -> str:
    for quad in store.quads_for_pattern(column.predicate, _DEFINITION, None):
        if isinstance(quad.object, Literal):
            return quad.object.value
    return ""


def _foreign_key(
    column: Column, rows: list[Row], ids: dict[str, set[str]]
) -> dict[str, Any] | None:
    """Return the key to the table that has every value, where each cell has one value."""
    if column.type != "thing":
        return None
    cells = [row[column.name] for row in rows if column.name in row]
    if any(len(cell) != 1 for cell in cells):
        return None
    values = {cell[0] for cell in cells}
    target = next((name for name, known in ids.items() if values <= known), None)
    if target is None:
        return None
    return {"fields": [column.name], "reference": {"resource": target, "fields": [ID]}}

"""Tables as Parquet: columns with types, lists where a cell has several values."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offlabel.errors import MissingExtraError, SourceError
from offlabel.exports.tables.mapping import Row
from offlabel.exports.tables.plan import Plan

if TYPE_CHECKING:
    import polars

_PRECISION = 38
# Texts that come back as they are from a value of the type; others keep a column of texts.
_CANONICAL = {
    "integer": re.compile(r"0|-?[1-9]\d{0,17}"),
    "decimal": re.compile(r"0|-?(0|[1-9]\d{0,17})(\.\d{0,17}[1-9])?"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"[1-9]\d{3}-\d\d-\d\d"),
}
_VALUES: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": Decimal,
    "boolean": "true".__eq__,
    "date": date.fromisoformat,
}


def type_of(kind: str, rows: list[Row], name: str) -> tuple[str, bool]:
    """Return the type that a column can have, "string" where texts must stay, and if of lists."""
    cells = [row[name] for row in rows if name in row]
    form = _CANONICAL.get(kind)
    fits = form is not None and all(form.fullmatch(text) for cell in cells for text in cell)
    return kind if fits else "string", any(len(cell) > 1 for cell in cells)


def as_parquet(plan: Plan, columns: list[str], rows: list[Row]) -> bytes:
    """Write a table; raise `MissingExtraError` where polars is not installed."""
    try:
        import polars
    except ImportError:
        raise MissingExtraError("tables", "Parquet") from None
    kinds = {column.name: column.type for column in plan.columns}
    schema: dict[str, Any] = {}
    data: dict[str, list[Any]] = {}
    for name in columns:
        kind, is_list = type_of(kinds.get(name, "string"), rows, name)
        data[name] = [_cell(row.get(name), kind, is_list) for row in rows]
        scale = max((_scale(text) for row in rows for text in row.get(name, ())), default=0)
        inner = _types(scale)[kind]
        schema[name] = polars.List(inner) if is_list else inner
    to = io.BytesIO()
    polars.DataFrame(data, schema=schema).write_parquet(to)
    return to.getvalue()


def _types(scale: int) -> Mapping[str, Any]:
    import polars

    return {
        "string": polars.String,
        "integer": polars.Int64,
        "decimal": polars.Decimal(_PRECISION, scale),
        "boolean": polars.Boolean,
        "date": polars.Date,
    }


def _scale(text: str) -> int:
    return len(text.partition(".")[2])


def _cell(texts: tuple[str, ...] | None, kind: str, is_list: bool) -> Any:
    if texts is None:
        return None
    values = [_VALUES[kind](text) if kind in _VALUES else text for text in texts]
    return values if is_list else values[0]


def read_parquet(path: Path) -> list[dict[str, list[str]]]:
    """Return the rows of a table, each cell as the texts of its values."""
    try:
        import polars
    except ImportError:
        raise MissingExtraError("tables", "Parquet") from None
    try:
        table = polars.read_parquet(path)
    except polars.exceptions.PolarsError as error:
        raise SourceError(path, f"this is no Parquet: {error}.", "Export it again.") from None
    return [{name: _texts(value) for name, value in row.items()} for row in _dicts(table)]


def _dicts(table: polars.DataFrame) -> list[dict[str, Any]]:
    return table.to_dicts()


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return [text.rstrip("0").rstrip(".") if "." in text else text]
    return [value.isoformat() if isinstance(value, date) else str(value)]

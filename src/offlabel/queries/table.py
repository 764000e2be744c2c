"""The answer to a query: named columns, rows of RDF terms, and the same as Python values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas
    import polars

Term = NamedNode | BlankNode | Literal | Triple
Value = str | int | float | bool | Decimal | date | datetime | None

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {
    f"{_XSD}{name}"
    for name in (
        *("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"),
        *("nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
}
_FLOATS = {f"{_XSD}double", f"{_XSD}float"}
_NUMBERS = _INTEGERS | _FLOATS | {f"{_XSD}decimal"}


@dataclass(frozen=True)
class Table:
    """Hold the columns and rows of an answer.

    `terms` has one tuple per row, in the order of `columns`, with None where a row has no value.
    `given` are the parameters that the question was asked with, `empty` is the sentence that says
    what it means when there is no row.
    """

    columns: tuple[str, ...]
    terms: tuple[tuple[Term | None, ...], ...]
    title: str = ""
    empty: str = "Nothing matches."
    given: Mapping[str, Term] = field(default_factory=dict)

    @cached_property
    def rows(self) -> tuple[dict[str, Value], ...]:
        """Give each row as a dictionary of Python values."""
        return tuple(
            dict(zip(self.columns, map(value_from_term, row), strict=True)) for row in self.terms
        )

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, index: int) -> dict[str, Value]:
        return self.rows[index]

    def to_pandas(self) -> pandas.DataFrame:
        """Give the answer as a pandas DataFrame; needs the extra `tables`."""
        try:
            import pandas
        except ImportError:
            raise MissingExtraError("tables", "to_pandas()") from None
        return pandas.DataFrame(columns_from_table(self), columns=list(self.columns))

    def to_polars(self) -> polars.DataFrame:
        """Give the answer as a polars DataFrame; needs the extra `tables`."""
        try:
            import polars
        except ImportError:
            raise MissingExtraError("tables", "to_polars() and Parquet files") from None
        return polars.DataFrame(columns_from_table(self), strict=False, infer_schema_length=None)


def value_from_term(term: Term | None) -> Value:
    """Turn a term into the nearest Python value; an IRI becomes its text."""
    if not isinstance(term, Literal):
        return None if term is None else text_from_term(term)
    kind, text = term.datatype.value, term.value
    try:
        if kind in _INTEGERS:
            return int(text)
        if kind == f"{_XSD}decimal":
            return Decimal(text)
        if kind in _FLOATS:
            return float(text.replace("INF", "inf"))
        if kind == f"{_XSD}date":
            return date.fromisoformat(text)
        if kind == f"{_XSD}dateTime":
            return datetime.fromisoformat(text)
    except (ValueError, InvalidOperation):
        return text
    if kind == f"{_XSD}boolean" and text in {"true", "false", "1", "0"}:
        return text in {"true", "1"}
    return text


def text_from_term(term: Term | None, compress: Callable[[str], str] = str) -> str:
    """Write a term as text: an IRI through `compress`, a number in full digits, None as nothing."""
    if isinstance(term, NamedNode):
        return compress(term.value)
    if isinstance(term, Literal):
        return _text_from_literal(term)
    return "" if term is None else str(term)


def _text_from_literal(term: Literal) -> str:
    if term.datatype.value not in _NUMBERS or term.datatype.value in _INTEGERS:
        return term.value
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return term.value
    return f"{number:f}" if number.is_finite() else term.value


def is_number(term: Term | None) -> bool:
    """Say whether a term is a numeric literal."""
    return isinstance(term, Literal) and term.datatype.value in _NUMBERS


def columns_from_table(table: Table) -> dict[str, list[Value]]:
    """Give the values by column, each column of one type, as data frames want them.

    Decimals become floats; a column that mixes numbers with other values becomes text.
    """
    return {
        name: _unified([row[place] for row in table.terms])
        for place, name in enumerate(table.columns)
    }


def _unified(terms: list[Term | None]) -> list[Value]:
    values = [value_from_term(term) for term in terms]
    values = [float(value) if isinstance(value, Decimal) else value for value in values]
    types = {type(value) for value in values if value is not None}
    if types == {int, float}:
        return [None if value is None else float(str(value)) for value in values]
    if len(types) > 1:
        return [None if term is None else text_from_term(term) for term in terms]
    return values

"""A value as the text of a cell, and back; what a column's type cannot hold is no cell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode

from offlabel.terms import XSD, prefixes

SEPARATOR = "|"
_DATATYPES = {
    "string": f"{XSD}string",
    "integer": f"{XSD}integer",
    "decimal": f"{XSD}decimal",
    "double": f"{XSD}double",
    "boolean": f"{XSD}boolean",
    "date": f"{XSD}date",
}
_FORMS = {
    "integer": re.compile(r"[+-]?\d+"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "double": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN"),
    "boolean": re.compile(r"true|false|1|0"),
    "date": re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"),
}
_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_FREE = ("text", "tagged", "string", "thing")  # types whose text is not a number or a date


def text_of(value: object, kind: str) -> str | None:
    """Return a value as a cell of this type has it, or None where it has no place for it.

    An empty cell says that there is no value, so an empty text has no place.
    """
    if isinstance(value, NamedNode):
        return prefixes().compress(value.value) if kind == "thing" else None
    if not isinstance(value, Literal) or isinstance(value, BlankNode):
        return None
    if kind == "text":
        return (value.value or None) if value.language == "en" else None
    if kind == "tagged":
        tag = value.language if value.language != "en" else None
        return f"{value.value}@{tag}" if value.value and tag else None
    if value.language or _DATATYPES.get(kind) != value.datatype.value:
        return None
    return value.value or None


def value_of(text: str, kind: str) -> NamedNode | Literal:
    """Return the value of a cell; raise `ValueError` where the text is none of this type."""
    if kind == "thing":
        return NamedNode(prefixes().expand(text) or text)
    if kind == "text":
        return Literal(text, language="en")
    if kind == "tagged":
        words, at, tag = text.rpartition("@")
        if not at or not _TAG.fullmatch(tag):
            raise ValueError(f"{text!r} does not end with @ and a language")
        return Literal(words, language=tag)
    form = _FORMS.get(kind)
    if form is not None and not form.fullmatch(text):
        raise ValueError(f"{text!r} is no {kind}")
    return Literal(text, datatype=NamedNode(_DATATYPES[kind]))


def joined(texts: Iterable[str], kind: str) -> str:
    """Return several values as one cell, so guarded that a spreadsheet runs none of it."""
    cell = SEPARATOR.join(t.replace("\\", "\\\\").replace("|", "\\|") for t in texts)
    return f"'{cell}" if kind in _FREE and _FORMULA.match(cell) else cell


def parted(cell: str, kind: str) -> list[str]:
    """Return the values of a cell."""
    if kind in _FREE and _GUARDED.match(cell):
        cell = cell[1:]
    parts = re.findall(r"((?:[^|\\]|\\.)*)(?:\||$)", cell, re.DOTALL)[:-1] if cell else []
    return [re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts or [cell]]

"""The page of a saved query: a form for its parameters, and the rows of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from offlabel.queries.formats.table import heading
from offlabel.queries.header import Parameter, Query
from offlabel.queries.parameters import expected
from offlabel.queries.table import Table, Term, is_number, text_from_term
from offlabel.terms import prefixes
from offlabel.web.pages import render

MOST = 200  # rows on a page, unless the request says otherwise
_FORMATS = {
    "html": "this page",
    "csv": "CSV",
    "tsv": "TSV",
    "json": "JSON",
    "srj": "SPARQL results, JSON",
    "xml": "SPARQL results, XML",
    "md": "Markdown",
    "parquet": "Parquet",
}
_TYPES = {"date": "date", "integer": "number"}
_AS_OF = Parameter("asOf", "date", "", description="Only what was public by this day.")


@dataclass(frozen=True)
class Field:
    """A field of the form."""

    name: str
    label: str
    type: str
    value: str
    example: str
    required: bool
    hint: str
    mode: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A cell of the answer, with the IRI that it leads to, if any."""

    text: str
    iri: str
    is_number: bool


def query_page(query: Query, root: str) -> str:
    """Write the page of a saved query; what it needs is filled in with examples."""
    examples = {p.name: p.example for p in query.parameters.values() if p.required}
    return _page(query, root, examples, None)


def rows_page(query: Query, table: Table, arguments: Mapping[str, Any]) -> str:
    """Write the page of an answer: the form as it was filled in, and a part of the rows."""
    limit, offset, root = (arguments[name] for name in ("limit", "offset", "root"))
    values = {**arguments["values"], **({"asOf": arguments["asOf"]} if arguments["asOf"] else {})}
    end = offset + limit
    more = {**values, "limit": limit, "offset": end}
    columns = _columns(table)
    shown = {
        "total": len(table),
        "columns": [heading(table.columns[place]) for place, _ in columns],
        "rows": [[_cell(row, *each) for each in columns] for row in table.terms[offset:end]],
        "next": f"{root}/api/queries/{query.slug}.html?{urlencode(more)}"
        if end < len(table)
        else "",
    }
    return _page(query, root, values, shown)


def sparql_of(query: Query) -> str:
    """Return the SPARQL of a saved query, without its head."""
    lines = [line for line in query.text.splitlines() if not line.startswith("#+")]
    return "\n".join(lines).strip()


def _page(query: Query, root: str, values: Mapping[str, Any], table: object) -> str:
    parameters = dict(query.parameters)
    parameters.setdefault("asOf", _AS_OF)
    return render(
        "query.html.jinja",
        root,
        query=query,
        form=[_field(found, str(values.get(name, ""))) for name, found in parameters.items()],
        formats=_FORMATS,
        table=table,
        text=sparql_of(query),
    )


def _field(found: Parameter, value: str) -> Field:
    takes = "" if found.kind in _TYPES else f"Takes {expected(found.kind)}."
    return Field(
        name=found.name,
        label=heading(found.name),
        type=_TYPES.get(found.kind, "text"),
        value=value or found.default or "",
        example=found.example,
        required=found.required,
        hint=" ".join(part for part in (found.description, takes) if part),
        mode="decimal" if found.kind == "decimal" else "",
        choices=("", "yes", "no") if found.kind == "boolean" else (),
    )


def _columns(table: Table) -> list[tuple[int, int | None]]:
    """Return the places of the columns to show, each with that of the label that stands for it.

    What only repeats a parameter is left out, as long as anything is left.
    """
    names = table.columns
    labels = {name: names.index(f"{name}Label") for name in names if f"{name}Label" in names}
    shown = [
        (place, labels.get(name))
        for place, name in enumerate(names)
        if place not in labels.values() and name not in table.given
    ]
    return shown or [(place, None) for place in range(len(names))]


def _cell(row: tuple[Term | None, ...], place: int, label: int | None) -> Cell:
    term = row[place]
    text = text_from_term(term, prefixes().compress)
    if label is not None and row[label] is not None:
        text = text_from_term(row[label])
    iri = term.value if isinstance(term, NamedNode) else ""
    return Cell(text, iri, is_number(term))

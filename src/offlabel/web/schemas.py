"""What the JSON answers look like, as JSON Schema: from dataclasses, and from heads of queries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from importlib.resources import files
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyoxigraph as ox

from offlabel.evidence.appraisal import Evidence
from offlabel.evidence.show import Thing
from offlabel.exports.loss import Lost
from offlabel.queries.header import Query
from offlabel.rules import FUNCTIONS
from offlabel.web.described import Named
from offlabel.web.search import Hit

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
VALUE: Schema = {"type": ["string", "number", "boolean", "null"]}  # of a cell
ANY_JSON: Schema = {"type": ["object", "array"]}
_PLAIN: dict[Any, Schema] = {
    str: TEXT,
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    NoneType: {"type": "null"},
}


def record(optional: Mapping[str, Schema] | None = None, /, **properties: Schema) -> Schema:
    """Describe an object with just these keys, of which the optional ones may be missing."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": {**properties, **(optional or {})},
        "additionalProperties": False,
    }


def array(items: Schema) -> Schema:
    """Describe an array."""
    return {"type": "array", "items": items}


def named(name: str) -> Schema:
    """Refer to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def rows(columns: Sequence[str]) -> Schema:
    """Describe the JSON of a table: one object a row, with a key for each column."""
    row = record(**dict.fromkeys(columns, named("Value")))
    return record(
        {"empty": {"type": "string", "description": "What it means that there is no row."}},
        title=TEXT,
        given={"type": "object", "additionalProperties": TEXT},
        total=COUNT,
        offset=COUNT,
        columns={"type": "array", "const": list(columns)},
        rows=array(row),
    )


def columns_of(query: Query) -> list[str]:
    """Return the columns that a saved query has, as the engine reads it."""
    found = ox.Store().query(query.text, custom_functions=FUNCTIONS)
    assert isinstance(found, ox.QuerySolutions)
    return [variable.value for variable in found.variables]


def components() -> dict[str, Schema]:
    """Return the schemas that several answers refer to, by name."""
    from offlabel.evidence.why import Node  # whose reader of rules takes long to load

    known: dict[str, Schema] = {}
    for kind in (Evidence, Hit, Lost, Named, Node, Thing):
        _add(kind, known)
    return {
        **known,
        "Value": VALUE,
        "Results": _RESULTS,
        "Dossier": _dossier(),
        "Query": _QUERY,
    }


def _add(kind: Any, known: dict[str, Schema]) -> None:
    """Put the schema of a dataclass among those that are known, with all that it is made of."""
    if kind.__name__ in known:
        return
    known[kind.__name__] = {}
    hints = get_type_hints(kind)
    known[kind.__name__] = record(
        **{field.name: _of(hints[field.name], known) for field in fields(kind)}
    )


def _of(hint: Any, known: dict[str, Schema]) -> Schema:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint):
        _add(hint, known)
        return named(str(getattr(hint, "__name__", "")))
    if get_origin(hint) in (Union, UnionType):
        return {"anyOf": [_of(part, known) for part in get_args(hint)]}
    if get_origin(hint) is tuple:
        return array(_of(get_args(hint)[0], known))
    return {"type": "object", "additionalProperties": named("Value")}  # the row of a query


def _dossier() -> Schema:
    """Return the published schema of a dossier, with its parts at their place among ours."""
    text = files("offlabel").joinpath("templates/dossier.schema.json").read_text(encoding="utf-8")
    found: Schema = json.loads(text.replace("#/$defs/", "#/components/schemas/Dossier/$defs/"))
    return {key: value for key, value in found.items() if key not in ("$schema", "$id")}


_NODE: Schema = {  # of a SPARQL result; a triple has nodes as its value
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "bnode", "literal", "triple"]},
        "value": {"type": ["string", "object"]},
        "xml:lang": TEXT,
        "datatype": TEXT,
    },
}
_RESULTS = record(
    head=record(vars=array(TEXT)),
    results=record(bindings=array({"type": "object", "additionalProperties": _NODE})),
)
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_QUERY = record(
    **dict.fromkeys(("slug", "iri", "href", "title", "description"), TEXT),
    topics=array(TEXT),
    parameters=array(
        record(
            **dict.fromkeys(("name", "kind", "takes", "example", "description"), TEXT),
            required={"type": "boolean"},
            default=_TEXT_OR_NULL,
        )
    ),
)
_VERDICT: Schema = {
    "enum": ["entailed", "stronger than the graph", "not in the graph", "contradicted"]
}
# The answers that are not rows, by the operation that gives them.
ANSWERS: dict[str, Schema] = {
    "queries": record(total=COUNT, queries=array(named("Query"))),
    "things": record(kinds=array(record(kind=TEXT, count=COUNT))),
    "members": record(kind=TEXT, total=COUNT, offset=COUNT, things=array(named("Named"))),
    "thing": named("Thing"),
    "search": record(q=TEXT, total=COUNT, offset=COUNT, hits=array(named("Hit"))),
    "dossier": named("Dossier"),
    "evidence": named("Evidence"),
    "why": named("Node"),
    "check-claims": array(
        record(
            claim=TEXT,
            text=TEXT,
            verdict=_VERDICT,
            findings=array(
                record(verdict=_VERDICT, maySay=TEXT, because=TEXT, proof=_TEXT_OR_NULL)
            ),
        )
    ),
    "exports": record(
        exports=array(record(**dict.fromkeys(("name", "title", "href", "mediaType", "file"), TEXT)))
    ),
    "loss": record(
        format=TEXT, statements=COUNT, held=COUNT, lost=array(named("Lost")), notes=array(TEXT)
    ),
}
ANSWERS["check-source"] = ANSWERS["check-claims"]

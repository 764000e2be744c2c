"""An answer in the SPARQL 1.1 Query Results JSON Format."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.table import Table, Term

_STRING = "http://www.w3.org/2001/XMLSchema#string"


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as indented JSON that ends in a line feed."""
    return (json.dumps(document(table), indent=2, ensure_ascii=False) + "\n").encode()


def document(table: Table) -> dict[str, Any]:
    """Build the results document; a variable without a value is absent from its binding."""
    bindings = [
        {
            name: _node(term)
            for name, term in zip(table.columns, row, strict=True)
            if term is not None
        }
        for row in table.terms
    ]
    return {"head": {"vars": list(table.columns)}, "results": {"bindings": bindings}}


def _node(term: Term) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        node = {"type": "literal", "value": term.value}
        if term.language:
            return {**node, "xml:lang": term.language}
        if term.datatype.value != _STRING:
            return {**node, "datatype": term.datatype.value}
        return node
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _node(part) for name, part in parts.items()}}

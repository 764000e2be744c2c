"""An answer as statements, in the vocabulary with which the W3C writes the results of its tests.

`rs:index` keeps the order of the rows (https://www.w3.org/2001/sw/DataAccess/tests/result-set).
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.queries.table import Table
from offlabel.terms import RDF

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_TYPE = NamedNode(f"{RDF}type")
_SET, _VARIABLE, _SOLUTION = (
    NamedNode(RS + name) for name in ("ResultSet", "resultVariable", "solution")
)
_BINDING, _NAME, _VALUE = (NamedNode(RS + name) for name in ("binding", "variable", "value"))
_INDEX, _BOOLEAN = NamedNode(f"{RS}index"), NamedNode(f"{RS}boolean")


def rows(table: Table) -> Iterator[Triple]:
    """Yield the statements of a table; a variable without a value has no binding in its row."""
    whole = BlankNode()
    yield Triple(whole, _TYPE, _SET)
    for name in table.columns:
        yield Triple(whole, _VARIABLE, Literal(name))
    for place, row in enumerate(table.terms, start=1):
        solution = BlankNode()
        yield Triple(whole, _SOLUTION, solution)
        yield Triple(solution, _INDEX, Literal(place))
        for name, term in zip(table.columns, row, strict=True):
            if term is not None:
                binding = BlankNode()
                yield Triple(solution, _BINDING, binding)
                yield Triple(binding, _NAME, Literal(name))
                yield Triple(binding, _VALUE, term)


def yes_or_no(answer: bool) -> Iterator[Triple]:
    """Yield the statements of the answer of an ASK."""
    whole = BlankNode()
    yield Triple(whole, _TYPE, _SET)
    yield Triple(whole, _BOOLEAN, Literal(answer))

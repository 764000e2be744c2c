"""The rows of a table: things of a class with the values that each column has a place for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from pyoxigraph import NamedNode, Triple

from offlabel.exports.ledger import Value
from offlabel.exports.selection import Selection
from offlabel.exports.tables.cells import text_of
from offlabel.exports.tables.definitions import limits_of
from offlabel.exports.tables.mapping import Row, mapping_rows
from offlabel.exports.tables.plan import GRAPH_COLUMN, ID, Column, Plan, plans
from offlabel.terms import GRAPH, RDF, prefixes

_RULES = f"{GRAPH}rule/"
_TYPE = NamedNode(f"{RDF}type")


@dataclass(frozen=True)
class Origins:
    """Where things stand, and which statements only rules make."""

    graphs: dict[Triple, str] = field(default_factory=dict)
    derived: set[Triple] = field(default_factory=set)

    @classmethod
    def of(cls, selection: Selection) -> Origins:
        """Read them from the named graphs of a selection."""
        found = cls()
        asserted: set[Triple] = set()
        for quad in selection.quads():
            name = getattr(quad.graph_name, "value", "")
            is_rule = name.startswith(_RULES)
            (found.derived if is_rule else asserted).add(quad.triple)
            if quad.predicate == _TYPE:
                # What people wrote comes before what rules say; then the order of the names.
                before = found.graphs.get(quad.triple)
                if before is None or (is_rule, name) < (before.startswith(_RULES), before):
                    found.graphs[quad.triple] = name
        found.derived.difference_update(asserted)
        return found

    def file(self, thing: NamedNode, kind: NamedNode) -> str:
        """Return the file of the sources in which a thing is said to be of a kind."""
        return self.graphs.get(Triple(thing, _TYPE, kind), "").removeprefix(GRAPH)


def tables_of(selection: Selection) -> dict[str, list[Row]]:
    """Return the tables that have rows, in the order of their ids; marks what they hold."""
    origins = Origins.of(selection)
    found = {
        name: mapping_rows(selection) if plan.kind is None else _rows(selection, plan, origins)
        for name, plan in plans().items()
    }
    return {name: rows for name, rows in found.items() if rows}


def _rows(selection: Selection, plan: Plan, origins: Origins) -> list[Row]:
    kind = plan.kind
    if kind is None:
        return []
    ledger = selection.ledger
    found = []
    for thing in ledger.of_kind(kind):
        if not isinstance(thing, NamedNode):
            continue
        file = origins.file(thing, kind)
        row: Row = {ID: (prefixes().compress(thing.value),)}
        if file:
            row[GRAPH_COLUMN] = (file,)
        is_derived = plan.derived or file.startswith("rule/")
        limits = limits_of(ledger, thing) if any(c.facet for c in plan.columns) else {}
        for column in plan.columns:
            if column.facet:
                limit = limits.get((column.predicate.value, column.facet))
                texts = [limit] if limit is not None else []
            else:
                fits = _fitting(thing, column, kind, None if is_derived else origins.derived)
                values = ledger.values_if(thing, column.predicate, fits)
                texts = [text_of(value, column.type) or "" for value in values]
            if texts:
                row[column.name] = tuple(texts)
        found.append(row)
    return found


def _fitting(
    thing: NamedNode, column: Column, kind: NamedNode, derived: set[Triple] | None
) -> Callable[[Value], bool]:
    return partial(_fits, thing, column, kind, derived)


def _fits(
    thing: NamedNode, column: Column, kind: NamedNode, derived: set[Triple] | None, value: Value
) -> bool:
    """Say whether a value has a place in a column: by its type, and by who says it."""
    if text_of(value, column.type) is None or (column.predicate == _TYPE and value == kind):
        return False
    if derived is None:
        return True
    return (Triple(thing, column.predicate, value) in derived) is column.derived


def columns_of(plan: Plan, rows: list[Row]) -> list[str]:
    """Return the columns that some row fills."""
    used = {name for row in rows for name in row}
    names = [*plan.fixed, *(column.name for column in plan.columns)]
    return [name for name in names if name in used]

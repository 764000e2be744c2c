"""Run a saved query on any store."""

from __future__ import annotations

from collections.abc import Mapping

from offlabel.queries.athand import sentence_for_no_row
from offlabel.queries.header import Query
from offlabel.queries.parameters import bind
from offlabel.queries.syntax import refuse_unsafe
from offlabel.queries.table import Table
from offlabel.stores.base import Store


def run(store: Store, query: Query, values: Mapping[str, object] | None = None) -> Table:
    """Answer a saved query with the values of its parameters."""
    refuse_unsafe(query.text)
    given = bind(query, values or {}, store)
    found = store.select(query.text, given)
    empty = query.empty if found.rows else sentence_for_no_row(store, query, given)
    return Table(found.variables, found.rows, query.title, empty, given)

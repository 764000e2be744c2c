"""Answer a query that somebody wrote just now: any of the four forms, reading only.

The prefixes of ontology/prefixes.ttl need not be declared in it. Errors show the line they mean.
"""

from __future__ import annotations

from collections.abc import Callable

from offlabel.errors import QueryError
from offlabel.queries.syntax import Prepared, prepare, show_place
from offlabel.queries.worker import Answer, Limits, Place, answer_from_store, run_apart
from offlabel.stores.base import Store
from offlabel.terms import prefixes


def answer_text(text: str, store: Store, rows: int = Limits.rows) -> Answer:
    """Answer a query on an open store, in this process and without a limit of time."""
    return _answered(text, lambda prepared: answer_from_store(store, prepared, rows))


def answer_text_apart(text: str, place: Place, limits: Limits) -> Answer:
    """Answer a query in a process of its own, which is ended when it goes past a limit."""
    return _answered(text, lambda prepared: run_apart(prepared, place, limits))


def _answered(text: str, run: Callable[[Prepared], Answer]) -> Answer:
    try:
        prepared = prepare(text, prefixes())
    except QueryError as error:
        raise show_place(error, text) from None
    try:
        return run(prepared)
    except QueryError as error:
        raise show_place(error, text, prepared.shift) from None

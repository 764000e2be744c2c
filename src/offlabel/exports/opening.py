"""Open what is to be exported."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from offlabel.errors import OfflabelError
from offlabel.exports.selection import DEFAULT, Selection, around
from offlabel.paths import Roots
from offlabel.stores.memory import OxigraphStore

if TYPE_CHECKING:
    from offlabel.queries.header import Query


def open_selection(
    roots: Roots,
    parts: Collection[str] = DEFAULT,
    query: Query | None = None,
    parameters: Mapping[str, object] | None = None,
    as_of: date | None = None,
) -> Selection:
    """Open parts of the graph, whole or narrowed to what the answer to a saved query names.

    Things that the named ones point to come with them. Raise `OfflabelError` where the answer
    names nothing, and where imported ontologies are wanted for a past day.
    """
    if as_of and "ontologies" in parts:
        raise OfflabelError(
            "Imported ontologies have no past. Leave out --as-of, or the graph of ontologies."
        )
    store = _store(roots, "ontologies" in parts or bool(query and query.is_linked), as_of)
    return selected(store, roots, parts, query, parameters)


def selected(
    store: OxigraphStore,
    roots: Roots,
    parts: Collection[str] = DEFAULT,
    query: Query | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Selection:
    """Choose from an open store what `open_selection` does."""
    if query is None:
        return Selection(store.store, parts, roots=roots)
    from offlabel.queries.run import run

    answer = run(store, query, dict(parameters or {}))
    named = {term for row in answer.terms for term in row if isinstance(term, NamedNode)}
    if not named:
        raise OfflabelError(f"{query.slug} names nothing, so there is nothing to export.")
    return Selection(store.store, parts, around(store.store, named), roots)


def _store(roots: Roots, linked: bool, as_of: date | None) -> OxigraphStore:
    if not linked:
        from offlabel.stores.disk import DiskStore

        return DiskStore.from_roots(roots, as_of)
    from offlabel.links.linked import open_linked

    return open_linked(roots, as_of=as_of)

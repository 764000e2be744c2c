"""A graph in memory, built from the sources each time; and the querying that it shares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyoxigraph as ox

from offlabel.errors import QueryError
from offlabel.paths import Roots, find_roots
from offlabel.rules import FUNCTIONS, Rule, apply, read_rules
from offlabel.sources import as_of, read_dataset
from offlabel.sources.services import check_services
from offlabel.stores.base import Bindings, Rows
from offlabel.stores.sparqltext import syntax_error, with_values
from offlabel.terms import GRAPH

_DERIVED = f"{GRAPH}rule/"  # what the graphs of rules are called


class OxigraphStore:
    """Queries on an embedded Oxigraph store, wherever it keeps its data."""

    name = "oxigraph"

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.services: frozenset[str] = frozenset()  # the endpoints that a query may call

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Answer a SELECT; raise `QueryError` where it cannot be read or run."""
        result = self._run(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise QueryError("this is not a SELECT query.")
        variables = tuple(variable.value for variable in result.variables)
        try:
            rows = tuple(tuple(row[name] for name in variables) for row in result)
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None
        return Rows(variables, rows)

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        """Answer an ASK."""
        result = self._run(query, bindings)
        if not isinstance(result, ox.QueryBoolean):
            raise QueryError("this is not an ASK query.")
        return bool(result)

    def construct(self, query: str) -> list[ox.Triple]:
        """Answer a CONSTRUCT or a DESCRIBE, each triple once, in a fixed order."""
        result = self._run(query, None)
        if not isinstance(result, ox.QueryTriples):
            raise QueryError("this is neither a CONSTRUCT nor a DESCRIBE query.")
        return sorted(set(result), key=str)

    def close(self) -> None:
        """Do nothing: the engine lets go of its files by itself."""

    def _run(self, query: str, bindings: Bindings | None) -> Any:
        # Not the engine's own substitutions: a filter that asks BOUND(?x) would not see them.
        check_services(query, self.services)
        text = with_values(query, bindings or {})
        try:
            return self.store.query(
                text, use_default_graph_as_union=True, custom_functions=FUNCTIONS
            )
        except SyntaxError as error:
            raise syntax_error(query, error) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"the query cannot be run: {error}") from None


class MemoryStore(OxigraphStore):
    """The sources and what follows from them, in memory."""

    name = "memory"

    @classmethod
    def from_roots(cls, roots: Roots | None = None, day: date | None = None) -> MemoryStore:
        """Read the sources, run the rules, and return the graph, as it stood on a day if given."""
        store = ox.Store()
        fill(store, roots or find_roots(), day)
        return cls(store)

    @classmethod
    def from_quads(cls, quads: Iterable[ox.Quad]) -> MemoryStore:
        """Return a graph that holds just these quads; no rule is run."""
        store = ox.Store()
        store.bulk_extend(quads)
        return cls(store)

    @classmethod
    def from_past(cls, store: ox.Store, rules: Iterable[Rule], day: date) -> MemoryStore:
        """Return a graph as it stood on a day, made from the graph itself: no source is read.

        What people asserted is cut to that day, and the rules that made the graph run on the rest.
        """
        asserted = (quad for quad in store if not _is_derived(quad))
        past = ox.Store()
        past.bulk_extend(_once(as_of(asserted, day)))
        apply(past, rules)
        return cls(past)


def fill(store: ox.Store, roots: Roots, day: date | None = None) -> None:
    """Load the sources into an empty store and derive what follows from them."""
    apply(store, _load(store, roots, day))


def _load(store: ox.Store, roots: Roots, day: date | None) -> list[Rule]:
    """Load the sources and return their rules; what was read to do so is let go of."""
    dataset = read_dataset(roots).check()
    store.bulk_extend(_once(as_of(dataset.quads, day) if day else dataset.quads))
    return read_rules(dataset.files)


def _once(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Give each statement once, in the first graph that has it.

    The engine's union of graphs is a bag: a statement in two graphs would be counted twice.
    """
    return {quad.triple: quad for quad in reversed(tuple(quads))}.values()


def _is_derived(quad: ox.Quad) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(_DERIVED)

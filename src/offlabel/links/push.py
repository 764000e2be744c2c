"""Push the graph to a server, named graph by named graph, and compare what is there afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from offlabel.errors import EndpointError, GraphError, StoreError
from offlabel.links.journal import Journal
from offlabel.stores.graphstore import GraphStore, canonical
from offlabel.stores.patience import patiently

Progress = Callable[[int, int], None]


_ROOM = 10  # times as many bytes as were sent may come back: other servers write other forms
_LEAST_ROOM = 1 << 20
_MOST_IN_A_ROW = 3  # graphs that fail one after the other before the push gives up


@dataclass(frozen=True)
class Pushed:
    """How many graphs and statements were sent, compared equal and removed; what is not so.

    `different` are graphs that came back otherwise, `failed` those that the server did not take,
    give or remove, each with the reason.
    """

    graphs: int
    statements: int
    sent: int
    removed: int
    equal: int
    different: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


class Measure(NamedTuple):
    """By what a graph here and there is compared: its statements, their checksum and size."""

    statements: int
    checksum: str
    size: int


def push(
    store: Store,
    server: GraphStore,
    journal: Journal,
    progress: Progress,
    tries: int = 4,
    pause: float = 1.0,
) -> Pushed:
    """Make the server hold the named graphs of a store, and no graph that an earlier push left.

    A graph that the journal has with the same checksum is not sent. Each graph is replaced whole;
    after a break the next push goes on where this one stopped. In the end every graph is fetched
    and compared by count and checksum; those that differ are named, and sent by the next push. So
    are those that the server does not take; where several in a row fail, the rest is not tried.
    """
    graphs = sorted((g for g in store.named_graphs() if isinstance(g, NamedNode)), key=str)
    gone = sorted(set(journal.taken) - {graph.value for graph in graphs})
    trial = _Trial(_Steps(2 * len(graphs) + len(gone), progress))
    measures: dict[NamedNode, Measure] = {}
    sent = removed = equal = 0
    for graph in graphs:
        content = canonical(store.quads_for_pattern(None, None, None, graph))
        measures[graph] = _measure(content)
        with trial.of(graph.value):
            if journal.taken.get(graph.value) != measures[graph].checksum:
                patiently(partial(server.put, graph, content), tries, pause)
                journal.note(graph.value, measures[graph].checksum)
                sent += 1
    for name in gone:
        with trial.of(name):
            patiently(partial(server.delete, NamedNode(name)), tries, pause)
            journal.note(name, "")
            removed += 1
    different = []
    for graph in graphs:
        if graph.value in trial.failed:
            trial.steps.one()
            continue
        with trial.of(graph.value):
            most = measures[graph].size * _ROOM + _LEAST_ROOM
            found = patiently(partial(server.get, graph, most), tries, pause)
            if found is not None and _measure(canonical(found)) == measures[graph]:
                equal += 1
            else:
                different.append(graph.value)
                journal.note(graph.value, "")
    statements = sum(measure.statements for measure in measures.values())
    failed = tuple(trial.failed.items())
    return Pushed(len(graphs), statements, sent, removed, equal, tuple(different), failed)


@dataclass
class _Steps:
    """Count steps and tell them."""

    total: int
    progress: Progress
    done: int = 0

    def one(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)


@dataclass
class _Trial:
    """Try one graph after the other, and keep why some failed."""

    steps: _Steps
    failed: dict[str, str] = field(default_factory=dict)
    in_a_row: int = 0

    @contextmanager
    def of(self, graph: str) -> Iterator[None]:
        """Keep a failure of this graph; raise it where too many before it failed as well."""
        try:
            yield
        except (EndpointError, GraphError) as error:
            self.failed[graph] = str(error)
            self.in_a_row += 1
            if self.in_a_row >= _MOST_IN_A_ROW:
                raise StoreError(
                    f"{error} {self.in_a_row} graphs failed one after the other, and the rest was "
                    "not tried. The same command goes on from here."
                ) from None
        else:
            self.in_a_row = 0
        self.steps.one()


def _measure(content: bytes) -> Measure:
    checksum = hashlib.sha256(content).hexdigest()
    return Measure(content.count(b"\n"), checksum, len(content))

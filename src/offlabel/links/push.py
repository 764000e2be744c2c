"""Push the graph to a server, named graph by named graph, and compare what is there afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from pyoxigraph import NamedNode, Store

from offlabel.links.journal import Journal
from offlabel.stores.graphstore import GraphStore, canonical
from offlabel.stores.patience import patiently

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Pushed:
    """How many graphs and statements were sent, left as they were and removed; what differs."""

    graphs: int
    statements: int
    sent: int
    removed: int
    different: tuple[str, ...]


class Measure(NamedTuple):
    """By what a graph here and there is compared: its statements and their checksum."""

    statements: int
    checksum: str


def push(
    store: Store, server: GraphStore, journal: Journal, progress: Progress, tries: int = 4
) -> Pushed:
    """Make the server hold the named graphs of a store, and no graph that an earlier push left.

    A graph that the journal has with the same checksum is not sent. Each graph is replaced whole;
    after a break the next push goes on where this one stopped. In the end every graph is fetched
    and compared by count and checksum; those that differ are named, and sent by the next push.
    """
    graphs = sorted((g for g in store.named_graphs() if isinstance(g, NamedNode)), key=str)
    gone = sorted(set(journal.taken) - {graph.value for graph in graphs})
    moved = _Steps(2 * len(graphs) + len(gone), progress)
    measures: dict[NamedNode, Measure] = {}
    sent = 0
    for graph in graphs:
        content = canonical(store.quads_for_pattern(None, None, None, graph))
        measures[graph] = _measure(content)
        if journal.taken.get(graph.value) != measures[graph].checksum:
            patiently(partial(server.put, graph, content), tries)
            journal.note(graph.value, measures[graph].checksum)
            sent += 1
        moved.one()
    for name in gone:
        patiently(partial(server.delete, NamedNode(name)), tries)
        journal.note(name, "")
        moved.one()
    different = []
    for graph in graphs:
        found = patiently(partial(server.get, graph), tries)
        if found is None or _measure(canonical(found)) != measures[graph]:
            different.append(graph.value)
            journal.note(graph.value, "")
        moved.one()
    statements = sum(measure.statements for measure in measures.values())
    return Pushed(len(graphs), statements, sent, len(gone), tuple(different))


@dataclass
class _Steps:
    """Count steps and tell them."""

    total: int
    progress: Progress
    done: int = 0

    def one(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)


def _measure(content: bytes) -> Measure:
    return Measure(content.count(b"\n"), hashlib.sha256(content).hexdigest())

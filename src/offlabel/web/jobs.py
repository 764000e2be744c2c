"""The kinds of work that the worker processes do, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from offlabel.api import Graph
from offlabel.errors import OfflabelError
from offlabel.mcp import work
from offlabel.stores.base import Store
from offlabel.web import api, exporting, openapi, start, things, wellknown
from offlabel.web.answering import answer_graph, answer_sparql, prepare
from offlabel.web.answers import Job as GraphJob
from offlabel.web.answers import LargeJob, rules_of
from offlabel.web.caller import CLIENT
from offlabel.web.context import Context

# A job says `context.out.start(media_type)` and then writes to `context.out`, or returns bytes or
# gives them part by part. It raises an `OfflabelError` where there is no answer.
Work = Callable[[Context, dict[str, Any]], bytes | Iterator[bytes] | None]

_SEALED = {"sparql-page"}  # a query that somebody wrote
WRITTEN = {"sparql", *_SEALED}  # the same, whoever answers it
# What makes a query of each form, and each kind of mistake, read and import all that it needs.
_REHEARSED = (
    "SELECT ?drug { ?drug a ol:Drug } LIMIT 1",
    "ASK { ?drug a ol:Drug }",
    "CONSTRUCT WHERE { ?drug a ol:Drug } LIMIT 1",
    "SELECT ?drug { ?drug a ol:Drugg }",
    "SELECT ?drug { ?drug a oll:Drug }",
    "SELECT ?drug {",
)


def rehearse(context: Context) -> None:
    """Ask queries now, so that a worker that may open no file needs none for those that come."""
    if not context.in_memory:  # such a worker may, and begins the sooner
        return
    for text in _REHEARSED:
        work.sparql(_graph(context), {"query": text, "limit": 1})


def read(context: Context) -> None:
    """Read the rules that made the graph, before anybody edits them."""
    with suppress(OfflabelError):  # somebody has; what needs them says so
        rules_of(context.settings.roots)


class Served(Graph):
    """The graph of one snapshot as Python has it, whatever its sources say by now."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.settings.roots)
        self.__dict__["store"] = context.store
        self._context = context

    @cached_property
    def linked(self) -> Store:
        """Give the graph together with outside ontologies."""
        from offlabel.links.linked import linked_from

        return linked_from(self._context.store.store, self._context.fingerprint, self.roots)


def _graph(context: Context) -> Graph:
    graph: Graph | None = context.known.get("graph")
    if graph is None:
        graph = context.known["graph"] = Served(context)
    return graph


def _of_graph(kind: str, job: GraphJob | LargeJob) -> Work:
    """Return the work of a job that takes the graph as Python has it."""

    def done(context: Context, arguments: dict[str, Any]) -> bytes | Iterator[bytes]:
        graph = _graph(context)
        with context.sealed() if kind in _SEALED else nullcontext():
            media_type, content = job(graph, arguments)
        context.out.start(media_type)
        return content

    return done


JOBS: dict[str, Work] = {
    "graph": answer_graph,
    "sparql": answer_sparql,
    **{
        kind: _of_graph(kind, job)
        for module in (api, exporting, openapi, wellknown, things, start, work)
        for kind, job in module.JOBS.items()
    },
}
# Run once, before workers are forked.
WARM: tuple[Callable[[Context], None], ...] = (prepare, rehearse, read)


@dataclass(frozen=True)
class Job:
    """Work for a worker process: its kind, arguments that JSON can hold, and who asked for it."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    client: str = field(default_factory=CLIENT.get)

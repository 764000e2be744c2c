"""The kinds of work that the worker processes do, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from offlabel.api import Graph
from offlabel.mcp import work
from offlabel.web import api, exporting, openapi, start, things, wellknown
from offlabel.web.answering import answer_graph, answer_sparql, prepare
from offlabel.web.answers import Job as GraphJob
from offlabel.web.answers import LargeJob
from offlabel.web.caller import CLIENT
from offlabel.web.context import Context

# A job says `context.out.start(media_type)` and then writes to `context.out`, or returns bytes or
# gives them part by part. It raises an `OfflabelError` where there is no answer.
Work = Callable[[Context, dict[str, Any]], bytes | Iterator[bytes] | None]

_SEALED = {"sparql-page"}  # a query that somebody wrote


def _of_graph(kind: str, job: GraphJob | LargeJob) -> Work:
    """Return the work of a job that takes the graph as Python has it."""

    def done(context: Context, arguments: dict[str, Any]) -> bytes | Iterator[bytes]:
        graph = context.known.get("graph")
        if graph is None:
            graph = context.known["graph"] = Graph(context.settings.roots)
            graph.__dict__["store"] = context.store
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
WARM: tuple[Callable[[Context], None], ...] = (prepare,)  # run once, before workers are forked


@dataclass(frozen=True)
class Job:
    """Work for a worker process: its kind, arguments that JSON can hold, and who asked for it."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    client: str = field(default_factory=CLIENT.get)

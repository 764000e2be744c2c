"""The kinds of work that the worker processes do, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from offlabel.web.answering import answer_graph, answer_sparql, prepare
from offlabel.web.context import Context

# A job says `context.out.start(media_type)` and then writes to `context.out`, or returns bytes or
# gives them part by part. It raises an `OfflabelError` where there is no answer.
Work = Callable[[Context, dict[str, Any]], bytes | Iterator[bytes] | None]

JOBS: dict[str, Work] = {
    "graph": answer_graph,
    "sparql": answer_sparql,
}
WARM: tuple[Callable[[Context], None], ...] = (prepare,)  # run once, before workers are forked


@dataclass(frozen=True)
class Job:
    """Work for a worker process: its kind, and arguments that JSON can hold."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)

"""Who does the work of the tools: the pool of the HTTP server, or this process for stdio."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from offlabel.api import Graph
from offlabel.errors import QueryError, UnknownNameError
from offlabel.exports.answer import written
from offlabel.mcp import citations
from offlabel.paths import Roots
from offlabel.queries.adhoc import answer_text, answer_text_apart, check_terms
from offlabel.queries.formats.json import document
from offlabel.queries.table import Table
from offlabel.queries.worker import Answer, Limits, Place
from offlabel.web import api, described, things
from offlabel.web.answers import Arguments, Job, job, to_json
from offlabel.web.asking import Content

ROWS = 100_000  # that a query may have, of which a page is shown
_OPTIONS = (  # which only the command line has
    ", or allow more time with --timeout",
    ", or allow more with --max-memory",
    ", or allow more with --max-rows",
    " Ask the other server itself with --endpoint, or allow it with --allow-service.",
)


class Work(Protocol):
    """What the tools need: where the sources are, and who does a job."""

    @property
    def roots(self) -> Roots:
        """Return where the sources are."""
        ...

    async def run(self, kind: str, arguments: dict[str, Any]) -> Content:
        """Do the job of a kind."""
        ...


@job
def sparql(graph: Graph, arguments: Arguments) -> Content:
    """Answer a SPARQL `query` in this process, which the caller ends if it takes too long.

    The process may be one that can open no file, so nothing is imported here.
    """
    try:
        check_terms(arguments["query"], graph.store)
        answer = answer_text(arguments["query"], graph.store, ROWS)
    except QueryError as error:
        raise _without_options(error) from None
    return _shown(answer, arguments["limit"])


@job
def cited_dossier(graph: Graph, arguments: Arguments) -> Content:
    """Write a dossier on `drug` in Markdown, with the IRIs of its claims."""
    from offlabel.evidence.dossier import AUDIENCES, FORMATS, dossier

    if arguments["audience"] not in AUDIENCES:
        raise UnknownNameError(arguments["audience"], "audience", tuple(AUDIENCES))
    as_of = arguments["asOf"] and date.fromisoformat(arguments["asOf"])
    written = dossier(
        graph.store,
        graph.roots,
        arguments["drug"],
        conditions=arguments["conditions"],
        audience=arguments["audience"],
        as_of=as_of,
    )
    claims = list(dict.fromkeys(ref.claim for ref in written.refs()))
    found = {"iri": written.drug, "markdown": FORMATS["md"](written), "claims": claims}
    return "application/json", to_json(found)


# The jobs of the tools, for whoever runs them.
JOBS: dict[str, Job] = {
    **api.JOBS,
    "document": things.JOBS["document"],
    "ontology": things.JOBS["ontology"],
    "described": described.named,
    "dossier-cited": cited_dossier,
    "citations": citations.citations,
    "sparql-page": sparql,
}


class Local:
    """Do jobs beside the event loop of this process; a query somebody wrote, in one of its own."""

    def __init__(self, graph: Graph, limits: Limits) -> None:
        self.graph, self.roots, self._limits = graph, graph.roots, limits

    async def run(self, kind: str, arguments: dict[str, Any]) -> Content:
        """Do a job in a thread."""
        from anyio.to_thread import run_sync

        def done() -> Content:
            if kind == "sparql-page":
                return self._apart(self.graph, arguments)
            return JOBS[kind](self.graph, arguments)

        return await run_sync(done)

    @property
    def _apart(self) -> Job:
        limits = self._limits

        @job
        def apart(graph: Graph, arguments: Arguments) -> Content:
            return _shown(answer_apart(graph, arguments["query"], limits), arguments["limit"])

        return apart


def answer_apart(graph: Graph, text: str, limits: Limits) -> Answer:
    """Answer a query in a process that is ended when it goes past a limit."""
    from offlabel.stores.disk import DiskStore

    store = graph.store
    place = Place(endpoint=graph.endpoint)
    if isinstance(store, DiskStore):
        place = Place(snapshot=str(store.snapshot.path))
    try:
        if place.snapshot:
            check_terms(text, store)
        return answer_text_apart(text, place, limits)
    except QueryError as error:
        raise _without_options(error) from None


def _without_options(error: QueryError) -> QueryError:
    """Return an error that tells an agent of no option of the command line."""
    problem = error.problem
    for option in _OPTIONS:
        problem = problem.replace(option, "")
    return QueryError(problem, error.line, error.column)


def _shown(answer: Answer, limit: int) -> Content:
    """Return the first rows or triples of an answer, and how many there are."""
    if isinstance(answer, bool):
        return "application/json", to_json({"boolean": answer})
    if isinstance(answer, Table):
        found = document(answer)
        found["results"]["bindings"] = found["results"]["bindings"][:limit]
        return "application/json", to_json({"total": len(answer), **found})
    text = written(answer[:limit], "ttl")[0].decode()
    return "application/json", to_json({"total": len(answer), "turtle": text})

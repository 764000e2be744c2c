"""The server for agents, asked by the SDK's own client: over stdio, over HTTP, and in process."""

import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import TextContent, TextResourceContents
from pyoxigraph import RdfFormat, parse
from starlette.applications import Starlette

from commands import offlabel
from offlabel.api import Graph
from offlabel.mcp.citations import named_in
from offlabel.mcp.server import create_server, http_routes
from offlabel.mcp.work import Local
from offlabel.paths import Roots
from offlabel.queries.worker import Limits
from offlabel.stores.disk import DiskStore
from servers import free_port

TOOLS = {
    "search", "describe", "list_queries", "run_query", "sparql",
    "dossier", "evidence_map", "evidence", "why", "check_claims",
}  # fmt: skip
BASE = "https://w3id.org/offlabel/"
RATES = {
    "name": "study/response-rates",
    "parameters": {"drug": "naltrexone", "condition": "psoriasis"},
}
Found = dict[str, Any]


@pytest.fixture(scope="module")
def local(real_roots: Roots, real_disk: DiskStore) -> Local:
    """Return what does the work on the real graph, with little time for a query."""
    graph = Graph(real_roots)
    graph.__dict__["store"] = real_disk
    return Local(graph, Limits(seconds=5, megabytes=2048, rows=100_000))


@asynccontextmanager
async def connected(server: Any) -> AsyncIterator[Client]:
    """Yield a client of a server, its address, or the command that starts it."""
    async with Client(server) as client:
        yield client


def asked(server: Any, *calls: tuple[str, Found]) -> list[Found]:
    """Return what tools answer, an error as {"error": text}."""

    async def ask() -> list[Found]:
        async with connected(server) as client:
            return [answer(await client.call_tool(name, given)) for name, given in calls]

    return anyio.run(ask)


def answer(result: Any) -> Found:
    """Return the data of a result."""
    if result.is_error:
        assert isinstance(result.content[0], TextContent)
        return {"error": result.content[0].text}
    found: Found = result.structured_content
    return found


def run(function: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run a coroutine to its end."""
    return anyio.run(function)


def check(server: Any) -> None:
    """Use a server as an agent would: what is there, one question, one citation."""

    async def use() -> tuple[set[str], set[str], Found]:
        async with connected(server) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            listed = await client.list_resources()
            resources = {str(each.uri) for each in listed.resources}
            return tools, resources, answer(await client.call_tool("run_query", RATES))

    tools, resources, found = run(use)

    assert TOOLS == tools
    assert {"offlabel://ontology", "offlabel://prefixes", "offlabel://queries"} == resources
    assert [(8, 15), (2, 15), (5, 15)] == [(row["k"], row["n"]) for row in found["rows"]]
    assert f"{BASE}study/weinstock-2020" in {each["iri"] for each in found["citations"]}


@pytest.mark.large
def test_over_stdio(real_disk: DiskStore) -> None:
    """`offlabel mcp` answers the SDK's client over standard input and output."""
    command = Path(sys.executable).with_name("offlabel")
    environment = {**os.environ, "OFFLABEL_CACHE": os.environ["OFFLABEL_CACHE"]}

    check(StdioServerParameters(command=str(command), args=["mcp"], env=environment))


@pytest.fixture
def address(local: Local) -> Iterator[str]:
    """Serve the tools over HTTP and yield the address."""
    routes, running = http_routes(local)
    app = Starlette(routes=routes, lifespan=lambda app: running)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join(20)


def test_over_http(address: str) -> None:
    """The same tools answer over streamable HTTP."""
    check(address)


def test_foreign_hosts_are_refused(address: str) -> None:
    """A page of another site that has its name point here gets no answer."""
    import httpx

    found = httpx.post(address, json={}, headers={"Host": "evil.example"})
    from_page = httpx.post(address, json={}, headers={"Origin": "http://evil.example"})

    assert (421, 403) == (found.status_code, from_page.status_code)


@pytest.mark.parametrize(
    ("tool", "given", "iri"),
    [
        ("search", {"query": "weinstock 2020", "kind": "study"}, "study/weinstock-2020"),
        ("describe", {"thing": "claim:droracle-2025-sc046"}, "claim/droracle-2025-sc046"),
        ("run_query", RATES, "study/weinstock-2020"),
        ("dossier", {"drug": "naltrexone"}, "claim/droracle-2025-sc046"),
        (
            "dossier",
            {"drug": "naltrexone", "audience": "patient", "conditions": ["psoriasis"]},
            "claim/droracle-2025-sc046",
        ),
        ("evidence", {"drug": "naltrexone", "condition": "psoriasis"}, "study/weinstock-2020"),
        ("why", {"thing": "study:weinstock-2020-marked-improvement"}, "source/weinstock-2020"),
        (
            "sparql",
            {"query": "SELECT ?c { ?c ol:asserts proposition:weinstock-2020-marked-improvement }"},
            "claim/droracle-2025-sc046",
        ),
    ],
)
def test_answers_carry_citations(local: Local, tool: str, given: Found, iri: str) -> None:
    """What an answer names is cited, with the source and where to find it."""
    (found,) = asked(create_server(local), (tool, given))
    cited = {each["iri"]: each for each in found["citations"]}

    assert BASE + iri in cited
    assert cited[BASE + iri]["label"]


def test_citation_of_a_claim(local: Local) -> None:
    """A claim is cited with its source and the offsets of its passage."""
    (found,) = asked(create_server(local), ("describe", {"thing": "claim:droracle-2025-sc046"}))
    claim = next(each for each in found["citations"] if each["curie"].startswith("claim:"))

    assert (f"{BASE}source/droracle-2025", "2054", "2092") == (
        claim["source"],
        claim["start"],
        claim["end"],
    )


def test_named_things() -> None:
    """IRIs and CURIEs of claims, studies and sources are found in a text, each once."""
    text = f'"{BASE}claim/a-1", (study:b-2020), claim:a-1. source:c; drug:naltrexone, xclaim:no'

    assert [f"{BASE}claim/a-1", f"{BASE}study/b-2020", f"{BASE}source/c"] == named_in(text)


def test_as_of(local: Local) -> None:
    """A day goes back to what was public by then."""
    given = {"drug": "naltrexone", "condition": "psoriasis", "regimen": "low-dose-oral-naltrexone"}
    now, then = asked(
        create_server(local),
        ("evidence", given),
        ("evidence", {**given, "as_of": "2016-01-01"}),
    )
    iri = f"{BASE}study/weinstock-2020"

    assert iri in {each["iri"] for each in now["citations"]}
    assert iri not in {each["iri"] for each in then["citations"]}


def test_map_and_list(local: Local) -> None:
    """The map has states, and queries are listed by topic with their parameters."""
    table, listed = asked(
        create_server(local),
        ("evidence_map", {"drug": "naltrexone", "conditions": ["psoriasis"]}),
        ("list_queries", {"topic": "receptor"}),
    )
    names = {each["name"] for each in listed["queries"]}

    assert ("low-dose oral naltrexone", "supported") in {
        (row["regimenLabel"], row["state"]) for row in table["rows"]
    }
    assert "receptor/which-receptors" in names


def test_claims_are_checked(local: Local) -> None:
    """A claim is judged, and what may be said instead stands beside it."""
    claim = {"subject": "naltrexone", "relation": "Improves", "condition": "psoriasis"}
    (found,) = asked(create_server(local), ("check_claims", {"claims": [claim]}))

    assert ["stronger than the graph"] == [each["verdict"] for each in found["found"]]
    assert found["found"][0]["findings"][0]["maySay"]


@pytest.mark.parametrize(
    ("tool", "given", "part"),
    [
        ("describe", {"thing": "drug:naltrexon"}, "Did you mean drug:naltrexone"),
        ("run_query", {"name": "response-rate"}, "Did you mean study/response-rates"),
        ("run_query", {**RATES, "parameters": {"drg": "x"}}, "Did you mean drug"),
        ("evidence", {"drug": "naltrexon", "condition": "x"}, "Did you mean naltrexone"),
        ("sparql", {"query": "SELECT ?d { ?d a ol:Drugg }"}, "Did you mean ol:Drug?"),
        ("sparql", {"query": "INSERT DATA { <a:a> <a:a> <a:a> }"}, "queries only read"),
        ("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}, "SERVICE"),
        ("sparql", {"query": "SELECT * { "}, "line 1"),
        ("check_claims", {}, "Give claims or a source"),
        ("why", {"thing": "drug:naltrexone", "as_of": "soon"}, "as_of"),
        ("search", {"query": ""}, "query"),
    ],
)
def test_errors_say_what_to_do(local: Local, tool: str, given: Found, part: str) -> None:
    """Bad input is answered with what is wrong and what may have been meant; no traceback."""
    (found,) = asked(create_server(local), (tool, given))

    assert part in found["error"]
    assert "Traceback" not in found["error"]
    assert "--" not in found["error"]


def test_runaway_query_is_stopped(real_roots: Roots, real_disk: DiskStore) -> None:
    """A query that goes past its time is ended, and the next one is answered."""
    graph = Graph(real_roots)
    graph.__dict__["store"] = real_disk
    server = create_server(Local(graph, Limits(seconds=2, megabytes=2048, rows=100_000)))
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    stopped, next_one = asked(
        server, ("sparql", {"query": runaway}), ("sparql", {"query": "ASK { ?d a ol:Drug }"})
    )

    assert "stopped after 2 seconds" in stopped["error"]
    assert next_one["boolean"] is True


def test_long_answers_are_cut_openly(local: Local) -> None:
    """Only the first rows come, and how many there are in all is said."""
    (found,) = asked(
        create_server(local), ("sparql", {"query": "SELECT ?d { ?d a ol:Study }", "limit": 3})
    )

    assert 3 == len(found["results"]["bindings"])
    assert 3 < found["total"]


def test_resources(local: Local) -> None:
    """The ontology is Turtle, the prefixes are SPARQL, a query is found by its address."""

    async def read() -> list[str]:
        async with connected(create_server(local)) as client:
            texts = []
            for uri in ("ontology", "prefixes", "queries", "query/study/response-rates"):
                (content,) = (await client.read_resource(f"offlabel://{uri}")).contents
                assert isinstance(content, TextResourceContents)
                texts.append(content.text)
            return texts

    ontology, prefixes, queries, query = run(read)
    subjects = {str(quad.subject) for quad in parse(ontology.encode(), format=RdfFormat.TURTLE)}

    assert f"<{BASE}ontology#Study>" in subjects
    assert f"PREFIX ol: <{BASE}ontology#>" in prefixes
    assert "study/response-rates" in queries
    assert query.startswith("#+ title:")


def test_unknown_resource(local: Local) -> None:
    """A query that is not there is an error of the protocol, with a close match."""

    async def read() -> None:
        async with connected(create_server(local)) as client:
            with pytest.raises(MCPError, match="response-rates"):
                await client.read_resource("offlabel://query/study/response-rate")

    run(read)


def test_missing_extra() -> None:
    """Without the SDK the command says what to install."""
    with patch.dict(sys.modules, {"mcp.server": None}):
        outcome = offlabel("mcp")

    assert 2 == outcome.code
    assert "pip install 'offlabel[mcp]'" in outcome.err


def test_tools_only_read(local: Local) -> None:
    """Each tool says of itself that it only reads, and what its parameters are."""

    async def listed() -> list[Any]:
        async with connected(create_server(local)) as client:
            return list((await client.list_tools()).tools)

    tools = run(listed)

    assert [] == [tool.name for tool in tools if not tool.annotations.read_only_hint]
    assert [] == [tool.name for tool in tools if not (tool.description and tool.input_schema)]

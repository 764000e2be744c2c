"""The tools for agents, on a real server and over stdio, asked by the client of the SDK."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters

from offlabel.mcp.tools import NAMES
from offlabel.stores.disk import DiskStore
from test_mcp import Found, asked
from webserver import Server, serving

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PSORIASIS = {"drug": "naltrexone", "condition": "psoriasis"}
CALLS: list[tuple[str, Found]] = [
    ("search", {"query": "psorasis", "kind": "condition"}),
    ("describe", {"thing": "claim:droracle-2025-sc046"}),
    ("describe", {"thing": "study:weinstock-2020", "as_of": "2024-01-01"}),
    ("list_queries", {"topic": "receptor"}),
    ("run_query", {"name": "study/response-rates", "parameters": PSORIASIS}),
    ("run_query", {"name": "link/external-identifiers"}),
    ("sparql", {"query": "SELECT * { ?drug a ol:Drug }"}),
    ("sparql", {"query": "ASK { ?drug a ol:Drug FILTER REGEX(STR(?drug), 'nal') }"}),
    ("sparql", {"query": "CONSTRUCT WHERE { ?drug a ol:Drug }"}),
    ("sparql", {"query": "DESCRIBE <https://w3id.org/offlabel/drug/naltrexone>"}),
    ("sparql", {"query": "SELECT (GROUP_CONCAT(?l) AS ?ls) { ?d a ol:Drug ; rdfs:label ?l }"}),
    ("dossier", {"drug": "naltrexone", "conditions": ["psoriasis"]}),
    ("evidence_map", {"drug": "naltrexone"}),
    ("evidence", {**PSORIASIS, "as_of": "2024-01-01"}),
    ("why", {"thing": "study:weinstock-2020-marked-improvement"}),
    ("check_claims", {"source": "droracle-2025"}),
]
MISTAKES = [
    ("SELECT ?d { ?d a ol:Drugg }", "Did you mean ol:Drug?"),
    ("SELECT ?d { ?d a oll:Drug }", "Did you mean ol:?"),
    ("SELECT * {", "line 1"),
    ("INSERT DATA { <a:a> <a:a> <a:a> }", "queries only read"),
    ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
]


@pytest.fixture(scope="module")
def server(real_disk: DiskStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the real graph, with little time for a query."""
    folder = tmp_path_factory.mktemp("mcp")
    with serving(folder, "--timeout", "6", "--workers", "2", data=()) as found:
        yield found


def address(server: Server) -> str:
    """Return where a server answers agents."""
    return f"http://127.0.0.1:{server.port}/mcp"


def test_each_tool_has_a_call() -> None:
    """No tool is left out below."""
    assert set(NAMES) == {name for name, _ in CALLS}


def test_each_tool_on_a_server(server: Server) -> None:
    """Each tool answers from a worker process, queries of every form included."""
    found = asked(address(server), *CALLS)

    assert [] == [(call, each) for call, each in zip(CALLS, found, strict=True) if "error" in each]
    assert found[6]["results"]["bindings"]


def test_mistakes_on_a_server(server: Server) -> None:
    """What is wrong with a query is told, as far as to the word that was meant."""
    found = asked(address(server), *(("sparql", {"query": text}) for text, _ in MISTAKES))

    assert [] == [
        (part, each)
        for (_, part), each in zip(MISTAKES, found, strict=True)
        if part not in each["error"]
    ]


def test_a_runaway_on_a_server(server: Server) -> None:
    """A query that takes too long is ended and told so; the log has no traceback."""
    stopped, after = asked(
        address(server), ("sparql", {"query": RUNAWAY}), ("sparql", {"query": "ASK {}"})
    )

    assert stopped["error"].endswith("stopped after 6 seconds. Narrow the query.")
    assert after["boolean"] is True
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.mark.large
def test_a_runaway_over_stdio(real_disk: DiskStore) -> None:
    """The same holds for the process of an agent's own: the query is ended, the process goes on."""
    command = str(Path(sys.executable).with_name("offlabel"))
    process: Any = StdioServerParameters(
        command=command, args=["mcp", "--timeout", "3"], env={**os.environ}
    )
    stopped, after = asked(process, ("sparql", {"query": RUNAWAY}), ("sparql", {"query": "ASK {}"}))

    assert stopped["error"].endswith("stopped after 3 seconds. Narrow the query.")
    assert after["boolean"] is True

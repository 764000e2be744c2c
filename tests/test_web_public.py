"""A server that others reach through a proxy speaks of itself by its public address."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import offlabel
from webserver import Server, serving

PUBLIC = "https://kg.example.org/graphs"
AGENT = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "Host": "kg.example.org",
}
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {},
               "clientInfo": {"name": "a test", "version": "1"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the small world under a public address."""
    with serving(tmp_path_factory.mktemp("public"), "--public-url", PUBLIC) as found:
        yield found


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/sparql", f"<{PUBLIC}/sparql>"),
        ("/sparql", f"<{PUBLIC}/.well-known/void>"),
        ("/void.ttl", f"<{PUBLIC}/sparql>"),
        ("/llms.txt", f"({PUBLIC}/sparql)"),
        ("/llms.txt", f"({PUBLIC}/mcp)"),
        ("/openapi.json", f'"servers":[{{"url":"{PUBLIC}"}}]'),
        ("/", 'href="/graphs/page.css"'),
    ],
)
def test_addresses_are_public(server: Server, path: str, part: str) -> None:
    """What is printed for others has the public address, whatever Host a request made up."""
    accept = "text/html" if path == "/" else "*/*"
    found = server.send("GET", path, None, {"Host": "evil.example", "Accept": accept})

    assert 200 == found.status
    assert part in found.text
    assert "evil.example" not in found.text


@pytest.mark.parametrize("path", ["/sparql", "/void.ttl"])
def test_a_made_up_host_is_told_to_nobody_else(tmp_path: Path, path: str) -> None:
    """Without a public address, what one request called the server is not kept for others."""
    with serving(tmp_path, "--workers", "1") as server:
        for host in ("evil.example", "good.example"):
            found = server.send("GET", path, None, {"Host": host})
            assert f"http://{host}/sparql" in found.text


def test_redirections_stay_below_the_path(server: Server) -> None:
    """A thing leads to a document below the public path."""
    found = server.send("GET", "/drug/examplamine")

    assert (303, "/graphs/drug/examplamine.html") == (found.status, found.headers["location"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "kg.example.org:443"}, 200),
        ({"Origin": "https://kg.example.org"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_agents_call_by_the_public_name(
    server: Server, headers: dict[str, str], status: int
) -> None:
    """The Model Context Protocol answers under the public name, and under no made-up one."""
    found = server.send("POST", "/mcp", json.dumps(HELLO).encode(), {**AGENT, **headers})

    assert status == found.status, found.text


@pytest.mark.parametrize("url", ["kg.example.org", "ftp://x", "https://x/?a=b", "https://x:port"])
def test_an_address_has_to_be_one(url: str) -> None:
    """What is no address of a server is refused, with how to write one."""
    outcome = offlabel("serve", "--public-url", url)

    assert 2 == outcome.code
    assert "https://kg.example.org/path" in outcome.err

"""Answers that are kept, or that a client has already, are sent again only to whom they belong."""

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest

from offlabel.web.caller import is_known
from webserver import Server, serving

DRUGS = f"/sparql?query={quote('SELECT ?s WHERE { ?s a ol:Drug } ORDER BY ?s')}"
PATHS = (DRUGS, "/sparql", "/graph?default", "/drug/examplamine.ttl", "/api/search?q=examplamine")
TURTLE = {"Accept": "text/turtle;q=0.77"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server."""
    with serving(tmp_path_factory.mktemp("cache"), "--behind-proxy") as running:
        yield running


@pytest.fixture(scope="module")
def uncached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that keeps no answers."""
    with serving(tmp_path_factory.mktemp("uncached"), "--cache", "0") as running:
        yield running


@pytest.mark.parametrize("path", ["/void.ttl", "/sparql"])
@pytest.mark.parametrize("forged", [{"Host": "evil.example"}, {"X-Forwarded-Proto": "https"}])
def test_an_address_in_an_answer_is_that_of_its_request(
    server: Server, path: str, forged: dict[str, str]
) -> None:
    """An answer that was made for one Host or scheme is not given to another."""
    first = server.send("GET", path, headers={**TURTLE, **forged}).text
    second = server.send("GET", path, headers=TURTLE).text

    assert "evil.example" in first or "https://127.0.0.1" in first
    assert "evil.example" not in second
    assert f"http://127.0.0.1:{server.port}/" in second


@pytest.mark.parametrize("path", PATHS)
def test_a_known_answer_is_not_sent(server: Server, uncached: Server, path: str) -> None:
    """304 for GET and HEAD, kept or not, by a mark that is weak or strong, a list, or `*`."""
    for one in (server, uncached):
        weak = one.send("GET", path).headers["etag"]
        strong = weak.removeprefix("W/")
        for method, known in product(("GET", "HEAD"), (weak, strong, f'"x", {weak}', "*")):
            got = one.send(method, path, headers={"If-None-Match": known})
            assert (304, b"", weak) == (got.status, got.body, got.headers["etag"]), known
        for unknown in ('"x"', strong[:-2] + '"', "x"):
            assert 200 == one.send("GET", path, headers={"If-None-Match": unknown}).status


def test_what_is_not_there_is_never_known(server: Server) -> None:
    """`If-None-Match: *` means an answer that exists: an error stays an error."""
    known = {"If-None-Match": "*"}

    assert 400 == server.send("GET", "/sparql?query=ASK%20%7B", headers=known).status
    assert 404 == server.send("GET", "/drug/nothing.ttl", headers=known).status
    assert 404 == server.send("GET", "/graph?graph=http%3A%2F%2Fx%2F", headers=known).status


@pytest.mark.parametrize(
    ("etag", "header", "expected"),
    [
        ('W/"a"', 'W/"a"', True),
        ('W/"a"', '"a"', True),
        ('W/"a"', '"b", W/"a"', True),
        ('W/"a"', '"a,b"', False),
        ('W/"a"', 'W/"ab"', False),
        ('W/"a"', "a", False),
        ("", '""', False),
        ("", "*", True),
    ],
)
def test_marks_are_compared_weakly(etag: str, header: str, expected: bool) -> None:
    """As RFC 9110, 13.1.2 has it."""
    assert expected == is_known(etag, header)

"""No client keeps others out by connections, and none passes for another."""

import resource
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from offlabel.errors import ParameterError
from offlabel.paths import find_roots
from offlabel.web.server import enough_files
from offlabel.web.settings import Settings
from watching import calm, raw, request, until
from webserver import Server, serving

RUNAWAY = "/sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi.%3Fj%20%3Fk%20%3Fl%7D"  # noqa: E501
GREETING = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def connected(server: Server, stack: ExitStack, address: str) -> socket.socket:
    """Return a connection that says nothing, from an address of this machine."""
    target, source = ("127.0.0.1", server.port), (address, 0)
    return stack.enter_context(closing(socket.create_connection(target, 30, source)))


def test_idle_connections_of_one_client_keep_nobody_out(tmp_path: Path) -> None:
    """A client may have half of the connections; more get 429, and past all of them 503."""
    options = ("--connections", "20", "--patience", "30")
    with serving(tmp_path, *options) as server, ExitStack() as stack:
        for _ in range(10):
            connected(server, stack, "127.0.0.2")
        beyond = connected(server, stack, "127.0.0.2").recv(1_000)
        for _ in range(9):
            connected(server, stack, "127.0.0.3")
        last = connected(server, stack, "127.0.0.1")
        full = connected(server, stack, "127.0.0.4").recv(1_000)
        last.sendall(GREETING)

        assert beyond.startswith(b"HTTP/1.1 429 ")
        assert full.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after" in beyond
        assert last.recv(1_000).startswith(b"HTTP/1.1 200 ")
        stack.close()
        until(lambda: raw(server, GREETING).startswith(b"HTTP/1.1 200 "))
        calm(server)


def test_a_thousand_connections_are_served(tmp_path: Path) -> None:
    """Below the limit none is refused, and none hangs, with no option set."""
    with serving(tmp_path) as server, ExitStack() as stack:
        opened = [connected(server, stack, "127.0.0.1") for _ in range(1_000)]
        for one in opened:
            one.sendall(GREETING)

        assert all(one.recv(1_000).startswith(b"HTTP/1.1 200 ") for one in opened)


def test_the_server_takes_the_files_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The soft limit is raised; where the hard one is too low, there are fewer connections."""
    limits = [(256, 1_024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.append(pair))
    few = Settings(find_roots(), workers=4, connections=500)
    many = Settings(find_roots(), workers=4, connections=4_096)

    assert 500 == enough_files(few).connections
    assert (772, 1_024) == limits[-1]
    assert 752 == enough_files(many).connections
    assert (1_024, 1_024) == limits[-1]


@pytest.mark.parametrize(
    ("options", "forged", "expected"),
    [
        ((), "203.0.113.{}", {429}),
        (("--behind-proxy",), "198.51.100.{}, 203.0.113.7", {429}),
        (("--behind-proxy",), "203.0.113.{}", {200}),
        (("--behind-proxy", "10.0.0.0/8"), "203.0.113.{}", {429}),
        (("--behind-proxy", "127.0.0.0/8,10.1.2.3"), "198.51.100.{}, 203.0.113.7, 10.1.2.3", {429}),
    ],
)
def test_a_forged_address_makes_no_other_client(
    tmp_path: Path, options: tuple[str, ...], forged: str, expected: set[int]
) -> None:
    """Only what a trusted proxy adds to X-Forwarded-For tells clients apart."""
    limits = ("--per-client", "1", "--timeout", "3")
    with serving(tmp_path, *limits, *options) as server, ThreadPoolExecutor(1) as threads:
        sent = [{"X-Forwarded-For": forged.format(number)} for number in (1, 2, 3)]
        running = threads.submit(server.send, "GET", RUNAWAY, None, sent[0])
        until(lambda: b"offlabel_jobs_long 1.0" in raw(server, request("/metrics")))
        got = {server.send("GET", "/robots.txt", None, each).status for each in sent[1:]}

        assert expected == got
        assert 504 == running.result().status


def test_a_proxy_is_an_address() -> None:
    """Anything else is told when the server starts."""
    with pytest.raises(ParameterError, match="no address of a proxy"):
        Settings(find_roots(), proxies="127.0.0.1,proxy.example")

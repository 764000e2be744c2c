"""A server that takes named graphs by the SPARQL 1.1 Graph Store HTTP Protocol."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from urllib.parse import urlsplit

import httpx
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
)

from offlabel.errors import EndpointError, GraphError, StoreError
from offlabel.stores.remote import AGENT

TIMEOUT = 120.0
MOST_BYTES = 1 << 30  # of a graph that comes back; a server may send without an end
_SLOWEST = 50_000  # bytes a second, below which an answer that outlasts the time-out only drips
_BUSY = (408, 425, 429, 500, 502, 503, 504)
_NTRIPLES = "application/n-triples"
_FORMS = (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML)


class GraphStore:
    """Put, get and delete named graphs; each request is whole or changes nothing."""

    def __init__(
        self,
        address: str,
        user: str | None = None,
        password: str = "",
        token: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise StoreError(
                f"{address!r} is not the address of a graph store. "
                "Give an http or https address such as http://localhost:7878/store"
            )
        if parts.username or parts.password:
            raise StoreError("Leave the password out of the address, where others could read it.")
        self.address = address
        self.timeout = timeout
        headers = {"User-Agent": AGENT}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(timeout=timeout, headers=headers)
        self._user, self._password = user, password
        self._is_known = user is None

    def put(self, graph: NamedNode, content: bytes) -> None:
        """Replace a graph by N-Triples."""
        self._ask("PUT", graph, content)

    def get(self, graph: NamedNode, most: int = MOST_BYTES) -> list[Quad] | None:
        """Return the statements of a graph, or None where there is none.

        Raise `GraphError` where more than `most` bytes come, `EndpointError` where they come too
        slowly, break off, or are not RDF.
        """
        answer = self._ask("GET", graph, most=most)
        if answer is None:
            return None
        kind, content = answer
        # What is not known may be what was asked for, under another name.
        form = RdfFormat.from_media_type(kind) or RdfFormat.N_TRIPLES
        if form not in _FORMS or "html" in kind.lower():
            raise EndpointError(
                f"{self.address}: {graph.value} came back as {kind}, which is not RDF."
            )
        try:
            return list(parse(content, format=form, base_iri=graph.value))
        except SyntaxError as error:
            problem = f"{graph.value} came back broken ({error})."
            raise EndpointError(f"{self.address}: {problem}") from None

    def delete(self, graph: NamedNode) -> None:
        """Remove a graph, if it is there."""
        self._ask("DELETE", graph)

    def _ask(
        self,
        method: str,
        graph: NamedNode,
        content: bytes | None = None,
        most: int = MOST_BYTES,
    ) -> tuple[str, bytes] | None:
        """Send a request; return media type and body, or None where there is no such graph."""
        self._sign_in()
        headers = {"Accept": _NTRIPLES}
        if content is not None:
            headers["Content-Type"] = _NTRIPLES
        where = {"graph": graph.value}
        with (
            self._told(),
            self._client.stream(
                method, self.address, params=where, content=content, headers=headers
            ) as answer,
        ):
            if answer.status_code in (404, 410) and method != "PUT":
                return None
            self._check(answer, graph)
            return answer.headers.get("Content-Type", ""), self._body(answer, graph, most)

    def _body(self, answer: httpx.Response, graph: NamedNode, most: int) -> bytes:
        """Read an answer; stop where it grows without an end or only drips."""
        start = time.monotonic()
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > most:
                raise GraphError(
                    f"{self.address}: {graph.value} comes back with more than {most:,} bytes."
                )
            if time.monotonic() - start > self.timeout + size / _SLOWEST:
                raise EndpointError(f"{self.address}: {graph.value} comes back too slowly.")
        return b"".join(parts)

    def _check(self, answer: httpx.Response, graph: NamedNode) -> None:
        code = answer.status_code
        if code < 300:
            return
        if code in (401, 403):
            raise StoreError(
                f"{self.address} refuses ({code}). Name a user with --user, or a token in "
                "OFFLABEL_TOKEN, that may write."
            )
        if code in (404, 405, 501):
            raise StoreError(f"{self.address} is no graph store that can be written ({code}).")
        problem = f"{self.address} answered {code} {answer.reason_phrase} for {graph.value}."
        raise EndpointError(problem) if code in _BUSY else GraphError(problem)

    def _sign_in(self) -> None:
        """Find out at the first request in which way the server wants the password."""
        if self._is_known:
            return
        where = {"graph": "urn:none"}
        with self._told(), self._client.stream("GET", self.address, params=where) as answer:
            way = answer.headers.get("WWW-Authenticate", "").lower()
        if way.startswith("basic") and not self.address.startswith("https://"):
            host = urlsplit(self.address).hostname
            if host not in ("localhost", "127.0.0.1", "::1"):
                raise StoreError(f"{self.address} wants a password in clear text. Use https.")
        kind = httpx.BasicAuth if way.startswith("basic") else httpx.DigestAuth
        self._client.auth = kind(self._user or "", self._password)
        self._is_known = True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what may happen to a connection into errors of ours."""
        try:
            yield
        except httpx.TimeoutException:
            raise EndpointError(f"{self.address} did not answer in time.") from None
        except httpx.ConnectError as error:
            raise StoreError(
                f"{self.address} cannot be reached ({error}). "
                "Check the address and that the server runs."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EndpointError(f"{self.address}: the connection broke ({error}).") from None

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()


def canonical(quads: Iterable[Quad]) -> bytes:
    """Return statements as sorted N-Triples, with blank nodes named by RDFC-1.0.

    Numbers take the form of the embedded store, since servers write the same number in many ways.
    """
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    found: Iterable[Quad] = store
    if any(isinstance(node, BlankNode) for quad in store for node in (quad.subject, quad.object)):
        dataset = Dataset(store)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        found = dataset
    return "".join(sorted(f"{quad.triple} .\n" for quad in found)).encode()

"""A graph at a SPARQL 1.1 endpoint, asked through SPARQLWrapper."""

from __future__ import annotations

import io
from http.client import BAD_REQUEST, INTERNAL_SERVER_ERROR, NOT_FOUND, OK
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyoxigraph as ox

from offlabel.errors import EndpointError, OfflabelError, QueryError, RemoteQueryError, StoreError
from offlabel.stores.base import Bindings, Rows
from offlabel.stores.exchange import Answer, exchange
from offlabel.stores.sparqltext import values_block, with_values
from offlabel.terms import XSD

if TYPE_CHECKING:
    from email.message import Message

TIMEOUT = 60
_BUSY = (408, 425, 429, 502, 503, 504)
_DECIMAL = ox.NamedNode(f"{XSD}decimal")
_VIRTUOSO = "__ASK_RETVAL"  # the column of the table with which Virtuoso 7.2 answers an ASK
AGENT = "offlabel (+https://w3id.org/offlabel/)"
LONG = 1500  # characters from which a query is sent by POST, since some servers cut long URLs


class RemoteStore:
    """Whoever outgrows the embedded store points at a server and keeps every query."""

    name = "remote"

    def __init__(self, endpoint: str, timeout: int = TIMEOUT) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise StoreError(
                f"{endpoint!r} is not the address of an endpoint. "
                "Give an http or https address such as http://localhost:7878/query"
            )
        self.endpoint = endpoint
        self.timeout = timeout

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Answer a SELECT; raise `QueryError` where it cannot be read or run."""
        result, most = self._results(query, bindings)
        if not isinstance(result, ox.QuerySolutions):
            raise QueryError("this is not a SELECT query.")
        variables = tuple(variable.value for variable in result.variables)
        try:
            rows = tuple(tuple(row[name] for name in variables) for row in result)
        except SyntaxError as error:
            raise self._broken(error) from None
        if most is not None and len(rows) >= most:
            raise StoreError(
                f"{self.endpoint}: the server gives at most {most} rows, and cut the answer there. "
                "Narrow the query, or raise the limit of the server."
            )
        return Rows(variables, rows)

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        """Answer an ASK."""
        result, _ = self._results(query, bindings)
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        if [variable.value for variable in result.variables] == [_VIRTUOSO]:
            return any(True for _ in result)
        raise QueryError("this is not an ASK query.")

    def construct(self, query: str) -> list[ox.Triple]:
        """Answer a CONSTRUCT or a DESCRIBE, each triple once, in a fixed order."""
        return self.triples(self.turtle(query))

    def turtle(self, query: str) -> bytes:
        """Answer a CONSTRUCT or a DESCRIBE as the endpoint writes it."""
        return self._fetch(query, "turtle")[0]

    def triples(self, body: bytes) -> list[ox.Triple]:
        """Read an answer in Turtle."""
        try:
            parsed = ox.parse(io.BytesIO(body), format=ox.RdfFormat.TURTLE)
            return sorted({quad.triple for quad in parsed}, key=str)
        except SyntaxError as error:
            raise EndpointError(f"{self.endpoint}: the answer is not Turtle ({error}).") from None

    def close(self) -> None:
        """Do nothing: each query opens a connection of its own."""

    def _results(self, query: str, bindings: Bindings | None) -> tuple[Any, int | None]:
        given = bindings or {}
        decimal = any(getattr(value, "datatype", None) == _DECIMAL for value in given.values())
        block = _unfolded if decimal else values_block
        body, most = self._fetch(with_values(query, given, block), "json")
        try:
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON), most
        except SyntaxError as error:
            raise self._broken(error) from None

    def _broken(self, error: SyntaxError) -> EndpointError:
        return EndpointError(
            f"{self.endpoint}: the answer is not a whole SPARQL result ({error}). "
            "The server may have stopped early: narrow the query, or ask it again."
        )

    def _fetch(self, query: str, form: str) -> tuple[bytes, int | None]:
        """Return the answer, and the limit of rows at which the server cut it if it says so."""
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        wrapper = SPARQLWrapper(self.endpoint, agent=AGENT)
        wrapper.setReturnFormat(TURTLE if form == "turtle" else JSON)
        if len(query) > LONG:
            wrapper.setMethod(POST)
        wrapper.setQuery(query)
        # Its own way to send it has no deadline and no limit.
        answer = exchange(wrapper._createRequest(), self.timeout)
        if answer.status != OK:
            raise self._refusal(answer)
        if _ran_out_of_time(answer.headers):
            raise EndpointError(
                f"{self.endpoint}: the server ran out of time and sent a part of the answer. "
                "Narrow the query, or raise the limit of the server."
            )
        return answer.body, _most_rows(answer.headers)

    def _refusal(self, answer: Answer) -> OfflabelError:
        """Return what an answer means that is no result."""
        if answer.status == BAD_REQUEST:
            return QueryError(f"{self.endpoint} cannot read the query: {_reason(answer)}")
        if answer.status == NOT_FOUND:
            return StoreError(f"{self.endpoint}: there is no endpoint at this address.")
        if answer.status == INTERNAL_SERVER_ERROR:
            return RemoteQueryError(f"{self.endpoint} cannot run the query: {_reason(answer)}")
        problem = f"{self.endpoint} refused: {answer.status} {answer.reason}."
        if answer.status in _BUSY:
            return EndpointError(problem, _wait(answer.headers))
        return StoreError(problem)


def _unfolded(variables: str, row: str) -> str:
    """Write values so that no engine takes them for constants of the query.

    Virtuoso 7.2 cannot sort rows that hold a decimal constant (error SR128).
    """
    return f"{{ SELECT DISTINCT {variables} {{ VALUES ({variables}) {{ ({row}) ({row}) }} }} }}"


def _wait(headers: Message) -> float | None:
    """Return the seconds that an endpoint asks to wait."""
    text = str(headers.get("Retry-After", ""))
    return float(text) if text.isdigit() else None


def _ran_out_of_time(headers: Message) -> bool:
    """Say whether Virtuoso stopped for lack of time, which it tells in a header only."""
    return str(headers.get("X-SQL-State", "")).startswith("S1T")


def _most_rows(headers: Message) -> int | None:
    """Return the limit of rows that Virtuoso names where an answer reaches it."""
    text = str(headers.get("X-SPARQL-MaxRows", ""))
    return int(text) if text.isdigit() else None


def _reason(answer: Answer) -> str:
    """Return the last line of what a server says of an error."""
    text = answer.body.decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else "no reason given")[:300]

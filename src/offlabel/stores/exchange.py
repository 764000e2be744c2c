"""One request to an endpoint and its answer, bounded in time, in length and to one host."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TYPE_CHECKING, Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from offlabel.errors import EndpointError, StoreError, UnreachableError

if TYPE_CHECKING:
    from email.message import Message

MEGABYTES = 512  # of an answer; an endpoint may send without an end
_MOST_OF_ERROR = 1 << 16  # bytes of what a server says of its error
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    reason: str
    headers: Message
    body: bytes


def exchange(request: Request, seconds: float) -> Answer:
    """Send a request and return the whole answer, whatever its status.

    Raise `EndpointError` where the answer takes longer than that as a whole, headers included, or
    breaks off; `UnreachableError` where nobody is there; `StoreError` where it has no end, or the
    server sends on to another host.
    """
    url = request.full_url.partition("?")[0]
    end = time.monotonic() + seconds
    opener = build_opener(_Http(end), _Https(end), _SameHost())
    try:
        with opener.open(request, timeout=seconds) as response:
            return _whole(url, response)
    except HTTPError as error:
        with error:
            return Answer(error.code, str(error.reason), error.headers, error.read(_MOST_OF_ERROR))
    except TimeoutError:
        raise _too_slow(url, seconds) from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_slow(url, seconds) from None
        if isinstance(error.reason, ConnectionResetError | BrokenPipeError):
            raise _cut(url, error.reason) from None
        raise UnreachableError(
            f"{url} cannot be reached ({error.reason}). Check the address and that the server runs."
        ) from None
    except (HTTPException, OSError) as error:
        raise _cut(url, error) from None


def _whole(url: str, response: HTTPResponse) -> Answer:
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK):
        parts.append(part)
        size += len(part)
        if size > MEGABYTES << 20:
            raise StoreError(f"{url}: the answer is longer than {MEGABYTES} MB. Narrow the query.")
    if response.length:
        raise _cut(url, f"{response.length} bytes are missing")
    if not size and not response.chunked and response.headers["Content-Length"] is None:
        raise _cut(url, "there is no body")  # nor a header that says so: these may be cut, too
    return Answer(response.status, response.reason, response.headers, b"".join(parts))


def _too_slow(url: str, seconds: float) -> EndpointError:
    return EndpointError(f"{url} did not answer within {seconds:g} seconds.")


def _cut(url: str, reason: object) -> EndpointError:
    return EndpointError(f"{url}: the connection ended early ({reason}). Ask it again.")


class _Timed(io.RawIOBase):
    """What comes out of a socket until a moment; after it, reading raises `TimeoutError`.

    The time-out of a socket alone starts anew with every byte.
    """

    def __init__(self, sock: socket.socket, end: float) -> None:
        self.sock, self.end = sock, end
        self.raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        return self.raw.readinto(buffer)

    def close(self) -> None:
        self.raw.close()
        super().close()


class _Socket:
    """As much of a socket as an `HTTPResponse` uses."""

    def __init__(self, sock: socket.socket, end: float) -> None:
        self.sock, self.end = sock, end

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timed(self.sock, self.end))


def _connecting(kind: type[HTTPConnection], end: float) -> Callable[..., HTTPConnection]:
    """Return what connects so that answers are timed."""

    def connect(host: str, **more: Any) -> HTTPConnection:
        connection = kind(host, **more)
        connection.response_class = cast(
            Any, lambda sock, **rest: HTTPResponse(cast(Any, _Socket(sock, end)), **rest)
        )
        return connection

    return connect


class _Http(HTTPHandler):
    def __init__(self, end: float) -> None:
        super().__init__()
        self.end = end

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(cast(Any, _connecting(HTTPConnection, self.end)), req)


class _Https(HTTPSHandler):
    def __init__(self, end: float) -> None:
        super().__init__()
        self.end = end

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(cast(Any, _connecting(HTTPSConnection, self.end)), req)


class _SameHost(HTTPRedirectHandler):
    """Follow a server to another of its addresses, but not to another host.

    What is said of an answer names the endpoint that was asked.
    """

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if before.hostname != after.hostname or (before.scheme, after.scheme) == ("https", "http"):
            fp.close()
            raise StoreError(
                f"{req.full_url.partition('?')[0]} sends on to {newurl.partition('?')[0]}. "
                "Name that address as the endpoint if you trust it."
            )
        return Request(newurl, req.data, dict(req.headers), unverifiable=True)  # POST stays POST

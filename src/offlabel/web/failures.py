"""Why a request gets no answer: each kind of error with its status."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from offlabel.errors import (
    OfflabelError,
    ParameterError,
    QueryError,
    UnknownNameError,
)


class Failure(OfflabelError):
    """A request that is refused or could not be answered, with its HTTP status."""

    def __init__(
        self,
        status: int,
        detail: str,
        line: int | None = None,
        column: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.line, self.column = status, detail, line, column
        self.headers = headers or {}
        super().__init__(detail)

    def fields(self) -> dict[str, Any]:
        """Return what another process needs to raise the same."""
        return {"status": self.status, "detail": self.detail, "line": self.line,
                "column": self.column}  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Return what RFC 9457 wants in a problem document, with line and column if known."""
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.line:
            said |= {"line": self.line, "column": self.column}
        return said


class TimedOut(Failure):
    """A query that took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(504, f"stopped after {seconds:g} seconds. Narrow the query.")


class OutOfMemory(Failure):
    """A query that needed more memory than it may."""

    def __init__(self, megabytes: int) -> None:
        detail = f"stopped, because it needed more than {megabytes:,} MB of memory. "
        super().__init__(507, detail + "Narrow the query.")


def with_advice(failure: Failure, text: str) -> Failure:
    """Return what went past a limit of time or memory with what to change in its query."""
    from offlabel.sparql.traps import advice  # few queries go past a limit

    return Failure(failure.status, failure.detail + advice(text), headers=failure.headers)


class TooLarge(Failure):
    """An answer of more bytes than it may have."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"the answer has more than {most:,} bytes. Add a LIMIT to the query.")


class TooDeep(Failure):
    """A query so deeply nested that the engine cannot read it."""

    def __init__(self) -> None:
        super().__init__(400, "the engine gave up on the query: it is nested too deeply.")


class Busy(Failure):
    """More requests at once than are answered."""

    def __init__(self, detail: str, seconds: int = 1, status: int = 429) -> None:
        super().__init__(status, detail, headers={"retry-after": str(seconds)})


def failure_from(error: OfflabelError) -> Failure:
    """Return an error of any kind with the status that says whose fault it is."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, QueryError):
        return Failure(400, str(error), error.line, error.column)
    if isinstance(error, ParameterError):
        return Failure(400, str(error))
    if isinstance(error, UnknownNameError):
        return Failure(404, str(error))
    return Failure(500, "The server cannot read its graph. Its log says more.")

"""What goes wrong, as problem details (RFC 9457) with the close matches of a misspelt name."""

from __future__ import annotations

import json
import logging
import re
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from offlabel.errors import (
    MissingExtraError,
    OfflabelError,
    QueryError,
    SourceError,
    SourcesError,
    StoreError,
    UnknownNameError,
)

MEDIA_TYPE = "application/problem+json"
LOG = logging.getLogger("offlabel.web")
_PATH = re.compile(r"(?:^|\s)(?:/|[A-Za-z]:\\)")  # of a file, not of an address


class Problem(OfflabelError):
    """A request that cannot be answered, with the status that says so."""

    def __init__(self, status: int, detail: str, **more: object) -> None:
        self.status, self.more = status, more
        super().__init__(detail)


def document(status: int, detail: str, **more: object) -> dict[str, Any]:
    """Build the problem details of a status; `more` are further members."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


def from_error(error: OfflabelError) -> dict[str, Any]:
    """Build the problem details of an error of ours; bad input is 400."""
    detail = str(error).replace(" -p ", " ")  # which only the command line writes
    if isinstance(error, Problem):
        return document(error.status, detail, **error.more)
    if isinstance(error, UnknownNameError):
        named = {"name": error.name, "kind": error.kind, "candidates": list(error.candidates)}
        return document(400, detail, **named)
    if isinstance(error, QueryError):
        return document(400, detail, line=error.line, column=error.column)
    if isinstance(error, SourcesError | SourceError):
        errors = error.errors if isinstance(error, SourcesError) else (error,)
        if any(each.path.is_absolute() for each in errors):
            return _of_the_machine(error, "Its files are being edited, and one cannot be read.")
        lines = [
            {"line": each.line, "detail": f"{each.problem} {each.remedy}".strip()}
            for each in errors
        ]
        return document(400, detail, errors=lines)
    if isinstance(error, MissingExtraError):
        return document(501, detail)
    if isinstance(error, StoreError):
        is_of_machine = _PATH.search(detail)
        return _of_the_machine(error) if is_of_machine else document(503, detail)
    return document(400, detail)


def _of_the_machine(error: OfflabelError, why: str = "") -> dict[str, Any]:
    """Say that the server is at fault, and leave the paths of its machine to its log."""
    LOG.error("%s", error)
    said = ("The server cannot answer now.", why, "Its log says more.")
    return document(503, " ".join(part for part in said if part))


def content(problem: dict[str, Any]) -> bytes:
    """Write problem details as JSON."""
    return (json.dumps(problem, ensure_ascii=False, indent=2) + "\n").encode()


def response(problem: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Answer with problem details."""
    return Response(content(problem), problem["status"], headers, MEDIA_TYPE)

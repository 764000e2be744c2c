"""Answer what goes wrong: problem details for programs, and a page for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from offlabel.errors import OfflabelError
from offlabel.web import problems
from offlabel.web.failures import Failure
from offlabel.web.negotiation import PAGE_FORMS, Forms, accept_of, form_of_accept
from offlabel.web.pages import CSP, render
from offlabel.web.problems import Problem

_FORMS: Forms = {"json": (problems.MEDIA_TYPE, "application/json"), **PAGE_FORMS}


def refused(
    request: Request, problem: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """Answer with problem details, or with a page where a browser asks."""
    headers = {"Vary": "Accept", **(headers or {})}
    if not _is_for_people(request):
        return problems.response(problem, headers)
    page = render(
        "refusal.html.jinja",
        str(request.scope.get("root_path", "")).rstrip("/"),
        problem=problem,
        meant=[(name, corrected(request, problem, name)) for name in problem.get("candidates", [])],
    )
    headers["Content-Security-Policy"] = CSP
    return Response(page, problem["status"], headers, "text/html; charset=utf-8")


def corrected(request: Request, problem: dict[str, Any], candidate: str) -> str:
    """Return the address of a request with what may have been meant in place of a wrong name.

    It is empty where the name stands in no part of the address by itself.
    """
    name, path = str(problem.get("name", "")), request.url.path
    query = parse_qsl(request.url.query, keep_blank_values=True)
    if f"/{name}" in path:
        before, _, after = path.rpartition(f"/{name}")
        path = f"{before}/{candidate}{after}"
    else:
        put = {name: candidate}
        meant = [(put.get(key, key), put.get(value, value)) for key, value in query]
        if meant == query:
            return ""
        query = meant
    address = "/" + quote(path.lstrip("/"), safe="/-._~:")  # two slashes would be another host
    return f"{address}?{urlencode(query)}" if query else address


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    if not isinstance(error, OfflabelError):
        raise error
    if isinstance(error, Failure):
        return refused(request, error.document(), error.headers)
    return refused(request, problems.from_error(error))


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what Starlette itself refuses: no such path, or a method that it does not take."""
    if not isinstance(error, HTTPException):
        raise error
    details = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible here.",
    }
    detail = details.get(error.status_code, str(error.detail))
    return refused(request, problems.document(error.status_code, detail), dict(error.headers or {}))


HANDLERS: dict[type[Exception], Callable[..., Any]] = {
    OfflabelError: on_problem,
    HTTPException: on_http,
}


def _is_for_people(request: Request) -> bool:
    try:
        return form_of_accept(accept_of(request), _FORMS) == "html"
    except Problem:
        return False

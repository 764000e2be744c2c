"""From a request to a job and back: parameters are checked, the answer of the job is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from offlabel.names import close_matches
from offlabel.paths import Roots
from offlabel.web import problems
from offlabel.web.caller import not_modified
from offlabel.web.pages import CSP, CSP_ALONE
from offlabel.web.problems import Problem

Content = tuple[str, bytes]
"""What a job returns: media type and content."""

PAGED = "application/x-offlabel-page"
LONGEST = 1_000  # characters of one value
MOST = 10_000  # rows or things that a page may be asked to have


class State(Protocol):
    """What the routes need of the server: where the sources are, and who does the work."""

    @property
    def roots(self) -> Roots:
        """Return where the sources are."""
        ...

    @property
    def public_url(self) -> str:
        """Return the address under which others reach the server, or nothing."""
        ...

    def etag(self, *parts: str) -> str:
        """Return the mark of an answer that depends on the graph and on these parts alone."""
        ...

    async def run(self, kind: str, arguments: dict[str, Any]) -> Content:
        """Do the job of a kind; the work is done where it can be ended."""
        ...

    async def send_on(
        self, request: Request, kind: str, arguments: dict[str, Any], headers: Mapping[str, str]
    ) -> Response:
        """Answer with what the job of a kind writes, while it writes it."""
        ...


def home_address(state: State, request: Request) -> str:
    """Return the address of the first page, with its slash, as others see it.

    Without a public one it is what the request calls it, which somebody else may have made up.
    """
    return state.public_url.rstrip("/") + "/" if state.public_url else str(request.base_url)


async def answer(
    state: State,
    kind: str,
    arguments: dict[str, Any],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Do a job and answer with what comes of it; raise `Problem` where nothing does.

    The job is not done where the client has the answer already.
    """
    marks = _marks(state, kind, arguments)
    if unchanged := not_modified(marks["ETag"]):
        return unchanged
    media, content = await done(state, kind, arguments)
    if unchanged := not_modified(marks["ETag"], exists=True):
        return unchanged
    policy = _policy(arguments, media)
    return Response(content, 200, {"Vary": "Accept", **marks, **policy, **(headers or {})}, media)


async def done(state: State, kind: str, arguments: dict[str, Any]) -> Content:
    """Do a job; raise `Problem` where it returns problem details."""
    media, content = await state.run(kind, arguments)
    if media == problems.MEDIA_TYPE:
        said = json.loads(content)
        raise Problem(said.pop("status"), said.pop("detail"), **said)
    return media, content


async def answer_page(
    state: State, request: Request, kind: str, arguments: dict[str, Any]
) -> Response:
    """Do a job whose answer is one page of several; a Link header leads to the next one."""
    marks = _marks(state, kind, arguments)
    if unchanged := not_modified(marks["ETag"]):
        return unchanged
    _, content = await done(state, kind, arguments)
    if unchanged := not_modified(marks["ETag"], exists=True):
        return unchanged
    head, _, body = content.partition(b"\n")
    about = json.loads(head)
    link = next_link(request, about["total"], arguments["limit"], arguments["offset"])
    headers = {"Vary": "Accept", "X-Total-Count": str(about["total"]), **marks, **link}
    headers |= _policy(arguments, about["media"])
    return Response(body, 200, headers, about["media"])


async def answer_large(
    state: State,
    request: Request,
    kind: str,
    arguments: dict[str, Any],
    headers: Mapping[str, str],
) -> Response:
    """Do a job whose answer is too large to be held, and send it on as it comes."""
    marks = _marks(state, kind, arguments)
    if unchanged := not_modified(marks["ETag"]):
        return unchanged
    return await state.send_on(request, kind, arguments, {"Vary": "Accept", **marks, **headers})


def _policy(arguments: dict[str, Any], media: str) -> dict[str, str]:
    """Return the header that lets a page of the server load nothing but its style.

    A dossier brings its style along, to be kept as a file, and may load nothing at all.
    """
    if not media.startswith("text/html"):
        return {}
    return {"Content-Security-Policy": CSP if "root" in arguments else CSP_ALONE}


def _marks(state: State, kind: str, arguments: dict[str, Any]) -> dict[str, str]:
    """Return what lets an answer be kept: it is the same as long as graph and day are."""
    said = json.dumps(arguments, sort_keys=True)
    etag = state.etag(kind, said, date.today().isoformat())
    return {"ETag": etag, "Cache-Control": "no-cache"}


def paged(media: str, content: bytes, total: int) -> Content:
    """Return what a job for `answer_page` returns: the content below a line that counts all."""
    head = json.dumps({"media": media, "total": total}).encode()
    return PAGED, head + b"\n" + content


def parameters(
    request: Request, known: Iterable[str], many: Iterable[str] = (), needed: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the parameters of a request, those in `many` as lists; raise `Problem` 400.

    `format` is always known. A misspelt name is told with the closest one that is known.
    """
    known, many, found = [*known], [*many], dict[str, Any]()
    for name, value in request.query_params.multi_items():
        if name not in (*known, *many, "format"):
            close = close_matches(name, known + many)[:1]
            hint = f" Did you mean {close[0]}?" if close else ""
            takes = f" It takes {', '.join(known + many)}." if known or many else ""
            detail = f"There is no parameter {name!r} here.{hint}{takes}"
            raise Problem(400, detail, name=name, candidates=close)
        if "\0" in value:
            raise Problem(400, f"{name} holds a NUL, which no name and no text has.", name=name)
        if len(value) > LONGEST:
            raise Problem(400, f"{name} is too long: at most {LONGEST:,} characters.", name=name)
        if name in many:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise Problem(400, f"The parameter {name} is given twice.", name=name)
        elif name != "format":
            found[name] = value
    for name in needed:
        if not str(found.get(name, "")).strip():
            raise Problem(400, f"Give the parameter {name}.", name=name)
    return found


def day(given: Mapping[str, Any]) -> str | None:
    """Return the day in `asOf`, or None; raise `Problem` 400 where it is no date."""
    text = given.get("asOf")
    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        detail = f"asOf takes a date written as YYYY-MM-DD, not {text!r}."
        raise Problem(400, detail, name="asOf") from None


def page(given: dict[str, Any], limit: int | None = None) -> tuple[int | None, int]:
    """Take `limit` and `offset` out of the parameters: how many, after how many."""
    return (
        _number(given.pop("limit", None), "limit", limit, 1, MOST),
        _number(given.pop("offset", None), "offset", 0, 0, 10**9) or 0,
    )


def next_link(request: Request, total: int, limit: int | None, offset: int) -> dict[str, str]:
    """Return the Link header to the next page, or none where this is the last."""
    if limit is None or offset + limit >= total:
        return {}
    return {"Link": f'<{_address(request, offset + limit)}>; rel="next"'}


def _address(request: Request, offset: int) -> str:
    """Return the relative address of a request with another offset."""
    url = request.url.include_query_params(offset=offset)
    return f"{url.path}?{url.query}"


def _number(text: str | None, name: str, usual: int | None, least: int, most: int) -> int | None:
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 11 and least <= int(text) <= most):
        detail = f"{name} takes a whole number from {least} to {most:,}, not {text!r}."
        raise Problem(400, detail, name=name)
    return int(text)

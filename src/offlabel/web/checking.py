"""The address /api/check-claims: claims of a body, or of a source in the graph."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from offlabel.web.asking import State, answer, day, parameters
from offlabel.web.negotiation import TEXT_FORMS, Forms, form_of_path
from offlabel.web.problems import Problem

CHECK_FORMS: Forms = {**TEXT_FORMS, "csv": ("text/csv",)}

# How the body of a claim check is read, by its media type.
LANGUAGES = {
    "text/csv": "csv",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "application/json": "yaml",  # which JSON is part of
}
_BIGGEST = 5_000_000  # bytes of a body


async def check(state: State, request: Request) -> Response:
    """Judge the claims of a body, or those of a source."""
    return await (_check_body if request.method == "POST" else _check_source)(state, request)


async def _check_source(state: State, request: Request) -> Response:
    given = parameters(request, ["source", "asOf"], needed=["source"])
    form = form_of_path(request, CHECK_FORMS)
    arguments = {"source": given["source"], "asOf": day(given), "form": form}
    return await answer(state, request, "check-claims", arguments)


async def _check_body(state: State, request: Request) -> Response:
    given = parameters(request, ["asOf"])
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in LANGUAGES:
        raise Problem(
            415, f"Send the claims as {', '.join(LANGUAGES)}, not as {media or 'nothing'}."
        )
    arguments = {
        "text": await _body(request),
        "language": LANGUAGES[media],
        "asOf": day(given),
        "form": form_of_path(request, CHECK_FORMS),
    }
    return await answer(state, request, "check-claims", arguments)


async def _body(request: Request) -> str:
    """Read a body of UTF-8 text; raise `Problem` 413 as soon as it is too long."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _BIGGEST:
            raise Problem(413, f"The body is too long: at most {_BIGGEST:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8 text.") from None

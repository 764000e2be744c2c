"""What is known of the request that is being answered, for parts that do not see it.

`LimitsMiddleware` notes it; what runs on behalf of the request finds it in its context.
"""

from __future__ import annotations

import re
from contextvars import ContextVar

from starlette.responses import Response

CLIENT: ContextVar[str] = ContextVar("client", default="")
KNOWN: ContextVar[str] = ContextVar("known", default="")  # If-None-Match of a GET or HEAD

_ANY = "*"
_MARK = re.compile(r'(?:W/)?("[^"]*")')


def is_known(etag: str, header: str) -> bool:
    """Say whether a client has an answer already that exists: a weak comparison (RFC 9110, 13.1.2).

    `*` is any answer; ask for that only where there is one.
    """
    found = _MARK.fullmatch(etag)
    return header.strip(" ,") == _ANY or bool(found and found[1] in _MARK.findall(header))


def not_modified(etag: str, *, exists: bool = False) -> Response | None:
    """Return a 304 where the client has this answer already, and None where not.

    `If-None-Match: *` means any answer that `exists`, which only whoever has made one knows.
    """
    known = KNOWN.get()
    if not known or (known.strip(" ,") == _ANY and not exists) or not is_known(etag, known):
        return None
    return Response(status_code=304, headers={"vary": "Accept", **({"etag": etag} if etag else {})})

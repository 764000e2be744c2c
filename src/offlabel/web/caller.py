"""Who sent the request that is being answered, for what sees no request: jobs and their turns."""

from __future__ import annotations

from contextvars import ContextVar

CLIENT: ContextVar[str] = ContextVar("client", default="")

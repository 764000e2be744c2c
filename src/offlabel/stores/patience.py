"""Ask a server again after a pause where it fails in a way that may pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from offlabel.errors import EndpointError, RemoteQueryError

LONGEST_PAUSE = 60.0  # seconds, whatever a server asks for
PASSING = (EndpointError, RemoteQueryError)  # what may be over when it is tried again
T = TypeVar("T")


def patiently(call: Callable[[], T], tries: int, pause: float = 1.0) -> T:
    """Call until it succeeds, with pauses that double from `pause` seconds; raise the last error.

    Only what is in `PASSING` is worth another try; a server's own wish for a pause is heeded.
    """
    from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

    def wait(state: Any) -> float:
        error = state.outcome.exception()
        asked = error.wait if isinstance(error, EndpointError) else None
        grown: float = pause * 2 ** (state.attempt_number - 1)
        return min(max(grown, asked or 0.0), LONGEST_PAUSE)

    again = Retrying(
        stop=stop_after_attempt(tries),
        wait=wait,
        retry=retry_if_exception_type(PASSING),
        reraise=True,
    )
    return again(call)

"""The answer yes or no, which is no table."""

from __future__ import annotations

import pyoxigraph as ox

_RESULTS = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}


def boolean(answer: bool, name: str) -> bytes:
    """Write the answer of an ASK: in a results format, or as one word."""
    if name not in _RESULTS:
        word = ("yes" if answer else "no") if name in ("table", "md") else str(answer).lower()
        return f"{word}\n".encode()
    source = f'{{"head": {{}}, "boolean": {str(answer).lower()}}}'
    result = ox.parse_query_results(source, ox.QueryResultsFormat.JSON)
    text = b"" if isinstance(result, ox.QuerySolutions) else result.serialize(format=_RESULTS[name])
    return (text or b"") + b"\n"

"""Answers that are no tables: yes or no, and triples."""

from __future__ import annotations

import pyoxigraph as ox

from offlabel.terms import prefixes

_GRAPHS = {
    "json": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
}
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


def triples(answer: list[ox.Triple], name: str) -> bytes:
    """Write triples in an RDF syntax, with the project's prefixes that occur in them."""
    text = " ".join(map(str, answer))
    used = {prefix: iri for prefix, iri in prefixes() if f"<{iri}" in text}
    content = ox.serialize(answer, format=_GRAPHS[name], prefixes=used) or b""
    return content if content.endswith(b"\n") or not content else content + b"\n"

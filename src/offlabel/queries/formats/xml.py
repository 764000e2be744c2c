"""An answer in the SPARQL Query Results XML Format."""

from __future__ import annotations

import json

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.formats.json import document
from offlabel.queries.table import Table


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as XML that ends in a line feed."""
    return serialized(table, QueryResultsFormat.XML) + b"\n"


def serialized(table: Table, format_: QueryResultsFormat) -> bytes:
    """Write an answer with the engine's own serializer."""
    results = parse_query_results(json.dumps(document(table)), QueryResultsFormat.JSON)
    text = results.serialize(format=format_) if isinstance(results, QuerySolutions) else None
    return text or b""

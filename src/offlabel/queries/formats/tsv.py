"""An answer in the SPARQL 1.1 Query Results TSV Format: every term in full, as in Turtle."""

from __future__ import annotations

from pyoxigraph import QueryResultsFormat

from offlabel.queries.formats.base import PLAIN, Look
from offlabel.queries.formats.xml import serialized
from offlabel.queries.table import Table


def render(table: Table, look: Look = PLAIN) -> bytes:
    """Give the answer as TSV."""
    return serialized(table, QueryResultsFormat.TSV)

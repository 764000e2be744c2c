"""The JSON-LD context over HTTP."""

from __future__ import annotations

from offlabel.api import Graph
from offlabel.exports.context import document
from offlabel.web.answers import Arguments, job, to_json
from offlabel.web.asking import Content


@job
def context(graph: Graph, arguments: Arguments) -> Content:
    """Give the context."""
    return "application/ld+json", to_json(document(graph.store))

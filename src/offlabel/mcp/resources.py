"""The resources: the ontology, its terms in short, the prefixes, and the saved queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from offlabel.errors import OfflabelError
from offlabel.mcp.work import Work
from offlabel.queries.library import get_query, list_queries
from offlabel.terms import prefixes
from offlabel.web import problems
from offlabel.web.api import query_entry

if TYPE_CHECKING:
    from mcp.server import MCPServer


def add(server: MCPServer, work: Work) -> None:
    """Give a server its resources."""

    @server.resource("offlabel://ontology", mime_type="text/turtle")
    async def ontology() -> str:
        """Give the ontology in Turtle: each class and property with its definition."""
        arguments = {"name": "", "root": "", "asOf": None, "form": "ttl"}
        media, content = await work.run("ontology", arguments)
        if media == problems.MEDIA_TYPE:
            raise ResourceError(json.loads(content)["detail"])
        return content.decode()

    @server.resource("offlabel://prefixes", mime_type="application/sparql-query")
    def prefix_lines() -> str:
        """Give the prefixes that queries may use, as the head of a SPARQL query."""
        return prefixes().sparql()

    @server.resource("offlabel://queries", mime_type="application/json")
    def queries() -> str:
        """List the saved queries with their parameters."""
        return json.dumps([query_entry(query) for query in list_queries(work.roots)])

    @server.resource("offlabel://query/{topic}/{name}", mime_type="application/sparql-query")
    def query(topic: str, name: str) -> str:
        """Give a saved query: its head, and complete SPARQL."""
        try:
            return get_query(work.roots, f"{topic}/{name}").text
        except OfflabelError as error:
            text = str(error).replace(" `offlabel ask` lists them all.", "")
            raise ResourceNotFoundError(text) from None

"""The server: its tools and resources, for stdio and, as routes, for an HTTP server."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import TYPE_CHECKING

from offlabel.errors import MissingExtraError
from offlabel.mcp.work import Work

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from starlette.routing import BaseRoute

INSTRUCTIONS = (
    "A graph of the evidence for off-label drug use, in which dose is part of every statement. "
    "Start with search or list_queries; run_query answers most questions. Never report a "
    "percentage without k and n and the class of dose. A reported grade is what a source says "
    "that a body says; a derived grade comes from rules and is no panel's judgement. 'Never "
    "searched' is not 'none found'. Cite the IRIs in `citations`. The graph recommends nothing."
)


def create_server(work: Work) -> MCPServer:
    """Return a server whose tools have their work done by `work`.

    Raise `MissingExtraError` where the SDK is not installed.
    """
    try:
        from mcp.server import MCPServer
    except ImportError:
        raise MissingExtraError("mcp", "`offlabel mcp`") from None
    from offlabel.mcp import resources, tools

    server = MCPServer(
        "offlabel",
        title="offlabel: evidence for off-label drug use",
        instructions=INSTRUCTIONS,
        website_url="https://w3id.org/offlabel/",
        version=version("offlabel"),
        log_level="WARNING",
    )
    tools.add(server, work)
    resources.add(server, work)
    return server


def http_routes(
    work: Work, hosts: Sequence[str] = ("127.0.0.1:*", "localhost:*", "[::1]:*")
) -> tuple[list[BaseRoute], AbstractAsyncContextManager[None]]:
    """Return the route /mcp, and what has to be entered for as long as the application runs.

    A request is answered where its Host is one of `hosts`, and its Origin, if it has one, too.
    There are no sessions, so any process can answer any request.
    """
    server = create_server(work)
    from mcp.server.transport_security import TransportSecuritySettings

    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    app = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(
            allowed_hosts=list(hosts), allowed_origins=origins
        ),
    )
    return list(app.routes), server.session_manager.run()

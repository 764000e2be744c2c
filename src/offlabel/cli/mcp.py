"""`offlabel mcp`."""

from __future__ import annotations

import click

from offlabel.cli.options import data_options, endpoint_option
from offlabel.paths import Roots


@click.command()
@endpoint_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long a SPARQL query may take.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(min=256),
    default=2048,
    show_default=True,
    metavar="MB",
    help="How much memory a SPARQL query may take.",
)
@data_options
def command(endpoint: str | None, timeout: float, max_memory: int, roots: Roots) -> None:
    """Serve the graph to an agent over standard input and output (Model Context Protocol).

    The agent's program starts this command itself; docs/mcp.md shows how. Reading only.
    """
    from offlabel.api import Graph
    from offlabel.errors import MissingExtraError
    from offlabel.queries.worker import Limits

    try:
        from offlabel.mcp.server import create_server
        from offlabel.mcp.work import ROWS, Local
        from offlabel.web.answers import rules_of
    except ImportError:  # of a library that comes with the extra
        raise MissingExtraError("mcp", "`offlabel mcp`") from None

    with Graph(roots, endpoint=endpoint) as graph:
        limits = Limits(seconds=timeout, megabytes=max_memory, rows=ROWS)
        server = create_server(Local(graph, limits))
        _ = graph.store  # built before the first question
        rules_of(roots)
        server.run("stdio")

"""`offlabel serve`."""

from __future__ import annotations

import os

import click

from offlabel.cli.options import data_options
from offlabel.errors import MissingExtraError, ParameterError
from offlabel.paths import Roots

TOKEN = "OFFLABEL_TOKEN"
LOOPBACK = "127.0.0.1,::1"


def _whole(default: int, least: int = 1) -> dict[str, object]:
    return {"type": click.IntRange(min=least), "default": default, "show_default": True}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", **_whole(8000, 0))  # type: ignore[arg-type]
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes.")
@click.option(
    "--long-queries",
    type=click.IntRange(min=1),
    metavar="N",
    help="Long queries at once, beside the workers; as many as those unless given.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long a query may take.",
)
@click.option("--max-memory", metavar="MB", help="Memory for a query.", **_whole(1024, 64))  # type: ignore[arg-type]
@click.option("--max-result", metavar="MB", help="Size of an answer.", **_whole(512))  # type: ignore[arg-type]
@click.option("--max-query", metavar="N", help="Characters of a query.", **_whole(100_000))  # type: ignore[arg-type]
@click.option("--max-body", metavar="MB", help="Size of a request.", **_whole(16))  # type: ignore[arg-type]
@click.option("--concurrency", metavar="N", help="Requests at once.", **_whole(1_000))  # type: ignore[arg-type]
@click.option("--per-client", metavar="N", help="The same, of one client.", **_whole(200))  # type: ignore[arg-type]
@click.option("--connections", metavar="N", help="At once; half of one client.", **_whole(4_096, 2))  # type: ignore[arg-type]
@click.option(
    "--patience",
    type=click.FloatRange(min=0.1),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long a client may take to send or to read on.",
)
@click.option("--cache", metavar="MB", help="Answers to keep.", **_whole(64, 0))  # type: ignore[arg-type]
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="An endpoint that queries may call with SERVICE; may be repeated.",
)
@click.option(
    "--writable",
    is_flag=True,
    help=f"Take updates from whoever sends the token in ${TOKEN}.",
)
@click.option(
    "--public-url",
    default="",
    metavar="URL",
    help="The address under which others reach the server through a proxy, with its path.",
)
@click.option("--private-logs", is_flag=True, help="Log no values of parameters.")
@click.option(
    "--behind-proxy",
    "proxies",
    is_flag=False,
    flag_value=LOOPBACK,
    default="",
    metavar="ADDRESSES",
    help="Believe what proxies at these addresses or networks, separated by commas, say of their "
    f"clients in X-Forwarded-For; {LOOPBACK} unless given.",
)
@click.option(
    "--store",
    type=click.Choice(["auto", "memory", "disk"]),
    default="auto",
    show_default=True,
    help="Where the graph is while it is served: in memory, or on disk, which is several times "
    "slower; auto takes memory where the graph fits into what is free.",
)
@click.option(
    "--isolation",
    type=click.Choice(["fork", "spawn"]),
    default=None,
    help="Workers are forked, or each is started by itself (spawn) and reads the graph from disk.",
)
@data_options
def command(
    host: str,
    port: int,
    workers: int | None,
    long_queries: int | None,
    timeout: float,
    max_memory: int,
    max_result: int,
    max_query: int,
    max_body: int,
    concurrency: int,
    per_client: int,
    connections: int,
    patience: float,
    cache: int,
    services: tuple[str, ...],
    writable: bool,
    public_url: str,
    private_logs: bool,
    proxies: str,
    store: str,
    isolation: str | None,
    roots: Roots,
) -> None:
    """Serve the graph over HTTP: SPARQL at /sparql, graphs at /graph.

    Every query runs in a process of its own, within the limits below, and opens neither a file nor
    a connection. A store that `offlabel build` builds meanwhile is taken up by itself.
    """
    try:
        from offlabel.web.app import ready
        from offlabel.web.server import serve
        from offlabel.web.settings import MEGABYTE, Settings
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("offlabel"):
            raise
        raise MissingExtraError("serve", "offlabel serve") from None
    token = os.environ.pop(TOKEN, None)
    if writable and not token:
        raise ParameterError(f"--writable needs a token: set it in the variable {TOKEN}.")
    chosen = {"workers": workers, "isolation": isolation}
    settings = Settings(
        roots=roots,
        host=host,
        port=port,
        long_queries=long_queries,
        seconds=timeout,
        memory_mb=max_memory,
        max_result=max_result * MEGABYTE,
        max_query=max_query,
        max_body=max_body * MEGABYTE,
        concurrency=concurrency,
        per_client=per_client,
        connections=connections,
        patience=patience,
        cache=cache * MEGABYTE,
        services=frozenset(services),
        token=token if writable else None,
        public_url=public_url,
        private_logs=private_logs,
        proxies=proxies,
        store=store,
        **{name: value for name, value in chosen.items() if value is not None},  # type: ignore[arg-type]
    )
    address = f"[{host}]" if ":" in host else host
    click.echo(f"Serving the graph at http://{address}:{port}/", err=True)
    ready(roots)
    serve(settings)

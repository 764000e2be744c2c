"""`offlabel push`."""

from __future__ import annotations

import os
from datetime import date

import click

from offlabel.cli.options import as_of_option, data_options
from offlabel.cli.progress import counted
from offlabel.errors import OfflabelError
from offlabel.paths import Roots


@click.command()
@click.argument("url", metavar="URL")
@click.option("--user", metavar="NAME", help="Sign in; the password is asked for.")
@click.option("--tries", type=click.IntRange(1, 20), default=4, show_default=True)
@click.option("--all", "anew", is_flag=True, help="Send every graph, whatever was sent before.")
@click.option(
    "--ontologies",
    "whole",
    is_flag=True,
    help="Send imported ontologies whole, and what endpoints answered, not only the terms needed.",
)
@as_of_option
@data_options
def command(
    url: str,
    user: str | None,
    tries: int,
    anew: bool,
    whole: bool,
    as_of: date | None,
    roots: Roots,
) -> int:
    """Push the graph to a server: URL is its Graph Store Protocol address.

    With it go the outside terms that things are mapped to and all above them, so that questions
    over hierarchies are answered there. Graph after graph is replaced whole; what an earlier push
    left and the graph no longer has is removed, other graphs stay. After a break, the same command
    goes on. In the end each graph is compared by count and checksum. Exit code 1: some differ or
    failed. The password is read from OFFLABEL_PASSWORD where that is set, a bearer token from
    OFFLABEL_TOKEN.
    """
    from offlabel.links.journal import Journal
    from offlabel.links.linked import open_linked
    from offlabel.links.push import push
    from offlabel.stores.graphstore import GraphStore

    if whole and as_of:
        raise OfflabelError("Imported ontologies have no past. Leave out --as-of or --ontologies.")
    store = open_linked(roots, cut=not whole, as_of=as_of)
    password = ""
    if user:
        password = os.environ.get("OFFLABEL_PASSWORD") or click.prompt("Password", hide_input=True)
    journal = Journal(url)
    if anew:
        journal.forget()
    server = GraphStore(url, user, password, os.environ.get("OFFLABEL_TOKEN"))
    with server, counted("Pushing") as moved:
        done = push(store.store, server, journal, moved, tries)
    for graph in done.different:
        click.echo(f"{graph} is not there as it is here.", err=True)
    for graph, reason in done.failed:
        click.echo(f"{graph} failed: {reason}", err=True)
    click.echo(
        f"{done.graphs:,} graphs with {done.statements:,} statements: {done.sent:,} sent, "
        f"{done.removed:,} removed, {done.equal:,} compared equal"
    )
    return 1 if done.different or done.failed else 0

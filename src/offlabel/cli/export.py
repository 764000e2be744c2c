"""`offlabel export`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, data_options
from offlabel.exports import EXPORTS, write
from offlabel.paths import Roots


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(sorted(EXPORTS)))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; gzipped where it ends in .gz. Without it: standard output.",
)
@click.option("--asserted", is_flag=True, help="Leave out what rules derived.")
@as_of_option
@data_options
def command(
    form: str, output: Path | None, asserted: bool, as_of: date | None, roots: Roots
) -> None:
    """Write the graph as FORMAT: jsonld, nquads, ntriples, rdfxml, trig or turtle.

    The same graph gives the same bytes. A file appears only when it is complete.
    """
    from offlabel.stores.disk import DiskStore
    from offlabel.terms import GRAPH

    quads = list(DiskStore.from_roots(roots, as_of).store)
    if asserted:
        quads = [q for q in quads if not str(q.graph_name).startswith(f"<{GRAPH}rule/")]
    if output is None:
        EXPORTS[form].dump(quads, sys.stdout.buffer)
        return
    write(EXPORTS[form], quads, output)

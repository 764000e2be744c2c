"""`offlabel show`."""

from __future__ import annotations

from pathlib import Path

import click

from offlabel.cli.options import data_options, open_store
from offlabel.cli.output import chosen_format, is_coloured, width, write_bytes
from offlabel.paths import Roots

FORMATS = ("text", "md", "json")


@click.command()
@click.argument("thing")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE; it appears only when it is complete.",
)
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the own graph.")
@click.option("--memory", is_flag=True, help="Build the graph in memory; write no store.")
@data_options
def command(
    thing: str,
    form: str | None,
    output: Path | None,
    endpoint: str | None,
    memory: bool,
    roots: Roots,
) -> None:
    """Show one THING, given as slug, CURIE, IRI or label: what it is, and what refers to it."""
    from offlabel.evidence.show import locator, read_thing
    from offlabel.evidence.show_formats import SHOW_FORMATS
    from offlabel.names import get_thing

    store = open_store(roots, endpoint=endpoint, memory=memory)
    found = read_thing(store, get_thing(store, thing), locator(roots))
    name = chosen_format(form, output, FORMATS)
    look = (None, False) if output else (width(), is_coloured())
    write_bytes(SHOW_FORMATS[name](found, *look).encode(), output)

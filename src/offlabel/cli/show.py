"""`offlabel show`."""

from __future__ import annotations

from pathlib import Path

import click

from offlabel.cli.options import (
    data_options,
    endpoint_option,
    memory_option,
    open_store,
    output_option,
)
from offlabel.cli.output import chosen_format, is_coloured, width, write_bytes
from offlabel.paths import Roots

FORMATS = ("text", "md", "json")


@click.command()
@click.argument("thing")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@endpoint_option
@memory_option
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

"""`offlabel show`."""

from __future__ import annotations

from pathlib import Path

import click

from offlabel.cli.options import dated_store_options, output_option
from offlabel.cli.output import chosen_format, is_coloured, width, write_bytes
from offlabel.paths import Roots
from offlabel.stores.base import Store

FORMATS = ("text", "md", "json")


@click.command()
@click.argument("thing")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@dated_store_options
def command(
    thing: str,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Show one THING, given as slug, CURIE, IRI or label: what it is, and what refers to it."""
    from offlabel.evidence.show import locator, read_thing
    from offlabel.evidence.show_formats import SHOW_FORMATS
    from offlabel.names import get_thing

    found = read_thing(store, get_thing(store, thing), locator(roots))
    name = chosen_format(form, output, FORMATS)
    look = (None, False) if output else (width(), is_coloured())
    write_bytes(SHOW_FORMATS[name](found, *look).encode(), output)

"""`offlabel why`."""

from __future__ import annotations

import click

from offlabel.cli.options import store_options
from offlabel.cli.output import write_bytes
from offlabel.paths import Roots
from offlabel.stores.base import Store

FORMATS = ("text", "json")


@click.command()
@click.argument("thing")
@click.option(
    "-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True
)
@store_options
def command(thing: str, form: str, store: Store, roots: Roots) -> None:
    """Show the proof of THING: its claims down to passages, what rules derived down to premises."""
    import json
    from dataclasses import asdict

    from offlabel.evidence.why import as_lines, why
    from offlabel.names import get_thing

    proof = why(store, roots, get_thing(store, thing))
    if form == "json":
        text = json.dumps(asdict(proof), ensure_ascii=False, indent=2)
    else:
        text = "\n".join(as_lines(proof))
    write_bytes(f"{text}\n".encode(), None)

"""`offlabel dossier`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from offlabel.cli.options import output_option, store_options
from offlabel.cli.output import chosen_format, write_bytes
from offlabel.evidence.dossier import AUDIENCES, FORMATS, dossier
from offlabel.paths import Roots
from offlabel.stores.base import Store


@click.command()
@click.argument("drug")
@click.option(
    "-c",
    "--condition",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="Only what concerns this condition; may be repeated.",
)
@click.option(
    "-a",
    "--audience",
    type=click.Choice(list(AUDIENCES)),
    default="researcher",
    show_default=True,
    help="For whom to word it, and in what depth.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only what was public by this date (YYYY-MM-DD).",
)
@click.option("-f", "--format", "form", type=click.Choice(list(FORMATS)), help="Default: md.")
@output_option
@store_options
def command(
    drug: str,
    conditions: tuple[str, ...],
    audience: str,
    as_of: datetime | None,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Write what the graph holds on DRUG as an article; each sentence leads to its claims."""
    found = dossier(
        store,
        roots,
        drug,
        conditions=conditions,
        audience=audience,
        as_of=as_of.date() if as_of else None,
    )
    text = FORMATS[chosen_format(form, output, tuple(FORMATS))](found)
    write_bytes(text.encode(), output)

"""`offlabel dossier`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, conditions_option, output_option, store_options
from offlabel.cli.output import chosen_format, write_bytes
from offlabel.evidence.dossier import AUDIENCES, FORMATS, dossier
from offlabel.paths import Roots
from offlabel.stores.base import Store


@click.command()
@click.argument("drug")
@conditions_option
@click.option(
    "-a",
    "--audience",
    type=click.Choice(list(AUDIENCES)),
    default="researcher",
    show_default=True,
    help="For whom to word it, and in what depth.",
)
@as_of_option
@click.option("-f", "--format", "form", type=click.Choice(list(FORMATS)), help="Default: md.")
@output_option
@store_options
def command(
    drug: str,
    conditions: tuple[str, ...],
    audience: str,
    as_of: date | None,
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
        as_of=as_of,
    )
    text = FORMATS[chosen_format(form, output, tuple(FORMATS))](found)
    write_bytes(text.encode(), output)

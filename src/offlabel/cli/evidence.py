"""`offlabel evidence`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, output_option, store_options
from offlabel.cli.output import chosen_format, write_bytes
from offlabel.paths import Roots
from offlabel.stores.base import Store

FORMATS = ("text", "json", "md")


@click.command()
@click.argument("drug")
@click.argument("condition")
@click.option("--regimen", metavar="CLASS", help="Only this kind of regimen.")
@as_of_option
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@store_options
def command(
    drug: str,
    condition: str,
    regimen: str | None,
    as_of: date | None,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Show the evidence on DRUG in CONDITION: state, grade and its factors, findings, conflicts."""
    from offlabel.evidence.appraisal import read_evidence
    from offlabel.evidence.appraisal_formats import FORMATS as WRITERS
    from offlabel.names import get_thing

    found = read_evidence(
        store,
        roots,
        get_thing(store, drug, "drug").value,
        get_thing(store, condition, "condition").value,
        get_thing(store, regimen, "regimen-class").value if regimen else None,
        as_of,
    )
    if not found.appraisals:
        click.echo("The graph holds no question on this drug in this condition.", err=True)
    write_bytes(WRITERS[chosen_format(form, output, FORMATS)](found).encode(), output)

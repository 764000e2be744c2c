"""`offlabel map`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, conditions_option, output_option, store_options
from offlabel.cli.output import TABLES, chosen_format, is_coloured, width, write_bytes, write_table
from offlabel.paths import Roots
from offlabel.stores.base import Store
from offlabel.terms import OL

_DRUG = "naltrexone"
FORMATS = ("text", *(name for name in TABLES if name != "table"))


@click.command()
@click.argument("drug", required=False)
@conditions_option
@as_of_option
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@store_options
def command(
    drug: str | None,
    conditions: tuple[str, ...],
    as_of: date | None,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Draw what is known of each kind of regimen of DRUG in each condition, in five states.

    DRUG may be left out where the data are of one drug; the project's own stand for naltrexone.
    """
    from offlabel.evidence.evidencemap import read_map, render_map
    from offlabel.names import get_thing

    subject = get_thing(store, drug or _usual_drug(store), "drug").value
    wanted = [get_thing(store, name, "condition").value for name in conditions]
    found = read_map(store, roots, subject, wanted, as_of)
    name = chosen_format(form, output, FORMATS)
    if name != "text":
        write_table(found.table, name, output)
        return
    look = None if output else width()
    text = render_map(found, look, is_coloured=output is None and is_coloured())
    write_bytes(text.encode(), output)


def _usual_drug(store: Store) -> str:
    """Return the IRI of the one drug that owns kinds of regimen, else the project's drug."""
    kinds = f"?kind a <{OL}RegimenClass> ; <{OL}ofDrug> ?drug"
    drugs = [row[0] for row in store.select(f"SELECT DISTINCT ?drug WHERE {{ {kinds} }}").rows]
    return str(getattr(drugs[0], "value", _DRUG)) if len(drugs) == 1 else _DRUG

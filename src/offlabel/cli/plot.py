"""`offlabel plot`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, conditions_option, output_option, store_options
from offlabel.cli.output import write_bytes
from offlabel.paths import Roots
from offlabel.plots import FORMS, PLOTS, Scope, form_from_path, render
from offlabel.stores.base import Store

_LIST = "\n".join(f"{name:<10} {plot.summary}" for name, plot in PLOTS.items())
_HELP = f"""Draw a PICTURE of the evidence on DRUG, as SVG or PNG.

\b
{_LIST}

The same graph gives the same bytes. SVG keeps text as text, and both forms carry a description for
readers who cannot see them.
"""


@click.command(help=_HELP)
@click.argument("picture", type=click.Choice(list(PLOTS)))
@click.argument("drug")
@conditions_option
@click.option("--regimen", metavar="CLASS", help="Only this kind of regimen.")
@as_of_option
@click.option(
    "-f", "--format", "form", type=click.Choice(FORMS), help="Default: svg, or as FILE ends."
)
@output_option
@store_options
def command(
    picture: str,
    drug: str,
    conditions: tuple[str, ...],
    regimen: str | None,
    as_of: date | None,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Draw a picture of the evidence on a drug."""
    name = form or (form_from_path(output) if output else FORMS[0])
    scope = Scope.from_names(store, drug, conditions, regimen, as_of)
    content = render(PLOTS[picture], store, roots, scope, name)
    write_bytes(content, output, is_binary=name == "png")

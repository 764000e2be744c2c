"""`offlabel check-claims`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from offlabel.cli.options import as_of_option, output_option, store_options
from offlabel.cli.output import chosen_format, write_bytes
from offlabel.paths import Roots
from offlabel.stores.base import Store

FORMATS = ("text", "csv", "json", "md")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--source", metavar="NAME", help="Check what this source in the graph claims.")
@as_of_option
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
@store_options
@click.pass_context
def command(
    context: click.Context,
    path: Path | None,
    source: str | None,
    as_of: date | None,
    form: str | None,
    output: Path | None,
    store: Store,
    roots: Roots,
) -> None:
    """Hold the claims of FILE (CSV or YAML), or of a source, against the graph.

    A claim has subject (a drug), regimen, relation, condition and strength. It is entailed,
    stronger than the graph, not in the graph, or contradicted; beside it stands the wording that
    the evidence permits. Leaves with 1 unless every claim is entailed.
    """
    from offlabel.evidence.claimcheck import Verdict, check_claims
    from offlabel.evidence.claimcheck.formats import FORMATS as WRITERS
    from offlabel.names import get_thing

    if (path is None) == (source is None):
        raise click.UsageError("Give a FILE of claims or a --source, and not both.")
    asked = get_thing(store, source, "source") if source else None
    judged = check_claims(store, roots, path, asked, as_of)
    if not judged:
        click.echo("This source makes no claim about a drug in a condition.", err=True)
    write_bytes(WRITERS[chosen_format(form, output, FORMATS)](judged), output)
    context.exit(0 if all(each.verdict == Verdict.ENTAILED for each in judged) else 1)

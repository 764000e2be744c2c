"""`offlabel diff`."""

from __future__ import annotations

from pathlib import Path

import click

from offlabel.cli.options import output_option
from offlabel.cli.output import chosen_format, write_bytes

FORMATS = ("text", "json", "md")


@click.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--drug", metavar="DRUG", help="Only what is about this drug.")
@click.option("--condition", metavar="CONDITION", help="Only what is about this condition.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), help="Default: text.")
@output_option
def command(
    before: Path,
    after: Path,
    drug: str | None,
    condition: str | None,
    form: str | None,
    output: Path | None,
) -> int:
    """Say what differs in the evidence from A to B: sources, studies, claims, states, grades.

    A and B are each a folder of data, which is taken alone, or a file that `offlabel export`
    wrote. Exit code 0: no difference; 1: they differ; 2: they could not be compared.
    """
    from offlabel.evidence.difference import compare, find_in_either, is_derived, open_side
    from offlabel.evidence.difference_formats import FORMATS as WRITERS
    from offlabel.paths import find_roots

    old, new = open_side(before), open_side(after)
    for path, store in ((before, old), (after, new)):
        if not is_derived(store):
            click.echo(
                f"{path} holds nothing that rules derived, so it has no states, grades and "
                "conflicts to compare. Export it without --asserted.",
                err=True,
            )
    found = compare(
        old,
        new,
        find_roots(),
        drug=find_in_either(drug, "drug", (old, new)).value if drug else None,
        condition=find_in_either(condition, "condition", (old, new)).value if condition else None,
    )
    write_bytes(WRITERS[chosen_format(form, output, FORMATS)](found).encode(), output)
    return 0 if found.is_empty else 1

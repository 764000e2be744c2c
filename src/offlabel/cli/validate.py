"""`offlabel validate`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from offlabel.cli.options import data_options
from offlabel.cli.progress import progress
from offlabel.paths import Roots

ENGINES = ("fast", "pyshacl")
FORMATS = ("json", "sarif", "text")


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="text for people; json and sarif (2.1.0) for programs.",
)
@click.option(
    "--source",
    "document",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The text of an article: compare offsets and checksums of its passages with it.",
)
@click.option(
    "--source-id",
    metavar="SLUG",
    help="Which source FILE is, for example droracle-2025; else it is found by its checksum.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="fast",
    show_default=True,
    help="What runs the shapes: compiled, or pySHACL, the slow validator of record.",
)
@click.option("--fresh", is_flag=True, help="Check again even where nothing changed.")
@data_options
def command(
    form: str,
    document: Path | None,
    source_id: str | None,
    engine: str,
    fresh: bool,
    roots: Roots,
) -> int:
    """Check everything, and say of each problem where it is and what to do.

    Syntax of all files, OWL 2 DL profile, consistency, SHACL shapes, dangling references, saved
    queries, with --source the passages of an article, and the mappings against those ontologies
    that are imported. Exit code 0: it conforms (there may be
    warnings); 1: it does not; 2: it could not be checked.
    """
    from offlabel.links.library import Library
    from offlabel.links.report import check_mappings
    from offlabel.validation import validate
    from offlabel.validation.formats import FORMATS as RENDERINGS
    from offlabel.validation.report import merged

    if source_id and document is None:
        raise click.UsageError("--source-id says which source a document is: give --source FILE.")
    with progress("Checking syntax, profile, consistency, shapes, links and queries ..."):
        report = validate(roots, document=document, source_id=source_id, fresh=fresh, engine=engine)
        library = Library()
        if library.entries():
            report = merged(report, check_mappings(roots, library))
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    colour = terminal and "NO_COLOR" not in os.environ
    click.echo(RENDERINGS[form](report, colour=colour, width=width))
    return report.exit_code

"""`offlabel import`: from the forms of others to Turtle files of this project."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def command() -> None:
    """Turn what others write into Turtle files, to be looked at and put into a data folder."""


@command.command("tables")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="A new or empty folder for the Turtle files.",
)
def tables(folder: Path, output: Path) -> None:
    """Read the tables of FOLDER, as `offlabel export tables` writes them, into Turtle.

    One file for each thing, as in a data folder; mappings become SSSOM tables. What rules derive
    is left out: they derive it again. A fault is named with file, row and column, and then nothing
    is written.
    """
    from offlabel.exports.tables.importing import import_tables

    files, statements = import_tables(folder, output)
    click.echo(f"{output}: {files} files with {statements:,} statements")

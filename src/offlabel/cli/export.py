"""`offlabel export`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offlabel.cli.options import as_of_option, data_options, parameter_option, parameter_values
from offlabel.errors import ParameterError
from offlabel.exports import DEFAULT, EXPORTS, FILES, FOLDERS, PARTS, write, write_folder
from offlabel.exports.base import write_loss
from offlabel.paths import Roots

if TYPE_CHECKING:
    from offlabel.exports import Selection

_NAMES = sorted(EXPORTS)


@click.command(
    epilog="Formats: " + "; ".join(f"{name}: {EXPORTS[name].title}" for name in _NAMES) + "."
)
@click.argument("form", metavar="FORMAT", type=click.Choice(_NAMES))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Where to write; gzipped where a file ends in .gz. Without it: standard output.",
)
@click.option(
    "--graph",
    "parts",
    multiple=True,
    type=click.Choice(tuple(PARTS)),
    help="Which parts; may be repeated. Default: asserted, derived and mappings.",
)
@click.option("--query", metavar="QUERY", help="Only the things that a saved query's answer names.")
@parameter_option
@as_of_option
@data_options
def command(
    form: str,
    output: Path | None,
    parts: tuple[str, ...],
    query: str | None,
    given: tuple[str, ...],
    as_of: date | None,
    roots: Roots,
) -> None:
    """Write the graph as FORMAT, for the tools of others.

    The same graph gives the same bytes. A file or folder appears only when it is complete. Beside
    FILE, FILE.loss.json says what the format could not hold; a folder has it as loss.json.
    """
    if given and not query:
        raise ParameterError("-p sets a parameter of --query: name a saved query with --query.")
    selection = _selection(roots, parts or DEFAULT, query, given, as_of)
    if form in FOLDERS:
        if output is None:
            raise ParameterError(f"{form} is a folder of files: name it with -o DIR.")
        loss = write_folder(FOLDERS[form], selection, output)
    elif output is None:
        loss = FILES[form].dump(selection, sys.stdout.buffer)
    elif output.is_dir():
        raise ParameterError(f"{output} is a folder, and {form} is one file: name a file.")
    else:
        loss = write(FILES[form], selection, output)
        write_loss(loss, output)
    if loss.lost:
        click.echo(str(loss), err=True)


def _selection(
    roots: Roots,
    parts: tuple[str, ...],
    query: str | None,
    given: tuple[str, ...],
    as_of: date | None,
) -> Selection:
    from offlabel.exports.opening import open_selection
    from offlabel.queries.library import get_query

    if query is None:
        return open_selection(roots, parts, as_of=as_of)
    saved = get_query(roots, query)
    return open_selection(roots, parts, saved, parameter_values(saved, given), as_of)

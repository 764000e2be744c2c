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
from offlabel.exports.base import adjusted, write_loss
from offlabel.exports.base import options as options_of
from offlabel.paths import Roots
from offlabel.writing import write_content

if TYPE_CHECKING:
    from offlabel.exports import Selection

_NAMES = sorted(EXPORTS)
_OPTIONS = "; ".join(
    f"{name} {option}: {what}"
    for name in _NAMES
    for option, what in options_of(EXPORTS[name]).items()
)


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _NAMES if name.startswith(incomplete)]


@click.command(
    epilog="Formats: " + "; ".join(f"{name}: {EXPORTS[name].title}" for name in _NAMES) + "."
)
@click.argument("form", metavar="FORMAT", shell_complete=_complete)
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
@click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set an option of the format: " + _OPTIONS + ".",
)
@click.option(
    "--loss",
    "report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write what the format could not hold, as JSON; also with standard output.",
)
@as_of_option
@data_options
def command(
    form: str,
    output: Path | None,
    parts: tuple[str, ...],
    query: str | None,
    given: tuple[str, ...],
    options: tuple[str, ...],
    report: Path | None,
    as_of: date | None,
    roots: Roots,
) -> None:
    """Write the graph as FORMAT, for the tools of others.

    The same graph gives the same bytes. A file or folder appears only when it is complete. Beside
    FILE, FILE.loss.json says what the format could not hold; a folder has it as loss.json; --loss
    names another place.
    """
    from offlabel.exports.naming import check_form

    check_form(form)
    if given and not query:
        raise ParameterError("-p sets a parameter of --query: name a saved query with --query.")
    if form in FOLDERS and output is None:
        raise ParameterError(f"{form} is a folder of files: name it with -o DIR.")
    if form in FILES and output is not None and output.is_dir():
        raise ParameterError(f"{output} is a folder, and {form} is one file: name a file.")
    values = _option_values(options)
    file = adjusted(FILES[form], values) if form in FILES else None
    folder = adjusted(FOLDERS[form], values) if form in FOLDERS else None
    selection = _selection(roots, parts or DEFAULT, query, given, as_of)
    if folder is not None and output is not None:
        loss = write_folder(folder, selection, output)
    elif file is not None and output is not None:
        loss = write(file, selection, output)
        if report is None:
            write_loss(loss, output)
    elif file is not None:
        loss = file.dump(selection, sys.stdout.buffer)
        sys.stdout.buffer.flush()  # what is said below comes after it
    if report is not None:
        write_content(report, loss.json())
    if loss.lost:
        where = "" if report or output else " --loss FILE lists them."
        click.echo(f"{loss}{where}", err=True)


def _option_values(given: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise ParameterError(f"--option takes NAME=VALUE, not {text!r}.")
        if name in values:
            raise ParameterError(f"The option {name} is given twice.")
        values[name] = value
    return values


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

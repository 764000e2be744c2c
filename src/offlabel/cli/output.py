"""Where an answer goes: a terminal, a pipe, or a file that appears only when it is complete."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offlabel.errors import ParameterError
from offlabel.queries.formats import BINARY, FORMATS, Look, resultset
from offlabel.queries.formats.table import question
from offlabel.queries.table import Table
from offlabel.terms import prefixes
from offlabel.writing import write_content

if TYPE_CHECKING:
    from pyoxigraph import Triple

DEFAULT = "table"
# The forms of RDF, as exports/answer.py has them: importing that takes as long as an answer.
RDF = ("jsonld", "nq", "nt", "rdf", "trig", "ttl")
TABLES = (DEFAULT, *sorted({*FORMATS, *RDF} - {DEFAULT}))


def is_terminal() -> bool:
    """Say whether standard output is looked at by a person."""
    return sys.stdout.isatty()


def width() -> int | None:
    """Return how wide text may be: the terminal's width, $COLUMNS, or None for no limit."""
    columns = os.environ.get("COLUMNS", "")
    if is_terminal() or columns.isdigit():
        import shutil

        return shutil.get_terminal_size().columns
    return None


def is_coloured() -> bool:
    """Say whether colour may be used (https://no-color.org)."""
    return is_terminal() and not os.environ.get("NO_COLOR")


def chosen_format(name: str | None, output: Path | None, known: tuple[str, ...]) -> str:
    """Return the format asked for, or the one that the file's ending names, or the first.

    Raise `ParameterError` where the ending is that of another: what is in a file is what its name
    says.
    """
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    if name or suffix in known:
        return name or suffix
    if suffix not in ("", "txt"):
        raise ParameterError(
            f"{output}: this cannot be written as .{suffix}. Choose another ending, or a format "
            f"with --format: {', '.join(known)}."
        )
    return known[0]


def write_table(table: Table, name: str, output: Path | None) -> None:
    """Write an answer; where it has no row, say on standard error what that means."""
    is_for_people = name in ("table", "md")
    look = Look(
        compress=prefixes().compress,
        width=None if output else width(),
        colour=output is None and is_coloured(),
    )
    if is_for_people and output is None and is_terminal() and table.title:
        click.secho(question(table, look), bold=True)
        click.echo()
    if name in RDF:
        write_triples(resultset.rows(table), name, output)
    else:
        write_bytes(FORMATS[name](table, look), output, is_binary=name in BINARY)
    if is_for_people and not table.terms:
        click.echo(table.empty, err=True)


def write_triples(triples: Iterable[Triple], name: str, output: Path | None) -> None:
    """Write statements in a form of RDF; say on standard error what it cannot hold."""
    from offlabel.exports.answer import written

    content, loss = written(triples, name)
    write_bytes(content, output)
    if loss.lost:
        click.echo(str(loss), err=True)


def write_bytes(content: bytes, output: Path | None, *, is_binary: bool = False) -> None:
    """Write to standard output, or to a file beside its target that is then renamed."""
    if output is not None:
        write_content(output, content)
        return
    if is_binary and is_terminal():
        raise ParameterError("This format is not for a terminal: name a file with -o FILE.")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()

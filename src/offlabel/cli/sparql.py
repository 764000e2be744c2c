"""`offlabel sparql`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from offlabel.cli.options import (
    as_of_option,
    chosen_store,
    data_options,
    endpoint_option,
    output_option,
)
from offlabel.cli.output import (
    RDF,
    TABLES,
    chosen_format,
    write_bytes,
    write_table,
    write_triples,
)
from offlabel.errors import OfflabelError, ParameterError
from offlabel.paths import Roots

if TYPE_CHECKING:
    from offlabel.queries.worker import Answer

SAME = {"json": "jsonld", "xml": "rdf"}  # what these are for triples
YES_OR_NO = tuple(name for name in TABLES if name != "parquet")
GRAPHS = ("ttl", *(name for name in RDF if name != "ttl"), *SAME)


@click.command()
@click.argument("query", required=False)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(TABLES),
    help="Default: table or ttl, or as FILE ends. Triples take "
    f"{', '.join(RDF)}, json (JSON-LD) and xml (RDF/XML); rows take all.",
)
@output_option
@as_of_option
@endpoint_option
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="URL",
    help="Let SERVICE <URL> in the query call this endpoint; may be repeated.",
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=60, show_default=True, metavar="SECONDS"
)
@click.option(
    "--max-memory", type=click.IntRange(min=256), default=4096, show_default=True, metavar="MB"
)
@click.option(
    "--max-rows", type=click.IntRange(min=1), default=1_000_000, show_default=True, metavar="N"
)
@data_options
def command(
    query: str | None,
    form: str | None,
    output: Path | None,
    as_of: date | None,
    endpoint: str | None,
    services: tuple[str, ...],
    timeout: float,
    max_memory: int,
    max_rows: int,
    roots: Roots,
) -> None:
    """Run a query of your own: QUERY is its text, a file, or - for standard input.

    SELECT, ASK, CONSTRUCT and DESCRIBE; nothing that writes. SERVICE is refused unless its
    endpoint is allowed by name. The prefixes of
    ontology/prefixes.ttl are known. A query that goes past a limit is stopped, and nothing is
    written.
    """
    from offlabel.queries.adhoc import answer_text_apart, check_terms
    from offlabel.queries.worker import Limits, Place
    from offlabel.stores.disk import DiskStore

    text = _text(query)
    store = chosen_store(roots, endpoint=endpoint, memory=False, as_of=as_of)
    if isinstance(store, DiskStore):
        check_terms(text, store, services)
        place = Place(snapshot=str(store.snapshot.path), services=services)
    elif services:
        raise ParameterError("--allow-service is for the own graph: leave out --endpoint.")
    else:
        place = Place(endpoint=endpoint)
    limits = Limits(seconds=timeout, megabytes=max_memory, rows=max_rows)
    _write(answer_text_apart(text, place, limits), form, output)


def _text(query: str | None) -> str:
    if query is None and sys.stdin.isatty():
        raise ParameterError("Give a query: its text, a file, or - for standard input.")
    if query is None or query == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if not query.strip() or "{" in query or "\n" in query:
        return query
    path = Path(query)
    try:
        return _decoded(path.read_bytes(), query)
    except FileNotFoundError:
        if path.suffix or len(query.split()) == 1:
            raise OfflabelError(f"{query}: there is no such file, and it is no query.") from None
        return query
    except OSError as error:
        raise OfflabelError(f"{query}: cannot be read ({error.strerror}).") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OfflabelError(f"{name}: this is not UTF-8 text. Save it as UTF-8.") from None


def _write(answer: Answer, form: str | None, output: Path | None) -> None:
    from offlabel.queries.formats import resultset
    from offlabel.queries.formats.answers import boolean
    from offlabel.queries.table import Table

    if isinstance(answer, Table):
        write_table(answer, chosen_format(form, output, TABLES), output)
    elif isinstance(answer, bool):
        name = chosen_format(form, output, YES_OR_NO)
        if name in RDF:
            write_triples(resultset.yes_or_no(answer), name, output)
        else:
            write_bytes(boolean(answer, _fitting(name, YES_OR_NO, "yes or no")), output)
    else:
        name = _fitting(chosen_format(form, output, GRAPHS), GRAPHS, "triples")
        write_triples(answer, SAME.get(name, name), output)


def _fitting(name: str, names: tuple[str, ...], what: str) -> str:
    if name not in names:
        raise ParameterError(
            f"The query gives {what}, which {name} cannot hold. Use --format {' or '.join(names)}."
        )
    return name

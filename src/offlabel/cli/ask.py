"""`offlabel ask`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from offlabel.cli.options import (
    as_of_option,
    chosen_store,
    data_options,
    endpoint_option,
    memory_option,
    output_option,
    parameter_option,
    parameter_values,
)
from offlabel.cli.output import TABLES, chosen_format, width, write_table
from offlabel.paths import Roots, shown

if TYPE_CHECKING:
    from offlabel.queries.header import Parameter, Query
    from offlabel.stores.base import Store

_WIDEST = 100


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from offlabel.paths import find_roots
    from offlabel.queries.library import query_paths

    return [slug for slug in query_paths(find_roots()) if incomplete in slug]


@click.command()
@click.argument("name", required=False, metavar="[QUERY]", shell_complete=_complete)
@parameter_option
@click.option(
    "-f", "--format", "form", type=click.Choice(TABLES), help="Default: table, or as FILE ends."
)
@output_option
@click.option("--show", "--help-query", "show", is_flag=True, help="Show the query; do not run it.")
@as_of_option
@endpoint_option
@memory_option
@data_options
def command(
    name: str | None,
    given: tuple[str, ...],
    form: str | None,
    output: Path | None,
    show: bool,
    endpoint: str | None,
    memory: bool,
    as_of: date | None,
    roots: Roots,
) -> None:
    """List the saved queries, or run one: QUERY is topic/name, or a name that is unique.

    With a topic as QUERY, its queries are listed. A thing is given as slug, CURIE, IRI or label:
    -p drug=naltrexone. In CSV, text that a spreadsheet would run as a formula is preceded by an
    apostrophe; TSV, JSON and XML are exact.
    """
    from offlabel.queries.library import find_query, get_query, list_queries, query_paths
    from offlabel.queries.run import run

    if name is None:
        _list(list_queries(roots))
        return
    topic = name.strip("/")
    if any(slug.startswith(f"{topic}/") for slug in query_paths(roots)) and not given:
        found = find_query(roots, name)
        if found is None:
            _list([query for query in list_queries(roots) if query.slug.startswith(f"{topic}/")])
            return
    query = get_query(roots, name)
    if show:
        _show(query)
        return
    values = parameter_values(query, given)
    if query.is_linked and not endpoint:
        from offlabel.links.linked import open_linked

        store: Store = open_linked(roots, memory=memory, as_of=as_of)
    else:
        store = chosen_store(roots, endpoint=endpoint, memory=memory, as_of=as_of)
    table = run(store, query, values)
    write_table(table, chosen_format(form, output, TABLES), output)


def _list(queries: list[Query]) -> None:
    room = min(width() or _WIDEST, _WIDEST)
    label = max((len(query.slug.partition("/")[2]) for query in queries), default=0) + 4
    topic = ""
    for query in queries:
        here, _, name = query.slug.partition("/")
        if here != topic:
            click.echo(f"{'' if not topic else chr(10)}{click.style(here, bold=True)}")
            topic = here
        names = ", ".join(map(_shown_name, query.parameters.values()))
        text = f"{query.title} ({names})" if names else query.title
        first, *rest = wrap(text, max(room - label, 30))
        click.echo(f"  {name.ljust(label - 2)}{first}")
        for line in rest:
            click.echo(" " * label + line)
    if queries:
        click.echo("\nParameters stand in brackets; those in square ones may be left out.")
        click.echo("To run a query: offlabel ask QUERY -p NAME=VALUE; to read it: --show")
    else:
        click.echo("There are no saved queries.", err=True)


def _shown_name(parameter: Parameter) -> str:
    is_optional = not parameter.required or parameter.default is not None
    return f"[{parameter.name}]" if is_optional else parameter.name


def _show(query: Query) -> None:
    from offlabel.queries.parameters import expected, shown_example

    room = min(width() or _WIDEST, _WIDEST)
    click.secho(f"{query.slug}: {query.title}", bold=True)
    click.echo("\n".join(wrap(query.description, room)))
    click.echo(f"Topics: {', '.join(query.topics)}. Without a row: {query.empty}")
    click.echo(f"File: {shown(query.path)}\n")
    for parameter in query.parameters.values():
        need = "required" if parameter.required else "may be left out"
        if parameter.default is not None:
            need = f"{parameter.default} where left out"
        click.echo(f"-p {shown_example(parameter)}")
        about = f"{parameter.description} Takes {expected(parameter.kind)}; {need}."
        click.echo("\n".join(f"    {line}" for line in wrap(about.strip(), room - 4)))
    lines = [line for line in query.text.splitlines() if not line.startswith("#+")]
    click.echo("\n" * bool(query.parameters) + "\n".join(lines).strip())

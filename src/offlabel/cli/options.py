"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from offlabel.errors import OfflabelError, ParameterError
from offlabel.paths import Roots, find_roots
from offlabel.stores.base import Store
from offlabel.stores.opening import open_store

if TYPE_CHECKING:
    from offlabel.queries.header import Query

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to FILE; it appears only when it is complete.",
)
endpoint_option = click.option(
    "--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the own graph."
)
memory_option = click.option(
    "--memory", is_flag=True, help="Build the graph in memory; write no store."
)
conditions_option = click.option(
    "-c",
    "--condition",
    "conditions",
    multiple=True,
    metavar="CONDITION",
    help="Only what concerns this condition; may be repeated.",
)
parameter_option = click.option(
    "-p", "--parameter", "given", multiple=True, metavar="NAME=VALUE", help="Set a parameter."
)
as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _context, _option, value: value.date() if value else None,
    metavar="DATE",
    help="Only what was public by this date (YYYY-MM-DD).",
)


def data_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --data and --only-data, and hand it `roots`."""

    @click.option(
        "--data",
        "data",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Another folder of data; may be repeated.",
    )
    @click.option("--only-data", is_flag=True, help="Use the folders of --data and no others.")
    @wraps(function)
    def wrapper(*args: Any, data: tuple[Path, ...], only_data: bool, **more: Any) -> Any:
        return function(*args, roots=find_roots(data, only=only_data), **more)

    return wrapper


def store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --data, --only-data, --endpoint and --memory, and hand it `store`."""

    @endpoint_option
    @memory_option
    @data_options
    @wraps(function)
    def wrapper(*args: Any, roots: Roots, endpoint: str | None, memory: bool, **more: Any) -> Any:
        store = chosen_store(roots, endpoint=endpoint, memory=memory)
        return function(*args, store=store, roots=roots, **more)

    return wrapper


def dated_store_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `store_options` and --as-of, and hand it `store`."""

    @as_of_option
    @endpoint_option
    @memory_option
    @data_options
    @wraps(function)
    def wrapper(
        *args: Any,
        roots: Roots,
        endpoint: str | None,
        memory: bool,
        as_of: date | None,
        **more: Any,
    ) -> Any:
        store = chosen_store(roots, endpoint=endpoint, memory=memory, as_of=as_of)
        return function(*args, store=store, roots=roots, **more)

    return wrapper


def parameter_values(query: Query, given: tuple[str, ...]) -> dict[str, str]:
    """Read what `parameter_option` gave for a saved query."""
    from offlabel.queries.parameters import check_names

    values: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise ParameterError(f"-p takes NAME=VALUE, not {text!r}. Write -p {name}=VALUE")
        if name.strip() in values:
            raise ParameterError(f"The parameter {name.strip()} is given twice.")
        values[name.strip()] = value
    check_names(query, values)
    return values


def chosen_store(
    roots: Roots, *, endpoint: str | None, memory: bool, as_of: date | None = None
) -> Store:
    """Open the store that a command line asks for, as it stood on a day if one is given."""
    if endpoint and memory:
        raise OfflabelError("--endpoint and --memory exclude each other: give one of them.")
    return open_store(roots, endpoint=endpoint, memory=memory, as_of=as_of)

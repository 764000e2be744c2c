"""The description of the data set over HTTP."""

from __future__ import annotations

from offlabel.api import Graph
from offlabel.errors import OfflabelError
from offlabel.exports.description import described, version_of
from offlabel.web.answers import Arguments, job
from offlabel.web.asking import Content
from offlabel.web.problems import Problem


@job
def void(graph: Graph, arguments: Arguments) -> Content:
    """Describe the data set as Turtle; `address` is where this server answers."""
    try:
        return "text/turtle; charset=utf-8", described(graph.store, arguments["address"])
    except ValueError:
        raise Problem(400, "The Host header is not the name of a host.") from None
    except OfflabelError as error:
        raise Problem(404, str(error)) from None


@job
def version(graph: Graph, arguments: Arguments) -> Content:
    """Say that the data set has the version of a `name`: 404 where it has another."""
    try:
        known, _ = version_of(graph.store)
    except OfflabelError as error:
        raise Problem(404, str(error)) from None
    if arguments["name"] != known:
        detail = f"There is no version {arguments['name']!r} of the data here. It is at {known}."
        raise Problem(404, detail, name=arguments["name"], candidates=[known])
    return "application/json", b"{}"

"""The description of the data set over HTTP."""

from __future__ import annotations

from offlabel.api import Graph
from offlabel.errors import OfflabelError
from offlabel.exports.description import described
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

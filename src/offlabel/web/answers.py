"""The work behind the REST addresses: each job takes a graph and arguments, and returns content.

A job raises no error of ours: it returns problem details, which pass from one process to another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeVar

from offlabel.api import Graph
from offlabel.errors import OfflabelError, UnknownNameError
from offlabel.exports.answer import written
from offlabel.links.linked import linked_memory
from offlabel.names import get_thing
from offlabel.paths import Roots
from offlabel.queries.formats import FORMATS, Look, resultset
from offlabel.queries.table import Table, Value
from offlabel.rules import Rule, read_rules
from offlabel.sources import discover
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore, OxigraphStore
from offlabel.terms import prefixes
from offlabel.web import problems
from offlabel.web.asked import rows_page
from offlabel.web.asking import Content, paged
from offlabel.web.negotiation import RDF_FORMS, TABLE_FORMS, TEXT_FORMS, media_type
from offlabel.web.pages import text_page
from offlabel.web.problems import Problem

Arguments = Mapping[str, Any]
Job = Callable[[Graph, Arguments], Content]
LargeJob = Callable[[Graph, Arguments], tuple[str, bytes | Iterator[bytes]]]
AnyContent = TypeVar("AnyContent")

_HTML = "text/html; charset=utf-8"
_RESULTS = {"srj": "json"}  # what the formats of answers call it


def job(
    function: Callable[[Graph, Arguments], tuple[str, AnyContent]],
) -> Callable[[Graph, Arguments], tuple[str, AnyContent | bytes]]:
    """Let a job return problem details instead of raising an error of ours."""

    @wraps(function)
    def done(graph: Graph, arguments: Arguments) -> tuple[str, AnyContent | bytes]:
        try:
            return function(graph, arguments)
        except OfflabelError as error:
            return problems.MEDIA_TYPE, problems.content(problems.from_error(error))

    return done


@job
def query(graph: Graph, arguments: Arguments) -> Content:
    """Answer a saved query: `slug`, `values`, `form`, `limit`, `offset`, and `asOf` or none."""
    from offlabel.queries.library import get_query
    from offlabel.queries.run import run

    try:
        found = get_query(graph.roots, arguments["slug"])
    except UnknownNameError as error:
        raise missing(error) from None
    values = dict(arguments["values"])
    if arguments["asOf"] and "asOf" in found.parameters:
        values["asOf"] = arguments["asOf"]
        store = store_of(graph, None, linked=found.is_linked)
    else:
        store = store_of(graph, arguments["asOf"], linked=found.is_linked)
    table = run(store, found, values)
    if arguments["form"] == "html":
        return paged(_HTML, rows_page(found, table, arguments).encode(), len(table))
    return page_of_table(table, arguments)


def page_of_table(table: Table, arguments: Arguments) -> Content:
    """Return the rows of a table from `offset`, at most `limit`, in `form`."""
    form: str = arguments["form"]
    limit, offset = arguments["limit"], arguments["offset"]
    end = None if limit is None else offset + limit
    shown = replace(table, terms=table.terms[offset:end])
    if form == "json":
        content = records(shown, len(table), offset)
    elif form in RDF_FORMS:
        content, _ = written(resultset.rows(shown), form)
    else:
        content = FORMATS[_RESULTS.get(form, form)](shown, Look(compress=prefixes().compress))
    return paged(media_type(form, TABLE_FORMS), content, len(table))


def records(table: Table, total: int, offset: int = 0) -> bytes:
    """Write an answer as JSON: one object a row; a value that is not known is null."""
    return to_json(
        {
            "title": table.title,
            "given": {name: getattr(term, "value", "") for name, term in table.given.items()},
            "total": total,
            "offset": offset,
            "columns": list(table.columns),
            "rows": [dict(row) for row in table],
            **({} if total else {"empty": table.empty}),
        }
    )


@job
def dossier(graph: Graph, arguments: Arguments) -> Content:
    """Write a dossier: `drug`, `conditions`, `audience`, `asOf`, `form` (md, html or json)."""
    text = graph.dossier(
        arguments["drug"],
        conditions=arguments["conditions"],
        audience=arguments["audience"],
        as_of=arguments["asOf"],
        format=arguments["form"],
    )
    media = {"html": "text/html; charset=utf-8"}.get(arguments["form"])
    return media or media_type(arguments["form"], TEXT_FORMS), text.encode()


@job
def evidence_map(graph: Graph, arguments: Arguments) -> Content:
    """Give the evidence map of `drug`: `conditions`, `asOf`, and a form of tables."""
    found = graph.evidence_map(
        arguments["drug"], conditions=arguments["conditions"], as_of=arguments["asOf"]
    )
    return page_of_table(found.table, arguments)


@job
def evidence(graph: Graph, arguments: Arguments) -> Content:
    """Give the evidence on `drug` in `condition`, and of one `regimen` if it is named."""
    from offlabel.evidence.appraisal_formats import FORMATS as WRITERS

    found = graph.evidence(
        arguments["drug"],
        arguments["condition"],
        regimen=arguments["regimen"],
        as_of=arguments["asOf"],
    )
    text = WRITERS[_text_name(arguments["form"])](found)
    if arguments["form"] == "html":
        return _HTML, text_page("Evidence", text, arguments["root"]).encode()
    return media_type(arguments["form"], TEXT_FORMS), text.encode()


@job
def why(graph: Graph, arguments: Arguments) -> Content:
    """Prove `thing`, as it stood on `asOf` if that is given: JSON, or lines of text."""
    from offlabel.evidence.why import as_lines
    from offlabel.evidence.why import why as prove

    store = store_of(graph, arguments["asOf"])
    proof = prove(store, graph.roots, get_thing(store, arguments["thing"]))
    if arguments["form"] == "json":
        return media_type("json", TEXT_FORMS), to_json(asdict(proof))
    text = "\n".join(as_lines(proof)) + "\n"
    if arguments["form"] == "html":
        title = f"Why: {proof.text}"
        return _HTML, text_page(title, text, arguments["root"]).encode()
    return media_type("txt", TEXT_FORMS), text.encode()


@job
def check_claims(graph: Graph, arguments: Arguments) -> Content:
    """Judge the claims of a `text` (`language` csv or yaml), or of a `source` in the graph."""
    from offlabel.evidence.claimcheck import check_claims as check
    from offlabel.evidence.claimcheck import check_text
    from offlabel.evidence.claimcheck.formats import FORMATS as WRITERS

    as_of = arguments["asOf"] and date.fromisoformat(arguments["asOf"])
    if arguments.get("text") is not None:
        name = f"claims.{arguments['language']}"
        judged = check_text(graph.store, graph.roots, arguments["text"], name, as_of)
    else:
        source = get_thing(graph.store, arguments["source"], "source")
        judged = check(graph.store, graph.roots, None, source, as_of)
    form = arguments["form"]
    forms = {**TEXT_FORMS, "csv": ("text/csv",)}
    return media_type(form, forms), WRITERS[_text_name(form)](judged)


def missing(error: UnknownNameError) -> Problem:
    """Say that what an address names is not there: 404, with what it may have meant."""
    return Problem(
        404,
        str(error).replace(" `offlabel ask` lists them all.", ""),
        name=error.name,
        kind=error.kind,
        candidates=list(error.candidates),
    )


def store_of(graph: Graph, as_of: str | None, *, linked: bool = False) -> Store:
    """Return the store of a graph, or the graph as it stood on a day.

    That is made from the store, so it says nothing of sources that were edited since. `linked` asks
    for outside ontologies beside it; what an endpoint holds is what it was given.
    """
    if as_of is None:
        return graph.linked if linked and not graph.endpoint else graph.store
    if not isinstance(graph.store, OxigraphStore):
        raise Problem(400, "A graph at an endpoint cannot be put back to a day.", name="asOf")
    return _past(graph.store, graph.roots, date.fromisoformat(as_of), linked)


@lru_cache(maxsize=2)
def _past(store: OxigraphStore, roots: Roots, as_of: date, linked: bool) -> Store:
    past = MemoryStore.from_past(store.store, rules_of(roots), as_of)
    return linked_memory(past.store, roots) if linked else past


@lru_cache(maxsize=1)
def rules_of(roots: Roots) -> tuple[Rule, ...]:
    """Read the rules, once: a server does so when it loads a graph that was made by them."""
    return tuple(read_rules(discover(roots)))


def to_json(value: object) -> bytes:
    """Write a value as indented JSON; a decimal becomes a number, a date its text."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def _plain(value: Value | object) -> object:
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)


def _text_name(form: str) -> str:
    return "text" if form in ("txt", "html") else form

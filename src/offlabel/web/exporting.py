"""Exports over HTTP: every format of `offlabel export`, at /api/exports/FORMAT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from offlabel.api import Graph
from offlabel.errors import UnknownNameError
from offlabel.exports import DEFAULT, EXPORTS, FILES, FOLDERS, Selection, fill_folder
from offlabel.exports.base import LOSS_SUFFIX
from offlabel.exports.loss import Loss
from offlabel.exports.naming import check_form, check_parts
from offlabel.exports.opening import selected
from offlabel.queries.header import Query
from offlabel.queries.library import get_query
from offlabel.stores.memory import OxigraphStore
from offlabel.web.answers import Arguments, LargeJob, job, missing, store_of
from offlabel.web.asking import State, answer_large, day, parameters
from offlabel.web.negotiation import JSON_FORM, chosen_form

ZIP = "application/zip"
_LOSS = "application/json"
_PART = 1 << 16  # bytes
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of all that is zipped, so that bytes repeat


@job
def export(graph: Graph, arguments: Arguments) -> tuple[str, bytes | Iterator[bytes]]:
    """Write the `form`, or its loss report where `loss` is true.

    Of the `parts` of the graph, as it stood on `asOf`; and where a saved `query` is named, only of
    the things that its answer with these `values` names.
    """
    form, query = arguments["form"], arguments["query"]
    saved = get_query(graph.roots, query) if query else None
    whole = "ontologies" in arguments["parts"] and not arguments["asOf"]
    store = store_of(graph, arguments["asOf"], linked=whole or _is_linked(saved))
    assert isinstance(store, OxigraphStore)
    selection = selected(store, graph.roots, arguments["parts"], saved, arguments["values"])
    Path(gettempdir()).mkdir(parents=True, exist_ok=True)  # the system may have tidied it away
    file = TemporaryFile()  # noqa: SIM115 - it is read, and goes, after the return
    try:
        if form in FILES:
            media, loss = FILES[form].media_type, FILES[form].dump(selection, file)
        else:
            media, loss = ZIP, _zip(form, selection, file)
        if arguments["loss"]:
            file.close()
            return _LOSS, loss.json()
        return media, _parts(file)
    except BaseException:
        file.close()
        raise


JOBS: dict[str, LargeJob] = {"export": export}


def routes(state: State) -> list[Route]:
    """Return the list of formats, each format, and what each could not hold."""

    async def listed(request: Request) -> Response:
        parameters(request, [])
        chosen_form(request, JSON_FORM)
        return JSONResponse({"exports": [entry(name) for name in sorted(EXPORTS)]})

    async def one(request: Request) -> Response:
        return await _export(state, request, loss=False)

    async def loss(request: Request) -> Response:
        chosen_form(request, JSON_FORM)
        return await _export(state, request, loss=True)

    return [
        Route("/api/exports", listed),
        Route("/api/exports/{form}", one),
        Route("/api/exports/{form}/loss", loss),
    ]


def entry(name: str) -> dict[str, str]:
    """Describe a format as the list of them has it."""
    return {
        "name": name,
        "title": EXPORTS[name].title,
        "href": f"/api/exports/{name}",
        "mediaType": FILES[name].media_type if name in FILES else ZIP,
        "file": file_name(name),
    }


def file_name(name: str) -> str:
    """Return the name under which a browser keeps an export."""
    return f"offlabel{FILES[name].suffix}" if name in FILES else f"offlabel-{name}.zip"


async def _export(state: State, request: Request, *, loss: bool) -> Response:
    form = request.path_params["form"]
    try:
        check_form(form)
    except UnknownNameError as error:
        raise missing(error) from None
    asked = request.query_params.get("query")
    query = get_query(state.roots, asked) if asked else None
    known = list(query.parameters) if query else []
    given = parameters(request, ["query", "asOf", *known], many=["graph"])
    parts = given.get("graph", [*DEFAULT])
    check_parts(parts)
    arguments: dict[str, Any] = {
        "form": form, "parts": parts, "query": query.slug if query else None, "loss": loss,
        "values": {name: given[name] for name in known if name in given}, "asOf": day(given),
    }  # fmt: skip
    name = file_name(form) + (LOSS_SUFFIX if loss else "")
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return await answer_large(state, request, "export", arguments, disposition)


def _is_linked(query: Query | None) -> bool:
    return query is not None and query.is_linked


def _zip(form: str, selection: Selection, file: IO[bytes]) -> Loss:
    """Write the folder of a format as one file; return what the format could not hold."""
    with TemporaryDirectory() as place, ZipFile(file, "w") as packed:
        folder = Path(place)
        loss = fill_folder(FOLDERS[form], selection, folder)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = ZipInfo(path.relative_to(folder).as_posix(), _FIRST_DAY)
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            about.file_size = path.stat().st_size
            with path.open("rb") as content, packed.open(about, "w") as entry:
                copyfileobj(content, entry)
    return loss


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    """Give what was written to a file, part by part."""
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part

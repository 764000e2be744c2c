"""The OpenAPI 3.1 document of the REST addresses, written from the heads of the saved queries."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from offlabel.exports import DEFAULT, EXPORTS, PARTS
from offlabel.names import KINDS
from offlabel.paths import Roots
from offlabel.queries.header import Parameter, Query
from offlabel.queries.library import get_query, list_queries
from offlabel.queries.parameters import expected
from offlabel.web import exporting
from offlabel.web.answers import Job
from offlabel.web.api import (
    AUDIENCES,
    DOSSIER_FORMS,
    EVIDENCE_FORMS,
    ROW_FORMS,
    THING_FORMS,
    WHY_FORMS,
)
from offlabel.web.asking import State
from offlabel.web.checking import CHECK_FORMS, LANGUAGES
from offlabel.web.negotiation import JSON_FORM, TABLE_FORMS
from offlabel.web.operations import (
    AS_OF,
    PAGE_HEADERS,
    PAGING,
    PROBLEM,
    SCHEMAS,
    TEXT,
    get,
    parameter,
)
from offlabel.web.schemas import Schema, columns_of, components, rows

JOBS: dict[str, Job] = {}
MAP = "evidence/evidence-map"  # the saved query behind the address of the map


def routes(state: State) -> list[Route]:
    """Return the route of the document."""

    async def openapi(request: Request) -> Response:
        media = "application/vnd.oai.openapi+json;version=3.1"
        accepted = media.partition(";")[0] in request.headers.get("accept", "")
        server = state.public_url or str(request.scope.get("root_path", "")) or "/"
        said = {**_cached(state.roots), "servers": [{"url": server}]}
        return JSONResponse(said, media_type=media if accepted else None)

    return [Route("/openapi.json", openapi)]


def document(roots: Roots) -> dict[str, Any]:
    """Write the document: one operation for each saved query, and those for the commands."""
    queries = list_queries(roots)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "offlabel",
            "version": version("offlabel"),
            "summary": "A dose-resolved graph of the evidence for off-label drug use.",
            "license": {"name": "CC BY 4.0 (data)", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in ("evidence", "things", "exports", *_topics(queries))],
        "paths": {**_fixed(roots), **{f"/api/queries/{q.slug}": _operation(q) for q in queries}},
        "components": {"schemas": {"Problem": PROBLEM, **components()}},
    }


@lru_cache(maxsize=1)
def _cached(roots: Roots) -> dict[str, Any]:
    return document(roots)


def _topics(queries: list[Query]) -> list[str]:
    return sorted({f"queries: {query.slug.partition('/')[0]}" for query in queries})


def _operation(query: Query) -> dict[str, Any]:
    """Describe the address of a saved query by its head."""
    own = [_of_query(found) for found in query.parameters.values()]
    if "asOf" not in query.parameters:
        own.append(parameter(*AS_OF))
    topic, _, name = query.slug.partition("/")
    found = get(
        f"{topic}-{name}",
        query.title,
        [*own, *(parameter(*each) for each in PAGING)],
        ROW_FORMS,
        f"queries: {topic}",
        f"{query.description} Without a row: {query.empty}",
        rows(columns_of(query)),
    )
    found["get"]["responses"]["200"]["headers"] = PAGE_HEADERS
    return found


def _of_query(found: Parameter) -> Schema:
    about = f"{found.description} Takes {expected(found.kind)}.".strip()
    schema = SCHEMAS.get(found.kind, TEXT)
    if found.default is not None:
        schema = {**schema, "default": found.default}
    example = int(found.example) if schema.get("type") == "integer" else found.example
    return parameter(found.name, schema, about, example, is_required=found.required)


def _fixed(roots: Roots) -> dict[str, Any]:
    """Describe the addresses that are not of saved queries."""
    drug = ("drug", TEXT, f"Takes {expected('drug')}.", "naltrexone")
    condition = ("condition", TEXT, f"Takes {expected('condition')}.", "psoriasis")
    conditions = (
        "condition",
        {"type": "array", "items": TEXT, "maxItems": 20},
        "Only what concerns these; may be repeated.",
        ["psoriasis"],
    )
    as_of, paging = parameter(*AS_OF), [parameter(*each) for each in PAGING]
    kind = parameter(
        "kind", TEXT, f"A kind such as {', '.join([*KINDS][:9])}.", "drug", place="path"
    )
    name = parameter(
        "id", TEXT, "The last part of its IRI, or a label.", "naltrexone", place="path"
    )
    audience = parameter(
        "audience", {"type": "string", "enum": list(AUDIENCES)}, "For whom.", AUDIENCES[0]
    )
    about = "evidence"
    paths = {
        "/api/queries": get("queries", "List the saved queries.", [
            parameter("topic", TEXT, "Only those of a topic.", "study")], JSON_FORM, "things"),
        "/api/things": get("things", "Count the things of each kind.", [], JSON_FORM, "things"),
        "/api/things/{kind}": get("members", "List the things of a kind.", [kind, *paging],
                                   JSON_FORM, "things"),
        "/api/things/{kind}/{id}": get("thing", "Describe one thing.", [kind, name, as_of],
                                        THING_FORMS, "things"),
        "/api/search": get("search", "Find things by label, synonym or identifier.", [
            parameter("q", TEXT, "Words; the last may be begun only, each may have a slip.",
                       "psorasis", is_required=True),
            parameter("kind", TEXT, "Only things of this kind.", "condition"), *paging,
        ], JSON_FORM, "things"),
        "/api/dossier": get("dossier", "Write what the graph holds on a drug as an article.", [
            parameter(*drug, is_required=True), parameter(*conditions), audience, as_of,
        ], DOSSIER_FORMS, about),
        "/api/map": get("map", "Give the state of each kind of regimen in each condition.", [
            parameter(*drug, is_required=True), parameter(*conditions), as_of, *paging,
        ], TABLE_FORMS, about, answer=rows(columns_of(get_query(roots, MAP)))),
        "/api/evidence": get("evidence", "Give state, grade, findings and conflicts.", [
            parameter(*drug, is_required=True), parameter(*condition, is_required=True),
            parameter("regimen", TEXT, f"Takes {expected('regimen-class')}.",
                       "low-dose-oral-naltrexone"), as_of,
        ], EVIDENCE_FORMS, about),
        "/api/why": get("why", "Prove a thing, down to passages and files.", [
            parameter("thing", TEXT, f"Takes {expected('thing')}.",
                       "proposition:weinstock-2020-marked-improvement", is_required=True), as_of,
        ], WHY_FORMS, about),
        "/api/check-claims": get("check-source", "Hold what a source claims against the graph.", [
            parameter("source", TEXT, f"Takes {expected('source')}.", "droracle-2025",
                       is_required=True), as_of,
        ], CHECK_FORMS, about),
    }  # fmt: skip
    paths["/api/check-claims"]["post"] = _check_post(as_of)
    paths |= _exports(as_of)
    for path, methods in paths.items():
        if path.endswith("}") or path == "/api/queries":
            continue
        if any(parameter["name"] == "limit" for parameter in methods["get"]["parameters"]):
            methods["get"]["responses"]["200"]["headers"] = PAGE_HEADERS
    return paths


def _exports(as_of: Schema) -> dict[str, Any]:
    """Describe the exports; a parameter of the query that is named is one more parameter."""
    form = parameter(
        "form", {"type": "string", "enum": sorted(EXPORTS)}, "The format.", "turtle", place="path"
    )
    part = {"type": "array", "items": {"type": "string", "enum": [*PARTS]}, "maxItems": len(PARTS)}
    graph = parameter("graph", part, "Which parts of the graph; may be repeated.", [*DEFAULT])
    query = parameter(
        "query",
        TEXT,
        "Only the things that the answer of this saved query names; its parameters are given too.",
        "evidence/evidence-map",
    )
    media = sorted({exporting.entry(name)["mediaType"] for name in EXPORTS})
    narrowed, tag = [form, graph, query, as_of], "exports"
    forms = {name: (name,) for name in media}
    about = "Write the graph in a format; a folder comes zipped."
    whole = get("export", about, narrowed, forms, tag)
    whole["get"]["parameters"].pop()  # the path says the form
    return {
        "/api/exports": get("exports", "List the formats.", [], JSON_FORM, tag),
        "/api/exports/{form}": whole,
        "/api/exports/{form}/loss": get(
            "loss", "Say what a format cannot hold.", narrowed, JSON_FORM, tag
        ),
    }


def _check_post(as_of: Schema) -> dict[str, Any]:
    example = [{"subject": "naltrexone", "relation": "Improves", "condition": "psoriasis"}]
    found: dict[str, Any] = get(
        "check-claims", "Hold claims against the graph.", [as_of], CHECK_FORMS, "evidence"
    )["get"]
    claim = {"type": "object", "additionalProperties": {"type": "string"}}
    contents: dict[str, Any] = {
        media: {"schema": {"type": "string"}} for media in LANGUAGES if media != "application/json"
    }
    contents["application/json"] = {
        "schema": {"type": "array", "items": claim, "minItems": 1},
        "example": example,
    }
    found["requestBody"] = {"required": True, "content": contents}
    found["responses"]["413"] = {**found["responses"]["400"], "description": "It is too long."}
    found["responses"]["415"] = {
        **found["responses"]["400"],
        "description": "Claims are CSV, YAML or JSON.",
    }
    return found

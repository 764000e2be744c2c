"""The OpenAPI 3.1 document of the REST addresses, written from the heads of the saved queries."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from offlabel.names import KINDS
from offlabel.paths import Roots
from offlabel.queries.header import Parameter, Query
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import expected
from offlabel.web.answers import Job
from offlabel.web.api import (
    AUDIENCES,
    CHECK_FORMS,
    DOSSIER_FORMS,
    LANGUAGES,
    THING_FORMS,
    WHY_FORMS,
)
from offlabel.web.asking import LONGEST, MOST, State
from offlabel.web.negotiation import JSON_FORM, TABLE_FORMS, TEXT_FORMS, Forms
from offlabel.web.problems import MEDIA_TYPE

Schema = dict[str, Any]

JOBS: dict[str, Job] = {}

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
_DATE: Schema = {"type": "string", "format": "date"}
_SCHEMAS: dict[str, Schema] = {
    "boolean": {"type": "string", "enum": ["true", "false", "yes", "no"]},
    "date": _DATE,
    "decimal": {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"},
    "integer": {"type": "integer"},
}
_AS_OF = ("asOf", _DATE, "Only what was public by this day.", "2025-12-31")
_BUT = {
    "400": "A parameter is missing, unknown or wrong; the problem names close matches.",
    "406": "None of the types that Accept names is there.",
    "503": "The server cannot answer now.",
    "504": "The answer took longer than the server allows.",
}
_PAGING = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, "How many at most.", 10),
    ("offset", {"type": "integer", "minimum": 0, "maximum": 10**9}, "After how many.", 0),
)


def routes(state: State) -> list[Route]:
    """Return the route of the document."""

    async def openapi(request: Request) -> Response:
        media = "application/vnd.oai.openapi+json;version=3.1"
        accepted = media.partition(";")[0] in request.headers.get("accept", "")
        return JSONResponse(_cached(state.roots), media_type=media if accepted else None)

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
        "tags": [{"name": name} for name in ("evidence", "things", *_topics(queries))],
        "paths": {**_fixed(), **{f"/api/queries/{q.slug}": _operation(q) for q in queries}},
        "components": {"schemas": {"Problem": _PROBLEM}},
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
        own.append(_parameter(*_AS_OF))
    topic, _, name = query.slug.partition("/")
    found = _get(
        f"{topic}-{name}",
        query.title,
        [*own, *(_parameter(*each) for each in _PAGING)],
        TABLE_FORMS,
        f"queries: {topic}",
        f"{query.description} Without a row: {query.empty}",
    )
    found["get"]["responses"]["200"]["headers"] = _PAGE_HEADERS
    return found


def _of_query(found: Parameter) -> Schema:
    about = f"{found.description} Takes {expected(found.kind)}.".strip()
    schema = _SCHEMAS.get(found.kind, _TEXT)
    if found.default is not None:
        schema = {**schema, "default": found.default}
    example = int(found.example) if schema.get("type") == "integer" else found.example
    return _parameter(found.name, schema, about, example, is_required=found.required)


def _parameter(
    name: str,
    schema: Schema,
    description: str,
    example: object,
    *,
    is_required: bool = False,
    place: str = "query",
) -> Schema:
    return {
        "name": name,
        "in": place,
        "required": is_required or place == "path",
        "description": description,
        "schema": schema,
        "example": example,
    }


def _get(
    name: str,
    summary: str,
    parameters: list[Schema],
    forms: Forms,
    tag: str,
    description: str = "",
) -> dict[str, Any]:
    """Describe a GET; `forms` are what Accept, an ending of the path or `format` may ask for."""
    form = _parameter(
        "format",
        {"type": "string", "enum": list(forms)},
        "The form of the answer, where neither Accept nor an ending of the path says it.",
        next(iter(forms)),
    )
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": description or summary,
            "tags": [tag],
            "parameters": [*parameters, form],
            "responses": _responses(forms, is_named=any(p["in"] == "path" for p in parameters)),
        }
    }


def _responses(forms: Forms, *, is_named: bool = False) -> dict[str, Any]:
    good = {
        "description": "The answer.",
        "content": {types[0]: {"schema": _schema(types[0])} for types in forms.values()},
    }
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    but = dict(_BUT)
    if is_named:
        but["404"] = "There is no such thing; the problem names close matches."
    return {
        "200": good,
        **{status: {"description": text, "content": problem} for status, text in but.items()},
    }


def _schema(media: str) -> Schema:
    """Say what an answer is: an object or array in JSON, text or bytes otherwise."""
    return {} if "json" in media else {"type": "string"}


def _fixed() -> dict[str, Any]:
    """Describe the addresses that are not of saved queries."""
    drug = ("drug", _TEXT, f"Takes {expected('drug')}.", "naltrexone")
    condition = ("condition", _TEXT, f"Takes {expected('condition')}.", "psoriasis")
    conditions = (
        "condition",
        {"type": "array", "items": _TEXT, "maxItems": 20},
        "Only what concerns these; may be repeated.",
        ["psoriasis"],
    )
    as_of, paging = _parameter(*_AS_OF), [_parameter(*each) for each in _PAGING]
    kind = _parameter(
        "kind", _TEXT, f"A kind such as {', '.join([*KINDS][:9])}.", "drug", place="path"
    )
    name = _parameter(
        "id", _TEXT, "The last part of its IRI, or a label.", "naltrexone", place="path"
    )
    audience = _parameter(
        "audience", {"type": "string", "enum": list(AUDIENCES)}, "For whom.", AUDIENCES[0]
    )
    about = "evidence"
    paths = {
        "/api/queries": _get("queries", "List the saved queries.", [
            _parameter("topic", _TEXT, "Only those of a topic.", "study")], JSON_FORM, "things"),
        "/api/things": _get("things", "Count the things of each kind.", [], JSON_FORM, "things"),
        "/api/things/{kind}": _get("members", "List the things of a kind.", [kind, *paging],
                                   JSON_FORM, "things"),
        "/api/things/{kind}/{id}": _get("thing", "Describe one thing.", [kind, name, as_of],
                                        THING_FORMS, "things"),
        "/api/search": _get("search", "Find things by label, synonym or identifier.", [
            _parameter("q", _TEXT, "Words; the last may be begun only, each may have a slip.",
                       "psorasis", is_required=True),
            _parameter("kind", _TEXT, "Only things of this kind.", "condition"), *paging,
        ], JSON_FORM, "things"),
        "/api/dossier": _get("dossier", "Write what the graph holds on a drug as an article.", [
            _parameter(*drug, is_required=True), _parameter(*conditions), audience, as_of,
        ], DOSSIER_FORMS, about),
        "/api/map": _get("map", "Give the state of each kind of regimen in each condition.", [
            _parameter(*drug, is_required=True), _parameter(*conditions), as_of, *paging,
        ], TABLE_FORMS, about),
        "/api/evidence": _get("evidence", "Give state, grade, findings and conflicts.", [
            _parameter(*drug, is_required=True), _parameter(*condition, is_required=True),
            _parameter("regimen", _TEXT, f"Takes {expected('regimen-class')}.",
                       "low-dose-oral-naltrexone"), as_of,
        ], TEXT_FORMS, about),
        "/api/why": _get("why", "Prove a thing, down to passages and files.", [
            _parameter("thing", _TEXT, f"Takes {expected('thing')}.",
                       "proposition:weinstock-2020-marked-improvement", is_required=True), as_of,
        ], WHY_FORMS, about),
        "/api/check-claims": _get("check-source", "Hold what a source claims against the graph.", [
            _parameter("source", _TEXT, f"Takes {expected('source')}.", "droracle-2025",
                       is_required=True), as_of,
        ], CHECK_FORMS, about),
    }  # fmt: skip
    paths["/api/check-claims"]["post"] = _check_post(as_of)
    for path, methods in paths.items():
        if path.endswith("}") or path == "/api/queries":
            continue
        if any(parameter["name"] == "limit" for parameter in methods["get"]["parameters"]):
            methods["get"]["responses"]["200"]["headers"] = _PAGE_HEADERS
    return paths


def _check_post(as_of: Schema) -> dict[str, Any]:
    example = [{"subject": "naltrexone", "relation": "Improves", "condition": "psoriasis"}]
    found: dict[str, Any] = _get(
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


_PAGE_HEADERS = {
    "Link": {"description": "The next page, rel=next.", "schema": {"type": "string"}},
    "X-Total-Count": {"description": "How many there are in all.", "schema": {"type": "integer"}},
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457); further members say more.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "name": {"type": "string", "description": "The parameter or name that is wrong."},
        "candidates": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What may have been meant.",
        },
    },
}

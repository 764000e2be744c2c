"""The parts of an OpenAPI document: parameters, forms of answers, and problems."""

from __future__ import annotations

from typing import Any

from offlabel.web.asking import LONGEST, MOST
from offlabel.web.negotiation import Forms
from offlabel.web.problems import MEDIA_TYPE
from offlabel.web.schemas import ANSWERS, ANY_JSON, Schema, named

TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST}
DATE: Schema = {"type": "string", "format": "date"}
SCHEMAS: dict[str, Schema] = {
    "boolean": {"type": "string", "enum": ["true", "false", "yes", "no"]},
    "date": DATE,
    "decimal": {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"},
    "integer": {"type": "integer"},
}
AS_OF = ("asOf", DATE, "Only what was public by this day.", "2025-12-31")
_BUT = {
    "400": "A parameter is missing, unknown or wrong; the problem names close matches.",
    "406": "None of the types that Accept names is there.",
    "413": "The answer is larger than the server allows.",
    "414": "The address is too long.",
    "429": "There are too many requests at once.",
    "503": "The server cannot answer now.",
    "504": "The answer took longer than the server allows.",
    "507": "The answer needed more memory than the server allows.",
}
PAGING = (
    ("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, "How many at most.", 10),
    ("offset", {"type": "integer", "minimum": 0, "maximum": 10**9}, "After how many.", 0),
)


PAGE_HEADERS = {
    "Link": {"description": "The next page, rel=next.", "schema": {"type": "string"}},
    "X-Total-Count": {"description": "How many there are in all.", "schema": {"type": "integer"}},
}
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457); further members say more.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "name": {"type": "string", "description": "The parameter or name that is wrong."},
        "candidates": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What may have been meant.",
        },
        "line": {"type": ["integer", "null"]},
        "column": {"type": ["integer", "null"]},
        "errors": {
            "type": "array",
            "description": "What is wrong with a body, line by line.",
            "items": {
                "type": "object",
                "required": ["line", "detail"],
                "properties": {
                    "line": {"type": ["integer", "null"]},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def parameter(
    name: str,
    schema: Schema,
    description: str,
    example: object,
    *,
    is_required: bool = False,
    place: str = "query",
) -> Schema:
    """Describe one parameter."""
    return {
        "name": name,
        "in": place,
        "required": is_required or place == "path",
        "description": description,
        "schema": schema,
        "example": example,
    }


def get(
    name: str,
    summary: str,
    parameters: list[Schema],
    forms: Forms,
    tag: str,
    description: str = "",
    answer: Schema | None = None,
) -> dict[str, Any]:
    """Describe a GET; `forms` are what Accept, an ending of the path or `format` may ask for.

    `answer` is the schema of its JSON; without it, the one that is known by the name.
    """
    form = parameter(
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
            "responses": _responses(
                forms,
                answer or ANSWERS.get(name),
                is_named=any(p["in"] == "path" for p in parameters),
            ),
        }
    }


def _responses(forms: Forms, answer: Schema | None, *, is_named: bool) -> dict[str, Any]:
    good = {
        "description": "The answer.",
        "content": {types[0]: {"schema": _schema(types[0], answer)} for types in forms.values()},
    }
    problem = {
        MEDIA_TYPE: {"schema": named("Problem")},
        "text/html": {"schema": {"type": "string"}},  # for browsers
        "text/plain": {"schema": {"type": "string"}},  # of what is refused before it is read
    }
    but = dict(_BUT)
    if is_named:
        but["404"] = "There is no such thing; the problem names close matches."
    return {
        "200": good,
        **{status: {"description": text, "content": problem} for status, text in but.items()},
    }


def _schema(media: str, answer: Schema | None) -> Schema:
    """Say what an answer is: as described where it is plain JSON, and text or bytes otherwise."""
    if media == "application/json" and answer is not None:
        return answer
    if media == "application/sparql-results+json":
        return named("Results")
    return ANY_JSON if "json" in media else {"type": "string"}

"""A saved query: complete SPARQL whose `#+` head says what it asks and what it may be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from offlabel.errors import SourceError
from offlabel.rules.header import head_of, read_text
from offlabel.terms import BASE

_TEXTS = ("title", "description", "empty")
_KEYS = (*_TEXTS, "topics", "parameters", "linked", "accepts")
_PARAMETER_KEYS = ("kind", "example", "required", "default", "description")


@dataclass(frozen=True)
class Parameter:
    """A variable of a query that the asker may set.

    `kind` says how a value is read, `example` is one that works. A parameter that is not required
    and has no default is left open: the query then answers for all values.
    """

    name: str
    kind: str
    example: str
    required: bool = False
    default: str | None = None
    description: str = ""


@dataclass(frozen=True)
class Query:
    """One file of queries/: `slug` is its topic and name, `empty` what no row means.

    `is_linked` says that it asks of outside ontologies too, which stand in a store of their own.
    """

    slug: str
    title: str
    description: str
    topics: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    empty: str
    text: str
    path: Path
    is_linked: bool = False

    @property
    def iri(self) -> str:
        """Return the query as a thing."""
        return f"{BASE}query/{self.slug}"


def read_query(path: Path, slug: str) -> Query:
    """Read a saved query; raise `SourceError` where its head is incomplete or malformed."""
    return _query_of(path, slug, read_text(path))


@lru_cache(maxsize=512)  # more than there are: a head is read again only when its file changed
def _query_of(path: Path, slug: str, text: str) -> Query:
    head = head_of(path, text)
    for key in head:
        if key not in _KEYS:
            raise _wrong(path, text, str(key), f"{key!r} is no key of a query's head.", _KEYS)
    title, description, empty = (_text(path, text, head, key) for key in _TEXTS)
    topics = head.get("topics")
    if not isinstance(topics, list) or not topics:
        raise SourceError(
            path, "the head has no topics.", "Add a line '#+ topics: [study, dose]'.", 1
        )
    return Query(
        slug=slug,
        title=title,
        description=description,
        topics=tuple(map(str, topics)),
        parameters=_parameters(path, text, head.get("parameters") or {}),
        empty=empty,
        text=text,
        path=path,
        is_linked=head.get("linked") is True,
    )


def _text(path: Path, text: str, head: Mapping[str, object], key: str) -> str:
    value = head.get(key)
    if not isinstance(value, str) or not value.strip():
        place = _line(text, key) if key in head else 1
        raise SourceError(path, f"the head has no {key}.", f"Add a line '#+ {key}: ...'.", place)
    return " ".join(value.split())


def _parameters(path: Path, text: str, found: object) -> dict[str, Parameter]:
    if not isinstance(found, dict):
        raise SourceError(
            path,
            "the parameters are not a mapping.",
            "Write '#+   drug: {kind: drug, example: naltrexone}' below '#+ parameters:'.",
            _line(text, "parameters"),
        )
    return {str(name): _parameter(path, text, str(name), fields) for name, fields in found.items()}


def _parameter(path: Path, text: str, name: str, fields: object) -> Parameter:
    if not isinstance(fields, dict) or not {"kind", "example"} <= fields.keys():
        raise SourceError(
            path,
            f"the parameter {name} has no kind or no example.",
            f"Write '#+   {name}: {{kind: drug, example: naltrexone}}'.",
            _line(text, name),
        )
    for key in fields:
        if key not in _PARAMETER_KEYS:
            problem = f"{key!r} is no key of the parameter {name}."
            raise _wrong(path, text, name, problem, _PARAMETER_KEYS)
    default = fields.get("default")
    return Parameter(
        name=name,
        kind=str(fields["kind"]),
        example=str(fields["example"]),
        required=bool(fields.get("required", False)),
        default=None if default is None else str(default),
        description=" ".join(str(fields.get("description", "")).split()),
    )


def _wrong(path: Path, text: str, key: str, problem: str, keys: tuple[str, ...]) -> SourceError:
    return SourceError(path, problem, f"The keys are {', '.join(keys)}.", _line(text, key))


def _line(text: str, key: str) -> int:
    """Return the line of the head on which a key stands."""
    for number, line in enumerate(text.splitlines(), start=1):
        if re.match(rf"#\+\s*{re.escape(key)}\s*:", line):
            return number
    return 1

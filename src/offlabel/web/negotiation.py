"""Choose the form of an answer: by the ending of the path, by `format=`, or by Accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import mimeparse
from starlette.requests import Request

from offlabel.web.problems import Problem

Forms = Mapping[str, tuple[str, ...]]
"""Names of forms, which are also endings of paths, with their media types, the usual one first."""

RDF_FORMS: Forms = {
    "ttl": ("text/turtle", "application/turtle"),
    "jsonld": ("application/ld+json",),
    "nt": ("application/n-triples", "text/plain"),
    "rdf": ("application/rdf+xml",),
}
TABLE_FORMS: Forms = {
    "json": ("application/json",),
    "srj": ("application/sparql-results+json",),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "xml": ("application/sparql-results+xml", "application/xml"),
    "md": ("text/markdown",),
    "parquet": ("application/vnd.apache.parquet",),
    **{name: types[:1] for name, types in RDF_FORMS.items()},
}
JSON_FORM: Forms = {"json": ("application/json",)}
TEXT_FORMS: Forms = {
    "json": ("application/json",),
    "md": ("text/markdown",),
    "txt": ("text/plain",),
}
PAGE_FORMS: Forms = {"html": ("text/html", "application/xhtml+xml")}

_TEXT = (
    "text/csv",
    "text/markdown",
    "text/plain",
    "text/tab-separated-values",
    "text/turtle",
    "text/html",
)


def split_ending(path: str, forms: Forms) -> tuple[str, str | None]:
    """Take a known ending off a path: "drug/naltrexone.ttl" is ("drug/naltrexone", "ttl")."""
    bare, dot, ending = path.rpartition(".")
    return (bare, ending) if dot and bare and ending in forms else (path, None)


def chosen_form(request: Request, forms: Forms, ending: str | None = None) -> str:
    """Return the form that a request asks for; raise `Problem` 406 where none of them fits.

    An ending goes before `format=`, and that before Accept. Without any, it is the first form.
    """
    named = ending or request.query_params.get("format")
    if named is not None:
        if named not in forms:
            raise _not_there(f"There is no form {named!r} of this", forms)
        return named
    return form_of_accept(accept_of(request), forms)


def form_of_path(request: Request, forms: Forms) -> str:
    """Return the form of an address whose ending Starlette has split off."""
    ending = request.path_params.get("ending")
    if ending is not None and ending not in forms:
        known = ", ".join(f".{name}" for name in forms)
        raise Problem(404, f"There is no ending .{ending} here. There is {known}.")
    return chosen_form(request, forms, ending)


def accept_of(request: Request) -> str:
    """Return the Accept header of a request, several of them as one."""
    return ", ".join(request.headers.getlist("accept")) or "*/*"


def form_of_accept(accept: str, forms: Forms) -> str:
    """Return the form that an Accept header likes best; raise `Problem` 406 where none fits."""
    types = {media: name for name, found in forms.items() for media in found}
    try:
        # The library takes the last of the types that are liked alike: the first form goes last.
        best = mimeparse.best_match(list(reversed(types)), accept)
    except (mimeparse.MimeTypeParseException, ValueError):
        raise Problem(
            400, "The Accept header cannot be read: write a list of media types."
        ) from None
    if not best:
        raise _not_there("Nothing here is of a type that Accept names", forms)
    return types[best]


def media_type(name: str, forms: Forms) -> str:
    """Return the media type of a form, with its charset where it is text."""
    found = forms[name][0]
    return f"{found}; charset=utf-8" if found in _TEXT else found


def _not_there(what: str, forms: Forms) -> Problem:
    known: Sequence[str] = [f".{name} ({found[0]})" for name, found in forms.items()]
    return Problem(406, f"{what}. There is {', '.join(known)}.", available=[*forms])

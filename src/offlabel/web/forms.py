"""Choose the form of an answer from what a client accepts, q-values included."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import mimeparse
import pyoxigraph as ox

from offlabel.web.failures import Failure

Format = ox.QueryResultsFormat | ox.RdfFormat


@dataclass(frozen=True)
class Form:
    """A form of answer: its media type, its short name in `?format=`, and the engine's own."""

    media_type: str
    name: str
    format: Format
    aliases: tuple[str, ...] = ()  # other media types that clients ask for it by
    words: tuple[str, ...] = ()  # other short names

    def is_called(self, name: str) -> bool:
        """Say whether a name means this form."""
        return name in (self.name, self.media_type, *self.words, *self.aliases)

    @property
    def content_type(self) -> str:
        """Return the header that goes with it."""
        return (
            f"{self.media_type}; charset=utf-8"
            if self.media_type[:5] == "text/"
            else self.media_type
        )


_R, _G = ox.QueryResultsFormat, ox.RdfFormat
BOOLEANS = (
    Form("application/sparql-results+json", "json", _R.JSON,
         ("application/json", "text/javascript", "application/javascript"), ("srj",)),
    Form("application/sparql-results+xml", "xml", _R.XML,
         ("application/xml", "text/xml"), ("srx",)),
)  # fmt: skip
ROWS = (
    *BOOLEANS,
    Form("text/csv", "csv", _R.CSV),
    Form("text/tab-separated-values", "tsv", _R.TSV),
)
GRAPHS = (
    Form("text/turtle", "ttl", _G.TURTLE,
         ("application/turtle", "application/x-turtle"), ("turtle", "n3")),
    Form("application/n-triples", "nt", _G.N_TRIPLES, ("text/plain",), ("ntriples", "n-triples")),
    Form("application/rdf+xml", "rdf", _G.RDF_XML, ("application/xml", "text/xml"),
         ("xml", "rdfxml", "rdf+xml", "application/rdf+xml")),
    Form("application/ld+json", "jsonld", _G.JSON_LD, ("application/json",), ("json", "json-ld")),
    Form("application/trig", "trig", _G.TRIG),
    Form("application/n-quads", "nq", _G.N_QUADS, (), ("nquads", "n-quads")),
)  # fmt: skip
KINDS = {"rows": ROWS, "boolean": BOOLEANS, "graph": GRAPHS}
COMMENTED = {"text/turtle", "application/n-triples", "application/trig", "application/n-quads"}


@lru_cache(4096)
def chosen(kind: str, accept: str, name: str = "") -> Form:
    """Return the form that a client likes best; what it calls by a name goes first.

    A name that only answers of another kind have counts for nothing, since clients send theirs with
    every query. Raise `Failure` 406 for a name that no answer has, and where a client accepts none
    that an answer of this kind can have.
    """
    forms = KINDS[kind]
    for form in forms:
        if name and form.is_called(name.lower()):
            return form
    if name and not any(form.is_called(name.lower()) for form in (*ROWS, *GRAPHS)):
        known = ", ".join(dict.fromkeys(form.name for form in forms))
        raise Failure(406, f"There is no form {name!r} of this answer. There is {known}.")
    if not accept.strip():
        return forms[0]
    by_type = {alias: form for form in reversed(forms) for alias in form.aliases}
    by_type |= {form.media_type: form for form in forms}
    # Of types that are liked as well as each other, the library takes the last.
    offered = [
        *(t for t in by_type if t != by_type[t].media_type),
        *reversed([f.media_type for f in forms]),
    ]
    try:
        best = mimeparse.best_match(offered, accept)
    except (mimeparse.MimeTypeParseException, ValueError):
        raise Failure(400, "The Accept header cannot be read.") from None
    if not best:
        known = ", ".join(form.media_type for form in forms)
        raise Failure(406, f"This answer can be had as {known}; the request accepts none of them.")
    return by_type[best]

"""Ontologies in RDF: Turtle, N-Triples and RDF/XML, streamed."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat, Store

from offlabel.errors import SourceError
from offlabel.links.readers.base import Source

FORMATS = {
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}
_LINE = re.compile(r"\bline (\d+)|\b(\d+):\d+")


def load(store: Store, source: Source) -> None:
    """Load a file as it is; imports that it names are not fetched."""
    with source.open() as file:
        try:
            store.bulk_load(file, format=FORMATS[source.suffix], to_graph=source.graph)
        except SyntaxError as error:
            found = _LINE.search(str(error.msg))
            line = error.lineno or (int(found[1] or found[2]) if found else None)
            remedy = "Fetch it again, or correct it."
            raise SourceError(source.path, f"{error.msg}.", remedy, line) from None
        except (ValueError, UnicodeDecodeError) as error:
            raise SourceError(source.path, f"it does not parse: {error}.", "Correct it.") from None

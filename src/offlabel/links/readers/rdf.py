"""Ontologies in RDF: Turtle, N-Triples and RDF/XML, streamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, parse

from offlabel.errors import SourceError
from offlabel.links.readers.base import Source
from offlabel.links.readers.entities import Guarded

FORMATS = {
    ".nt": RdfFormat.N_TRIPLES,
    ".owl": RdfFormat.RDF_XML,
    ".rdf": RdfFormat.RDF_XML,
    ".ttl": RdfFormat.TURTLE,
    ".xml": RdfFormat.RDF_XML,
}
_LINE = re.compile(r"\bline (\d+)|\b(\d+):\d+")


def load(source: Source) -> Iterator[Quad]:
    """Yield what a file says as it is; imports that it names are not fetched."""
    form = FORMATS[source.suffix]
    with source.open() as opened:
        file = Guarded(opened, source.path) if form == RdfFormat.RDF_XML else opened
        try:
            yield from parse(cast(IO[bytes], file), format=form)
        except SyntaxError as error:
            found = _LINE.search(str(error.msg))
            line = error.lineno or (int(found[1] or found[2]) if found else None)
            remedy = "Fetch it again, or correct it."
            raise SourceError(source.path, f"{error.msg}.", remedy, line) from None
        except (ValueError, UnicodeDecodeError) as error:
            raise SourceError(source.path, f"it does not parse: {error}.", "Correct it.") from None

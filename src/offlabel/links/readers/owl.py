"""Ontologies in the OWL 2 syntaxes that are not RDF: functional, OWL/XML and Manchester.

They are read by py-horned-owl, held in memory, and go into the store as their RDF mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pyoxigraph import Quad, RdfFormat, parse

from offlabel.errors import MissingExtraError, SourceError
from offlabel.links.readers.base import Source

FORMATS: dict[str, Literal["ofn", "omn", "owx"]] = {
    ".fss": "ofn",
    ".ofn": "ofn",
    ".omn": "omn",
    ".owx": "owx",
}
_LINE = re.compile(r"line_col: Pos\(\((\d+), ")
_MOST = 200  # characters of what the parser says


def load(source: Source) -> Iterator[Quad]:
    """Yield what a file says; imports that it names are not fetched."""
    try:
        from pyhornedowl import open_ontology_from_string
    except ImportError:
        raise MissingExtraError("ontologies", "Reading OWL that is not RDF") from None
    remedy = "Fetch it again, or correct it."
    try:
        ontology = open_ontology_from_string(source.content().decode(), FORMATS[source.suffix])
    except UnicodeDecodeError:
        raise SourceError(source.path, "this is not UTF-8 text.", remedy) from None
    except ValueError as error:
        found = _LINE.search(str(error))
        problem = f"it does not parse: {str(error).splitlines()[0][:_MOST]}."
        line = int(found[1]) if found else None
        raise SourceError(source.path, problem, remedy, line) from None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ontology.owl"
        ontology.save_to_file(str(path), "owl")
        yield from parse(path=str(path), format=RdfFormat.RDF_XML)

"""What RDF/XML can hold: not every statement is one of its elements.

A property must end in an XML name and be none of those that the syntax itself uses; text may hold
only the characters of XML 1.0 (RDF 1.1 XML Syntax, sections 5.1 and 6.1.4; XML 1.0, section 2.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, Triple

from offlabel.terms import RDF

_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RESERVED = frozenset(
    RDF + name
    for name in (
        "Description", "ID", "RDF", "about", "aboutEach", "aboutEachPrefix", "bagID", "datatype",
        "li", "nodeID", "parseType", "resource",
    )
)  # fmt: skip


class Fitting:
    """Of some statements those that RDF/XML can hold; the others are put aside in `lost`."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = triples
        self.lost: list[Triple] = []

    def __iter__(self) -> Iterator[Triple]:
        for triple in self.triples:
            if _fits(triple):
                yield triple
            else:
                self.lost.append(triple)


def _fits(triple: Triple) -> bool:
    predicate, value = triple.predicate.value, triple.object
    if predicate in _RESERVED or not _NAME.search(predicate):
        return False
    return not (isinstance(value, Literal) and _FORBIDDEN.search(value.value))

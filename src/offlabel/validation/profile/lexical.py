"""Which literals are no value of their datatype, such as `"2020-13-45"^^xsd:date`.

The embedded engine knows the datatypes that SPARQL computes with; rdflib, the others.
XML Schema 1.1 Part 2 leaves nothing that a string, a token or an IRI could not be.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, QuerySolutions, Store

from offlabel.terms import RDF, XSD

_CAST = {
    XSD + name
    for name in (
        *("boolean", "date", "dateTime", "dayTimeDuration", "decimal", "double", "duration"),
        *("float", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth", "integer", "time"),
        "yearMonthDuration",
    )
}
_FREE = {XSD + "string", XSD + "anyURI", RDF + "langString"}


def ill_typed(literals: Iterable[Literal]) -> set[Literal]:
    """Give the literals whose text is no value of their datatype; unknown datatypes allow all."""
    by_datatype: dict[str, list[Literal]] = defaultdict(list)
    for literal in literals:
        by_datatype[literal.datatype.value].append(literal)
    wrong: set[Literal] = set()
    for datatype, members in by_datatype.items():
        if datatype in _CAST:
            wrong.update(_not_cast(datatype, members))
        elif datatype not in _FREE:
            wrong.update(_not_read(datatype, members))
    return wrong


def _not_cast(datatype: str, literals: list[Literal]) -> list[Literal]:
    values = {literal.value: literal for literal in literals}
    listed = " ".join(str(Literal(value)) for value in values)
    text = f"SELECT ?text {{ VALUES ?text {{ {listed} }} FILTER(!BOUND(?value)) }}"
    text = text.replace("FILTER", f"BIND(<{datatype}>(?text) AS ?value) FILTER")
    found = Store().query(text)
    assert isinstance(found, QuerySolutions)
    return [values[row["text"].value] for row in found]


def _not_read(datatype: str, literals: list[Literal]) -> list[Literal]:
    from rdflib import Literal as RdflibLiteral
    from rdflib import URIRef

    logger = logging.getLogger("rdflib.term")  # which tells of each with a traceback
    was_disabled, logger.disabled = logger.disabled, True
    try:
        of = URIRef(datatype)
        return [one for one in literals if RdflibLiteral(one.value, datatype=of).ill_typed]
    finally:
        logger.disabled = was_disabled

"""Turtle as people write it in data/: prefixes in a column, a block for each thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.terms import RDF, RDFS, XSD, prefixes

_FIRST = (RDF + "type", RDFS + "label")
_BARE = {f"{XSD}integer": re.compile(r"[+-]?\d+"), f"{XSD}decimal": re.compile(r"[+-]?\d*\.\d+")}


def turtle(title: str, triples: Iterable[Triple]) -> str:
    """Write statements as one file; the same statements give the same text."""
    used: set[str] = set()
    blocks = [
        _block(str(subject), sorted(about, key=_order), used)
        for subject, about in groupby(
            sorted(set(triples), key=lambda t: str(t.subject)), key=lambda t: t.subject
        )
    ]
    found = [(name, iri) for name, iri in prefixes() if name in used]
    width = max((len(name) for name, _ in found), default=0) + 1
    head = "".join(f"@prefix {f'{name}:':{width}} <{iri}> .\n" for name, iri in found)
    return f"# {title}\n\n{head}\n" + "\n".join(blocks)


def _block(subject: str, about: list[Triple], used: set[str]) -> str:
    lines = []
    for predicate, same in groupby(about, key=lambda t: t.predicate):
        name = "a" if predicate.value == _FIRST[0] else _term(predicate, used)
        lines.append(f"    {name} {' , '.join(_term(t.object, used) for t in same)}")
    return f"{_term(about[0].subject, used)}\n" + " ;\n".join(lines) + " .\n"


def _term(term: object, used: set[str]) -> str:
    if isinstance(term, NamedNode):
        short = prefixes().compress(term.value)
        if short == term.value:
            return str(term)
        used.add(short.partition(":")[0])
        return short
    if isinstance(term, Literal) and not term.language:
        datatype = term.datatype.value
        if datatype == f"{XSD}boolean" and term.value in ("true", "false"):
            return term.value
        if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
            return term.value
        if datatype.startswith(XSD) and datatype != f"{XSD}string":
            used.add("xsd")
            return f'"{term.value}"^^xsd:{datatype.removeprefix(XSD)}'
    return str(term)


def _order(triple: Triple) -> tuple[int, str, str]:
    iri = triple.predicate.value
    place = _FIRST.index(iri) if iri in _FIRST else len(_FIRST)
    return place, iri, str(triple.object)

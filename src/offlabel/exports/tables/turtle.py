"""Turtle as people write it in data/: prefixes in a column, a block for each thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.terms import RDF, RDFS, XSD, prefixes

_FIRST = (RDF + "type", RDFS + "label")
_BARE = {f"{XSD}integer": re.compile(r"[+-]?\d+"), f"{XSD}decimal": re.compile(r"[+-]?\d*\.\d+")}
_STEP = "    "
_WIDE = 100


def turtle(title: str, triples: Iterable[Triple], first: Collection[NamedNode] = ()) -> str:
    """Write statements as one file; the same statements give the same text.

    The things that are named `first` come first. A blank node stands inside of what names it.
    """
    writer = _Writer(triples)
    named = [subject for subject in writer.about if isinstance(subject, NamedNode)]
    ordered = sorted(named, key=lambda subject: (subject not in first, subject.value))
    blocks = [writer.block(subject) for subject in ordered]
    found = [(name, iri) for name, iri in prefixes() if name in writer.used]
    width = max((len(name) for name, _ in found), default=0) + 1
    head = "".join(f"@prefix {f'{name}:':{width}} <{iri}> .\n" for name, iri in found)
    return f"# {title}\n\n{head}\n" + "\n".join(blocks)


class _Writer:
    """The statements by subject, and the prefixes that were used."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.used: set[str] = set()
        self.about: dict[object, list[Triple]] = {}
        for triple in sorted(set(triples), key=_order):
            self.about.setdefault(triple.subject, []).append(triple)

    def block(self, subject: NamedNode) -> str:
        """Write a thing with what is said of it."""
        return f"{self._term(subject, '')}\n{self._lines(subject, _STEP)} .\n"

    def _lines(self, subject: object, indent: str) -> str:
        lines = []
        for predicate, same in groupby(self.about[subject], key=lambda t: t.predicate):
            name = "a" if predicate.value == _FIRST[0] else self._term(predicate, indent)
            lines.append(f"{indent}{name} {' , '.join(self._term(t.object, indent) for t in same)}")
        return " ;\n".join(lines)

    def _term(self, term: object, indent: str) -> str:
        if isinstance(term, BlankNode):
            return self._blank(term, indent)
        if isinstance(term, NamedNode):
            short = prefixes().compress(term.value)
            if short == term.value:
                return "()" if term.value == f"{RDF}nil" else str(term)
            if short == "rdf:nil":
                return "()"
            self.used.add(short.partition(":")[0])
            return short
        if isinstance(term, Literal) and not term.language:
            datatype = term.datatype.value
            if datatype == f"{XSD}boolean" and term.value in ("true", "false"):
                return term.value
            if datatype == f"{XSD}decimal" and re.fullmatch(r"-?\d+", term.value):
                return f"{term.value}.0"
            if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
                return term.value
            if datatype.startswith(XSD) and datatype != f"{XSD}string":
                self.used.add("xsd")
                return f'"{term.value}"^^xsd:{datatype.removeprefix(XSD)}'
        return str(term)

    def _blank(self, node: BlankNode, indent: str) -> str:
        """Write a list in parentheses, other nodes in brackets; on one line where they fit."""
        said = {triple.predicate.value: triple.object for triple in self.about.get(node, ())}
        if f"{RDF}first" in said:
            inside = [self._term(each, f"{indent}{_STEP}") for each in self._listed(node)]
            line = f"( {' '.join(inside)} )"
            wide = "".join(f"\n{indent}{_STEP}{each}" for each in inside)
            return line if len(line) + len(indent) < _WIDE and "\n" not in line else f"({wide} )"
        inner = self._lines(node, f"{indent}{_STEP}")
        line = f"[ {' ; '.join(part.strip() for part in inner.split(' ;' + chr(10)))} ]"
        return line if len(line) + len(indent) < _WIDE and "\n" not in line else f"[\n{inner} ]"

    def _listed(self, node: object) -> Iterable[object]:
        while node in self.about:
            said = {triple.predicate.value: triple.object for triple in self.about[node]}
            yield said.get(f"{RDF}first")
            node = said.get(f"{RDF}rest")


def _order(triple: Triple) -> tuple[int, str, str]:
    iri = triple.predicate.value
    place = _FIRST.index(iri) if iri in _FIRST else len(_FIRST)
    return place, iri, str(triple.object)

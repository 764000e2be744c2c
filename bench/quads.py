"""Statements of a made-up graph, written short."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from offlabel.terms import BASE, GRAPH, OL, RDF, RDFS, XSD

Term = NamedNode | BlankNode | Literal


def node(kind: str, *parts: object) -> NamedNode:
    """Return the name of an invented thing."""
    return NamedNode(f"{BASE}{kind}/made-up-{'-'.join(map(str, parts))}")


def ol(name: str) -> NamedNode:
    """Return a term of the ontology."""
    return NamedNode(OL + name)


def day(text: str) -> Literal:
    """Return a date."""
    return Literal(text, datatype=NamedNode(XSD + "date"))


def decimal(text: str) -> Literal:
    """Return a decimal number."""
    return Literal(text, datatype=NamedNode(XSD + "decimal"))


def say(thing: NamedNode | BlankNode, name: str, value: Term) -> Quad:
    """Return one statement, in the one graph of all that is made up."""
    return Quad(thing, NamedNode(name), value, NamedNode(GRAPH + "made-up"))


def things(thing: NamedNode, kind: str, label: str) -> Iterator[Quad]:
    """Yield what a thing is and what it is called."""
    yield say(thing, RDF + "type", ol(kind))
    yield say(thing, RDFS + "label", Literal(label, language="en"))


def facts(thing: NamedNode, **said: Term | tuple[Term, ...]) -> Iterator[Quad]:
    """Yield statements with properties of the ontology, each once."""
    for name, values in said.items():
        for value in dict.fromkeys(values if isinstance(values, tuple) else (values,)):
            yield say(thing, OL + name, value)


def listed(thing: BlankNode, name: str, members: list[NamedNode | BlankNode]) -> Iterator[Quad]:
    """Yield a list as the value of a property."""
    rest: NamedNode | BlankNode = NamedNode(RDF + "nil")
    for place, member in reversed(list(enumerate(members))):
        cell = BlankNode(f"{thing.value}-{place}")
        yield say(cell, RDF + "first", member)
        yield say(cell, RDF + "rest", rest)
        rest = cell
    yield say(thing, name, rest)

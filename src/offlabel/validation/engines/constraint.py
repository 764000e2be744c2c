"""A SPARQL constraint of a shape, as it is written: its text, words and path."""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning.facts import RDF_FIRST, Facts, Node, Term
from offlabel.terms import OWL, RDF, RDFS, SH, Prefixes
from offlabel.validation.engines.units import PATH, Unit, sh

_STANDARD = {"owl": OWL, "rdf": RDF, "rdfs": RDFS}
_TRUE = {"true", "1"}
_SUFFIXES = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def prefixes_of(shapes: Facts, constraint: Node) -> dict[str, str]:
    """Give the prefixes that a constraint may use, and their namespaces."""
    found = dict(_STANDARD)
    for ontology in shapes.objects(constraint, sh("prefixes")):
        found |= _declared(shapes, ontology)
    return found


@lru_cache(maxsize=4)
def _declared(shapes: Facts, ontology: Term) -> dict[str, str]:
    found: dict[str, str] = {}
    for declaration in shapes.objects(ontology, sh("declare")):
        names = shapes.objects(declaration, sh("prefix"))
        spaces = shapes.objects(declaration, sh("namespace"))
        found.update((n.value, s.value) for n, s in zip(names, spaces, strict=False))
    return found


def prefix_lines(shapes: Facts, constraint: Node, text: str) -> str:
    """Give those prefixes that a text may use as the head of a query."""
    return Prefixes(prefixes_of(shapes, constraint)).sparql(text)


def select_of(shapes: Facts, constraint: Node) -> str | None:
    """Find the SELECT of a constraint; None where it is not one text."""
    found = shapes.objects(constraint, sh("select"))
    if len(found) != 1 or not isinstance(found[0], Literal):
        return None
    return found[0].value


def messages_of(shapes: Facts, unit: Unit) -> tuple[str, ...]:
    """Give the messages of a constraint and of the shape that has it."""
    found = {
        text.value
        for node in (unit.holder, unit.constraint)
        if node is not None
        for text in shapes.objects(node, sh("message"))
    }
    return tuple(sorted(found))


def is_deactivated(shapes: Facts, unit: Unit) -> bool:
    """Say whether a constraint, or the shape that has it, is switched off."""
    return any(
        text.value in _TRUE
        for node in (unit.shape, unit.holder, unit.constraint)
        if node is not None
        for text in shapes.objects(node, sh("deactivated"))
    )


def severity_of(shapes: Facts, shape: Node) -> NamedNode:
    """Give the severity of a shape."""
    for found in shapes.objects(shape, sh("severity")):
        if isinstance(found, NamedNode):
            return found
    return sh("Violation")


def path_of(shapes: Facts, shape: Node) -> Term | None:
    """Find the path of a property shape."""
    found = shapes.objects(shape, PATH)
    return found[0] if found else None


def sparql_path(shapes: Facts, path: Term) -> str:
    """Write a path as a SPARQL property path."""
    if isinstance(path, NamedNode):
        return str(path)
    if shapes.objects(path, RDF_FIRST):
        return "/".join(f"({sparql_path(shapes, step)})" for step in shapes.members(path))
    for statement in shapes.about(path):
        name = statement.predicate.value.removeprefix(SH)
        if name == "alternativePath":
            choices = shapes.members(statement.object)
            return "|".join(f"({sparql_path(shapes, choice)})" for choice in choices)
        if name == "inversePath":
            return f"^({sparql_path(shapes, statement.object)})"
        if name in _SUFFIXES:
            return f"({sparql_path(shapes, statement.object)}){_SUFFIXES[name]}"
    return ""

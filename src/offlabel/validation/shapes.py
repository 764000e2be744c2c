"""SHACL: one run of pySHACL, the validator of record, over everything that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode, Store

from offlabel.names import close_matches
from offlabel.reasoning.facts import Facts, Node, Term
from offlabel.stores.sparqltext import syntax_error
from offlabel.terms import OWL, RDF, RDFS, SH
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.shapewords import first_predicate, result_in_words

_QUERIES = [NamedNode(f"{SH}select"), NamedNode(f"{SH}ask")]
_DECLARED_BY_STANDARD = {"owl": OWL, "rdf": RDF, "rdfs": RDFS}
_IRI = re.compile(r"https?://[^\s<>\"',;()\[\]{}]+[^\s<>\"',;.()\[\]{}]")


def check_shapes(
    facts: Facts, places: Places, shapes: Facts, shape_places: Places
) -> list[Problem]:
    """Give every result of every shape, in words, with what the shape tells the curator to do.

    `shapes` hold the declarations of the prefixes that they use, too.
    """
    from pyshacl import validate
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        ShapeLoadError,
        ValidationFailure,
    )

    from offlabel.validation.rdflibgraph import graph_from_facts

    malformed = [*check_shape_queries(shapes, shape_places), *_unknown_words(shapes, shape_places)]
    if malformed:
        return malformed
    data, shape_graph = graph_from_facts(facts), graph_from_facts(shapes)
    try:
        _, report, _ = validate(data, shacl_graph=shape_graph, inplace=True)
    except (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError) as error:
        return [_unusable(error)]
    if isinstance(report, ValidationFailure):
        return [_unusable(report)]
    return list(_Results(facts, places, shapes, shape_places).problems(report))


def check_shape_queries(shapes: Facts, places: Places) -> Iterator[Problem]:
    """Find the SPARQL of shapes that does not parse with the prefixes that the shape names."""
    store = Store()
    for predicate in _QUERIES:
        for statement in shapes.using(predicate):
            text = "".join([*_prefix_lines(shapes, statement.subject), statement.object.value])
            try:
                store.query(text)
            except SyntaxError as error:
                yield places.problem(
                    "shapes/sparql",
                    statement.subject,
                    f"in its SPARQL, {syntax_error(text, error).problem}",
                    remedy="Correct it; its prefixes come from sh:prefixes"
                    " <https://w3id.org/offlabel/ontology>.",
                )


def _unknown_words(shapes: Facts, places: Places) -> Iterator[Problem]:
    """Find words that SHACL does not have; pySHACL would pass over them, and the rule with them."""
    from rdflib import SH as VOCABULARY
    from rdflib import URIRef

    for statement in shapes.statements:
        for term in (statement.predicate, statement.object):
            is_word = isinstance(term, NamedNode) and term.value.startswith(SH)
            if is_word and term.value != SH and URIRef(term.value) not in VOCABULARY:
                word = term.value.removeprefix(SH)
                near = close_matches(word, dir(VOCABULARY))
                yield places.problem(
                    "shapes/unknown-word",
                    statement.subject,
                    f"SHACL has no word sh:{word}",
                    predicate=statement.predicate,
                    remedy=f"Did you mean sh:{near[0]}?" if near else "Correct it.",
                )


def _prefix_lines(shapes: Facts, constraint: Node) -> Iterator[str]:
    for declared in _DECLARED_BY_STANDARD.items():
        yield "PREFIX {}: <{}>\n".format(*declared)
    for ontology in shapes.objects(constraint, NamedNode(f"{SH}prefixes")):
        for declaration in shapes.objects(ontology, NamedNode(f"{SH}declare")):
            names = shapes.objects(declaration, NamedNode(f"{SH}prefix"))
            spaces = shapes.objects(declaration, NamedNode(f"{SH}namespace"))
            for name, space in zip(names, spaces, strict=False):
                yield f"PREFIX {name.value}: <{space.value}>\n"


class _Results:
    def __init__(self, facts: Facts, places: Places, shapes: Facts, shape_places: Places) -> None:
        self._facts = facts
        self._places = places
        self._shapes = shapes
        self._shape_places = shape_places

    def problems(self, report: Any) -> Iterator[Problem]:
        import rdflib

        from offlabel.validation.rdflibgraph import term_from_rdflib

        for result in report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult):
            parts: dict[str, list[Term]] = {}
            for predicate, value in report.predicate_objects(result):
                name = str(predicate).removeprefix(SH)
                parts.setdefault(name, []).append(term_from_rdflib(value))
            yield self._problem(parts)

    def _problem(self, parts: dict[str, list[Term]]) -> Problem:
        focus, shape = parts["focusNode"][0], parts["sourceShape"][0]
        path = parts["resultPath"][0] if "resultPath" in parts else None
        words = result_in_words(
            self._shapes,
            self._places,
            shape=shape,
            component=parts["sourceConstraintComponent"][0].value,
            path=path,
            value=parts["value"][0] if "value" in parts else None,
        )
        advice = " ".join(
            sorted(self._shorten(text.value) for text in parts.get("resultMessage", []))
        )
        return self._places.problem(
            self._rule(shape),
            focus,
            words or advice or "does not conform",
            predicate=self._predicate(focus, path),
            remedy=advice if words else "",
            severity=Severity(parts["resultSeverity"][0].value.removeprefix(SH)),
        )

    def _rule(self, shape: Term) -> str:
        """Name the shape; an unnamed one goes by the named shape that holds it."""
        if isinstance(shape, NamedNode):
            return self._shape_places.name(shape)
        owner, _ = self._shapes.owner(shape)
        return self._shape_places.name(owner) if owner else "an unnamed shape"

    def _predicate(self, focus: Term, path: Term | None) -> NamedNode | None:
        """Give the predicate whose line shows the problem, where the focus node has it."""
        predicate = first_predicate(self._shapes, path) if path is not None else None
        if predicate is None or not self._facts.objects(focus, predicate):
            return None
        return predicate

    def _shorten(self, message: str) -> str:
        """Write the IRIs in a message as CURIEs."""
        return _IRI.sub(lambda found: self._places.name(NamedNode(found.group())), message)


def _unusable(error: Exception) -> Problem:
    reason = str(getattr(error, "message", "") or error).strip()
    return Problem(
        message=f"The shapes could not be used: {reason}",
        rule="shapes/unusable",
        remedy="Correct the shape that the message names, in ontology/shapes/.",
    )

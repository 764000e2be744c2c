"""SHACL: one run of pySHACL, the validator of record, over everything that is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode, Quad

from offlabel.reasoning.facts import Facts, Term, facts_from_quads
from offlabel.terms import SH
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.shapewords import first_predicate, result_in_words

_IRI = re.compile(r"https?://[^\s<>\"',;()\[\]{}]+[^\s<>\"',;.()\[\]{}]")


def check_shapes(
    facts: Facts, places: Places, shapes: Iterable[Quad], shape_places: Places | None = None
) -> list[Problem]:
    """Give every result of every shape, in words, with what the shape tells the curator to do."""
    from pyshacl import validate
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ShapeRecursionWarning,
        ValidationFailure,
    )

    from offlabel.validation.rdflibgraph import graph_from_quads

    shape_quads = list(shapes)
    shape_facts = facts_from_quads(shape_quads)
    data = graph_from_quads(Quad(*statement) for statement in facts.statements)
    try:
        _, report, _ = validate(data, shacl_graph=graph_from_quads(shape_quads), inplace=True)
    except (
        ConstraintLoadError,
        ReportableRuntimeError,
        RuleLoadError,
        ShapeLoadError,
        ShapeRecursionWarning,
        ValidationFailure,
    ) as error:
        return [_unusable(str(getattr(error, "message", "") or error))]
    if not hasattr(report, "subjects"):
        return [_unusable(str(getattr(report, "message", report)))]
    results = _Results(facts, places, shape_facts, shape_places or places)
    return list(results.problems(report))


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


def _unusable(reason: str) -> Problem:
    return Problem(
        message=f"The shapes could not be used: {reason.strip()}",
        rule="shapes/unusable",
        remedy="Correct the shape that the message names, in ontology/shapes/.",
    )

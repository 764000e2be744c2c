"""SHACL: the shapes over everything that is known, run by an engine and put into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from offlabel.names import close_matches
from offlabel.reasoning.facts import Facts, Lookup, Term
from offlabel.stores.sparqltext import syntax_error
from offlabel.terms import SH
from offlabel.validation.engines import Note, Result, ShapesError
from offlabel.validation.engines.constraint import prefix_lines
from offlabel.validation.engines.core import standard
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.shapewords import first_predicate, result_in_words

_SLOW = "shapes/node-by-node"
_QUERIES = [NamedNode(f"{SH}select"), NamedNode(f"{SH}ask")]
_IRI = re.compile(r"https?://[^\s<>\"',;()\[\]{}]+[^\s<>\"',;.()\[\]{}]")


def malformed_shapes(shapes: Facts, places: Places) -> list[Problem]:
    """Find what keeps shapes from being run at all."""
    return [*check_shape_queries(shapes, places), *_unknown_words(shapes, places)]


def problems_from_results(
    results: Iterable[Result], facts: Lookup, places: Places, shapes: Facts, shape_places: Places
) -> list[Problem]:
    """Put results of an engine into words."""
    words = _Results(facts, places, shapes, shape_places)
    return [words.problem(result) for result in results]


def problems_from_notes(notes: Iterable[Note], shape_places: Places) -> Iterator[Problem]:
    """Say which shapes ran node by node, and why."""
    for note in notes:
        message = f"pySHACL runs {'it' if note.unit else 'the shapes'}, node by node: {note.reason}"
        if note.unit is None:
            yield Problem(message=message, rule=_SLOW, severity=Severity.INFO)
        else:
            shape = note.unit.holder or note.unit.shape
            yield shape_places.problem(_SLOW, shape, message, severity=Severity.INFO)


def unusable(error: ShapesError) -> Problem:
    """Turn the complaint of an engine about the shapes into a problem."""
    return Problem(
        message=f"The shapes could not be used: {error}",
        rule="shapes/unusable",
        remedy="Correct the shape that the message names, in ontology/shapes/.",
    )


def check_shape_queries(shapes: Facts, places: Places) -> Iterator[Problem]:
    """Find the SPARQL of shapes that does not parse with the prefixes that the shape names."""
    store = Store()
    for predicate in _QUERIES:
        for statement in shapes.using(predicate):
            written = statement.object.value
            text = prefix_lines(shapes, statement.subject, written) + written
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
    known = _vocabulary()
    for statement in shapes.statements:
        for term in (statement.predicate, statement.object):
            if (
                isinstance(term, NamedNode)
                and term.value.startswith(SH)
                and term.value not in known
            ):
                word = term.value.removeprefix(SH)
                near = close_matches(word, sorted(iri.removeprefix(SH) for iri in known))
                yield places.problem(
                    "shapes/unknown-word",
                    statement.subject,
                    f"SHACL has no word sh:{word}",
                    predicate=statement.predicate,
                    remedy=f"Did you mean sh:{near[0]}?" if near else "Correct it.",
                )


@cache
def _vocabulary() -> frozenset[str]:
    """Give the words of SHACL, and its namespace."""
    quads = parse(path=str(standard("shacl.ttl")), format=RdfFormat.TURTLE)
    return frozenset(str(getattr(quad.subject, "value", "")) for quad in quads) | {SH}


class _Results:
    def __init__(self, facts: Lookup, places: Places, shapes: Facts, shape_places: Places) -> None:
        self._facts = facts
        self._places = places
        self._shapes = shapes
        self._shape_places = shape_places

    def problem(self, result: Result) -> Problem:
        focus, shape, path = result.focus, result.shape, result.path
        words = result_in_words(
            self._shapes,
            self._places,
            shape=shape,
            component=result.component.value,
            path=path,
            value=result.value,
        )
        advice = " ".join(sorted(self._shorten(text) for text in result.messages))
        return self._places.problem(
            self._rule(shape),
            focus,
            words or advice or "does not conform",
            predicate=self._predicate(focus, path),
            remedy=advice if words else "",
            severity=Severity(result.severity.value.removeprefix(SH)),
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

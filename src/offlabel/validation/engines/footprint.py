"""What the results of a unit can depend on, so that a change elsewhere need not run it again.

A footprint may be too wide, never too narrow: what this module does not understand may read
anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from offlabel.reasoning.facts import RDF_FIRST, RDF_TYPE, Facts, Node, Statement, Term
from offlabel.sparql.footprint import footprint_of as keys_of_sparql
from offlabel.terms import RDFS, SH
from offlabel.validation.engines.constraint import path_of, prefix_lines, select_of, sparql_path
from offlabel.validation.engines.core import reason_against
from offlabel.validation.engines.units import (
    PATH,
    Unit,
    is_implicit_class,
    sh,
    shapes_below,
)

_SUBCLASS = NamedNode(f"{RDFS}subClassOf")
_PAIRS = tuple(sh(word) for word in ("disjoint", "equals", "lessThan", "lessThanOrEquals"))
_LEADS = {sh("targetSubjectsOf"), sh("targetObjectsOf")}


@dataclass(frozen=True)
class Footprint:
    """Hold the predicates that a unit reads, and the classes of whose instances it asks.

    A statement with `rdf:type` counts where its class, or one above it, is among `classes`, or
    where `rdf:type` is among `predicates`.
    """

    predicates: frozenset[NamedNode]
    classes: frozenset[Term] = frozenset()

    def reads(
        self, statement: Statement, above: Callable[[Term], Collection[Term]] | None = None
    ) -> bool:
        """Say whether a statement may change the results; `above` gives a class and its parents.

        Without `above` every statement with `rdf:type` counts.
        """
        if statement.predicate in self.predicates:
            return True
        if statement.predicate != RDF_TYPE or not self.classes:
            return False
        return above is None or not self.classes.isdisjoint(above(statement.object))


def footprint_of(shapes: Facts, unit: Unit) -> Footprint | None:
    """Give what a unit reads; None where that may be anything."""
    reading = _Reading()
    try:
        _read_targets(shapes, unit.shape, reading)
        if unit.constraint is not None:
            _read_constraint(shapes, unit, reading)
        elif reason_against(shapes, unit):
            return None
        else:
            for shape in shapes_below(shapes, unit.shape):
                _read_shape(shapes, shape, reading)
    except _AnythingError:
        return None
    return Footprint(frozenset(reading.predicates), frozenset(reading.classes))


class _AnythingError(Exception):
    """A unit may read anything."""


@dataclass
class _Reading:
    predicates: set[NamedNode] = field(default_factory=set)
    classes: set[Term] = field(default_factory=set)

    def predicate(self, term: Term) -> None:
        if not isinstance(term, NamedNode):
            raise _AnythingError
        self.predicates.add(term)

    def instances_of(self, class_: Term) -> None:
        self.classes.add(class_)
        self.predicates.add(_SUBCLASS)


def _read_targets(shapes: Facts, shape: Node, reading: _Reading) -> None:
    for _, predicate, value in shapes.about(shape):
        if predicate == sh("targetClass"):
            reading.instances_of(value)
        elif predicate in _LEADS:
            reading.predicate(value)
        elif predicate == sh("target"):
            raise _AnythingError
    if is_implicit_class(shapes, shape):
        reading.instances_of(shape)


def _read_shape(shapes: Facts, shape: Node, reading: _Reading) -> None:
    for _, predicate, value in shapes.about(shape):
        if predicate == PATH:
            _read_path(shapes, value, reading)
        elif predicate == sh("class"):
            reading.instances_of(value)
        elif predicate in _PAIRS:
            reading.predicate(value)
        elif predicate == sh("closed") and value.value not in ("false", "0"):
            raise _AnythingError


def _read_path(shapes: Facts, path: Term, reading: _Reading) -> None:
    if isinstance(path, NamedNode):
        reading.predicate(path)
        return
    steps = shapes.members(path) if shapes.objects(path, RDF_FIRST) else []
    for _, predicate, value in shapes.about(path):
        if predicate == sh("alternativePath"):
            steps += shapes.members(value)
        elif predicate.value.startswith(SH):
            steps.append(value)
    if not steps:
        raise _AnythingError
    for step in steps:
        _read_path(shapes, step, reading)


def _read_constraint(shapes: Facts, unit: Unit, reading: _Reading) -> None:
    if unit.constraint is None or unit.holder is None:
        raise _AnythingError
    text = select_of(shapes, unit.constraint)
    path = path_of(shapes, unit.holder)
    if text is None:
        raise _AnythingError
    if path is not None:
        text = text.replace("$PATH", f"({sparql_path(shapes, path)})")
    keys = keys_of_sparql(prefix_lines(shapes, unit.constraint, text) + text).reads
    if keys is None:
        raise _AnythingError
    for key in keys:
        if key.startswith("a "):
            reading.classes.add(NamedNode(key[2:]))
        else:
            reading.predicates.add(NamedNode(key))

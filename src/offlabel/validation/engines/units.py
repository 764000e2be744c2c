"""The parts of a shapes graph that can be run alone, and the graph of a part.

A unit is a shape with targets and all that it leads to, without its SPARQL constraints; each of
those is a unit of its own, unless it stands where only the whole shape can be asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning.facts import RDF_TYPE, Facts, Node, Statement, Term
from offlabel.terms import RDFS, SH


def sh(name: str) -> NamedNode:
    """Return a word of SHACL."""
    return NamedNode(SH + name)


TARGETS = tuple(sh(f"target{kind}") for kind in ("Class", "Node", "ObjectsOf", "SubjectsOf"))
_TARGET = sh("target")
_CLASS = NamedNode(f"{RDFS}Class")
_SUBCLASS = NamedNode(f"{RDFS}subClassOf")
_TO_SHAPE = (sh("node"), sh("not"), sh("property"), sh("qualifiedValueShape"))
_TO_SHAPES = (sh("and"), sh("or"), sh("xone"))
SPARQL = sh("sparql")
PROPERTY = sh("property")
PATH = sh("path")
_OF_EVERY_SHAPE = {PATH, sh("deactivated"), sh("message"), sh("severity")}


@dataclass(frozen=True)
class Unit:
    """Hold a shape with targets, or one of its SPARQL constraints and the shape that has it."""

    shape: Node
    constraint: Node | None = None
    holder: Node | None = None


def units_of(shapes: Facts) -> tuple[Unit, ...]:
    """Give every unit of a shapes graph."""
    return tuple(unit for shape in _targeting(shapes) for unit in _units(shapes, shape))


def is_implicit_class(shapes: Facts, shape: Node) -> bool:
    """Say whether a shape is a class too, and so targets its own instances."""
    return not _class_classes(shapes).isdisjoint(shapes.objects(shape, RDF_TYPE))


def shapes_below(shapes: Facts, shape: Term) -> list[Node]:
    """Give a shape and all to which it leads, each once, itself first."""
    found: dict[Node, None] = {}
    waiting = [shape]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Literal) or here in found:
            continue
        found[here] = None
        waiting += steps_from(shapes, here)
    return list(found)


def steps_from(shapes: Facts, shape: Term) -> list[Term]:
    """Give the shapes to which a shape leads in one step."""
    found: list[Term] = []
    for statement in shapes.about(shape):
        if statement.predicate in _TO_SHAPE:
            found.append(statement.object)
        elif statement.predicate in _TO_SHAPES:
            found += shapes.members(statement.object)
    return found


def part_of(shapes: Facts, units: Collection[Unit]) -> Facts:
    """Give the shapes graph in which nothing but some units is asked of any node."""
    asked = {unit.shape for unit in units}
    whole = {unit.shape for unit in units if unit.constraint is None}
    below = {node for shape in whole for node in shapes_below(shapes, shape)}
    wanted = {unit.constraint for unit in units if unit.constraint is not None}
    holders = {unit.holder for unit in units if unit.constraint is not None}
    apart = {unit.constraint for unit in units_of(shapes)} - wanted
    bare = {node for node in asked | holders if node not in below}

    def is_kept(statement: Statement) -> bool:
        subject, predicate, value = statement
        if predicate in TARGETS or predicate == _TARGET:
            return subject in asked
        if predicate == SPARQL:
            return value not in apart
        if subject in bare and predicate == PROPERTY:
            return value in holders
        if subject in bare and predicate.value.startswith(SH):
            return predicate in _OF_EVERY_SHAPE
        return not (predicate == RDF_TYPE and subject not in asked and value in classes)

    classes = _class_classes(shapes)
    return Facts(filter(is_kept, shapes.statements))


def _targeting(shapes: Facts) -> Iterator[Node]:
    found: dict[Node, None] = {}
    for predicate in (*TARGETS, _TARGET):
        found.update((statement.subject, None) for statement in shapes.using(predicate))
    for class_ in _class_classes(shapes):
        for statement in shapes.to(class_):
            if statement.predicate == RDF_TYPE and is_shape(shapes, statement.subject):
                found[statement.subject] = None
    yield from found


def _units(shapes: Facts, shape: Node) -> Iterator[Unit]:
    yield Unit(shape)
    holders = [shape]
    if not shapes.objects(shape, PATH):
        holders += [
            node for node in shapes.objects(shape, PROPERTY) if not isinstance(node, Literal)
        ]
    lifted = [
        Unit(shape, constraint, holder)
        for holder in holders
        for constraint in shapes.objects(holder, SPARQL)
        if not isinstance(constraint, Literal)
    ]
    if not has_inner_sparql(shapes, shape):
        yield from lifted


@lru_cache(maxsize=4096)
def has_inner_sparql(shapes: Facts, shape: Node) -> bool:
    """Say whether a SPARQL constraint decides if a node conforms to a shape inside this one."""
    own = {shape}
    if not shapes.objects(shape, PATH):
        own.update(
            node for node in shapes.objects(shape, PROPERTY) if not isinstance(node, Literal)
        )
    inner = [step for holder in own for step in steps_from(shapes, holder) if step not in own]
    inner += [shape for holder in own if shape in steps_from(shapes, holder)]
    return any(
        shapes.objects(node, SPARQL) for step in inner for node in shapes_below(shapes, step)
    )


def is_shape(shapes: Facts, node: Node) -> bool:
    """Say whether the graph calls a node a shape, or uses it as one."""
    types = shapes.objects(node, RDF_TYPE)
    if sh("NodeShape") in types or sh("PropertyShape") in types:
        return True
    return any(statement.predicate.value.startswith(SH) for statement in shapes.about(node))


def _class_classes(shapes: Facts) -> set[Term]:
    found: set[Term] = {_CLASS}
    for statement in shapes.to(_CLASS):
        if statement.predicate == _SUBCLASS:
            found.add(statement.subject)
    return found

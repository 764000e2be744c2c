"""SPARQL constraints in the embedded store: one query for all focus nodes of a shape."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from offlabel.reasoning.facts import Facts, Term
from offlabel.terms import BASE, XSD
from offlabel.validation.engines.base import Result, ShapesError
from offlabel.validation.engines.constraint import (
    is_deactivated,
    messages_of,
    path_of,
    prefix_lines,
    select_of,
    severity_of,
    sparql_path,
)
from offlabel.validation.engines.data import Data
from offlabel.validation.engines.footprint import footprint_of
from offlabel.validation.engines.prebound import NotTogetherError, Together, for_all_nodes
from offlabel.validation.engines.units import TARGETS, Unit, is_implicit_class, sh

_COMPONENT = sh("SPARQLConstraintComponent")
_BOOLEAN = NamedNode(f"{XSD}boolean")
_ENGINE = NamedNode(f"{BASE}engine")
_TARGET = NamedNode(f"{BASE}engine/target")


class SetWise:
    """Ask each constraint once, of all nodes that its shape targets.

    The nodes stand in graphs of their own in the store of the data, until `close`.
    """

    def __init__(self, data: Data, shapes: Facts, focus: Collection[Term] | None = None) -> None:
        """Take data and shapes; with `focus` only those nodes are asked."""
        self._data = data
        self._shapes = shapes
        self._focus = None if focus is None else set(focus)
        self._graphs: dict[frozenset[tuple[NamedNode, Term]], NamedNode] = {}

    def reason_against(self, unit: Unit) -> str:
        """Say why a constraint cannot be asked of all nodes at once; empty where it can."""
        try:
            together = self._together(unit, "")
        except NotTogetherError as reason:
            return str(reason)
        written = self._written(unit)
        kinds = {"boolean" if form.datatype == _BOOLEAN else "other" for form in written}
        if written and (together.reads_lexical_forms or together.matches & kinds):
            return "it looks at how a number is written, which the store does not keep"
        if any(len(literals) > 1 for literals in written.values()):
            return "it reads one number written in several ways, which the store does not keep"
        return ""

    def results(self, unit: Unit) -> Iterator[Result]:
        """Give the results of a constraint for which nothing speaks against it."""
        if is_deactivated(self._shapes, unit) or unit.holder is None or unit.constraint is None:
            return
        graph = self._target_graph(unit)
        together = self._together(unit, f"GRAPH {graph} {{ {_ENGINE} {_TARGET} ?this }}")
        written: dict[Term, Term] = {}
        for form, found in self._written(unit).items():
            written[form] = next(iter(found))
        path = path_of(self._shapes, unit.holder)
        severity = severity_of(self._shapes, unit.holder)
        templates = messages_of(self._shapes, unit)
        for row in self._rows(unit, together, written):
            this = row["this"]
            value = row.get("value", this if path is None else None)
            yield Result(
                this,
                row.get("path", path),
                value,
                unit.holder,
                _COMPONENT,
                severity,
                tuple(sorted({_filled(template, row) for template in templates})),
            )

    def close(self) -> None:
        """Take the graphs of the nodes out of the store."""
        for graph in self._graphs.values():
            self._data.store.remove_graph(graph)
        self._graphs.clear()

    def _together(self, unit: Unit, targets: str) -> Together:
        if unit.constraint is None or unit.holder is None:
            raise NotTogetherError("it is no SPARQL constraint")
        text = select_of(self._shapes, unit.constraint)
        if text is None:
            raise NotTogetherError("it has not exactly one sh:select")
        path = path_of(self._shapes, unit.holder)
        written = None if path is None else sparql_path(self._shapes, path)
        return for_all_nodes(text, targets, written)

    def _rows(
        self, unit: Unit, together: Together, written: Mapping[Term, Term]
    ) -> Iterator[dict[str, Term]]:
        """Give what a query binds in each row, with literals of the data as written there."""
        if unit.constraint is None:
            return
        head = prefix_lines(self._shapes, unit.constraint, together.text)
        try:
            solutions = self._data.query(head + together.text)
        except SyntaxError as error:
            raise ShapesError(f"{unit.holder}: its SPARQL cannot be read: {error.msg}") from error
        if not isinstance(solutions, QuerySolutions):
            return
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            row = {}
            for name, term in zip(names, solution, strict=True):
                if term is not None:
                    is_made = name in together.made
                    row[name] = term if is_made else written.get(term, term)
            yield row

    def _written(self, unit: Unit) -> Mapping[Literal, frozenset[Literal]]:
        """Give the forms of the store that stand for literals, written otherwise, of the data.

        Only the values of those predicates count that the constraint reads.
        """
        found = footprint_of(self._shapes, unit)
        return self._data.rewritten_among(None if found is None else found.predicates)

    def _target_graph(self, unit: Unit) -> NamedNode:
        """Give the graph in the store that holds the nodes that the shape of a unit targets."""
        targets = {
            (predicate, value)
            for _, predicate, value in self._shapes.about(unit.shape)
            if predicate in TARGETS
        }
        if is_implicit_class(self._shapes, unit.shape):
            targets.add((sh("targetClass"), unit.shape))
        key = frozenset(targets)
        if key not in self._graphs:
            graph = NamedNode(f"{_TARGET.value}/{len(self._graphs)}")
            nodes = set(self._data.targets(key))
            if self._focus is not None:
                nodes &= self._focus
            self._data.store.bulk_extend(Quad(_ENGINE, _TARGET, node, graph) for node in nodes)
            self._graphs[key] = graph
        return self._graphs[key]


def _filled(template: str, row: Mapping[str, Term]) -> str:
    """Fill the variables of a message with what a row binds (SHACL, clause 5.3.2)."""
    for name, term in row.items():
        for mark in "?$":
            template = template.replace(f"{{{mark}{name}}}", term.value)
    return template

"""pySHACL, the validator of record: slow, and what the others are held to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

from pyoxigraph import NamedNode

from offlabel.reasoning.facts import Facts, Term
from offlabel.terms import SH
from offlabel.validation.engines.base import Outcome, Result, ShapesError
from offlabel.validation.engines.data import Data
from offlabel.validation.engines.units import PATH, Unit, part_of, sh


class PySHACL:
    """Run every shape node by node, in Python."""

    name = "pyshacl"

    def run(
        self,
        data: Data,
        shapes: Facts,
        units: Collection[Unit] | None = None,
        focus: Collection[Term] | None = None,
    ) -> Outcome:
        """Give the results of some units, or of all, for some focus nodes, or for all."""
        part = shapes if units is None else part_of(shapes, units)
        kept = None if focus is None else set(focus)
        return Outcome(
            frozenset(
                result
                for result in _results(_report(data, part), shapes)
                if kept is None or result.focus in kept
            )
        )


PYSHACL = PySHACL()


def _report(data: Data, shapes: Facts) -> Any:
    from pyshacl import validate
    from pyshacl.errors import (
        ConstraintLoadError,
        ReportableRuntimeError,
        ShapeLoadError,
        ValidationFailure,
    )
    from rdflib.plugins.sparql.sparql import SPARQLError

    from offlabel.validation.rdflibgraph import graph_from_facts

    try:
        _, report, _ = validate(
            graph_from_facts(data.facts), shacl_graph=graph_from_facts(shapes), inplace=True
        )
    except (
        AttributeError,  # this and TypeError: rdflib, where an aggregate meets an ill-typed number
        ConstraintLoadError,
        NotImplementedError,
        ReportableRuntimeError,
        ShapeLoadError,
        SPARQLError,
        TypeError,
        re.error,
    ) as error:
        raise ShapesError(_reason(error)) from error
    if isinstance(report, ValidationFailure):
        raise ShapesError(_reason(report))
    return report


def _reason(error: Exception) -> str:
    return str(getattr(error, "message", "") or error).strip()


def _results(report: Any, shapes: Facts) -> Iterator[Result]:
    import rdflib

    from offlabel.validation.rdflibgraph import term_from_rdflib

    for result in report.objects(None, rdflib.SH.result):
        parts: dict[str, list[Any]] = {}
        for predicate, value in report.predicate_objects(result):
            name = str(predicate).removeprefix(SH)
            parts.setdefault(name, []).append(term_from_rdflib(value))
        yield _result(parts, shapes)


def _result(parts: dict[str, list[Any]], shapes: Facts) -> Result:
    shape = parts["sourceShape"][0]
    sources = [shape, *parts.get("sourceConstraint", ())]
    has_words = any(shapes.objects(source, sh("message")) for source in sources)
    said = parts.get("resultMessage", ()) if has_words else ()
    path = _first(parts, "resultPath")
    if path is not None and not isinstance(path, NamedNode):
        path = next(iter(shapes.objects(shape, PATH)), path)
    return Result(
        parts["focusNode"][0],
        path,
        _first(parts, "value"),
        shape,
        parts["sourceConstraintComponent"][0],
        parts["resultSeverity"][0],
        tuple(sorted({text.value for text in said})),
    )


def _first(parts: dict[str, list[Any]], name: str) -> Term | None:
    return parts[name][0] if name in parts else None

"""Core constraints in the compiled engine: the package `shacl`, written in Rust.

It is asked only what it is known to answer as pySHACL does: a shape that uses anything else is
told apart by `reason_against` before it runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from offlabel.reasoning.facts import RDF_TYPE, Facts, Node, Statement, Term
from offlabel.terms import BASE, SH
from offlabel.validation.engines.base import Result, ShapesError
from offlabel.validation.engines.data import LABELS, Data, ntriples_from_triples
from offlabel.validation.engines.units import (
    PATH,
    PROPERTY,
    SPARQL,
    TARGETS,
    Unit,
    has_inner_sparql,
    part_of,
    sh,
    shapes_below,
    steps_from,
)

if TYPE_CHECKING:
    import shacl

# fmt: off
_WORDS = (
    "and", "class", "closed", "datatype", "deactivated", "defaultValue", "description",
    "disjoint", "equals", "flags", "group", "hasValue", "ignoredProperties", "in",
    "languageIn", "lessThan", "lessThanOrEquals", "maxCount", "maxExclusive",
    "maxInclusive", "maxLength", "message", "minCount", "minExclusive", "minInclusive",
    "minLength", "name", "node", "nodeKind", "not", "or", "order", "path", "pattern",
    "property", "qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape",
    "qualifiedValueShapesDisjoint", "severity", "sparql", "uniqueLang", "xone",
)
# fmt: on
_UNDERSTOOD = {*TARGETS, *map(sh, _WORDS)}
_LISTS = {sh("and"), sh("or"), sh("xone")}
_STRUCTURE = {*TARGETS, PATH, *(sh(word) for word in ("deactivated", "message", "severity"))}
_T = TypeVar("_T", bound=Term)
_BLANK_SHAPES = f"{BASE}engine/shape/"
_LABELS_SHAPE = NamedNode(f"{BASE}engine/labels-shape")
# What Rust's regular expressions lack, or read in another way than Python's and XPath's.
_UNLIKE = re.compile(r"\(\?(?!:)|\\[1-9bBAzZGkpPKQE<>]|\[[^\]]*(?:\[|&&|--|~~)|[*+?}]\+")


def is_installed() -> bool:
    """Say whether the compiled engine is there."""
    return find_spec("shacl") is not None


def standard(name: str) -> Path:
    """Give a file of the SHACL standard, as pySHACL ships it."""
    found = find_spec("pyshacl")
    if found is None or found.origin is None:
        raise ShapesError("pySHACL is not installed. Run: pip install pyshacl")
    return Path(found.origin).parent / "assets" / name


def are_well_formed(shapes: Facts) -> bool:
    """Say whether shapes pass the standard's own shapes for shapes (SHACL, appendix C).

    Those come with pySHACL. That no shape is of both kinds they leave to the prose (clause 2.3).
    """
    both = _typed(shapes, "NodeShape") & (_typed(shapes, "PropertyShape") | _with_path(shapes))
    if both:
        return False
    import shacl

    rules = shacl.Shapes.from_file(str(standard("shacl-shacl.ttl")))
    return not rules.validate_text(_ntriples(shapes.statements), "nt").results


def _typed(shapes: Facts, name: str) -> set[Node]:
    return set(shapes.instances(sh(name)))


def _with_path(shapes: Facts) -> set[Node]:
    return {statement.subject for statement in shapes.using(PATH)}


@lru_cache(maxsize=4096)
def reason_against(shapes: Facts, unit: Unit) -> str:
    """Say why the compiled engine cannot be asked for a unit; empty where it can."""
    if has_inner_sparql(shapes, unit.shape):
        return "a SPARQL constraint stands inside another shape"
    if _leads_back(shapes, unit.shape, ()):
        return "it leads back to itself"
    custom = _parameters_of_components(shapes)
    for shape in shapes_below(shapes, unit.shape):
        for _, predicate, value in shapes.about(shape):
            word = predicate.value.removeprefix(SH)
            if predicate in custom:
                return f"{predicate.value} is a constraint of its own kind"
            if word != predicate.value and predicate not in _UNDERSTOOD:
                return f"the compiled engine does not know sh:{word}"
            if word == "pattern" and not _reads_alike(value.value):
                return f"the compiled engine may read the pattern {value.value} otherwise"
            if predicate in _LISTS and not shapes.members(value):
                return f"its sh:{word} is no list of shapes"
    return ""


def _reads_alike(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return not _UNLIKE.search(pattern)


def core_results(
    data: Data, shapes: Facts, units: Collection[Unit], focus: Collection[Term] | None = None
) -> Iterator[Result]:
    """Give the results of units without SPARQL, for some focus nodes or for all."""
    if not any(_constrains(shapes, unit.shape) for unit in units):
        return
    named = {blank: NamedNode(_BLANK_SHAPES + blank.value) for blank in _blank_shapes(shapes)}
    own: dict[Term, BlankNode] = {name: blank for blank, name in named.items()}
    part = _named(part_of(shapes, units), named)
    yield from _Reader(shapes, own, focus).results(_report(part, data.ntriples()))


class _Reader:
    """Read the engine's results, in which blank nodes have other labels."""

    def __init__(
        self, shapes: Facts, own: dict[Term, BlankNode], focus: Collection[Term] | None
    ) -> None:
        self._shapes = shapes
        self._own = own
        self._focus = None if focus is None else set(focus)
        self._terms: dict[str, Term] = {}
        self._paths: dict[Term, Term | None] = {}
        self._messages: dict[Term, tuple[str, ...]] = {}

    def results(self, report: shacl.Report) -> Iterator[Result]:
        """Give the results with the terms of data and shapes."""
        found = report.results
        labels = f"<{_LABELS_SHAPE.value}>"
        for result in found:
            if result.source_shape == labels:
                label = result.focus_node[1:-1].removeprefix(f"{LABELS.value}/")
                self._terms[str(result.value)] = BlankNode(label)
        for result in found:
            if result.source_shape != labels:
                focus = self._term(result.focus_node)
                if self._focus is None or focus in self._focus:
                    yield self._result(focus, result)

    def _result(self, focus: Term, result: Any) -> Result:
        name = self._term(result.source_shape)
        shape = self._own.get(name, name)
        path = self._path(shape)
        if path is None and result.path:
            path = self._term(result.path)
        return Result(
            focus,
            path,
            None if result.value is None else self._term(result.value),
            shape,
            NamedNode(result.component_iri),
            NamedNode(result.severity_iri),
            self._said(shape),
        )

    def _term(self, text: str) -> Term:
        found = self._terms.get(text)
        if found is None:
            line = f"<urn:s> <urn:p> {text} ."
            (quad,) = parse(line, format=RdfFormat.N_TRIPLES)
            found = self._terms[text] = quad.object
        return found

    def _path(self, shape: Term) -> Term | None:
        if shape not in self._paths:
            found = self._shapes.objects(shape, PATH)
            self._paths[shape] = found[0] if found else None
        return self._paths[shape]

    def _said(self, shape: Term) -> tuple[str, ...]:
        if shape not in self._messages:
            found = self._shapes.objects(shape, sh("message"))
            self._messages[shape] = tuple(sorted({text.value for text in found}))
        return self._messages[shape]


def _report(part: Facts, ntriples: Iterable[bytes]) -> shacl.Report:
    import shacl

    labels = [
        Statement(_LABELS_SHAPE, RDF_TYPE, sh("PropertyShape")),
        Statement(_LABELS_SHAPE, sh("targetSubjectsOf"), LABELS),
        Statement(_LABELS_SHAPE, PATH, LABELS),
        Statement(_LABELS_SHAPE, sh("nodeKind"), sh("IRI")),
    ]
    text = _ntriples([*part.statements, *labels])
    rules = shacl.Shapes.from_text(text, "nt")
    with TemporaryDirectory(prefix="offlabel-shapes-") as folder:
        data = Path(folder) / "data.nt"  # as text in memory, a large graph would be there twice
        with data.open("wb") as file:
            file.writelines(ntriples)
        return rules.validate_file(str(data))


def _ntriples(statements: Iterable[Statement]) -> str:
    return ntriples_from_triples(Triple(*statement) for statement in statements)


def _blank_shapes(shapes: Facts) -> Iterator[BlankNode]:
    """Give the blank nodes that results may name as their source."""
    for predicate in (*TARGETS, PROPERTY):
        for subject, _, value in shapes.using(predicate):
            for node in (subject, value) if predicate == PROPERTY else (subject,):
                if isinstance(node, BlankNode):
                    yield node


def _named(shapes: Facts, names: dict[BlankNode, NamedNode]) -> Facts:
    if not names:
        return shapes
    return Facts(
        Statement(_renamed(subject, names), predicate, _renamed(value, names))
        for subject, predicate, value in shapes.statements
    )


def _renamed(term: _T, names: dict[BlankNode, NamedNode]) -> _T | NamedNode:
    return names.get(term, term) if isinstance(term, BlankNode) else term


def _constrains(shapes: Facts, shape: Node) -> bool:
    return any(
        predicate.value.startswith(SH) and predicate not in _STRUCTURE and predicate != SPARQL
        for _, predicate, _ in shapes.about(shape)
    )


def _leads_back(shapes: Facts, shape: Node, above: tuple[Term, ...]) -> bool:
    if shape in above:
        return True
    return any(
        _leads_back(shapes, step, (*above, shape))  # type: ignore[arg-type]
        for step in steps_from(shapes, shape)
    )


def _parameters_of_components(shapes: Facts) -> set[Term]:
    return {
        path
        for _, _, parameter in shapes.using(sh("parameter"))
        for path in shapes.objects(parameter, PATH)
    }

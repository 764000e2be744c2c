"""What the results of a unit can depend on, so that a change elsewhere need not run it again.

A footprint may be too wide, never too narrow: what this module does not understand may read
anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from offlabel.reasoning.facts import RDF_FIRST, RDF_TYPE, Facts, Node, Statement, Term
from offlabel.sources.sparql import Token, has_two_readings, tokens
from offlabel.terms import RDFS, SH
from offlabel.validation.engines.constraint import path_of, prefixes_of, select_of
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
    if text is None or has_two_readings(text):
        raise _AnythingError
    if path is not None:
        _read_path(shapes, path, reading)
    words = tokens(text)
    if any(word.is_word("GRAPH", "SERVICE", "BASE", "DESCRIBE") for word in words):
        raise _AnythingError
    patterns = _Patterns(prefixes_of(shapes, unit.constraint), reading)
    for word in words:
        patterns.read(word)
    patterns.check()


@dataclass
class _Here:
    """How far a group of triple patterns has been read."""

    slot: str = "subject"  # subject, path, object, done
    needs_step: bool = True
    path: list[NamedNode] = field(default_factory=list)
    is_plain: bool = True
    may_be_empty: bool = False
    subject: str = ""
    depth: int = 0
    in_expression: bool = False
    in_head: bool = False

    def start(self, slot: str) -> None:
        self.slot, self.needs_step = slot, True
        if slot != "object":
            self.path, self.is_plain, self.may_be_empty = [], True, False


class _Patterns:
    """Find the predicates and classes in the triple patterns of a query, word by word."""

    def __init__(self, prefixes: dict[str, str], reading: _Reading) -> None:
        self._prefixes = prefixes
        self._reading = reading
        self._stack = [_Here(in_head=True)]
        self._uses: Counter[str] = Counter({"?this": 2})
        self._empty_paths: list[tuple[str, str]] = []

    def check(self) -> None:
        """Refuse a path that may be empty between two nodes that nothing else binds."""
        for ends in self._empty_paths:
            if all(end.startswith("?") and self._uses[end] < 2 for end in ends):
                raise _AnythingError

    def read(self, word: Token) -> None:
        """Take the next word."""
        here = self._stack[-1]
        text = word.text
        if word.kind == "other" and text == "{":
            here.in_head = False
            self._stack.append(_Here())
        elif word.kind == "other" and text == "}":
            if len(self._stack) == 1:
                raise _AnythingError
            self._stack.pop()
            self._stack[-1].start("subject")
        elif here.in_head:
            return
        elif word.is_word("SELECT", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"):
            here.in_head = True
        elif word.is_word("VALUES"):
            raise _AnythingError
        elif here.in_expression or word.is_word("FILTER", "BIND"):
            self._expression(here, word)
        elif not word.is_word("OPTIONAL", "UNION", "MINUS", "WHERE"):
            self._pattern(here, word)

    def _expression(self, here: _Here, word: Token) -> None:
        """Pass over an expression; a group in it is read by itself."""
        here.in_expression = True
        if word.text == "(":
            here.depth += 1
        elif word.text == ")":
            here.depth -= 1
        if word.is_word("EXISTS") and not here.depth:
            here.in_expression = False
        if word.text == ")" and not here.depth:
            here.in_expression = False
            here.start("subject")

    def _pattern(self, here: _Here, word: Token) -> None:
        text = word.text
        if word.kind == "other" and text in ".;,":
            here.start({".": "subject", ";": "path", ",": "object"}[text])
        elif here.slot == "path" and self._step(here, word):
            return
        elif word.kind == "other":
            if text not in "^@-+":
                raise _AnythingError
        else:
            self._term(here, word)

    def _step(self, here: _Here, word: Token) -> bool:
        """Take a word of a path; say whether it was one."""
        text = word.text
        if word.kind == "other" and text in "/|^*+?()":
            if text == "(" and not here.needs_step:
                raise _AnythingError
            here.needs_step = text in "/|^("
            here.is_plain = False
            here.may_be_empty |= text in "*?"
            return True
        if not here.needs_step:
            return False
        if word.kind not in ("iri", "name") and text != "a":
            raise _AnythingError
        here.path.append(self._iri(word))
        here.needs_step = False
        return True

    def _term(self, here: _Here, word: Token) -> None:
        text = f"?{word.text[1:]}" if word.kind == "variable" else word.text
        self._uses[text] += word.kind == "variable"
        if here.slot == "subject":
            here.subject = text
            here.start("path")
        elif here.slot in ("path", "object"):
            self._triple(here, word, text)
            here.slot = "done"

    def _triple(self, here: _Here, word: Token, end: str) -> None:
        is_type = here.is_plain and here.path == [RDF_TYPE]
        if is_type and word.kind in ("iri", "name"):
            self._reading.classes.add(self._iri(word))
        else:
            self._reading.predicates.update(here.path)
        if here.may_be_empty:
            self._empty_paths.append((here.subject, end))

    def _iri(self, word: Token) -> NamedNode:
        if word.text == "a":
            return RDF_TYPE
        if word.kind == "iri":
            return NamedNode(word.text[1:-1])
        prefix, _, local = word.text.partition(":")
        if prefix not in self._prefixes:
            raise _AnythingError
        return NamedNode(self._prefixes[prefix] + local.replace("\\", ""))

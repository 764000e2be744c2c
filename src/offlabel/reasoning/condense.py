"""The same question in fewer statements: what a reasoner needs to judge a graph, and no more.

Two steps, each of which leaves a consistent graph consistent, and an inconsistent one inconsistent.
They hold for any OWL 2 DL ontology.

Quiet properties. A property is quiet if it, and whatever holds wherever it holds, stands in the
ontology in nothing but domains, ranges, hierarchies, inverses and declarations of transitivity and
symmetry. "x has it with y" then says no more than that x is of its domain and y of its range: in
a world where both hold, the pair can be added without breaking any axiom. So the types take its
place. With a literal as the value, one stand-in for all that have this value keeps the question
whether it is in range.

Alike. Where two things are said to be the same in all respects, and no axiom names them, one of
them is enough: in a world with one, the other may be the same thing, for OWL does not hold that
different names are different things.

Nor does either step change which classes can have a member.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import Axioms
from offlabel.reasoning.facts import RDF_TYPE, Statement, Term

_DOMAIN, _RANGE, _BELOW = (
    NamedNode(owl.RDFS + name) for name in ("domain", "range", "subPropertyOf")
)
_SAME, _INVERSE, _SYMMETRIC, _TRANSITIVE, _INDIVIDUAL = (
    NamedNode(owl.OWL + name)
    for name in (
        "equivalentProperty",
        "inverseOf",
        "SymmetricProperty",
        "TransitiveProperty",
        "NamedIndividual",
    )
)
_STAND_IN = "urn:offlabel:value:"


def condense(axioms: Axioms) -> list[Statement]:
    """Give statements that can all hold exactly where those of a graph can."""
    terms: list[Statement] = []
    said: list[Statement] = []
    for axiom in axioms.statements:
        for triple in axiom.triples:
            (said if _is_said_of_things(triple) else terms).append(triple)
    quiet = _Quiet(terms)
    kept = dict.fromkeys(part for triple in said for part in quiet.instead_of(triple))
    named = {term for triple in terms for term in (triple.subject, triple.object)}
    things = _one_of_a_kind(list(kept), named)
    declared = [triple for triple in axioms.declarations if triple.object != _INDIVIDUAL]
    individuals = {term for triple in things for term in _things_of(triple)}
    individuals |= {d.subject for d in axioms.declarations if d.object == _INDIVIDUAL} & named
    declared += [
        Statement(term, RDF_TYPE, _INDIVIDUAL)
        for term in sorted(individuals, key=str)
        if isinstance(term, NamedNode)
    ]
    return [*declared, *terms, *things]


class _Quiet:
    """Know which properties say no more than the types of what they join, and which types."""

    def __init__(self, terms: Iterable[Statement]) -> None:
        self._above: dict[Term, set[tuple[Term, bool]]] = defaultdict(set)
        self._ends: dict[tuple[Term, bool], list[Term]] = defaultdict(list)
        self._loud: set[Term] = set()
        self._known: dict[Term, tuple[list[Term], list[Term]] | None] = {}
        self._numbers: dict[tuple[Term, Term], int] = {}
        for triple in terms:
            self._read(triple)

    def _read(self, triple: Statement) -> None:
        subject, predicate, object_ = triple
        if predicate in (_DOMAIN, _RANGE):
            self._ends[subject, predicate == _RANGE].append(object_)
        elif predicate in (_BELOW, _SAME):
            self._above[subject].add((object_, False))
            if predicate == _SAME:
                self._above[object_].add((subject, False))
        elif predicate == _INVERSE:
            self._above[subject].add((object_, True))
            self._above[object_].add((subject, True))
        elif predicate == RDF_TYPE and object_ == _SYMMETRIC:
            self._above[subject].add((subject, True))
        elif not (predicate == RDF_TYPE and object_ == _TRANSITIVE):
            self._loud |= {subject, object_}

    def instead_of(self, triple: Statement) -> Iterator[Statement]:
        """Give what is left of a statement about a thing."""
        ends = None if triple.predicate == RDF_TYPE else self._ends_of(triple.predicate)
        if ends is None:
            yield triple
            return
        of_subject, of_object = ends
        for class_ in of_subject:
            yield Statement(triple.subject, RDF_TYPE, class_)
        if isinstance(triple.object, Literal):
            yield Statement(NamedNode(f"{_STAND_IN}{self._number(triple)}"), *triple[1:])
        else:
            for class_ in of_object:
                yield Statement(triple.object, RDF_TYPE, class_)

    def _number(self, triple: Statement) -> int:
        return self._numbers.setdefault((triple.predicate, triple.object), len(self._numbers))

    def _ends_of(self, property_: Term) -> tuple[list[Term], list[Term]] | None:
        """Give the types of subjects and of objects of a property, and None if it is not quiet."""
        if property_ not in self._known:
            reached = {(property_, False)}
            pending = list(reached)
            while pending:
                one, flipped = pending.pop()
                steps = {(upper, flipped ^ turn) for upper, turn in self._above[one]} - reached
                reached |= steps
                pending.extend(steps)
            ends = [
                sorted(
                    {end for one, turn in reached for end in self._ends[one, turn ^ side]}, key=str
                )
                for side in (False, True)
            ]
            is_loud = any(one in self._loud for one, _ in reached)
            unnamed = any(not isinstance(term, NamedNode) for term in (*ends[0], *ends[1]))
            self._known[property_] = None if is_loud or unnamed else (ends[0], ends[1])
        return self._known[property_]


def _one_of_a_kind(said: list[Statement], named: set[Term]) -> list[Statement]:
    """Keep one of all things of which the same is said, over and over until none are alike."""
    while True:
        about: dict[Term, list[tuple[bool, Term, Term]]] = defaultdict(list)
        for triple in said:
            about[triple.subject].append((False, triple.predicate, triple.object))
            if triple.object in _things_of(triple)[1:]:
                about[triple.object].append((True, triple.predicate, triple.subject))
        first: dict[frozenset[tuple[bool, Term, Term]], Term] = {}
        kept = {
            one
            for one, all_ in about.items()
            if one in named or first.setdefault(frozenset(all_), one) == one
        }
        fewer = [triple for triple in said if kept.issuperset(_things_of(triple))]
        if len(fewer) == len(said):
            return fewer
        said = fewer


def _things_of(triple: Statement) -> tuple[Term, ...]:
    """Give what a statement is about: its subject, and its object if that is a thing too."""
    if triple.predicate == RDF_TYPE or isinstance(triple.object, Literal):
        return (triple.subject,)
    return (triple.subject, triple.object)


def _is_said_of_things(triple: Statement) -> bool:
    """Say whether a triple is about things and makes no part of an axiom or of an expression."""
    if triple.predicate == RDF_TYPE:
        return isinstance(triple.object, NamedNode) and not triple.object.value.startswith(
            owl.RESERVED_NAMESPACES
        )
    return not triple.predicate.value.startswith(owl.RESERVED_NAMESPACES)

"""Contradictions that need no reasoner: a thing of two disjoint kinds, two values where one may be.

What a thing is follows from its types and from the domains and ranges of the properties that it
stands with, in a hierarchy of named classes. Each clash told here is one in OWL's eyes, too; others
there may be, by definitions and chains of properties, and HermiT finds these (`--reason`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import combinations

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import Axiom
from offlabel.reasoning.facts import RDF_TYPE, Lookup, Statement, Term, statement_from_quad
from offlabel.validation.consistency import clash_in_words, clash_problems
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem


def _owl(name: str) -> NamedNode:
    return NamedNode(owl.OWL + name)


def _rdfs(name: str) -> NamedNode:
    return NamedNode(owl.RDFS + name)


_Steps = dict[Term, tuple[Statement, ...]]
"""What something is or is below, each with the statements that lead there."""


class Clashes:
    """Find clashes, and say each with the statements behind it."""

    def __init__(self, facts: Lookup, places: Places) -> None:
        """Take all statements; the hierarchy is read from them when it is needed."""
        self._facts = facts
        self._places = places
        self._above: dict[Term, _Steps] = {}
        self._judged: dict[frozenset[Term], tuple[Term, Term, Axiom] | None] = {}
        self._of_type = cache(lambda text: self._bits([_term(text)]))
        self._of_subject = cache(lambda text: self._bits(facts.objects(_term(text), _DOMAIN)))
        self._of_object = cache(lambda text: self._bits(facts.objects(_term(text), _RANGE)))
        self._has_clash = cache(self._clashes)

    def of_classes(self) -> Iterator[Problem]:
        """Find classes that nothing can belong to, since they lie below two disjoint ones."""
        for class_ in sorted(self._facts.instances(_owl("Class")), key=str):
            above = self._classes_above(class_)
            clash = self._clash(frozenset(above))
            if clash is not None:
                one, other, axiom = clash
                told = dict.fromkeys((*above[one], *above[other]))
                because = [*(Axiom((statement,)) for statement in told), axiom]
                yield self._places.problem(
                    "consistency/empty-class",
                    class_,
                    f"nothing can belong to it, because:\n{clash_in_words(because, self._places)}",
                    remedy="Correct or delete one of these statements.",
                )

    def of_everything(self, lines: Iterable[bytes]) -> Iterator[Problem]:
        """Find what is wrong with the things in lines of N-Triples; there are no others."""
        kinds: dict[bytes, int] = defaultdict(int)
        values: dict[tuple[bytes, bytes], set[bytes]] = defaultdict(set)
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            if predicate == _TYPE and rest[:1] != b'"':
                kinds[subject] |= self._of_type(rest[:-2])
                continue
            bits = self._of_subject(predicate)
            if bits:
                kinds[subject] |= bits
            bits = self._of_object(predicate)
            if bits and rest[:1] != b'"':
                kinds[rest[:-2]] |= bits
            if predicate in self._single:
                values[subject, predicate].add(rest)
        odd = {subject for (subject, _), found in values.items() if len(found) > 1}
        odd.update(thing for thing, bits in kinds.items() if self._has_clash(bits))
        for thing in sorted(odd):
            yield from self.of_thing(_term(thing))

    def of_thing(self, thing: Term) -> Iterator[Problem]:
        """Find what is wrong with one thing."""
        kinds: _Steps = {}
        values: dict[NamedNode, list[Statement]] = defaultdict(list)
        for statement in self._facts.about(thing):
            if statement.predicate == RDF_TYPE and not isinstance(statement.object, Literal):
                self._add(kinds, statement.object, (statement,))
            for domain in self._facts.objects(statement.predicate, _DOMAIN):
                rule = Statement(statement.predicate, _DOMAIN, domain)
                self._add(kinds, domain, (statement, rule))
            if str(statement.predicate).encode() in self._single:
                values[statement.predicate].append(statement)
        for statement in self._facts.to(thing):
            for range_ in self._facts.objects(statement.predicate, _RANGE):
                rule = Statement(statement.predicate, _RANGE, range_)
                self._add(kinds, range_, (statement, rule))
        clash = self._clash(frozenset(kinds))
        if clash is not None:
            one, other, axiom = clash
            told = dict.fromkeys((*kinds[one], *kinds[other]))
            yield from clash_problems(
                [*(Axiom((statement,)) for statement in told), axiom], self._places
            )
        for predicate, many in values.items():
            if len({statement.object for statement in many}) > 1:
                only = Axiom((Statement(predicate, RDF_TYPE, _FUNCTIONAL),))
                told_values = [Axiom((statement,)) for statement in many[:2]]
                yield from clash_problems([*told_values, only], self._places)

    @cached_property
    def _numbers(self) -> dict[Term, int]:
        """Number the classes that are disjoint with another."""
        classes = sorted({class_ for pair in self._disjoint for class_ in pair}, key=str)
        return {class_: number for number, class_ in enumerate(classes)}

    def _bits(self, classes: Iterable[Term]) -> int:
        """Give, as bits, which of the numbered classes some classes are, or lie below."""
        numbers = self._numbers
        above = {upper for class_ in classes for upper in self._classes_above(class_)}
        return sum(1 << numbers[class_] for class_ in above if class_ in numbers)

    @cached_property
    def _partners(self) -> list[int]:
        """Give, as bits, the classes with which each numbered class is disjoint."""
        found = [0] * len(self._numbers)
        for one, other in self._disjoint:
            found[self._numbers[one]] |= 1 << self._numbers[other]
        return found

    def _clashes(self, bits: int) -> bool:
        return any(bits >> number & 1 and bits & own for number, own in enumerate(self._partners))

    def _add(self, kinds: _Steps, class_: Term, because: tuple[Statement, ...]) -> None:
        for upper, steps in self._classes_above(class_).items():
            kinds.setdefault(upper, (*because, *steps))

    def _classes_above(self, class_: Term) -> _Steps:
        """Give a class and all above it, each with the statements that lead there."""
        if class_ not in self._above:
            found: _Steps = {class_: ()}
            waiting = [class_]
            while waiting:
                here = waiting.pop(0)
                for predicate in (_SUBCLASS, _EQUIVALENT):
                    for upper in self._facts.objects(here, predicate):
                        if isinstance(upper, NamedNode) and upper not in found:
                            found[upper] = (*found[here], Statement(here, predicate, upper))  # type: ignore[arg-type]
                            waiting.append(upper)
            self._above[class_] = found
        return self._above[class_]

    def _clash(self, classes: frozenset[Term]) -> tuple[Term, Term, Axiom] | None:
        """Find two disjoint classes among some, with the statement that says so."""
        if classes not in self._judged:
            found = None
            numbers = self._numbers
            if self._has_clash(sum(1 << numbers[one] for one in classes if one in numbers)):
                found = next(
                    (*pair, axiom) for pair, axiom in self._disjoint.items() if classes >= set(pair)
                )
            self._judged[classes] = found
        return self._judged[classes]

    @cached_property
    def _disjoint(self) -> dict[tuple[Term, Term], Axiom]:
        found: dict[tuple[Term, Term], Axiom] = {}
        for statement in self._facts.using(_owl("disjointWith")):
            found[statement.subject, statement.object] = Axiom((statement,))
        for node in self._facts.instances(_owl("AllDisjointClasses")):
            axiom = Axiom(tuple(self._tree(node)))
            for head in self._facts.objects(node, _owl("members")):
                for pair in combinations(self._facts.members(head), 2):
                    found[pair] = axiom
        return dict(sorted(found.items(), key=lambda item: [one.value for one in item[0]]))

    def _tree(self, node: Term) -> Iterator[Statement]:
        """Yield what is said of an unnamed node and of those below it, its type first."""
        seen: set[Term] = set()
        waiting = [node]
        while waiting:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            about = self._facts.about(here)
            yield from sorted(about, key=lambda one: one.predicate != RDF_TYPE)
            waiting += [one.object for one in about if isinstance(one.object, BlankNode)]

    @cached_property
    def _single(self) -> set[bytes]:
        """Give the properties of values that may have one value only, as N-Triples writes them."""
        return {
            str(node).encode()
            for node in self._facts.instances(_FUNCTIONAL)
            if _owl("DatatypeProperty") in self._facts.objects(node, RDF_TYPE)
        }


_TYPE = str(RDF_TYPE).encode()
_SUBCLASS, _DOMAIN, _RANGE = _rdfs("subClassOf"), _rdfs("domain"), _rdfs("range")
_EQUIVALENT, _FUNCTIONAL = _owl("equivalentClass"), _owl("FunctionalProperty")


def _term(text: bytes) -> Term:
    (quad,) = parse(text + b" <x:p> <x:o> .", format=RdfFormat.N_TRIPLES)
    statement = statement_from_quad(quad)
    if statement is None or isinstance(statement.subject, Literal):
        raise TypeError(f"{text!r} is no node")
    return statement.subject

"""Which regimen classes HermiT puts each regimen in, and whether the rules say the same."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import axioms_from_quads
from offlabel.reasoning.facts import facts_from_quads
from offlabel.reasoning.hermit import ReasonerError, start_classification
from offlabel.terms import OL

_CLASS = NamedNode(owl.OWL + "Class")
_REGIMEN_CLASS = NamedNode(f"{OL}RegimenClass")

Membership = tuple[str, str]
"""A regimen and one of its classes, by IRI."""


@dataclass(frozen=True)
class Classification:
    """Hold who belongs where by HermiT, what no member can have, and how long it took."""

    memberships: frozenset[Membership]
    unsatisfiable: tuple[str, ...]
    individuals: int
    statements: int
    seconds: float


@dataclass(frozen=True)
class Comparison:
    """Hold where rules and HermiT agree, and what only one of them says."""

    agreed: frozenset[Membership]
    only_rules: frozenset[Membership]
    only_reasoner: frozenset[Membership]

    @property
    def by_reasoner(self) -> frozenset[Membership]:
        """Give all that HermiT entails."""
        return self.agreed | self.only_reasoner

    @property
    def agrees(self) -> bool:
        """Say whether both say the same."""
        return not self.only_rules and not self.only_reasoner


class InconsistentGraph(ReasonerError):
    """Report that nothing can be classified because the statements clash."""


def classify(quads: Iterable[Quad]) -> Classification:
    """Let HermiT classify the regimens of ontology and asserted data by their numbers."""
    kept = list(quads)
    axioms = axioms_from_quads(kept)
    started = time.perf_counter()
    verdict = start_classification(axioms.triples()).verdict()
    if not verdict.consistent:
        raise InconsistentGraph("Ontology and data are inconsistent; nothing can be classified.")
    classes = set(regimen_classes(kept))
    return Classification(
        memberships=frozenset(pair for pair in verdict.types if pair[1] in classes),
        unsatisfiable=verdict.unsatisfiable,
        individuals=len({member for member, _ in verdict.types}),
        statements=len(axioms.statements),
        seconds=time.perf_counter() - started,
    )


def compare(
    derived: Iterable[Quad], asserted: Iterable[Quad], by_reasoner: Classification
) -> Comparison:
    """Set what rules and people say about regimens beside what HermiT entails."""
    own = list(asserted)
    said = facts_from_quads([*derived, *own])
    classes = regimen_classes(own)
    by_rules = {
        (member.value, class_)
        for class_ in classes
        for member in said.instances(NamedNode(class_))
        if isinstance(member, NamedNode)
    }
    reasoned = by_reasoner.memberships
    return Comparison(
        agreed=frozenset(by_rules & reasoned),
        only_rules=frozenset(by_rules - reasoned),
        only_reasoner=frozenset(reasoned - by_rules),
    )


def regimen_classes(quads: Iterable[Quad]) -> list[str]:
    """Find the classes that drugs define for their regimens."""
    facts = facts_from_quads(quads)
    classes = set(facts.instances(_CLASS)) & set(facts.instances(_REGIMEN_CLASS))
    return sorted(node.value for node in classes)

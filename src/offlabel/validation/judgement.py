"""HermiT as the referee: whether all is consistent, and whether the rules say what OWL entails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from offlabel.paths import Roots
from offlabel.reasoning.axioms import axioms_from_quads
from offlabel.reasoning.classify import (
    Classification,
    Comparison,
    InconsistentGraph,
    Membership,
    classify,
    compare,
)
from offlabel.reasoning.explain import find_clash
from offlabel.reasoning.facts import facts_from_quads
from offlabel.reasoning.hermit import find_java
from offlabel.validation.consistency import ReasonerCheck, clash_problems
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.project import read_project


@dataclass(frozen=True)
class Judgement:
    """Hold what HermiT found about ontology and data, and what it cannot square."""

    problems: tuple[Problem, ...]
    classification: Classification | None
    comparison: Comparison | None
    places: Places

    @property
    def exit_code(self) -> int:
        """Give 0 where all is consistent and the rules agree, and 1 where not."""
        return 1 if self.problems else 0

    def as_dict(self) -> dict[str, Any]:
        """Give the judgement as plain values, ready for JSON."""
        found = self.comparison
        return {
            "consistent": self.classification is not None and not self.problems,
            "problems": [problem.as_dict() for problem in self.problems],
            "individuals": self.classification.individuals if self.classification else None,
            "statements": self.classification.statements if self.classification else None,
            "seconds": round(self.classification.seconds, 3) if self.classification else None,
            "memberships": [
                {"regimen": member, "class": class_, "said_by_rules": (member, class_) in agreed}
                for agreed in [found.agreed if found else frozenset()]
                for member, class_ in sorted(found.by_reasoner if found else ())
            ],
        }

    def as_text(self) -> str:
        """Give the judgement as lines for people."""
        if self.classification is None or self.comparison is None:
            return "\n\n".join(["Inconsistent.", *map(_said, self.problems)])
        facts = self.classification
        verdict = (
            f"{'Consistent' if not self.problems else 'Not in order'}: {facts.statements:,}"
            f" statements about {facts.individuals:,} individuals"
            f" (HermiT, {facts.seconds:.1f} s)."
        )
        rows = [
            (self._name(member), self._name(class_))
            for member, class_ in sorted(self.comparison.by_reasoner)
        ]
        width = max((len(member) for member, _ in rows), default=0)
        table = [f"  {member.ljust(width)}  {class_}" for member, class_ in rows]
        heading = (
            "By their numbers alone, these regimens belong to these classes"
            f" ({'the rules agree' if self.comparison.agrees else 'the rules disagree'}):"
        )
        blocks = [verdict, *map(_said, self.problems)]
        if table:
            blocks.append("\n".join([heading, *table]))
        return "\n\n".join(blocks)

    def _name(self, iri: str) -> str:
        return self.places.name(NamedNode(iri))


def judge(roots: Roots) -> Judgement:
    """Let HermiT check everything and classify the regimens of the asserted data.

    Raises MissingExtraError without the `reason` extra, and SourcesError where a file cannot be
    read.
    """
    find_java()
    project = read_project(roots)
    places = project.places
    asserted, derived = project.quads(derived=False), project.quads(derived=True)
    everything = ReasonerCheck(facts_from_quads([*asserted, *derived]), places)
    try:
        classification = classify(asserted)
        problems = everything.problems()
    except InconsistentGraph:
        clash = find_clash(axioms_from_quads(asserted))
        return Judgement(tuple(clash_problems(clash, places)), None, None, places)
    finally:
        everything.stop()
    comparison = compare(derived, asserted, classification)
    problems += _disagreements(comparison, places)
    return Judgement(tuple(problems), classification, comparison, places)


def _disagreements(comparison: Comparison, places: Places) -> Iterator[Problem]:
    for memberships, message in (
        (comparison.only_rules, "the rules put it into {}, HermiT does not"),
        (comparison.only_reasoner, "HermiT puts it into {}, the rules do not"),
    ):
        for membership in sorted(memberships):
            yield _disagreement(membership, message, places)


def _disagreement(membership: Membership, message: str, places: Places) -> Problem:
    member, class_ = (NamedNode(iri) for iri in membership)
    return places.problem(
        "reason/rules-disagree",
        member,
        message.format(places.name(class_)),
        remedy="Make ontology/rules/10-regimen-class.rq and the definition of the class say the"
        " same.",
    )


def _said(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.path, problem.line) if part)
    head = f"{place}: " if place else ""
    return "\n".join(
        part for part in (f"{head}{problem.focus}: {problem.message}", problem.remedy) if part
    )

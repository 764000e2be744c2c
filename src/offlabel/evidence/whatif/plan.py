"""A study that is supposed by its features: regimen, condition, design, people, direction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad

from offlabel.errors import ParameterError
from offlabel.evidence.whatif.designs import BLINDING_UNSTATED, OWN_BASELINE, Design, Word
from offlabel.evidence.whatif.hypothesis import STUDY, SUPPOSED, TYPE, Hypothesis, day_literal
from offlabel.terms import BASE, OL, RDFS, XSD

MOST_PEOPLE = 10_000_000


@dataclass(frozen=True)
class Plan:
    """The features of a supposed study.

    `n` are people enrolled, `responders` those who responded in the arm with the drug. `regimen`
    is a regimen with a dose, not a kind. Raise `ParameterError` where the numbers cannot be.
    """

    regimen: Word
    condition: Word
    design: Design
    n: int
    direction: Word
    control: Word
    blinding: Word
    responders: int | None = None

    def __post_init__(self) -> None:
        most = self.design.most or MOST_PEOPLE
        if not 1 <= self.n <= most:
            people = "1 person" if most == 1 else f"1 to {most:,} people"
            raise ParameterError(
                f"A {self.design.label} has {people}, not {self.n:,}: correct --n."
            )
        has_group = self.control.node != OWN_BASELINE
        if has_group and not self.design.is_compared:
            raise ParameterError(
                f"A {self.design.label} has no comparison group: leave out --control, "
                "or choose another design."
            )
        if self.design.is_compared and not has_group:
            raise ParameterError(
                f"A {self.design.label} is compared with another group, not with its own "
                "baseline: choose another control or another design."
            )
        if self.responders is not None and not 0 <= self.responders <= self.treated:
            raise ParameterError(
                f"{self.responders:,} cannot have responded: {self.treated:,} of {self.n:,} "
                "people get the drug. Correct --responders."
            )

    @property
    def treated(self) -> int:
        """Return how many people get the drug: half of them, or all without another group."""
        return (self.n + 1) // 2 if self.design.is_compared else self.n

    @property
    def text(self) -> str:
        """Say in words what study is supposed."""
        blinding = "" if self.blinding.node == BLINDING_UNSTATED else f"{self.blinding.label} "
        people = "1 person" if self.n == 1 else f"{self.n:,} people"
        counted = "" if self.responders is None else f" ({self.responders}/{self.treated} respond)"
        article = "an" if blinding[:1] in tuple("aeiou") else "a"
        return (
            f"{article} {blinding}{self.design.label} of {self.regimen.label} "
            f"in {self.condition.label}, {people}, against {self.control.label}, "
            f"that {_VERBS[self.direction.slug]}{counted}"
        )


_VERBS = {"supports": "supports it", "disputes": "disputes it", "inconclusive": "decides nothing"}


def from_plan(plan: Plan, day: date) -> Hypothesis:
    """Suppose a study that comes out on a day; its outcome is clinical response."""
    study, arm, other, result, source = (
        NamedNode(f"{BASE}what-if/{name}")
        for name in ("study", "arm", "control", "result", "report")
    )
    statements: list[tuple[NamedNode, str, NamedNode | Literal | int]] = [
        (study, "a", STUDY),
        (study, "label", Literal("the supposed study", language="en")),
        (study, "hasDesign", plan.design.node),
        (study, "inCondition", plan.condition.node),
        (study, "blinding", plan.blinding.node),
        (study, "enrolled", plan.n),
        (study, "hasArm", arm),
        (study, "mainResult", result),
        (study, "reportedIn", source),
        (arm, "a", NamedNode(OL + "Arm")),
        (arm, "label", Literal("the drug in the supposed study", language="en")),
        (arm, "receives", plan.regimen.node),
        (arm, "participants", plan.treated),
        (result, "label", Literal("response in the supposed study", language="en")),
        (result, "resultOf", arm),
        (result, "measures", NamedNode(OL + "ClinicalResponse")),
        (result, "direction", plan.direction.node),
        (source, "a", NamedNode(OL + "PrimarySource")),
        (source, "label", Literal("the report of the supposed study", language="en")),
        (source, "publishedOn", day_literal(day)),
    ]
    if plan.design.is_compared:
        statements += [
            (study, "hasArm", other),
            (arm, "comparedWith", other),
            (other, "a", NamedNode(OL + "Arm")),
            (other, "label", Literal("the comparison in the supposed study", language="en")),
            (other, "control", plan.control.node),
            (other, "participants", plan.n - plan.treated),
        ]
    else:
        statements.append((arm, "control", plan.control.node))
    if plan.responders is None:
        statements.append((result, "a", NamedNode(OL + "NarrativeResult")))
    else:
        statements += [
            (result, "a", NamedNode(OL + "CountResult")),
            (result, "category", NamedNode(OL + "Responder")),
            (result, "count", plan.responders),
            (result, "outOf", plan.treated),
        ]
    return Hypothesis(f"{plan.text}, came out on {day}", tuple(map(_quad, statements)), (study,))


def _quad(statement: tuple[NamedNode, str, NamedNode | Literal | int]) -> Quad:
    subject, name, value = statement
    predicate = {"a": TYPE, "label": NamedNode(RDFS + "label")}.get(name, NamedNode(OL + name))
    if isinstance(value, int):
        value = Literal(str(value), datatype=NamedNode(XSD + "integer"))
    return Quad(subject, predicate, value, SUPPOSED)

"""The question that something is supposed of: a kind of regimen and a condition."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.errors import ParameterError
from offlabel.evidence.whatif.designs import Word
from offlabel.evidence.whatif.hypothesis import label_of
from offlabel.evidence.whatif.world import World
from offlabel.names import get_thing
from offlabel.stores.base import Store
from offlabel.terms import prefixes


@dataclass(frozen=True)
class Question:
    """A kind of regimen and a condition; `dose` is a regimen of that kind."""

    regimen: Word
    condition: Word
    dose: Word

    @property
    def label(self) -> str:
        """Return the question in words."""
        return f"{self.regimen.label} for {self.condition.label}"


def get_question(world: World, regimen: str, condition: str) -> Question:
    """Return the question of two names, each a slug, CURIE, IRI or label.

    Raise `UnknownNameError` for a name that nothing has, and `ParameterError` for a group of
    conditions or where no regimen of the kind is in the graph.
    """
    store = world.today
    kind = get_thing(store, regimen, "regimen-class")
    asked = get_thing(store, condition, "condition")
    if store.ask(f"{prefixes().sparql()} ASK {{ {asked} a ol:ConditionGroup }}"):
        raise ParameterError(
            f"{label_of(store, asked)} is a group of conditions, and no study can be of a group. "
            "Name a condition of it."
        )
    dose = _dose(store, kind)
    return Question(_word(store, kind), _word(store, asked), _word(store, dose))


def _dose(store: Store, kind: NamedNode) -> NamedNode:
    """Return the regimen of a kind that most studies gave, with a known dose if any."""
    rows = store.select(
        f"""{prefixes().sparql()} SELECT ?regimen (COUNT(DISTINCT ?arm) AS ?arms) WHERE {{
        ?regimen a ol:Regimen , {kind} .
        OPTIONAL {{ ?arm ol:receives ?regimen }}
        BIND (EXISTS {{ ?regimen ol:lowestDailyDose ?mg ; ol:highestDailyDose ?mg }} AS ?isKnown)
        }} GROUP BY ?regimen ?isKnown ORDER BY DESC(?isKnown) DESC(?arms) ?regimen LIMIT 1"""
    ).rows
    if not rows or not isinstance(rows[0][0], NamedNode):
        raise ParameterError(
            f"The graph holds no regimen of the kind {label_of(store, kind)}, so none can be "
            "supposed. Write the study with its regimen into a file and give that."
        )
    return rows[0][0]


def _word(store: Store, node: NamedNode) -> Word:
    return Word(node, prefixes().compress(node.value).partition(":")[2], label_of(store, node))

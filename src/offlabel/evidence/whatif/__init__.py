"""What would change if a study came out, or a source were retracted."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from offlabel.evidence.difference import Difference, compare
from offlabel.evidence.snapshot import DERIVED
from offlabel.evidence.whatif.hypothesis import Hypothesis, from_file, label_of, retraction
from offlabel.evidence.whatif.plan import Plan, from_plan
from offlabel.evidence.whatif.question import Question, get_question
from offlabel.evidence.whatif.smallest import Smallest, smallest
from offlabel.evidence.whatif.standing import Goal
from offlabel.evidence.whatif.world import World
from offlabel.stores.base import Store
from offlabel.terms import prefixes

# What a study needs to bear on a question, and the path that leads to it.
_NEEDS = {
    "a design that is weighed": "ol:hasDesign/^ol:ofDesign/ol:startsAt",
    "a condition": "ol:inCondition",
    "an arm that receives a regimen": "ol:hasArm/ol:receives",
    "a main result with a direction": "ol:mainResult/ol:direction",
    "a report with a date": "ol:availableFrom",
}


@dataclass(frozen=True)
class WhatIf:
    """What is supposed, what it would change, and what to know about it."""

    hypothesis: str
    difference: Difference
    notes: tuple[str, ...] = ()


def what_if(world: World, hypothesis: Hypothesis) -> WhatIf:
    """Compare states, grades, contradictions and claims of absence with and without something."""
    after = world.supposing(hypothesis.quads)
    found = compare(world.today, after, world.roots, kinds=DERIVED)
    notes = [note for study in hypothesis.studies if (note := _note(after, study))]
    return WhatIf(hypothesis.text, found, tuple(notes))


def _note(store: Store, study: NamedNode) -> str:
    """Say why a study bears on no question, if it does not."""
    head = prefixes().sparql()
    if store.ask(f"{head} ASK {{ ?line ol:ofStudy {study} ; ol:startsAt ?start }}"):
        return ""
    lacks = [
        words
        for words, path in _NEEDS.items()
        if not store.ask(f"{head} ASK {{ {study} {path} ?any }}")
    ]
    why = f"it lacks {', '.join(lacks)}" if lacks else "nothing it found is asked about"
    return f"{label_of(store, study)} bears on no question: {why}."


__all__ = [
    "Goal",
    "Hypothesis",
    "Plan",
    "Question",
    "Smallest",
    "WhatIf",
    "World",
    "from_file",
    "from_plan",
    "get_question",
    "retraction",
    "smallest",
    "what_if",
]

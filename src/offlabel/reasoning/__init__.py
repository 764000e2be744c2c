"""OWL reasoning with owlready2 and HermiT: consistency, classification, explanation."""

from offlabel.reasoning.classify import Classification, Comparison, classify, compare
from offlabel.reasoning.explain import find_clash
from offlabel.reasoning.hermit import ReasonerError, has_reasoner
from offlabel.reasoning.world import world

__all__ = [
    "Classification",
    "Comparison",
    "ReasonerError",
    "classify",
    "compare",
    "find_clash",
    "has_reasoner",
    "world",
]

"""The sources, read once, and the graphs that follow from them with something supposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from offlabel.paths import Roots
from offlabel.rules import apply, read_rules
from offlabel.sources import read_dataset
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDF

Term = NamedNode | BlankNode | Literal | Triple

_TYPE = NamedNode(RDF + "type")
_STUDY = NamedNode(OL + "Study")
# What is kept of a narrowed world whatever the question: the method, searches, classes of drugs.
_ALWAYS = {
    NamedNode(OL + name)
    for name in (
        *("Grade", "GradeScheme", "FactorKind", "DesignStanding", "Threshold"),
        *("EvidenceState", "Search", "DrugClass"),
    )
}
# The rule that state and certainty end with: each rule runs once, so later ones move neither.
_LAST_RULE = "78-certainty"
_RESULT_OF = NamedNode(OL + "resultOf")


class World:
    """What is known today, and what would follow if more were; nothing is written anywhere."""

    def __init__(self, roots: Roots) -> None:
        """Read the sources; raise `SourcesError` where any cannot be read."""
        self.roots = roots
        dataset = read_dataset(roots).check()
        self._quads: Iterable[Quad] = dataset.quads
        self._rules = read_rules(dataset.files)

    @classmethod
    def _narrow(cls, whole: World, quads: Iterable[Quad]) -> World:
        narrow = cls.__new__(cls)
        narrow.roots, narrow._quads = whole.roots, tuple(quads)
        narrow._rules = [rule for rule in whole._rules if rule.name <= _LAST_RULE]
        return narrow

    @cached_property
    def today(self) -> MemoryStore:
        """Give the graph with nothing supposed."""
        return self.supposing(())

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Give the IRIs of all that is described."""
        return frozenset(
            quad.subject.value for quad in self._quads if isinstance(quad.subject, NamedNode)
        )

    def supposing(self, more: Iterable[Quad]) -> MemoryStore:
        """Build the graph of the sources and some more statements, rules included."""
        quads = [*self._quads, *more]
        store = Store()
        # Each statement once: the engine's union of graphs would count it twice.
        store.bulk_extend({quad.triple: quad for quad in reversed(quads)}.values())
        apply(store, self._rules)
        return MemoryStore(store)

    def narrowed(self, things: Iterable[NamedNode]) -> World:
        """Return a world of some things, what they lead to, and the method.

        Rules take a fraction of the time in it, and those that come after the certainty are left
        out. State and certainty of a question are the same as in the whole, if `things` are its
        kind of regimen, its condition, and the studies that have a line to it.
        """
        by_subject: dict[Term, list[Quad]] = defaultdict(list)
        results: dict[Term, list[Term]] = defaultdict(list)
        waiting: list[Term] = list(things)
        for quad in self._quads:
            by_subject[quad.subject].append(quad)
            if quad.predicate == _RESULT_OF:
                results[quad.object].append(quad.subject)
            if quad.predicate == _TYPE and quad.object in _ALWAYS:
                waiting.append(quad.subject)
        kept: set[Term] = set()
        while waiting:
            thing = waiting.pop()
            if thing not in kept:
                kept.add(thing)
                waiting += results[thing]
                waiting += _leads_to(by_subject[thing])
        return self._narrow(self, (quad for thing in kept for quad in by_subject[thing]))


def _leads_to(quads: Iterable[Quad]) -> Iterator[Term]:
    for quad in quads:
        if isinstance(quad.object, NamedNode | BlankNode):
            yield quad.object

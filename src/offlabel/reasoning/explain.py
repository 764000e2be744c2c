"""Why a graph is inconsistent: a smallest set of statements that cannot all hold.

The search is Junker's replay: look for the first statement at which the growing graph becomes
inconsistent; it belongs to the clash. Then look again, from what stood before it, nearest first,
until the statements found clash by themselves. Each look is one run of HermiT over a ladder of
growing sets, so a clash of ten statements takes some twenty runs and not thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import NamedNode

from offlabel.reasoning.axioms import Axiom, Axioms, axioms_from_facts
from offlabel.reasoning.condense import condense
from offlabel.reasoning.facts import Facts, Statement
from offlabel.reasoning.hermit import HermitRun

FirstInconsistent = Callable[[Sequence[Iterable[Statement]]], int | None]
"""Give the number of the first of some growing sets that is inconsistent, or None."""

_FIRST_RUNGS = 32
_GROWTH = 1.3
_STATEMENTS_PER_RUN = 45_000


def find_clash(axioms: Axioms, first_inconsistent: FirstInconsistent | None = None) -> list[Axiom]:
    """Find a smallest set of statements that cannot all hold; empty where the graph is consistent.

    Smallest means that taking any one of them away makes the rest consistent. There may be other
    clashes beside it.
    """
    search = _Search(axioms.declarations, first_inconsistent or _ask_hermit)
    candidates = list(axioms.statements)
    clash: list[Axiom] = []
    while True:
        position = search.turning_point(clash, candidates)
        if position is None:
            return []
        if position < 0:
            return clash
        clash.append(candidates[position])
        candidates = _nearest_first(candidates[:position], clash)


class _Search:
    def __init__(self, declarations: Sequence[Statement], ask: FirstInconsistent) -> None:
        self._declarations = declarations
        self._ask = ask

    def turning_point(self, clash: list[Axiom], candidates: list[Axiom]) -> int | None:
        """Find the candidate whose addition makes the clash complete.

        Gives -1 where the clash is complete without any, and None where it never becomes so.
        """
        low, high = -1, len(candidates)
        ladder = _growing(high)
        while ladder:
            failed = self._ask([self._set(clash, candidates[:length]) for length in ladder])
            if failed is None:
                low = ladder[-1]
                if low == len(candidates):
                    return None
            else:
                high = ladder[failed]
                low = ladder[failed - 1] if failed else low
            ladder = _between(low, high)
        return high - 1

    def _set(self, clash: list[Axiom], candidates: list[Axiom]) -> list[Statement]:
        """Give some statements with the declarations that they need."""
        chosen = [*clash, *candidates]
        named = {iri for axiom in chosen for iri in axiom.iris}
        needed = [declared for declared in self._declarations if declared.subject in named]
        return [*needed, *(part for axiom in chosen for part in axiom.triples)]


def _ask_hermit(sets: Sequence[Iterable[Statement]]) -> int | None:
    fewer = [condense(axioms_from_facts(Facts(one))) for one in sets]
    return HermitRun(fewer).first_inconsistent()


def _growing(end: int) -> list[int]:
    """Give lengths up to the end: every small one, then ever fewer."""
    lengths = list(range(min(end, _FIRST_RUNGS) + 1))
    while lengths[-1] < end:
        lengths.append(min(int(lengths[-1] * _GROWTH) + 1, end))
    return lengths


def _between(low: int, high: int) -> list[int]:
    """Give lengths above `low` and below `high`, evenly spaced, as many as one run bears."""
    if high - low <= 1:
        return []
    rungs = max(_STATEMENTS_PER_RUN // high, 3)
    step = max((high - low) // rungs, 1)
    return list(range(low + step, high, step))


def _nearest_first(candidates: list[Axiom], clash: list[Axiom]) -> list[Axiom]:
    """Order statements by how many statements lie between them and the clash, by shared names."""
    using: dict[NamedNode, list[Axiom]] = defaultdict(list)
    for axiom in candidates:
        for iri in axiom.iris:
            using[iri].append(axiom)
    order: dict[Axiom, None] = {}
    seen: set[NamedNode] = set()
    frontier = {iri for axiom in clash for iri in axiom.iris}
    while frontier:
        seen |= frontier
        found = {axiom: None for iri in sorted(frontier, key=str) for axiom in using[iri]}
        fresh = [axiom for axiom in found if axiom not in order]
        order.update(dict.fromkeys(sorted(fresh, key=lambda axiom: len(axiom.iris))))
        frontier = {iri for axiom in fresh for iri in axiom.iris} - seen
    return [*order, *(axiom for axiom in candidates if axiom not in order)]

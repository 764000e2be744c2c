"""The fast engine: core constraints compiled, each SPARQL constraint once for all its nodes.

What neither can be asked runs in pySHACL, node by node, and the outcome says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from offlabel.reasoning.facts import Facts, Term
from offlabel.validation.engines.base import Note, Outcome, Result
from offlabel.validation.engines.core import (
    are_well_formed,
    core_results,
    is_installed,
    reason_against,
)
from offlabel.validation.engines.data import Data
from offlabel.validation.engines.pyshacl import PYSHACL
from offlabel.validation.engines.setwise import SetWise
from offlabel.validation.engines.units import Unit, units_of


class Fast:
    """Run shapes in compiled engines, as far as those are known to agree with pySHACL."""

    name = "fast"

    def run(
        self,
        data: Data,
        shapes: Facts,
        units: Collection[Unit] | None = None,
        focus: Collection[Term] | None = None,
    ) -> Outcome:
        """Give the results of some units, or of all, for some focus nodes, or for all."""
        reason = _reason_against_all(shapes)
        if reason:
            return replace(PYSHACL.run(data, shapes, units, focus), notes=(Note(reason),))
        asked = units_of(shapes) if units is None else tuple(units)
        compiled: list[Unit] = []
        together: list[Unit] = []
        slow: list[Unit] = []
        notes: list[Note] = []
        setwise = SetWise(data, shapes, focus)
        for unit in asked:
            if unit.constraint is None:
                reason, ready = reason_against(shapes, unit), compiled
            else:
                reason, ready = setwise.reason_against(unit), together
            if reason:
                notes.append(Note(reason, unit))
                slow.append(unit)
            else:
                ready.append(unit)
        found: set[Result] = set(core_results(data, shapes, compiled, focus))
        try:
            for unit in together:
                found.update(setwise.results(unit))
        finally:
            setwise.close()
        if slow:
            found |= PYSHACL.run(data, shapes, slow, focus).results
        return Outcome(frozenset(found), tuple(notes))


def _reason_against_all(shapes: Facts) -> str:
    if not is_installed():
        return "the compiled engine is not installed (pip install shacl)"
    return "" if are_well_formed(shapes) else "the shapes are not well-formed"


FAST = Fast()

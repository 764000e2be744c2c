"""What a SHACL engine is given and what it gives, whichever one it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import NamedNode

from offlabel.errors import OfflabelError
from offlabel.reasoning.facts import Facts, Term
from offlabel.validation.engines.data import Data
from offlabel.validation.engines.units import Unit


@dataclass(frozen=True)
class Result:
    """Hold one result of a validation (SHACL, clause 3.6.2).

    `path`, `shape` and blank nodes in them are those of the shapes graph, `focus` and `value` those
    of the data, with literals as written. `messages` are what the shape itself says, its variables
    filled in, sorted; an engine's own wording is left out.
    """

    focus: Term
    path: Term | None
    value: Term | None
    shape: Term
    component: NamedNode
    severity: NamedNode
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Say why a unit, or everything where there is none, could not be run for all nodes at once."""

    reason: str
    unit: Unit | None = None


@dataclass(frozen=True)
class Outcome:
    """Hold the results of a run, each once, and what ran node by node."""

    results: frozenset[Result]
    notes: tuple[Note, ...] = ()


class ShapesError(OfflabelError):
    """The shapes cannot be used as they are written."""


class Engine(Protocol):
    """One way to run shapes over data."""

    @property
    def name(self) -> str:
        """Return the name by which users call it."""
        ...

    def run(
        self,
        data: Data,
        shapes: Facts,
        units: Collection[Unit] | None = None,
        focus: Collection[Term] | None = None,
    ) -> Outcome:
        """Give the results of some units, or of all, for some focus nodes, or for all.

        Raise `ShapesError` where the shapes are broken.
        """
        ...

"""A claim that is held against the graph, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pyoxigraph import NamedNode


class Verdict(StrEnum):
    """What the graph says of a claim, the best first."""

    ENTAILED = "entailed"
    STRONGER = "stronger than the graph"
    NOT_THERE = "not in the graph"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True)
class Claim:
    """One claim: a drug, or one kind of its regimens, has a relation to a condition.

    Without a regimen the claim is of the drug at every dose and route. `strength` is the modality
    of the wording. Of a claim of absence, `design` is what is said to be missing and `least` how
    many people it would need; `refuted_by` are refuting studies that are known already.
    """

    name: str
    text: str
    drug: NamedNode | None
    regimen: NamedNode | None
    relation: NamedNode
    condition: NamedNode
    strength: NamedNode
    design: NamedNode | None = None
    least: int = 0
    source: NamedNode | None = None
    refuted_by: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Finding:
    """What the graph says of a claim in one question, and where it says so."""

    verdict: Verdict
    wording: str
    reason: str
    proof: NamedNode | None = None


@dataclass(frozen=True)
class Judged:
    """A claim with its verdict, the wording that the graph permits, and why."""

    claim: Claim
    verdict: Verdict
    findings: tuple[Finding, ...] = field(default=())

    @property
    def shown(self) -> tuple[Finding, ...]:
        """Return the findings that keep a claim from being entailed, or all where none does."""
        return tuple(f for f in self.findings if f.verdict != Verdict.ENTAILED) or self.findings

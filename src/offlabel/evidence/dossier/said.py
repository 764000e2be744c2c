"""A statement as the saved queries tell of it: what it says, of what, and who claims it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from offlabel.evidence.dossier.model import Ref
from offlabel.queries.table import Value

Record = Mapping[str, Value]


@dataclass(frozen=True)
class Said:
    """A proposition with the claims that assert it."""

    proposition: str
    statement: str
    plain: str | None
    topic: str
    support: str | None
    result: str | None
    claims: tuple[Record, ...]
    parts: tuple[Record, ...] = ()

    @property
    def relation(self) -> str:
        """Return the name of the relation that it states."""
        return (local_name(self.parts[0]["relation"]) if self.parts else None) or ""

    @property
    def subject_label(self) -> str:
        """Return what its subject is called."""
        return str(self.parts[0]["subjectLabel"] or "") if self.parts else ""

    @property
    def beginning(self) -> str:
        """Return the words before its object, where it reads as subject, relation and object."""
        relation = self.parts[0]["relationLabel"] if self.parts else ""
        begin = f"{self.subject_label} {relation} "
        return begin if self.subject_label and self.statement.startswith(begin) else ""

    @cached_property
    def things(self) -> frozenset[str]:
        """Return the IRIs of its subject and objects."""
        return frozenset(
            str(row[name]) for row in self.parts for name in ("subject", "object") if row[name]
        )

    @cached_property
    def studies(self) -> frozenset[str]:
        """Return the studies that it tells of."""
        return frozenset(str(row["study"]) for row in self.parts if row["study"])

    @property
    def is_absence(self) -> bool:
        """Say whether it states that something is not there."""
        return any(row["absenceKind"] for row in self.parts)

    @property
    def searches(self) -> tuple[str, ...]:
        """Return the dates of the searches behind a statement of absence."""
        found = {str(row["search"]): row["searchedOn"] for row in self.parts if row["search"]}
        return tuple(sorted(str(day or "without a date") for day in found.values()))

    @property
    def directness(self) -> frozenset[str]:
        """Return how directly what the claims cite bears on it, where they were judged."""
        return frozenset(filter(None, (local_name(claim["directness"]) for claim in self.claims)))

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """Return the claims as references to their passages."""
        return tuple(dict.fromkeys(ref_from_claim(claim) for claim in self.claims))

    @property
    def modalities(self) -> frozenset[str]:
        """Return how strongly the claims state it."""
        return frozenset(filter(None, (local_name(claim["modality"]) for claim in self.claims)))

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return the IRIs of the claims."""
        return frozenset(str(claim["claim"]) for claim in self.claims)


def ref_from_claim(claim: Record) -> Ref:
    """Return a record of queries/dossier/claims.rq as a reference."""
    return Ref(
        str(claim["code"]),
        str(claim["claim"]),
        str(claim["sourceLabel"]),
        str(claim["section"]),
        int(str(claim["start"])),
        int(str(claim["end"])),
    )


def local_name(iri: Value) -> str | None:
    """Return what stands behind the # of an IRI."""
    return None if iri is None else str(iri).rpartition("#")[2]

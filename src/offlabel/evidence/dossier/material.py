"""What a dossier is written from: the answers of the saved queries under queries/dossier/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from offlabel.evidence.dossier.model import Ref
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Value
from offlabel.stores.base import Store

Record = Mapping[str, Value]
# The topics under which evidence in a condition is judged.
EVIDENCE = (
    *("evidence-appraisal", "study-design", "study-result", "absence-of-evidence"),
    *("conclusion", "classification"),
)
QUERIES = (
    *("adverse-events", "approvals", "citations", "claims", "conditions", "contradictions"),
    *("flags", "mechanisms", "recommendations", "references", "results", "studies"),
)


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

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """Return the claims as references to their passages."""
        return tuple(ref_from_claim(claim) for claim in self.claims)

    @cached_property
    def ids(self) -> frozenset[str]:
        """Return the IRIs of the claims."""
        return frozenset(str(claim["claim"]) for claim in self.claims)


@dataclass(frozen=True)
class Material:
    """All that the graph holds on a drug, as of a date and for some conditions."""

    drug: str
    label: str
    answers: Mapping[str, tuple[Record, ...]]
    chosen: frozenset[str] = frozenset()

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Return the propositions in the order in which sources first state them."""
        claims: dict[str, list[Record]] = defaultdict(list)
        for row in self.answers["claims"]:
            claims[str(row["proposition"])].append(row)
        return tuple(
            Said(
                name,
                str(rows[0]["statement"]),
                None if rows[0]["plain"] is None else str(rows[0]["plain"]),
                str(rows[0]["topic"]),
                _local(rows[0]["support"]),
                None if rows[0]["result"] is None else str(rows[0]["result"]),
                tuple(rows),
            )
            for name, rows in claims.items()
            if self._is_chosen(name)
        )

    def about(self, *topics: str) -> tuple[Said, ...]:
        """Return the propositions under some topics."""
        return tuple(said for said in self.said if said.topic in topics)

    @cached_property
    def citations(self) -> Mapping[str, tuple[Record, ...]]:
        """Return what each claim cites."""
        return _by("claim", self.answers["citations"])

    @cached_property
    def flags(self) -> Mapping[str, tuple[Record, ...]]:
        """Return the flags of each claim, one record per category."""
        return _by("claim", self.answers["flags"])

    @cached_property
    def opposed(self) -> Mapping[str, tuple[str, ...]]:
        """Return, for each claim, the codes of claims of its source that stand against it."""
        sides = _by("contradiction", self.answers["contradictions"])
        codes = {str(row["claim"]): str(row["code"]) for row in self.answers["claims"]}
        found: dict[str, list[str]] = defaultdict(list)
        for rows in sides.values():
            claims = dict.fromkeys(str(row["claim"]) for row in rows)
            for claim in claims:
                found[claim] += [codes[other] for other in claims if other != claim]
        return {claim: tuple(dict.fromkeys(others)) for claim, others in found.items()}

    @cached_property
    def condition_labels(self) -> Mapping[str, str]:
        """Return the conditions that statements concern, in reading order, with their labels."""
        order = {said: n for n, said in enumerate(self._concerned)}
        rows = sorted(
            self.answers["conditions"], key=lambda row: order.get(str(row["proposition"]), 0)
        )
        return {str(row["condition"]): str(row["label"]) for row in rows}

    @cached_property
    def self_cited(self) -> frozenset[str]:
        """Return the sources that another of the same publisher cites."""
        rows = self.answers["references"]
        return frozenset(str(row["source"]) for row in rows if row["selfCitedBy"] is not None)

    @cached_property
    def wider(self) -> Mapping[str, frozenset[str]]:
        """Return, for each condition, the conditions of which it is a form, however far up."""
        up: dict[str, set[str]] = defaultdict(set)
        for row in self.answers["conditions"]:
            if row["widerCondition"] is not None:
                up[str(row["condition"])].add(str(row["widerCondition"]))
        for _ in up:
            for parents in up.values():
                parents |= {above for parent in set(parents) for above in up.get(parent, ())}
        return {condition: frozenset(parents) for condition, parents in up.items()}

    def conditions_of(self, proposition: str) -> tuple[str, ...]:
        """Return the narrowest conditions that a proposition concerns."""
        found = self._concerned.get(proposition, ())
        above = {up for condition in found for up in self.wider.get(condition, ())}
        return tuple(condition for condition in found if condition not in above)

    @cached_property
    def narrow(self) -> tuple[str, ...]:
        """Return the conditions that are not wider than another one, in reading order."""
        above = {up for parents in self.wider.values() for up in parents}
        studied = {row["condition"] for row in self.answers["studies"]}
        judged = {
            condition
            for said in self.about(*EVIDENCE)
            for condition in self.conditions_of(said.proposition)
        }
        shown = [
            c
            for c in self.condition_labels
            if c in judged
            and (c not in above or c in studied)
            and (not self.chosen or c in self.chosen)
        ]
        # A form of a condition stands right behind the condition.
        places = {c: n for n, c in enumerate(shown)}
        return tuple(
            sorted(
                shown,
                key=lambda c: min(
                    [places[c], *(places[up] for up in self.wider.get(c, ()) if up in places)]
                ),
            )
        )

    @cached_property
    def _concerned(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {str(r["proposition"]): [] for r in self.answers["claims"]}
        for row in self.answers["conditions"]:
            found.setdefault(str(row["proposition"]), []).append(str(row["condition"]))
        return {name: tuple(dict.fromkeys(conditions)) for name, conditions in found.items()}

    def _is_chosen(self, proposition: str) -> bool:
        conditions = self._concerned.get(proposition, ())
        return not self.chosen or not conditions or bool(self.chosen & set(conditions))


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


def read_material(
    store: Store,
    roots: Roots,
    drug: str,
    label: str,
    conditions: Iterable[str] = (),
    as_of: date | None = None,
) -> Material:
    """Ask the saved queries of the dossier, and keep what was known on a date."""
    answers: dict[str, tuple[Record, ...]] = {}
    for name in QUERIES:
        table = run(store, get_query(roots, f"dossier/{name}"), {"drug": drug})
        answers[name] = tuple(table.rows)
    if as_of is not None:
        answers = _until(answers, as_of)
    material = Material(drug, label, answers)
    chosen = set(conditions)
    if chosen:
        chosen |= {c for c, above in material.wider.items() if above & chosen}
        chosen |= {up for c in set(chosen) for up in material.wider.get(c, ())}
    return Material(drug, label, answers, frozenset(chosen))


def _until(answers: Mapping[str, tuple[Record, ...]], as_of: date) -> dict[str, tuple[Record, ...]]:
    """Keep what sources of that date or earlier say; a year counts as its last day."""
    day = as_of.isoformat()
    claims = [row for row in answers["claims"] if str(row["date"]) <= day]
    known = {
        "claim": {row["claim"] for row in claims},
        "proposition": {row["proposition"] for row in claims},
        "step": {row["proposition"] for row in claims},
    }

    def is_kept(row: Record) -> bool:
        dated = "year" not in row or f"{row['year']}-12-31" <= day
        return dated and all(row[key] in kept for key, kept in known.items() if key in row)

    return {name: tuple(row for row in rows if is_kept(row)) for name, rows in answers.items()}


def _by(key: str, rows: Iterable[Record]) -> Mapping[str, tuple[Record, ...]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[str(row[key])].append(row)
    return {name: tuple(group) for name, group in found.items()}


def _local(iri: Value) -> str | None:
    return None if iri is None else str(iri).rpartition("#")[2]

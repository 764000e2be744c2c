"""What a dossier is written from: the answers of the saved queries under queries/dossier/."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from offlabel.evidence.appraisal import Evidence
from offlabel.evidence.dossier.model import Ref
from offlabel.evidence.dossier.said import Record, Said, local_name, ref_from_claim

# The topics under which evidence in a condition is judged.
EVIDENCE = (
    *("evidence-appraisal", "study-design", "study-result", "absence-of-evidence"),
    *("conclusion", "classification"),
)


@dataclass(frozen=True)
class Material:
    """All that the graph holds on a drug, as of a date and for some conditions."""

    drug: str
    label: str
    answers: Mapping[str, tuple[Record, ...]]
    chosen: frozenset[str] = frozenset()
    evidence: Evidence = field(default_factory=lambda: Evidence(None, (), (), ()))
    asked: frozenset[str] = frozenset()

    @property
    def day(self) -> date:
        """Return the day as of which all is told."""
        return self.evidence.as_of or date.today()

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Return the propositions in the order in which sources first state them."""
        claims: dict[str, list[Record]] = defaultdict(list)
        for row in self.answers["claims"]:
            claims[str(row["proposition"])].append(row)
        parts = grouped("proposition", self.answers["statements"])
        return tuple(
            Said(
                name,
                str(rows[0]["statement"]),
                None if rows[0]["plain"] is None else str(rows[0]["plain"]),
                str(rows[0]["topic"]),
                local_name(rows[0]["support"]),
                None if rows[0]["result"] is None else str(rows[0]["result"]),
                tuple(rows),
                parts.get(name, ()),
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
        return grouped("claim", self.answers["citations"])

    @cached_property
    def flags(self) -> Mapping[str, tuple[Record, ...]]:
        """Return the flags of each claim, one record per category."""
        return grouped("claim", self.answers["flags"])

    @cached_property
    def opposed(self) -> Mapping[str, tuple[str, ...]]:
        """Return, for each claim, the codes of claims of its source that stand against it."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for rows in grouped("contradiction", self.answers["contradictions"]).values():
            sides = dict.fromkeys(str(row["claim"]) for row in rows)
            for claim in sides:
                found[claim] |= {self.ref_of[o].code: None for o in sides if o != claim}
        return {claim: tuple(others) for claim, others in found.items()}

    @cached_property
    def ref_of(self) -> Mapping[str, Ref]:
        """Return the reference to each claim, wherever it concerns what was asked for or not."""
        return {str(row["claim"]): ref_from_claim(row) for row in self.answers["claims"]}

    @cached_property
    def said_of(self) -> Mapping[str, Said]:
        """Return what each claim that is told of says."""
        return {claim: said for said in self.said for claim in said.ids}

    @cached_property
    def condition_labels(self) -> Mapping[str, str]:
        """Return the conditions that statements concern, in reading order, with their labels."""
        order = {said: n for n, said in enumerate(self._concerned)}
        rows = sorted(
            self.answers["conditions"], key=lambda row: order.get(str(row["proposition"]), 0)
        )
        return {str(row["condition"]): str(row["label"]) for row in rows}

    @cached_property
    def spoken_class(self) -> str:
        """Return the kind of regimen that most statements are about, if there is one."""
        names = dict.fromkeys(str(row["class"]) for row in self.answers["regimens"])
        counts = {name: sum(name in said.things for said in self.said) for name in names}
        most = max(counts, key=lambda name: counts[name], default="")
        return most if counts.get(most) else ""

    @cached_property
    def spoken(self) -> str:
        """Return what the drug is called in this dossier: by its kind of regimen if one stands out.

        That is the kind that most statements are about, by the name that holds the drug's.
        """
        rows = [row for row in self.answers["regimens"] if row["class"] == self.spoken_class]
        names = [str(row["label"]) for row in rows[:1]]
        names += [str(row["otherName"]) for row in rows if row["otherName"] is not None]
        if not names:
            return self.label
        return min((n for n in names if self.label in n), key=len, default=names[0])

    @cached_property
    def unanswered(self) -> tuple[Ref, ...]:
        """Return the claims of which curators found that they leave a question unanswered."""
        flagged = {
            str(row["claim"]) for row in self.answers["flags"] if row["category"] == "unanswered"
        }
        asked = [said for said in self.about("question") if said.ids & flagged]
        return tuple(ref for said in asked for ref in said.refs)

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

    @cached_property
    def wider_on_map(self) -> Mapping[str, frozenset[str]]:
        """Return, for each condition of the evidence map, the conditions of which it is a form."""
        rows = grouped("condition", self.answers["map-conditions"])
        return {c: frozenset(str(r["wider"]) for r in of if r["wider"]) for c, of in rows.items()}

    @cached_property
    def reports(self) -> Mapping[str, tuple[Record, ...]]:
        """Return the reports of each study, the first one first."""
        return grouped("study", self.answers["reports"])

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
    def answerable(self) -> tuple[str, ...]:
        """Return the narrow conditions of which more is known than that they are spoken of.

        Something was studied in them, is reported not to have been, or is recommended for them.
        """
        rows = (*self.answers["studies"], *self.answers["recommendations"])
        told = {str(row["condition"]) for row in rows}
        for said in self.said:
            if said.is_absence:
                told |= set(self.conditions_of(said.proposition))
        return tuple(c for c in self.narrow if c in told) or self.narrow

    def is_chosen(self, row: Record) -> bool:
        """Say whether a record is about a condition that was asked for."""
        return not self.chosen or row["condition"] in self.chosen

    @cached_property
    def _concerned(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {str(r["proposition"]): [] for r in self.answers["claims"]}
        for row in self.answers["conditions"]:
            found.setdefault(str(row["proposition"]), []).append(str(row["condition"]))
        return {name: tuple(dict.fromkeys(conditions)) for name, conditions in found.items()}

    def _is_chosen(self, proposition: str) -> bool:
        conditions = self._concerned.get(proposition, ())
        return not self.chosen or not conditions or bool(self.chosen & set(conditions))


def grouped(key: str, rows: Iterable[Record]) -> Mapping[str, tuple[Record, ...]]:
    """Return records by the value of one column."""
    found: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[str(row[key])].append(row)
    return {name: tuple(group) for name, group in found.items()}

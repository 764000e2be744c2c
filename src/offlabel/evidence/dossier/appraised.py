"""What the rules derive for the conditions of a dossier, worded no stronger than they permit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.appraisal_formats import people
from offlabel.evidence.dossier.findings import Nearest, kinds, own_findings
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Statement
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import listed, sentence
from offlabel.evidence.evidencemap import CERTAINTIES

SOURCE, OTHER, ADJACENT = "source", "other", "adjacent"


@dataclass(frozen=True)
class Judged:
    """A condition with what is derived for each kind of regimen in it, and why it is told of."""

    condition: str
    label: str
    place: str
    appraisals: tuple[Appraisal, ...]

    @property
    def exact(self) -> tuple[Appraisal, ...]:
        """Return the kinds of regimen that were studied in just this condition."""
        return tuple(each for each in self.appraisals if is_exact(each))

    @property
    def slug(self) -> str:
        """Return the name of the condition in its IRI."""
        return self.condition.rpartition("/")[2]

    @property
    def is_detailed(self) -> bool:
        """Say whether it has a section of its own, as the source or several studies speak of it."""
        studies = {line["study"] for _, line in self.findings}
        return self.place == SOURCE or len(studies) > 1

    @property
    def findings(self) -> tuple[Nearest, ...]:
        """Return each finding in the condition once."""
        return own_findings(self.appraisals)


def is_exact(appraisal: Appraisal) -> bool:
    """Say whether the state rests on studies of just this regimen in just this condition."""
    return appraisal.overview["supporting"] is not None


def judged(material: Material) -> tuple[Judged, ...]:
    """Return the conditions of the map: those of the source, other ones, and adjacent ones."""
    groups: dict[str, list[Appraisal]] = {}
    for each in material.evidence.appraisals:
        if material.is_chosen(each.overview):
            groups.setdefault(str(each.overview["condition"]), []).append(each)
    order = {condition: place for place, condition in enumerate(material.narrow)}
    found = []
    for condition, group in groups.items():
        place = ADJACENT if group[0].overview["isAdjacent"] else OTHER
        place = SOURCE if condition in order else place
        found.append(Judged(condition, group[0].condition, place, tuple(group)))
    places = (SOURCE, OTHER, ADJACENT)
    return tuple(
        sorted(
            found,
            key=lambda each: (
                places.index(each.place),
                order.get(each.condition, 0),
                each.label.casefold(),
            ),
        )
    )


def wording(appraisal: Appraisal) -> str:
    """Return the strongest verb that the certainty permits, or what the studies leave open."""
    row, grade = appraisal.overview, appraisal.grade or {}
    if grade.get("permits"):
        return str(grade["permits"])
    if is_exact(appraisal):
        return "disagree" if row["supporting"] and row["disputing"] else "decide nothing"
    return ""


def verdict(appraisal: Appraisal) -> str:
    """Return what may be said of a kind of regimen in a condition, as a clause."""
    verb, regimen, condition = wording(appraisal), appraisal.regimen, appraisal.condition
    if "improve" in verb:
        said = re.sub(r"\bimproves?\b", rf"\g<0> {condition}", verb, count=1)
        return f"{regimen} {said}"
    if "difference" in verb:
        return f"{regimen} {verb} in {condition}"
    if verb:
        return f"studies of {regimen} in {condition} {verb}"
    return absent((appraisal,), condition)


def absent(group: Sequence[Appraisal], condition: str) -> str:
    """Return that no study of some kinds of regimen is known, and whether anyone looked."""
    row = group[0].overview
    regimens = listed((each.regimen for each in group), "or") + _alone(group)
    if is_searched(group[0]):
        return f"a systematic search found no study of {regimens} in {condition}"
    text = f"no study of {regimens} in {condition} is known, and no systematic search for one"
    return f"{text}; a source says that there is none" if row["reportedAbsent"] else text


def _alone(group: Iterable[Appraisal]) -> str:
    """Return a word for that something else was given too, where that is all that differs."""
    lines = (line for each in group for line in each.lines)
    return " alone" if any(kinds(line) == {"combination"} for line in lines) else ""


def is_searched(appraisal: Appraisal) -> bool:
    """Say whether a systematic search found no study."""
    return str(appraisal.overview["state"]).startswith("searched")


def out_of_date(appraisal: Appraisal, day: date) -> date | None:
    """Return the day until which the search behind a state was trusted, if that has passed."""
    trusted = appraisal.overview["searchTrustedUntil"]
    return trusted if isinstance(trusted, date) and trusted < day else None


def standing(appraisal: Appraisal, day: date) -> str:
    """Return the state in words, with whether a search behind it is out of date."""
    text, passed = str(appraisal.overview["state"]), out_of_date(appraisal, day)
    if passed:
        return f"{text} (search out of date: it was trusted until {passed})"
    is_reported = appraisal.overview["reportedAbsent"] and not is_searched(appraisal)
    return f"{text} (reported absent)" if is_reported and not is_exact(appraisal) else text


def certain(appraisal: Appraisal) -> str:
    """Return the certainty with its signs, or a dash where there is nothing to grade."""
    if appraisal.grade is None:
        return "—"
    found = str(appraisal.grade["certainty"])
    return f"{found} {CERTAINTIES.get(found, '')}".strip()


def lowered(appraisal: Appraisal) -> str:
    """Return from where a certainty sets out and what lowers it, each with its reason."""
    if appraisal.grade is None:
        return "—"
    steps = [
        f"−{row['steps']} {row['factor']}"
        + ("" if row["because"] == row["factor"] else f" ({row['because']})")
        for row in appraisal.reasons
    ]
    return "; ".join((f"starts {appraisal.grade['startsAt']}", *steps))


def counted(appraisal: Appraisal) -> str:
    """Return how many independent studies and people a state rests on, and which way they speak."""
    row, number = appraisal.overview, len(studies(appraisal))
    sides = f"{row['supporting']} for, {row['disputing']} against"
    if row["undecided"]:
        sides += f", {row['undecided']} undecided"
    kind = "independent study" if number == 1 else "independent studies"
    return f"{number} {kind}, {people(row)}: {sides}"


def studies(appraisal: Appraisal) -> tuple[Record, ...]:
    """Return the findings that are weighed, one for each study."""
    return tuple({line["study"]: line for line in appraisal.weighed}.values())


def forms(material: Material, appraisal: Appraisal) -> str:
    """Return the forms of a condition in which all studies were, where none was in all of it."""
    condition = str(appraisal.overview["condition"])
    found: dict[str, None] = {}
    for study in studies(appraisal):
        rows = [row for row in material.answers["studies"] if row["study"] == study["study"]]
        if condition in {row["condition"] for row in rows}:
            return ""
        for row in rows:
            if condition in material.wider_on_map.get(str(row["condition"]), ()):
                found[str(row["conditionLabel"])] = None
    return listed(found, "or")


def statement(material: Material, appraisal: Appraisal) -> Statement:
    """Return the sentence of one kind of regimen in one condition, leading to its assessment."""
    if not is_exact(appraisal):
        return _absence((appraisal,), material.day)
    found = f"{appraisal.overview['state']}; certainty {certain(appraisal)}; {counted(appraisal)}"
    narrow = forms(material, appraisal)
    found += f"; studied only as {narrow}" if narrow else ""
    return Statement(sentence(f"{verdict(appraisal)} ({found})"), derived=(proof(appraisal),))


def _absence(group: Sequence[Appraisal], day: date) -> Statement:
    text = sentence(absent(group, group[0].condition))
    passed = out_of_date(group[0], day)
    if passed:
        text += f" The search was trusted until {passed}, so later studies may have been missed."
    if group[0].grade:
        lines = {str(line["line"]): line for each in group for line in each.weighed}.values()
        ways = sorted({kind for line in lines for kind in kinds(line)})
        text += f" What bears on it is indirect ({', '.join(ways)}), of certainty "
        text += f"{certain(group[0])}."
    return Statement(text, derived=tuple(map(proof, group)))


def statements(material: Material, found: Judged) -> tuple[Statement, ...]:
    """Return a sentence per kind of regimen; those without a study that stand alike together."""
    told = [statement(material, each) for each in found.exact]
    return (*told, *(_absence(group, material.day) for group in unstudied(material, found)))


def unstudied(material: Material, found: Judged) -> list[list[Appraisal]]:
    """Return the kinds of regimen without a study of their own, those that stand alike together."""
    alike: dict[tuple[str, ...], list[Appraisal]] = {}
    for each in found.appraisals:
        if not is_exact(each):
            ways = sorted({kind for line in each.weighed for kind in kinds(line)})
            key = (standing(each, material.day), certain(each), *ways)
            alike.setdefault(key, []).append(each)
    return list(alike.values())


def proof(appraisal: Appraisal) -> str:
    """Return the assessment that `offlabel why` proves."""
    return str(appraisal.overview["assessment"])

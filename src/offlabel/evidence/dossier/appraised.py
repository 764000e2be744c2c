"""What the rules derive for the conditions of a dossier, worded no stronger than they permit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.appraisal_formats import people, state
from offlabel.evidence.dossier.findings import kinds, main_result, name, own_findings
from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Row, Statement, Table
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import capital, listed, sentence
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
        studies = {line["study"] for _, line in own_findings(self.appraisals)}
        return self.place == SOURCE or len(studies) > 1


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
    regimens = listed((each.regimen for each in group), "or")
    trusted = row["searchTrustedUntil"]
    if str(row["state"]).startswith("searched"):
        until = f" that is trusted until {trusted}" if trusted else ""
        return f"a search{until} found no study of {regimens} in {condition}"
    text = f"no study of {regimens} in {condition} is known, and nobody is known to have searched"
    return f"{text}; a source says that there is none" if row["reportedAbsent"] else text


def standing(appraisal: Appraisal, day: date) -> str:
    """Return the state in words, with whether a search behind it is out of date."""
    text, trusted = state(appraisal), appraisal.overview["searchTrustedUntil"]
    if isinstance(trusted, date) and trusted < day:
        text = text.removesuffix(")") + ", a day that has passed)"
    return text


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
        + ("" if row["because"] == row["factor"] else f" ({_tidy(row)})")
        for row in appraisal.reasons
    ]
    return "; ".join((f"starts {appraisal.grade['startsAt']}", *steps))


def _tidy(row: Record) -> str:
    return re.sub(r"^1 people\b", "1 person", str(row["because"]))


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


def results(material: Material, appraisal: Appraisal) -> str:
    """Return the main results that are weighed, each with its study."""
    return "; ".join(
        f"{name(material, line['study'], line['studyLabel'])}: {main_result(material, line)}"
        for line in appraisal.weighed
    )


def permitted(appraisal: Appraisal) -> str:
    """Return what may be said, for a table that names regimen and condition already."""
    verb = wording(appraisal)
    return verb if "improve" in verb or "difference" in verb else f"studies {verb}"


def statement(appraisal: Appraisal, day: date) -> Statement:
    """Return the sentence of one kind of regimen in one condition, leading to its assessment."""
    if not is_exact(appraisal):
        return _absence((appraisal,), day)
    found = f"{appraisal.overview['state']}; certainty {certain(appraisal)}; {counted(appraisal)}"
    return Statement(sentence(f"{verdict(appraisal)} ({found})"), derived=(proof(appraisal),))


def _absence(group: Sequence[Appraisal], day: date) -> Statement:
    text = sentence(absent(group, group[0].condition))
    trusted = group[0].overview["searchTrustedUntil"]
    if isinstance(trusted, date) and trusted < day:
        text += " That day has passed, so studies may have been missed."
    if group[0].grade:
        lines = {str(line["line"]): line for each in group for line in each.weighed}.values()
        ways = sorted({kind for line in lines for kind in kinds(line)})
        text += f" What bears on it is indirect ({', '.join(ways)}), of certainty "
        text += f"{certain(group[0])}."
    return Statement(text, derived=tuple(map(proof, group)))


def statements(found: Judged, day: date) -> tuple[Statement, ...]:
    """Return a sentence per kind of regimen; those without a study that stand alike together."""
    told = [statement(each, day) for each in found.exact]
    alike: dict[tuple[str, str], list[Appraisal]] = {}
    for each in found.appraisals:
        if not is_exact(each):
            alike.setdefault((standing(each, day), certain(each)), []).append(each)
    return (*told, *(_absence(group, day) for group in alike.values()))


def proof(appraisal: Appraisal) -> str:
    """Return the assessment that `offlabel why` proves."""
    return str(appraisal.overview["assessment"])


def factor_table(material: Material, found: Judged) -> tuple[Table, ...]:
    """Return state, level and certainty by kind of regimen, with start, steps and reasons.

    Outside the conditions of the source, only of the kinds of regimen that were studied there.
    """
    shown = found.appraisals if found.place == SOURCE else found.exact
    rows = tuple(
        Row(
            (
                each.regimen,
                standing(each, material.day),
                str(each.overview["level"] or "—"),
                certain(each) + (" (indirect)" if each.grade and not is_exact(each) else ""),
                lowered(each),
            ),
            derived=(proof(each),),
        )
        for each in shown
    )
    columns = ("Kind of regimen", "State", "OCEBM level", "Certainty", "How it was reached")
    return (Table(f"State and certainty in {found.label}", columns, rows),) if rows else ()


def overview_table(
    material: Material, caption: str, group: Iterable[Judged], *, is_full: bool = False
) -> tuple[Table, ...]:
    """Return a line per condition and studied kind of regimen: what may be said, on what.

    In full with the results, and how the certainty was reached.
    """
    rows = tuple(
        Row(
            (
                found.label,
                each.regimen,
                str(each.overview["state"]),
                certain(each),
                permitted(each),
                str(len(studies(each))),
                str(each.overview["people"]),
                *((capital(results(material, each)), lowered(each)) if is_full else ()),
            ),
            derived=(proof(each),),
        )
        for found in group
        for each in found.exact
    )
    columns = (
        *("Condition", "Kind of regimen", "State", "Certainty", "What may be said"),
        *("Studies", "People"),
        *(("Main results", "How the certainty was reached") if is_full else ()),
    )
    return (Table(caption, columns, rows),) if rows else ()

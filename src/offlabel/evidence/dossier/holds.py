"""What the source says that does not hold, or rests on less than it seems."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.appraisal import Appraisal
from offlabel.evidence.dossier.appraised import certain, is_exact, judged, proof, wording
from offlabel.evidence.dossier.findings import name
from offlabel.evidence.dossier.material import Material, grouped
from offlabel.evidence.dossier.model import Section, Statement
from offlabel.evidence.dossier.parts import CURATORS, refs_from_claims
from offlabel.evidence.dossier.said import Record, Said, local_name
from offlabel.evidence.dossier.wording import (
    capital,
    listed,
    modality,
    sentence,
    short,
    sources,
    stated,
)

TITLE = "What the source says that does not hold"
STANDS = "stands"
_MARKS = {
    "tertiary only": "{n} cite nothing but pages that sum up other works",
    "attributed grade": "{n} ascribe a grade to a body, in a source that is not that body's own",
    "citation loop": "{n} cite what leads back to the source itself or to its publisher",
    "one paper": "{n} speak of a group of conditions and hang on one paper",
}

# Categories of curators' findings by which a statement is wrong, and not only weakly supported.
_WRONG = frozenset(
    ("contradicted", "not supported", "misattribution", "outdated", "oversimplified")
)


def not_holding(material: Material) -> Section:
    """Return absences that are refuted, wordings that are too strong, and weak support."""
    found = (
        *absences(material),
        *too_strong(material),
        *marked(material),
        *found_by_curators(material),
    )
    return Section("does-not-hold", TITLE, found)


def readings(material: Material) -> dict[str, dict[str, tuple[Record, ...]]]:
    """Return the claims of absence that are told of, with their readings and what refutes them."""
    rows = [r for r in material.evidence.absences if str(r["claim"]) in material.said_of]
    return {
        claim: dict(grouped("reading", sorted(group, key=lambda row: row["reading"] != "as said")))
        for claim, group in grouped("claim", rows).items()
    }


def absences(material: Material) -> tuple[Statement, ...]:
    """Return each claim that no study exists and that a study refutes, in each reading."""
    found, standing = [], []
    for claim, read in readings(material).items():
        first = next(iter(read.values()))[0]
        speaker = sources((material.said_of[claim],))
        derived = tuple(str(rows[0]["absenceReading"]) for rows in read.values())
        ref = (material.ref_of[claim],)
        if all(rows[0]["standing"] == STANDS for rows in read.values()):
            standing.append(Statement(str(first["statement"]), ref, speaker, derived=derived))
            continue
        said = "; ".join(f"{how}, {_standing(material, rows)}" for how, rows in read.items())
        text = f"“{capital(str(first['statement']))}” ({speaker}, {first['written']}): {said}"
        found.append(Statement(sentence(text), ref, derived=derived))
    if standing:
        names = listed(f"“{each.text}”" for each in standing)
        speakers = listed(dict.fromkeys(each.said for each in standing))
        text = (
            f"against these claims of absence by {speakers} no study is on record, "
            f"at any dose or route: {names}"
        )
        refs = tuple(ref for each in standing for ref in each.refs)
        derived = tuple(name for each in standing for name in each.derived)
        found.append(Statement(sentence(text), refs, derived=derived))
    return tuple(found)


def _standing(material: Material, rows: Iterable[Record]) -> str:
    group = tuple(rows)
    studies = listed(
        f"{name(material, row['refutedBy'], row['refutedByLabel'])} ({enrolled(material, row)})"
        for row in group
        if row["refutedBy"]
    )
    return f"{group[0]['standing']}" + (f": {studies}" if studies else "")


def enrolled(material: Material, row: Record) -> str:
    """Return the people of a study that refutes an absence, and the day on which it came out."""
    people = (r["people"] for r in material.answers["studies"] if r["study"] == row["refutedBy"])
    count = next((n for n in people if n is not None), None)
    return f"{count} people, public by {row['since']}" if count else f"public by {row['since']}"


def benefits(material: Material) -> tuple[tuple[Said, tuple[Appraisal, ...]], ...]:
    """Return the statements of benefit, each with the studied questions that it answers."""
    known = [(each, found) for found in judged(material) for each in found.appraisals]
    found = []
    for said in material.said:
        if said.relation != "Improves" or not _claims_benefit(said, material):
            continue
        answered = [
            each
            for each, one in known
            if each.overview["regimen"] in said.things
            and said.things & {one.condition, *material.wider_on_map.get(one.condition, ())}
        ]
        direct = [each for each in answered if each.overview["condition"] in said.things]
        found.append((said, tuple(direct or answered)))
    return tuple(found)


def is_too_strong(said: Said, appraisal: Appraisal, material: Material) -> bool:
    """Say whether a statement of benefit is stronger than the evidence on a question permits."""
    grade = appraisal.grade or {}
    is_supported = appraisal.overview["state"] == "supported"
    return not (is_supported and grade.get("certainty") in _sufficient(said, material))


def _sufficient(said: Said, material: Material) -> tuple[str, ...]:
    """Return the certainties that bear the wording of a statement, the highest first."""
    rows = material.answers["how-strong-a-wording"]
    order = tuple(dict.fromkeys(str(row["certainty"]) for row in rows))
    least = {local_name(row["modality"]): str(row["certainty"]) for row in rows}
    return order[: order.index(least.get(modality(said), order[0])) + 1]


def _claims_benefit(said: Said, material: Material) -> bool:
    """Say whether a statement claims more than that something was tried or thought of."""
    every = {str(row["certainty"]) for row in material.answers["how-strong-a-wording"]}
    return set(_sufficient(said, material)) != every


def too_strong(material: Material) -> tuple[Statement, ...]:
    """Return the statements of benefit that are worded more strongly than the evidence permits."""
    found = []
    for said, answered in benefits(material):
        group = [each for each in answered if is_too_strong(said, each, material)]
        if group:
            text = f"“{capital(stated(said, material))}” ({sources((said,))}) "
            text += "is stronger than the evidence permits: "
            text += _permits(group)
            proofs = tuple(map(proof, group))
            found.append(Statement(sentence(text), said.refs, derived=proofs))
    return tuple(found)


def _permits(group: Iterable[Appraisal]) -> str:
    """Return what the evidence permits, conditions of which it permits the same together."""
    alike: dict[str, list[str]] = {}
    for each in group:
        verb = wording(each)
        if not is_exact(each):
            found = f"no study of {each.regimen} is on record"
        elif "improve" in verb or "difference" in verb:
            found = f"certainty {certain(each)} permits “{verb}”"
        else:
            found = f"the studies {verb}"
        alike.setdefault(found, []).append(each.condition)
    return "; ".join(f"for {listed(names)}, {found}" for found, names in alike.items())


def marked(material: Material) -> tuple[Statement, ...]:
    """Return how many statements and grades have weaker support than it looks, kind by kind."""
    rows = [row for row in material.answers["marks"] if str(row["claim"]) in material.said_of]
    found = []
    for kind, group in grouped("kind", rows).items():
        things = {str(row["marked"]): str(row["markedLabel"]) for row in group}
        what = "statement or grade" if len(things) == 1 else "statements and grades"
        text = _MARKS.get(kind, f"{{n}} are marked: {kind}").format(n=f"{len(things)} {what}")
        text += f" ({kind}): {listed(_shown(tuple(things.values())))}"
        sources = listed(dict.fromkeys(short(str(row["foundLabel"])) for row in group))
        said = f"read off {sources}"
        derived = tuple(dict.fromkeys(str(row["mark"]) for row in group))
        refs = refs_from_claims(material, group)
        found.append(Statement(sentence(text), refs, said, derived=derived))
    return tuple(found)


def found_by_curators(material: Material) -> tuple[Statement, ...]:
    """Return in one sentence what curators found wrong; each finding is told in full elsewhere."""
    rows = [
        row
        for row in material.answers["flags"]
        if str(row["claim"]) in material.said_of and row["category"] in _WRONG
    ]
    labels = {code: str(group[0]["label"]) for code, group in grouped("code", rows).items()}
    if not labels:
        return ()
    text = f"curators found besides: {'; '.join(labels.values())}"
    refs = refs_from_claims(material, rows)
    return (Statement(sentence(text), refs, f"{CURATORS}, {listed(labels)}"),)


def _shown(labels: tuple[str, ...]) -> tuple[str, ...]:
    return labels if len(labels) <= 4 else (*labels[:3], f"{len(labels) - 3} more")

"""The dossier for patients: plain words, short sentences, no grades and no codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Ref, Section, Statement
from offlabel.evidence.dossier.plain import studies_in_plain
from offlabel.evidence.dossier.said import Record, Said
from offlabel.evidence.dossier.wording import capital, listed, percent, short

# What to ask, and the topics that give reason to ask it; without topics, it can always be asked.
QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Which treatments have I not tried yet?", ("line-of-therapy", "guideline-rec")),
    ("Do any of my other medicines or illnesses speak against it?", ()),
    ("Do I need blood tests?", ("monitoring",)),
    ("Where can I get it, and what does it cost me?", ("access", "cost")),
    ("What dose would I take, and for how long?", ("dose",)),
    ("How shall we see whether it helps, and when do we stop if it does not?", ()),
)
_EVIDENCE = ("evidence-appraisal", "study-result", "study-design", "absence-of-evidence")
_WHAT = ("definition", "dose", "route", "regimen")


def sections(material: Material) -> tuple[Section, ...]:
    """Return the sections in the order of the questions that people ask."""
    if not material.said:
        return (studies_in_plain(material),)
    used: set[str] = set()

    def part(slug: str, title: str, said: Iterable[Said], *more: Statement) -> Section:
        return Section(slug, title, (*_plain(said, used), *more))

    found = [
        Section(
            "in-short",
            "In short",
            (*_origin(material), *_plain(_overall(material), used)),
            is_highlight=True,
        ),
        part("what", f"What is {material.spoken}?", material.about(*_WHAT)),
        part("how", "How may it work?", material.about("mechanism", "localisation")),
    ]
    for condition in material.narrow:
        concerned = [
            said
            for said in material.about(*_EVIDENCE, "conclusion", "line-of-therapy", "guideline-rec")
            if condition in material.conditions_of(said.proposition)
        ]
        found.append(
            part(
                f"known-{condition.rpartition('/')[2]}",
                f"What is known for {material.condition_labels[condition]}?",
                concerned,
                *_results(material, condition),
            )
        )
    found += [
        studies_in_plain(material),
        part(
            "safety",
            "What side effects are there?",
            (*material.about("adverse-effect"), *material.about("safety", "monitoring")),
        ),
        part("access", "How can it be had?", material.about("access", "regulatory", "cost")),
        part("whom", "Who might it suit?", material.about("patient-selection")),
        part(
            "unknown",
            "What is not known?",
            material.about("limitation", "research-need", "conclusion", *_EVIDENCE),
        ),
    ]
    found = _with_findings(material, found)
    if not used:
        text = f"In what we read, little is said of {material.label}, and nothing in plain words."
        found[0] = replace(found[0], statements=(*found[0].statements, Statement(text)))
    topics = {said.topic for said in material.said}
    questions = (text for text, why in QUESTIONS if not why or topics & set(why))
    ask = Section("ask", "What can you ask your doctor?", tuple(map(Statement, questions)))
    return (*found, ask)


def _plain(said: Iterable[Said], used: set[str]) -> list[Statement]:
    """Return statements in plain words, each once; those without plain words stay out."""
    found = []
    for each in said:
        if each.plain and each.proposition not in used:
            used.add(each.proposition)
            found.append(Statement(each.plain, each.refs, propositions=(each.proposition,)))
    return found


def _overall(material: Material) -> tuple[Said, ...]:
    """Return what is approved, and what is judged of no condition in particular."""
    approvals = {str(row["claim"]) for row in material.answers["approvals"]}
    approved = [said for said in material.said if said.ids & approvals]
    narrow = set(material.narrow)
    judged = [
        said
        for said in material.about("evidence-appraisal", "conclusion")
        if not narrow & set(material.conditions_of(said.proposition))
    ]
    limits = [said for said in material.about("limitation") if said.relation.startswith("Lacks")]
    return (*approved, *judged, *limits)


def _origin(material: Material) -> tuple[Statement, ...]:
    """Say where all this was read, and that no indication is given."""
    pages = dict.fromkeys(short(str(row["sourceLabel"])) for row in material.answers["claims"])
    where, which = f"What we say here was read in {listed(pages)}", "which we call the page"
    is_one = len(pages) == 1
    return (
        Statement(f"{where}, {which}." if is_one else f"{where}."),
        Statement(
            f"{'It names' if is_one else 'They name'} no disease "
            f"for which {material.spoken} is meant.",
            material.unanswered,
        ),
    )


def _results(material: Material, condition: str) -> list[Statement]:
    """Return what studies found, as people and not as percentages."""
    refs = {said.result: said.refs for said in material.said if said.result}
    told = _studies(material)
    rows = [
        row
        for row in material.answers["results"]
        if row["condition"] == condition and row["study"] in told
    ]
    found: list[Statement] = []
    studies: set[str] = set()
    for row in rows:
        if row["n"] == 1 and any(s.plain for s in material.said if s.result == row["result"]):
            continue
        text = _people(row, is_first=str(row["study"]) not in studies)
        if text is not None:
            studies.add(str(row["study"]))
            found.append(Statement(text, refs.get(str(row["result"]), ())))
    return found


def _studies(material: Material) -> set[object]:
    """Return the studies of the kind of regimen that is spoken of, with nothing given besides."""
    return {
        line["study"]
        for each in material.evidence.appraisals
        for line in each.lines
        if each.overview["regimen"] == material.spoken_class and line["distance"] == 0
    }


def _people(row: Record, *, is_first: bool) -> str | None:
    """Return a result as people, with its interval in words; explained the first time."""
    if row["k"] is None or row["n"] is None or row["low"] is None:
        return None
    k, n, low, high = row["k"], row["n"], percent(row["low"]), percent(row["high"])
    answer = capital(str(row["category"]))
    if n == 1:
        return f"{answer}: the only person who was treated. One person is no proof."
    if not is_first:
        return f"{answer}: {k} of {n} people. Among many: about {low} to {high} of 100."
    return (
        f"{answer}: {k} of {n} people. So few people tell little. "
        f"Among many, it could be about {low} to {high} of 100."
    )


def _with_findings(material: Material, sections: list[Section]) -> list[Section]:
    """Put what curators found, in plain words, right behind the last sentence that it is about."""
    found = _findings(material)
    last: dict[str, tuple[int, int]] = {}
    for at, section in enumerate(sections):
        for place, statement in enumerate(section.statements):
            for text, refs in found.items():
                if set(refs) & set(statement.refs):
                    last[text] = (at, place)
    done = []
    for at, section in enumerate(sections):
        statements = []
        for place, statement in enumerate(section.statements):
            behind = [text for text, where in last.items() if where == (at, place)]
            statements += [statement, *(Statement(text, found[text]) for text in behind)]
        if section.slug == "unknown":
            statements += [
                Statement(text, refs) for text, refs in found.items() if text not in last
            ]
        done.append(replace(section, statements=tuple(statements)))
    return done


def _findings(material: Material) -> dict[str, tuple[Ref, ...]]:
    """Return the findings that have plain words, each with the claims it is about."""
    found: dict[str, dict[Ref, None]] = {}
    for row in material.answers["flags"]:
        if (
            row["plain"]
            and str(row["claim"]) in material.said_of
            and row["category"] != "unanswered"
        ):
            found.setdefault(str(row["plain"]), {})[material.ref_of[str(row["claim"])]] = None
    return {text: tuple(claims) for text, claims in found.items()}

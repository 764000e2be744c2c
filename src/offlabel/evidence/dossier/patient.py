"""The dossier for patients: plain words, short sentences, no grades and no codes."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material, Record, Said
from offlabel.evidence.dossier.model import Ref, Section, Statement
from offlabel.evidence.dossier.wording import percent

QUESTIONS = (
    "Which treatments have I not tried yet?",
    "Do any of my other medicines not go with it?",
    "Do I need blood tests?",
    "Who makes it up, and what does it cost me?",
    "When do we stop if it does not help?",
)


def sections(material: Material) -> tuple[Section, ...]:
    """Return the sections in the order of the questions that people ask."""
    used: set[str] = set()

    def part(slug: str, title: str, said: Iterable[Said], *more: Statement) -> Section:
        return Section(slug, title, (*_plain(material, said, used), *more))

    what = [s for s in material.about("definition", "dose", "route", "regimen") if s.plain]
    found = [
        part("what", f"What is {material.label} at a low dose?", what, *_approval(material)),
        part("how", "How may it work?", material.about("mechanism", "localisation")),
    ]
    topics = ("evidence-appraisal", "study-result", "study-design", "absence-of-evidence")
    for condition in material.narrow:
        concerned = [
            said
            for said in material.about(*topics, "conclusion", "line-of-therapy", "guideline-rec")
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
        part(
            "safety",
            "What side effects are there?",
            material.about("safety", "adverse-effect", "monitoring"),
            *_flags(material, ("omission",)),
        ),
        part("access", "How can it be had?", material.about("access", "regulatory", "cost")),
        part("whom", "Who might it suit?", material.about("patient-selection")),
        part(
            "unknown",
            "What is not known?",
            material.about("limitation", "research-need", "conclusion", *topics),
            *_flags(
                material,
                ("contradicted", "inconsistency", "unanswered", "weak source", "indirect evidence"),
            ),
        ),
        Section(
            "ask",
            "What can you ask your doctor?",
            tuple(Statement(question) for question in QUESTIONS) if material.said else (),
        ),
    ]
    return tuple(found)


def _plain(material: Material, said: Iterable[Said], used: set[str]) -> list[Statement]:
    """Return statements in plain words, each once; those without plain words stay out."""
    found = []
    for each in said:
        if each.plain and each.proposition not in used:
            used.add(each.proposition)
            found.append(Statement(each.plain, each.refs, propositions=(each.proposition,)))
    return found


def _approval(material: Material) -> tuple[Statement, ...]:
    text = (
        f"Nothing we have read names a disease for which {material.label} at a low dose is meant."
    )
    asked = [s for s in material.about("question") if "indication" in s.statement]
    refs = tuple(ref for each in asked for ref in each.refs)
    return (Statement(text, refs),) if material.said else ()


def _results(material: Material, condition: str) -> list[Statement]:
    """Return what studies found, as people and not as percentages."""
    refs = {said.result: said.refs for said in material.said if said.result}
    rows = [r for r in material.answers["results"] if r["condition"] == condition]
    return [
        Statement(text, refs.get(str(row["result"]), ()))
        for row in rows
        if (text := _people(row)) is not None
    ]


def _people(row: Record) -> str | None:
    if row["k"] is None or row["n"] is None or row["low"] is None:
        return None
    k, n, low, high = row["k"], row["n"], percent(row["low"]), percent(row["high"])
    if row["n"] == 1:
        return f"{_answer(row)}: the only person who was treated."
    return (
        f"{_answer(row)}: {k} of {n} people. With so few people, the true number may lie anywhere "
        f"between about {low} and {high} of 100 people."
    )


def _answer(row: Record) -> str:
    text = str(row["category"])
    return text[:1].upper() + text[1:]


def _flags(material: Material, categories: Iterable[str]) -> list[Statement]:
    """Return findings of curators that have plain words, each once."""
    wanted = set(categories)
    refs = {ref.claim: ref for said in material.said for ref in said.refs}
    found: dict[str, list[Ref]] = {}
    for row in material.answers["flags"]:
        if row["plain"] and row["category"] in wanted and str(row["claim"]) in refs:
            claims = found.setdefault(str(row["plain"]), [])
            if refs[str(row["claim"])] not in claims:
                claims.append(refs[str(row["claim"])])
    return [Statement(text, tuple(claims)) for text, claims in found.items()]

"""The dossier for patients: plain words, short sentences, no grades and no codes."""

from __future__ import annotations

from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material, Record, Said
from offlabel.evidence.dossier.model import Ref, Section, Statement
from offlabel.evidence.dossier.wording import listed, percent, short

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
        Section(
            "what",
            f"What is {material.label} at a low dose?",
            (*_origin(material), *_plain(material, what, used)),
        ),
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
        ),
        part("access", "How can it be had?", material.about("access", "regulatory", "cost")),
        part("whom", "Who might it suit?", material.about("patient-selection")),
        part(
            "unknown",
            "What is not known?",
            material.about("limitation", "research-need", "conclusion", *topics),
        ),
        Section(
            "ask",
            "What can you ask your doctor?",
            tuple(Statement(question) for question in QUESTIONS) if material.said else (),
        ),
    ]
    return _with_findings(material, found)


def _plain(material: Material, said: Iterable[Said], used: set[str]) -> list[Statement]:
    """Return statements in plain words, each once; those without plain words stay out."""
    found = []
    for each in said:
        if each.plain and each.proposition not in used:
            used.add(each.proposition)
            found.append(Statement(each.plain, each.refs, propositions=(each.proposition,)))
    return found


def _origin(material: Material) -> tuple[Statement, ...]:
    """Say where all this was read, and that no indication is given."""
    pages = dict.fromkeys(short(str(row["sourceLabel"])) for row in material.answers["claims"])
    asked = [said for said in material.about("question") if "indication" in said.statement]
    refs = tuple(ref for each in asked for ref in each.refs)
    where = f"What we say here was read in {listed(pages)}, which we call the page."
    what = f"It names no disease for which {material.label} at a low dose is meant."
    return (Statement(where), Statement(what, refs)) if material.said else ()


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


def _with_findings(material: Material, sections: list[Section]) -> tuple[Section, ...]:
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
        done.append(Section(section.slug, section.title, tuple(statements)))
    return tuple(done)


def _findings(material: Material) -> dict[str, tuple[Ref, ...]]:
    """Return the findings that have plain words, each with the claims it is about."""
    refs = {ref.claim: ref for said in material.said for ref in said.refs}
    found: dict[str, dict[Ref, None]] = {}
    for row in material.answers["flags"]:
        if row["plain"] and str(row["claim"]) in refs and row["category"] != "unanswered":
            found.setdefault(str(row["plain"]), {})[refs[str(row["claim"])]] = None
    return {text: tuple(claims) for text, claims in found.items()}

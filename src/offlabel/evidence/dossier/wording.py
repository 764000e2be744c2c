"""How a sentence is worded: hedged as its source hedged it, with who says so and what to know."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.model import Statement
from offlabel.evidence.dossier.said import Record, Said

# What stands before a statement, or an adverb beside its verb, by modality, from the strongest
# commitment to the weakest.
LEAD = {
    "Asserted": "",
    "Often": "often",
    "Likely": "likely",
    "Apparently": "apparently",
    "Proposed": "it is proposed that ",
    "Implied": "it is implied that ",
    "Suggested": "it has been suggested that ",
    "ShowsPromise": "there is promise, and no proof, that ",
    "Potentially": "potentially",
    "Possibly": "possibly",
}
# A verb that reads better than a clause in front of the statement.
VERBS = {("ShowsPromise", "Improves"): (" improves ", " shows promise in ")}
_UNKNOWN = "with a reserve that has no name here, "
_BE = ("is", "are", "was", "were")

SUPPORT = {"NoSupport": "uncited", "TertiarySupport": "tertiary source only"}
REVIEW_ONLY = {"SecondarySupport": "review only"}
DIRECTNESS = {
    "Indirect": "cited evidence is indirect",
    "Unstated": "directness of the cited evidence not stated",
}
# Findings of curators that bear on care, and not on the text of a source alone.
CARE = frozenset(
    ("contradicted", "omission", "outdated", "scope dependent", "indirect evidence", "conflict")
)

# Topics of which a source speaks by itself, so that a citation would mean nothing.
OF_THE_SOURCE = frozenset(
    (
        *("question", "definition", "classification", "review-status", "metadata"),
        *("disclaimer", "promo", "reference"),
    )
)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def figure(record: Record) -> str:
    """Return k of n with percentage and interval, for example 8/15 (53%, 95% CI 30-75%)."""
    k, n = record["k"], record["n"]
    if k is None or n is None:
        return "count not given"
    if record["proportion"] is None:
        return f"{k}/{n}"
    share, low, high = (percent(record[name]) for name in ("proportion", "low", "high"))
    return f"{k}/{n} ({share}%, 95% CI {low}-{high}%)"


def percent(fraction: object) -> int:
    """Return a fraction as a whole percentage, halves rounded up."""
    return int((Decimal(str(fraction)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def number(count: int) -> str:
    """Return a small number as a word that starts a sentence."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def capital(text: str) -> str:
    """Return a text with a capital first."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, a full stop last."""
    text = text.strip()
    return capital(text) + ("" if text.endswith((".", "!", "?")) else ".")


def listed(words: Iterable[str], word: str = "and") -> str:
    """Return words as a list in a sentence."""
    items = [item for item in words if item]
    comma = "; " if any(f" {word} " in item or ", " in item for item in items) else ", "
    if len(items) < 2 or comma == "; ":
        return comma.join(items)
    return f"{comma.join(items[:-1])} {word} {items[-1]}"


def short(label: str) -> str:
    """Return the name of a source without what it is about."""
    return label.partition(":")[0]


def modality(said: Said) -> str:
    """Return the weakest modality with which a proposition was stated."""
    order = list(LEAD)
    return max(
        sorted(said.modalities),
        key=lambda name: order.index(name) if name in LEAD else len(order),
        default="Asserted",
    )


def hedges(said: Said) -> tuple[str, ...]:
    """Return the words with which the claims hedged, as printed."""
    found = (claim["hedge"] for claim in said.claims)
    return tuple(dict.fromkeys(str(hedge) for hedge in found if hedge))


def stated(said: Said, material: Material) -> str:
    """Return a proposition hedged as its claims hedged it, with its figure if it has one."""
    text = said.statement
    for row in material.answers["results"]:
        if said.result is not None and row["result"] == said.result:
            text = f"{short(str(row['studyLabel']))} found {row['category']} in {figure(row)}"
    return hedged(text, said)


def hedged(text: str, said: Said) -> str:
    """Return a text with the hedge of a statement: a verb, a clause in front, or an adverb."""
    kind = modality(said)
    plain, careful = VERBS.get((kind, said.relation), ("", ""))
    if plain and plain in text:
        return text.replace(plain, careful, 1)
    text = f"there is {text}" if text.startswith("no ") else text
    lead = LEAD.get(kind, _UNKNOWN)
    return f"{lead}{text}" if not lead or lead.endswith(" ") else beside_verb(text, said, lead)


def beside_verb(text: str, said: Said, adverb: str) -> str:
    """Return a text with an adverb behind its subject, or behind a form of “to be” there."""
    for subject in (said.subject_label, f"the {said.subject_label}"):
        if said.subject_label and text.startswith(f"{subject} "):
            verb, _, rest = text[len(subject) + 1 :].partition(" ")
            if (adverb, verb) == ("possibly", "can"):
                return f"{subject} may {rest}"
            words = (verb, adverb, rest) if verb in _BE else (adverb, verb, rest)
            return " ".join((subject, *filter(None, words)))
    return f"{adverb}, {text}"


def sources(said: Iterable[Said]) -> str:
    """Return the sources that say so."""
    labels = (str(claim["sourceLabel"]) for each in said for claim in each.claims)
    return listed(dict.fromkeys(map(short, labels)))


def who(said: Iterable[Said], material: Material) -> str:
    """Return who says so and what they cite, kept apart by print and by block."""
    group = tuple(said)
    claims = [claim for each in group for claim in each.claims]
    names = sources(group)
    if all(each.topic in OF_THE_SOURCE for each in group):
        return names
    printed: dict[str, None] = {}
    inherited: dict[str, None] = {}
    for claim in claims:
        for row in material.citations.get(str(claim["claim"]), ()):
            own = "its own publisher's " if str(row["cited"]) in material.self_cited else ""
            name = own + short(str(row["citedLabel"]))
            (printed if row["isPrinted"] else inherited)[name] = None
    block = listed(name for name in inherited if name not in printed)
    if printed and block:
        return f"{names}, citing {listed(printed)} and, for the passage, {block}"
    cited = listed(printed) or (f"{block} for the passage" if block else "nothing")
    return f"{names}, citing {cited}"


def marks(said: Said, material: Material, *, codes: bool = True) -> tuple[str, ...]:
    """Return what a reader must know: support, contradictions within the source, flags.

    With `codes`, everything with the codes of claims and flags; without, what bears on care.
    """
    found = [absence(said)] if said.is_absence else []
    support = {**SUPPORT, **(REVIEW_ONLY if codes else {})}.get(said.support or "")
    flags = flag_marks(said, material)
    is_told = codes and any(" uncited" in flag for flag in flags)
    if support and said.topic not in OF_THE_SOURCE and not (support == "uncited" and is_told):
        found.append(support)
    found += [DIRECTNESS[name] for name in sorted(said.directness) if name in DIRECTNESS]
    found += opposition(said, material, codes=codes)
    if len(said.modalities) > 1:
        found.append("hedged in one place and not in another")
    if codes:
        return (*found, *flags)
    return (*found, *(label for label in care_marks(said, material) if label not in found))


def care_marks(said: Said, material: Material) -> list[str]:
    """Return the findings of curators on a proposition that bear on care, in their words."""
    rows = (row for claim in sorted(said.ids) for row in material.flags.get(claim, ()))
    return list(dict.fromkeys(str(row["label"]) for row in rows if row["category"] in CARE))


def absence(said: Said) -> str:
    """Return what stands behind a statement of absence: a search with its date, or none."""
    if said.searches:
        return f"searched {listed(said.searches)}, none found"
    return "reported absent, not searched"


def opposition(said: Said, material: Material, *, codes: bool) -> list[str]:
    """Return the claims of the same source that stand against a proposition."""
    own = {ref.code for ref in said.refs}
    others = {other for claim in said.ids for other in material.opposed.get(claim, ())}
    if not others:
        return []
    if not codes:
        return ["contradicted within the source"]
    found = [f"contradicted within the source by {listed(sorted(others - own))}"]
    inner = [f"contradicted within the source: {' against '.join(sorted(others & own))}"]
    return (found if others - own else []) + (inner if others & own else [])


def flag_marks(said: Said, material: Material) -> list[str]:
    """Return the flags on a proposition's claims, each with its categories."""
    named: dict[str, dict[str, None]] = {}
    for claim in sorted(said.ids):
        for row in material.flags.get(claim, ()):
            named.setdefault(str(row["code"]), {})[str(row["category"])] = None
    return [f"{code} {', '.join(categories)}" for code, categories in sorted(named.items())]


def full(said: Said, material: Material) -> Statement:
    """Return a proposition as a researcher reads it."""
    return Statement(
        sentence(stated(said, material)),
        said.refs,
        who((said,), material),
        modality(said),
        hedges(said),
        marks(said, material),
        (said.proposition,),
    )

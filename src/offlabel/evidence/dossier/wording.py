"""How a sentence is worded: hedged as its source hedged it, with who says so and what to know."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from offlabel.evidence.dossier.material import Material, Record, Said
from offlabel.evidence.dossier.model import Statement

# What stands before a statement, by modality, from the strongest commitment to the weakest.
LEAD = {
    "Asserted": "",
    "Often": "often, ",
    "Likely": "likely, ",
    "Apparently": "apparently, ",
    "Proposed": "it is proposed that ",
    "Implied": "it is implied that ",
    "Suggested": "it has been suggested that ",
    "ShowsPromise": "there is promise, and no proof, that ",
    "Potentially": "potentially, ",
    "Possibly": "possibly, ",
}
SUPPORT = {"NoSupport": "uncited", "TertiarySupport": "tertiary source only"}
REVIEW_ONLY = {"SecondarySupport": "review only"}


# Topics of which a source speaks by itself, so that a citation would mean nothing.
OF_THE_SOURCE = frozenset(
    (
        *("question", "definition", "classification", "review-status", "metadata"),
        *("disclaimer", "promo", "reference"),
    )
)
# Findings of curators that bear on care, and not on the text of a source alone.
CARE = frozenset(
    ("contradicted", "omission", "outdated", "scope dependent", "indirect evidence", "conflict")
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


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, a full stop last."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def listed(words: Iterable[str], word: str = "and") -> str:
    """Return words as a list in a sentence."""
    items = [item for item in words if item]
    comma = "; " if any(f" {word} " in item or ", " in item for item in items) else ", "
    if len(items) < 2 or comma == "; ":
        return comma.join(items)
    return f"{comma.join(items[:-1])} {word} {items[-1]}"


def modality(said: Said) -> str:
    """Return the weakest modality with which a proposition was stated."""
    order = list(LEAD)
    found = [str(claim["modality"]).rpartition("#")[2] for claim in said.claims]
    return max(found, key=lambda name: order.index(name) if name in LEAD else len(order))


def hedges(said: Said) -> tuple[str, ...]:
    """Return the words with which the claims hedged, as printed."""
    found = (claim["hedge"] for claim in said.claims)
    return tuple(dict.fromkeys(str(hedge) for hedge in found if hedge))


def stated(said: Said, material: Material) -> str:
    """Return a proposition hedged as its claims hedged it, with its figure if it has one."""
    lead = LEAD.get(modality(said), "with reserve, ")
    text = f"there is {said.statement}" if said.statement.startswith("no ") else said.statement
    if said.result is not None:
        for row in material.answers["results"]:
            if row["result"] == said.result:
                text = f"{row['sourceLabel']} found {row['category']} in {figure(row)}"
    return lead + text


def who(said: Said, material: Material) -> str:
    """Return who says so and what they cite, kept apart by print and by block."""
    sources = listed(dict.fromkeys(short(str(claim["sourceLabel"])) for claim in said.claims))
    if said.topic in OF_THE_SOURCE:
        return sources
    printed: dict[str, None] = {}
    inherited: dict[str, None] = {}
    for claim in said.claims:
        for row in material.citations.get(str(claim["claim"]), ()):
            own = "its own publisher's " if str(row["cited"]) in material.self_cited else ""
            name = own + short(str(row["citedLabel"]))
            (printed if row["isPrinted"] else inherited)[name] = None
    block = listed(name for name in inherited if name not in printed)
    if printed and block:
        return f"{sources}, citing {listed(printed)} and, for the passage, {block}"
    cited = listed(printed) or (f"{block} for the passage" if block else "nothing")
    return f"{sources}, citing {cited}"


def short(label: str) -> str:
    """Return the name of a source without what it is about."""
    return label.partition(":")[0]


def marks(said: Said, material: Material, *, codes: bool = True) -> tuple[str, ...]:
    """Return what a reader must know: support, contradictions within the source, flags."""
    found = []
    if said.topic == "absence-of-evidence":
        found.append("reported absent, not searched")
    is_own = said.topic in OF_THE_SOURCE
    support = (
        None if is_own else {**SUPPORT, **(REVIEW_ONLY if codes else {})}.get(said.support or "")
    )
    if support:
        found.append(support)
    others = [other for claim in said.ids for other in material.opposed.get(claim, ())]
    if others:
        names = f" by {listed(sorted(set(others)))}" if codes else ""
        found.append(f"contradicted within the source{names}")
    if len({claim["modality"] for claim in said.claims}) > 1:
        found.append("hedged in one place and not in another")
    if not codes:
        found += [label for label in care_marks(said, material) if label not in found]
    else:
        flags = flag_marks(said, material)
        if any(flag.endswith(" uncited") for flag in flags) and "uncited" in found:
            found.remove("uncited")
        found += flags
    return tuple(found)


def care_marks(said: Said, material: Material) -> list[str]:
    """Return the findings of curators on a proposition that bear on care, in their words."""
    rows = (row for claim in sorted(said.ids) for row in material.flags.get(claim, ()))
    return list(dict.fromkeys(str(row["label"]) for row in rows if row["category"] in CARE))


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
        who(said, material),
        hedges(said),
        marks(said, material),
        (said.proposition,),
    )


def brief(said: Said, material: Material) -> Statement:
    """Return a proposition as a clinician reads it."""
    return Statement(
        sentence(stated(said, material)),
        said.refs,
        who(said, material),
        hedges(said),
        marks(said, material, codes=False),
        (said.proposition,),
    )

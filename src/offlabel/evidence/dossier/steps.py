"""How a drug may work: the steps with where they were seen, and the sign of each phase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from offlabel.evidence.dossier.material import Material, grouped
from offlabel.evidence.dossier.model import Row, Section, Statement, Table
from offlabel.evidence.dossier.said import Record
from offlabel.evidence.dossier.wording import capital, listed, sentence, short, stated

_SIGNS = {1: "+", -1: "−", 0: "open"}
_WAYS = {1: "raises", -1: "lowers"}
_NOT_FOR_THEN = "not worked out for that day"
_NEVER, _UNCLEAR = "never observed", "observed without a clear answer"


def mechanism_table(material: Material) -> tuple[Table, ...]:
    """Return the steps of the mechanisms by phase, each with its sign and where it was seen."""
    said = {each.proposition: each for each in material.said}
    seen = grouped("step", material.answers["coverage"])
    rows = tuple(
        Row(
            (
                str(row["label"]),
                str(row["position"]),
                str(row["phase"]).removesuffix(" phase"),
                _SIGNS.get(int(str(row["sign"])), "") if row["sign"] is not None else "",
                capital(stated(said[str(row["step"])], material))
                if str(row["step"]) in said
                else str(row["statement"]),
                _coverage(seen.get(str(row["step"]), ())),
                _observed(seen.get(str(row["step"]), ())),
            ),
            said[str(row["step"])].refs if str(row["step"]) in said else (),
            tuple({str(each["record"]): None for each in seen.get(str(row["step"]), ())}),
        )
        for row in material.answers["mechanisms"]
    )
    columns = (
        *("Mechanism", "Step", "Phase", "Direction", "What is said to happen"),
        *("Seen at this dose, in humans, in skin?", "Observations"),
    )
    caption = "Steps of the mechanisms, as claimed or put forward, and where they were seen"
    return (Table(caption, columns, rows),) if rows else ()


def _coverage(rows: Iterable[Record]) -> str:
    found = next(iter(rows), None)
    if found is None:
        return _NEVER
    text = str(found["coverage"] or _NOT_FOR_THEN)
    return _UNCLEAR if text == _NEVER and found["observation"] else text


def _observed(rows: Iterable[Record]) -> str:
    found = []
    for group in grouped("observation", (r for r in rows if r["observation"])).values():
        row = group[0]
        where = [row["setting"], row["species"], row["tissue"], row["seenUnder"]]
        told = ", ".join(str(part) for part in where if part and str(part) not in ("human",))
        name = short(str(row["source"])) if row["source"] else "source not stated"
        found.append(f"{name}: {row['direction']} ({told})")
    return "; ".join(found) or "—"


def phase_table(material: Material) -> tuple[Table, ...]:
    """Return the net sign of each path of steps within a phase."""
    paths = grouped("path", material.answers["phases"])
    rows = tuple(
        Row(
            (
                str(group[0]["mechanismLabel"]),
                str(group[0]["phase"]).removesuffix(" phase"),
                _path(group[0]),
                _SIGNS.get(_sign(group[0]), ""),
                listed(
                    dict.fromkeys(
                        str(paths[str(row["opposed"])][0]["phase"])
                        for row in group
                        if str(row["opposed"]) in paths
                    )
                )
                or "—",
            ),
            derived=(path,),
        )
        for path, group in paths.items()
    )
    columns = ("Mechanism", "Phase", "From the first step to the last", "Net sign", "Opposed by")
    return (Table("Net sign of each phase", columns, rows),) if rows else ()


def _path(row: Record) -> str:
    first, last = capital(str(row["firstLabel"])), str(row["lastLabel"])
    return first if row["first"] == row["last"] else f"{first}; … {last}"


def _sign(row: Record) -> int:
    return int(str(row["netSign"]))


def paradox(material: Material) -> tuple[Statement, ...]:
    """Return, for each mechanism with opposed phases, why opposite signs are no contradiction."""
    paths = grouped("path", material.answers["phases"])
    found = []
    for rows in grouped("mechanism", material.answers["phases"]).values():
        opposed = [row for row in rows if str(row["opposed"] or "") in paths]
        signs = {str(row["phase"]): _sign(row) for row in opposed}
        if len(set(signs.values())) < 2:
            continue
        ways = listed(f"the {phase} {_WAYS[sign]}" for phase, sign in signs.items())
        text = (
            f"in {rows[0]['mechanismLabel']}, {ways}: opposite signs of two phases are no "
            "contradiction within the account, which has the drug block only while it is there "
            "and takes what follows its leaving for an answer of the body"
        )
        derived = tuple(dict.fromkeys(str(row["path"]) for row in opposed))
        found.append(Statement(sentence(text), derived=derived))
    return tuple(found)


def coverage_in_short(material: Material) -> tuple[Statement, ...]:
    """Return how many steps were seen under which terms, in one sentence."""
    steps = {str(row["step"]): row for row in material.answers["mechanisms"]}
    first = {
        step: rows[0]
        for step, rows in grouped("step", material.answers["coverage"]).items()
        if step in steps
    }
    if not steps or not first:
        return ()
    order = {str(r["coverage"] or _NOT_FOR_THEN): int(str(r["order"])) for r in first.values()}
    counts = Counter(_coverage((first[s],) if s in first else ()) for s in steps)
    told = listed(
        f"{count} {_was(text, count)}"
        for text, count in sorted(counts.items(), key=lambda each: order.get(each[0], 9))
    )
    text = f"of the {len(steps)} steps of these accounts, {told}"
    if not any(int(str(row["order"])) == 1 for row in first.values()):
        text += "; none was seen at this dose, in humans and in skin together"
    return (Statement(sentence(text), derived=tuple(str(r["record"]) for r in first.values())),)


def _was(coverage: str, count: int) -> str:
    return f"{'was' if count == 1 else 'were'} {coverage}"


def in_brief(material: Material) -> Section:
    """Return, for hurried readers, how far the accounts were seen and how the phases agree."""
    told = (*coverage_in_short(material), *paradox(material))
    return Section("mechanism", "How it may work", told, phase_table(material))

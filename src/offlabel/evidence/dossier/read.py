"""Ask the saved queries for what a dossier is written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from offlabel.evidence.appraisal import read_evidence
from offlabel.evidence.dossier.material import Material, grouped
from offlabel.evidence.dossier.said import Record
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.base import Store

QUERIES = (
    *("adverse-events", "approvals", "citations", "claims", "conditions", "contradictions"),
    *("coverage", "estimates", "flags", "map-conditions", "marks", "mechanisms", "phases"),
    *("recommendations", "references", "regimens", "reports", "results", "statements", "studies"),
)
# What bodies themselves advise is not asked by drug: the conditions of the dossier choose from it.
ADVICE = ("own-recommendations", "reported-beside-own")
ASKED = (
    *(("dossier", name) for name in QUERIES),
    *(("guideline", name) for name in ADVICE),
    ("evidence", "how-strong-a-wording"),
)


def read_material(
    store: Store,
    roots: Roots,
    drug: str,
    label: str,
    conditions: Iterable[str] = (),
    as_of: date | None = None,
) -> Material:
    """Ask the saved queries, and keep what was known on a date."""
    answers: dict[str, tuple[Record, ...]] = {}
    day = {"asOf": as_of.isoformat()} if as_of else {}
    for topic, name in ASKED:
        query = get_query(roots, f"{topic}/{name}")
        given = {k: v for k, v in {"drug": drug, **day}.items() if k in query.parameters}
        answers[name] = tuple(run(store, query, given).rows)
    if as_of is not None:
        answers = _until(answers, as_of)
    evidence = read_evidence(store, roots, drug, as_of=as_of)
    asked = frozenset(conditions)
    material = Material(drug, label, answers, frozenset(), evidence, asked)
    chosen = set(asked)
    if chosen:
        up = material.wider_on_map
        chosen |= {c for c, above in (*material.wider.items(), *up.items()) if above & chosen}
        chosen |= {a for c in set(chosen) for w in (material.wider, up) for a in w.get(c, ())}
    return replace(material, chosen=frozenset(chosen))


def _until(answers: Mapping[str, tuple[Record, ...]], as_of: date) -> dict[str, tuple[Record, ...]]:
    """Keep what was public by that date; a year counts as its last day."""
    day = as_of.isoformat()
    claims = [row for row in answers["claims"] if str(row["date"]) <= day]
    known = {
        "claim": {row["claim"] for row in claims},
        "proposition": {row["proposition"] for row in claims},
    }
    coverage = answers["coverage"]
    seen = {row["step"] for row in coverage if row["from"] and str(row["from"]) <= day}
    steps = known["proposition"] | seen

    cited = {row["cited"] for row in answers["citations"] if row["claim"] in known["claim"]}
    speaking = cited | {row["source"] for row in claims}

    def is_kept(row: Record) -> bool:
        if "step" in row:
            return row["step"] in steps
        if "path" in row:
            return {row["first"], row["last"]} <= steps
        return all(row[key] in kept for key, kept in known.items() if key in row)

    kept = {name: tuple(filter(is_kept, rows)) for name, rows in answers.items()}
    for name in ("flags", "reports"):
        kept[name] = tuple(row for row in kept[name] if _is_public(row, day))
    kept["references"] = tuple(
        _as_then(row, day)
        for row in kept["references"]
        if row["source"] in speaking or _is_public(row, day)
    )
    late = {step for step, rows in grouped("step", coverage).items() if _is_late(rows, day)}
    kept["coverage"] = tuple(
        {**row, "coverage": None} if row["step"] in late else row
        for row in kept["coverage"]
        if not row["observation"] or not _is_late((row,), day)
    )
    return kept


def _is_public(row: Record, day: str) -> bool:
    """Say whether something was public on a day; without a date nothing is."""
    return row["public"] is not None and str(row["public"]) <= day


def _as_then(reference: Record, day: str) -> Record:
    """Return a reference without what came of it after a day."""
    updated = reference["updated"]
    return {**reference, "updated": updated if updated and str(updated) <= day else None}


def _is_late(observations: Iterable[Record], day: str) -> bool:
    """Say whether a step was observed after a day too: coverage was less on that day."""
    rows = (row for row in observations if row["observation"])
    return any(row["from"] is None or str(row["from"]) > day for row in rows)

"""Ask the saved queries under queries/dossier/ for what a dossier is written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from offlabel.evidence.dossier.material import Material
from offlabel.evidence.dossier.said import Record
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.stores.base import Store

QUERIES = (
    *("adverse-events", "approvals", "citations", "claims", "conditions", "contradictions"),
    *("flags", "mechanisms", "recommendations", "references", "regimens", "results"),
    *("statements", "studies"),
)


def read_material(
    store: Store,
    roots: Roots,
    drug: str,
    label: str,
    conditions: Iterable[str] = (),
    as_of: date | None = None,
) -> Material:
    """Ask the saved queries of the dossier, and keep what was known on a date."""
    answers: dict[str, tuple[Record, ...]] = {}
    for name in QUERIES:
        table = run(store, get_query(roots, f"dossier/{name}"), {"drug": drug})
        answers[name] = tuple(table.rows)
    if as_of is not None:
        answers = _until(answers, as_of)
    material = Material(drug, label, answers)
    chosen = set(conditions)
    if chosen:
        chosen |= {c for c, above in material.wider.items() if above & chosen}
        chosen |= {up for c in set(chosen) for up in material.wider.get(c, ())}
    return Material(drug, label, answers, frozenset(chosen))


def _until(answers: Mapping[str, tuple[Record, ...]], as_of: date) -> dict[str, tuple[Record, ...]]:
    """Keep what sources of that date or earlier say; a year counts as its last day."""
    day = as_of.isoformat()
    claims = [row for row in answers["claims"] if str(row["date"]) <= day]
    known = {
        "claim": {row["claim"] for row in claims},
        "proposition": {row["proposition"] for row in claims},
        "step": {row["proposition"] for row in claims},
    }
    told = {row["source"] for row in claims}
    told |= {row["cited"] for row in answers["citations"] if row["claim"] in known["claim"]}

    def is_kept(row: Record) -> bool:
        if "selfCitedBy" in row:
            return row["source"] in told
        dated = "year" not in row or f"{row['year']}-12-31" <= day
        return dated and all(row[key] in kept for key, kept in known.items() if key in row)

    return {name: tuple(row for row in rows if is_kept(row)) for name, rows in answers.items()}

"""Take the claims about conditions that a source makes, as the graph holds them."""

from __future__ import annotations

from datetime import date

from pyoxigraph import NamedNode

from offlabel.evidence.claimcheck.model import Claim
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.queries.table import Value
from offlabel.stores.base import Store

_AS_SAID = "as said"


def claims_of_source(
    store: Store, roots: Roots, source: NamedNode, as_of: date | None = None
) -> list[Claim]:
    """Return a source's claims that a drug or a kind of its regimen has a relation to a condition.

    Which studies refute a claim of absence was derived by rule with the graph, and is taken along.
    """
    given: dict[str, object] = {"asOf": as_of.isoformat()} if as_of else {}
    refuted: dict[Value, list[str]] = {}
    for row in run(store, get_query(roots, "evidence/absence-claims"), given):
        if row["reading"] == _AS_SAID:
            studies = refuted.setdefault(row["claim"], [])
            studies += [str(row["refutedByLabel"])] if row["refutedByLabel"] else []
    said = run(
        store,
        get_query(roots, "claims/said-of-a-condition"),
        given | {"source": source.value},
    )
    found = []
    for row in said:
        regimen = row["subject"] if row["subject"] != row["drug"] else None
        absent = refuted.get(row["claim"])
        found.append(
            Claim(
                name=str(row["code"] or row["claim"]),
                text=f"{row['statement']} ({row['strength']})",
                drug=NamedNode(str(row["drug"])),
                regimen=NamedNode(str(regimen)) if regimen else None,
                relation=NamedNode(str(row["relation"])),
                condition=NamedNode(str(row["condition"])),
                strength=NamedNode(str(row["modality"])),
                design=NamedNode(str(row["design"])) if row["design"] else None,
                source=source,
                refuted_by=tuple(absent) if absent is not None else None,
            )
        )
    return found

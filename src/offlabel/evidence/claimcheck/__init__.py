"""Hold claims against the graph: from a file, or those that a source makes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pyoxigraph import NamedNode

from offlabel.evidence.claimcheck.fromfile import claims_from_text, read_claims
from offlabel.evidence.claimcheck.fromsource import claims_of_source
from offlabel.evidence.claimcheck.judge import Judge
from offlabel.evidence.claimcheck.model import Claim, Finding, Judged, Verdict
from offlabel.paths import Roots
from offlabel.stores.base import Store


def check_claims(
    store: Store,
    roots: Roots,
    path: Path | None = None,
    source: NamedNode | None = None,
    as_of: date | None = None,
) -> list[Judged]:
    """Judge the claims of a file, or of a source in the graph, in their order."""
    judge = Judge(store, roots, as_of)
    claims = read_claims(path, store, judge.bears.values()) if path else []
    if source:
        claims += claims_of_source(store, roots, source, as_of)
    return [judge.judge(claim) for claim in claims]


def check_text(
    store: Store, roots: Roots, text: str, name: str, as_of: date | None = None
) -> list[Judged]:
    """Judge the claims of a text; the ending of its name says whether it is CSV or YAML."""
    judge = Judge(store, roots, as_of)
    claims = claims_from_text(text, Path(name), store, judge.bears.values())
    return [judge.judge(claim) for claim in claims]


__all__ = ["Claim", "Finding", "Judged", "Verdict", "check_claims", "check_text"]

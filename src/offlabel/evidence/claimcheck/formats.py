"""What was judged, as text for people and as a table for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import Literal

from offlabel.evidence.claimcheck.model import Judged, Verdict
from offlabel.queries.formats import FORMATS as TABLE_FORMATS
from offlabel.queries.table import Table
from offlabel.terms import prefixes

COLUMNS = ("claim", "text", "verdict", "maySay", "because", "proof")


def as_text(judged: Sequence[Judged]) -> bytes:
    """Give each claim with its verdict, what may be said instead, why, and where to look."""
    parts = ["\n".join(_lines(each)) for each in judged]
    return ("\n\n".join([*parts, summary(judged)]) + "\n").encode()


def as_json(judged: Sequence[Judged]) -> bytes:
    """Give an array of objects, one for each claim, with a list of its findings."""
    found = [
        {
            "claim": each.claim.name,
            "text": each.claim.text,
            "verdict": each.verdict,
            "findings": [
                {
                    "verdict": finding.verdict,
                    "maySay": finding.wording,
                    "because": finding.reason,
                    "proof": finding.proof and finding.proof.value,
                }
                for finding in each.findings
            ],
        }
        for each in judged
    ]
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def table(judged: Sequence[Judged]) -> Table:
    """Give one row for each claim and finding that its verdict rests on."""
    rows = [
        (
            Literal(each.claim.name),
            Literal(each.claim.text),
            Literal(str(each.verdict)),
            Literal(finding.wording),
            Literal(finding.reason),
            finding.proof,
        )
        for each in judged
        for finding in each.shown
    ]
    return Table(COLUMNS, tuple(rows), "Claims held against the graph")


FORMATS: dict[str, Callable[[Sequence[Judged]], bytes]] = {
    "text": as_text,
    "csv": lambda judged: TABLE_FORMATS["csv"](table(judged)),
    "json": as_json,
    "md": lambda judged: TABLE_FORMATS["md"](table(judged)),
}


def summary(judged: Sequence[Judged]) -> str:
    """Count the verdicts."""
    counts = Counter(each.verdict for each in judged)
    found = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{len(judged)} {'claim' if len(judged) == 1 else 'claims'}: {found}"


def _lines(judged: Judged) -> Iterator[str]:
    compress = prefixes().compress
    yield f"{judged.claim.name}  {judged.verdict}: {judged.claim.text}"
    for finding in judged.shown:
        yield f"    may be said: {finding.wording}"
        yield f"    because {finding.reason}"
        if finding.proof:
            yield f"    offlabel why {compress(finding.proof.value)}"

"""The Bundle: one document, in which every reference resolves, so that it can be passed on whole.

A Bundle of the type collection is what FHIR servers, validators and viewers take as one file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import chain
from typing import IO

from offlabel.exports.citations.reference import KINDS
from offlabel.exports.fhir.appraisals import appraisals
from offlabel.exports.fhir.findings import findings
from offlabel.exports.fhir.recommendations import citations, recommendations
from offlabel.exports.fhir.variables import things, variables
from offlabel.exports.fhir.words import Graph, ol
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.terms import BASE

NOTES = (
    "Studies and arms are no resources. What they say of a result (condition, regimen, comparator, "
    "report) is written in its Evidence, and told as lost since it cannot be taken apart again.",
    "The dose limits of a kind of regimen are written as ranges; the OWL expression around them "
    "is lost.",
)


@dataclass(frozen=True)
class FhirExport:
    """Evidence, EvidenceVariable, ArtifactAssessment and Citation resources."""

    name: str = "fhir"
    title: str = "FHIR R5 evidence resources in one Bundle"
    suffix: str = ".fhir.json"
    media_type: str = "application/fhir+json"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the bundle, resource by resource in the order of their kinds and ids."""
        ledger = selection.ledger
        sources = frozenset(one for name in KINDS for one in ledger.peek_kind(ol(name)))
        graph = Graph(ledger, things(ledger), sources)
        found = chain(
            variables(graph),
            findings(graph),
            appraisals(graph),
            recommendations(graph),
            citations(graph),
        )
        unique = {(one["resourceType"], one["id"]): one for one in found}
        entries = [
            {"fullUrl": f"{BASE}fhir/{kind}/{name}", "resource": unique[kind, name]}
            for kind, name in sorted(unique)
        ]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        to.write((json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode())
        return replace(ledger.loss(self.name), notes=NOTES)


FHIR = FhirExport()

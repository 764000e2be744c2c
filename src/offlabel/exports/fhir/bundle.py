"""The Bundle: one document, in which every reference resolves, so that it can be passed on whole.

A Bundle of the type collection is what FHIR servers, validators and viewers take as one file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from offlabel.exports.citations.reference import Reference, references
from offlabel.exports.fhir import resources
from offlabel.exports.fhir.words import Resource, resource
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection
from offlabel.terms import BASE

_DOI, _PMID = "https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/"


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
        found = chain(
            resources.variables(ledger),
            resources.findings(ledger),
            resources.appraisals(ledger),
            resources.recommendations(ledger),
            _citations(selection),
        )
        unique = {(one["resourceType"], one["id"]): one for one in found}
        for one in unique.values():
            _drop_dangling(one, unique)
        entries = [
            {"fullUrl": f"{BASE}fhir/{kind}/{name}", "resource": unique[kind, name]}
            for kind, name in sorted(unique)
        ]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        to.write((json.dumps(bundle, ensure_ascii=False, indent=1) + "\n").encode())
        return ledger.loss(self.name)


def _citations(selection: Selection) -> Iterator[Resource]:
    for one in references(selection):
        said = {"status": "active", "title": one.title, "citedArtifact": _cited(one)}
        yield resource("Citation", one.iri, **said)


def _cited(one: Reference) -> dict[str, Any]:
    pairs = ((_DOI, one.doi), (_PMID, one.pmid))
    found: dict[str, Any] = {
        "title": [{"text": one.title}],
        "identifier": [{"system": system, "value": value} for system, value in pairs if value],
        "webLocation": [{"url": one.url}] if one.url else [],
        "publicationForm": [_form(one)] if one.journal else [],
    }
    if one.authors:
        names = "; ".join(f"{who.family} {who.given}".strip() for who in one.authors)
        found["contributorship"] = {"summary": [{"value": names}]}
    return {name: value for name, value in found.items() if value}


def _form(one: Reference) -> dict[str, Any]:
    found = {
        "publishedIn": {"title": one.journal},
        "articleDate": one.published or one.year,
        "volume": one.volume,
        "issue": one.issue,
        "pageString": one.pages,
    }
    return {name: value for name, value in found.items() if value}


def _drop_dangling(one: Resource, known: dict[tuple[str, str], Resource]) -> None:
    """Leave out references to what is not in the bundle, of a selection that was narrowed."""
    for role in one.get("variableDefinition", ()):
        if "observed" in role and not _is_there(role["observed"], known):
            role["description"] = role.pop("observed").get("display", "not in this selection")
    artifacts = one.pop("relatedArtifact", [])
    related = [each for each in artifacts if _is_there(each["resourceReference"], known)]
    if related:
        one["relatedArtifact"] = related


def _is_there(to: dict[str, str], known: dict[tuple[str, str], Resource]) -> bool:
    kind, _, name = to["reference"].partition("/")
    return (kind, name) in known


FHIR = FhirExport()

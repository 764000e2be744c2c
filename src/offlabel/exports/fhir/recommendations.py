"""Recommendations with their grades as ArtifactAssessments, and sources as Citations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode

from offlabel.exports.citations.reference import KINDS, Reference, references
from offlabel.exports.fhir.codes import coding
from offlabel.exports.fhir.variables import STATUS
from offlabel.exports.fhir.words import Graph, Resource, filled, identifier, ol, resource
from offlabel.exports.ledger import Subject
from offlabel.terms import DCTERMS, OL

DOI, PMID = "https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/"
_KINDS = ("Recommendation", "ReportedRecommendation")
_ABOUT = {
    "recommends": "what is recommended",
    "forCondition": "condition",
    "forPopulation": "population",
    "recommendationDirection": "direction",
    "lineOfTherapy": "line of therapy",
    "madeBy": "made by",
    "reportedBy": "reported by",
}
_SOURCE = NamedNode(f"{DCTERMS}source")


def recommendations(graph: Graph) -> Iterator[Resource]:
    """Give an ArtifactAssessment for each recommendation; a reported one is tagged as such."""
    found = {advice for name in _KINDS for advice in graph.ledger.peek_kind(ol(name))}
    for advice in sorted(found, key=str):
        by = graph.near(advice, "madeBy") or graph.near(advice, "reportedBy")
        about = graph.ledger.peek(advice, _SOURCE)
        artifact = next((each for each in about if isinstance(each, NamedNode)), by)
        if artifact is None:
            continue
        if artifact != by:
            graph.ledger.hold_value(advice, _SOURCE, artifact)
        yield resource(
            "ArtifactAssessment",
            advice.value,
            graph.kinds(advice, _KINDS),
            title=graph.english(advice),
            artifactUri=artifact.value,
            citeAsMarkdown=graph.english(by) if by is not None else None,
            content=[*_ratings(graph, advice), *_classifiers(graph, advice)],
        )


def _ratings(graph: Graph, advice: Subject) -> Iterator[dict[str, Any]]:
    for name in ("strength", "quality"):
        given = graph.link(advice, name)
        if given is not None:
            yield filled(
                {
                    "informationType": "rating",
                    "type": {"coding": [coding(OL + name)],
                             "text": f"{name} of the recommendation"},
                    "classifier": [graph.grade(given)],
                    "summary": graph.text(advice, f"{name}AsPrinted"),
                }
            )  # fmt: skip


def _classifiers(graph: Graph, advice: Subject) -> Iterator[dict[str, Any]]:
    for name, words in _ABOUT.items():
        found = [
            value for value in graph.ledger.peek(advice, ol(name)) if isinstance(value, NamedNode)
        ]
        for value in found:
            graph.ledger.hold_value(advice, ol(name), value)
        if found:
            yield {
                "informationType": "classifier",
                "type": {"coding": [coding(OL + name)], "text": words},
                "classifier": [graph.concept(value) for value in found],
            }


def citations(graph: Graph) -> Iterator[Resource]:
    """Give a Citation for each source."""
    for one in references(graph.ledger):
        for statements in one.statements.values():
            graph.ledger.hold(statements)
        source = NamedNode(one.iri)
        yield resource(
            "Citation",
            one.iri,
            graph.kinds(source, KINDS),
            status=STATUS,
            title=one.label or one.title,
            citedArtifact=_cited(graph, one, source),
        )


def _cited(graph: Graph, one: Reference, source: NamedNode) -> dict[str, Any]:
    pairs = ((DOI, one.doi), (PMID, one.pmid))
    form = {
        "publishedIn": filled(
            {"title": one.journal, "publisher": _publisher(graph, source)}
        ),
        "articleDate": one.published,
        "publicationDateText": one.year,
        "volume": one.volume,
        "issue": one.issue,
        "pageString": one.pages,
    }  # fmt: skip
    names = "; ".join(map(str, one.authors))
    entries = []
    for author in graph.ledger.peek(source, ol("author")):
        graph.ledger.hold_value(source, ol("author"), author)
        entries.append({"contributor": {"display": author.value}})
    summary = [{"value": names}] if names else []
    return filled(
        {
            "title": [_title(one)] if one.title else [],
            "identifier": [{"system": system, "value": value} for system, value in pairs if value],
            "dateAccessed": one.accessed,
            "webLocation": [{"url": one.url}] if one.url else [],
            "publicationForm": [filled(form)] if filled(form) else [],
            "contributorship": filled({"entry": entries, "summary": summary}),
        }
    )


def _title(one: Reference) -> dict[str, Any]:
    coding = {"system": "urn:ietf:bcp:47", "code": one.language}
    return {"text": one.title, **({"language": {"coding": [coding]}} if one.language else {})}


def _publisher(graph: Graph, source: NamedNode) -> dict[str, Any]:
    body = graph.link(source, "publishedBy")
    if body is None:
        return {}
    return filled({"identifier": identifier(body.value), "display": graph.english(body)})

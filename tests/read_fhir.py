"""A reader of our FHIR bundles: what statements they hold, taken from the JSON alone.

It knows FHIR's code systems and the ontology's names, and nothing of the exporter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.terms import BASE, DCTERMS, OL, RDF, RDFS, SKOS, XSD

Json = dict[str, Any]
# FHIR's code systems, and the namespaces of the IRIs that their codes stand for.
SYSTEMS = {
    "http://human-phenotype-ontology.org": ("http://purl.obolibrary.org/obo/HP_", "HP:"),
    "http://hl7.org/fhir/sid/icd-10-cm": ("https://www.icd10data.com/search?s=", ""),
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": (
        "http://purl.obolibrary.org/obo/NCIT_", ""),
    "http://purl.obolibrary.org/obo/chebi.owl": ("http://purl.obolibrary.org/obo/CHEBI_", "CHEBI:"),
    "http://purl.obolibrary.org/obo/doid.owl": ("http://purl.obolibrary.org/obo/DOID_", "DOID:"),
    "http://purl.obolibrary.org/obo/maxo.owl": ("http://purl.obolibrary.org/obo/MAXO_", "MAXO:"),
    "http://purl.obolibrary.org/obo/mondo.owl": ("http://purl.obolibrary.org/obo/MONDO_", "MONDO:"),
    "http://snomed.info/sct": ("http://snomed.info/id/", ""),
    "http://terminology.hl7.org/CodeSystem/umls": (
        "https://uts.nlm.nih.gov/uts/umls/concept/", ""),
    "http://www.ebi.ac.uk/efo/efo.owl": ("http://www.ebi.ac.uk/efo/EFO_", "EFO:"),
    "http://www.nlm.nih.gov/research/umls/rxnorm": (
        "http://purl.bioontology.org/ontology/RXNORM/", ""),
    "http://www.whocc.no/atc": ("http://www.whocc.no/atc_ddd_index/?code=", ""),
    "https://www.nlm.nih.gov/mesh": ("http://id.nlm.nih.gov/mesh/", ""),
    "urn:ietf:rfc:3986": ("", ""),
}  # fmt: skip
DOMAINS = {"Imprecision": "Imprecision", "Inconsistency": "InconsistentFindings",
           "Indirectness": "Indirectness", "RiskOfBias": "RiskOfBias"}  # fmt: skip
RESULTS = ("CountResult", "MeasureResult", "ComparisonResult", "NarrativeResult")


class Bundle:
    """The resources of a bundle, and the statements in them."""

    def __init__(self, bundle: Json) -> None:
        self.resources: dict[str, Json] = {}
        for entry in bundle["entry"]:
            one = entry["resource"]
            self.resources[f"{one['resourceType']}/{one['id']}"] = one
        self.found: set[Triple] = set()

    def statements(self) -> set[Triple]:
        """Return every statement that can be read back."""
        for one in self.resources.values():
            for tag in one.get("meta", {}).get("tag", []):
                if tag["system"] == OL:
                    self.add(iri(one), f"{RDF}type", NamedNode(OL + tag["code"]))
            getattr(self, f"_{one['resourceType'].lower()}")(one, iri(one))
        return self.found

    def add(self, subject: str, predicate: str, value: NamedNode | Literal | None) -> None:
        """Note a statement where it has a value."""
        if value is not None:
            self.found.add(Triple(NamedNode(subject), NamedNode(predicate), value))

    def _evidencevariable(self, one: Json, thing: str) -> None:
        self.add(thing, f"{RDFS}label", english(one.get("title")))
        self.add(thing, f"{SKOS}definition", english(one.get("description")))
        for part in one["characteristic"]:
            if "definitionCodeableConcept" in part:
                self._concept(part["definitionCodeableConcept"])
            if "definitionReference" in part:
                self.add(thing, f"{RDF}type", self._referred(part["definitionReference"]))
            if "definitionByTypeAndValue" in part:
                self._characteristic(thing, part)

    def _characteristic(self, thing: str, part: Json) -> None:
        said = part["definitionByTypeAndValue"]
        names = [code["code"] for code in said["type"]["coding"]]
        if "valueCodeableConcept" in said:
            self.add(thing, OL + names[0], self._concept(said["valueCodeableConcept"]))
        elif names == ["timesPerDay"]:
            self.add(thing, OL + names[0], decimal(said["valueQuantity"]))
        elif len(names) == 2:
            for end, name in (("low", names[0]), ("high", names[1])):
                self.add(thing, OL + name, decimal(said["valueRange"].get(end)))
            printed = part.get("description", "").removeprefix("as printed: ")
            self.add(thing, f"{OL}doseAsPrinted", string(printed))

    def _evidence(self, one: Json, thing: str) -> None:
        codes = {tag["system"]: tag for tag in one["meta"]["tag"]}
        if codes[OL]["code"] in RESULTS:
            self._result(one, thing, codes)
        else:
            self._appraisal(one, thing, codes)

    def _result(self, one: Json, thing: str, codes: dict[str, Json]) -> None:
        self.add(thing, f"{RDFS}label", english(one.get("title")))
        self.add(thing, f"{OL}finding", string(one.get("description")))
        self._tag(thing, "direction", codes)
        for role in one["variableDefinition"]:
            if role["variableRole"]["coding"][0]["code"] == "measuredVariable":
                self.add(thing, f"{OL}measures", self._referred(role.get("observed")))
                for note in role.get("note", []):
                    self.add(thing, f"{OL}scale", string(note["text"].removeprefix("Scale: ")))
        for statistic in one.get("statistic", []):
            for name, value in self._statistic(statistic):
                self.add(thing, OL + name, value)

    def _statistic(self, one: Json) -> Iterator[tuple[str, NamedNode | Literal | None]]:
        kind = one.get("statisticType", {}).get("text")
        names = {"Proportion": "proportion", "Risk Difference": "riskDifference",
                 "Relative Risk": "riskRatio"}  # fmt: skip
        interval = {"Proportion": "interval"}
        if "with treatment" == one["description"] or one["description"].startswith("difference"):
            names, kind = {"": "estimate"}, ""
        if one["description"] == "before treatment":
            names = {"Mean": "baselineValue"}
        if "quantity" in one:
            yield names[kind], decimal(one["quantity"])
            if names[kind] in ("estimate", "baselineValue"):
                yield "unit", string(one["quantity"]["code"])
        if kind == "Proportion":
            yield "count", integer(one["numberAffected"])
            yield "outOf", integer(one["sampleSize"]["numberOfParticipants"])
            for note in one.get("note", []):
                yield "percentageAsPrinted", string(note["text"].removeprefix("As printed: "))
            if "category" in one:
                yield "category", self._concept(one["category"])
        for each in one.get("attributeEstimate", []):
            if each["type"]["text"] == "P-value":
                yield from p_value(each)
            else:
                for end in ("low", "high"):
                    name = f"{interval.get(kind, names[kind])}{end.capitalize()}"
                    yield name, decimal(each["range"].get(end))

    def _appraisal(self, one: Json, thing: str, codes: dict[str, Json]) -> None:
        question = next(x["value"] for x in one["identifier"] if "type" in x)
        self.add(thing, f"{OL}about", NamedNode(question))
        self._tag(thing, "state", codes)
        if "date" in one:
            day = Literal(one["date"], datatype=NamedNode(f"{XSD}date"))
            self.add(thing, f"{OL}validFrom", day)
        for role, name in zip(one["variableDefinition"], ("object", "subject"), strict=True):
            self.add(question, OL + name, self._referred(role.get("intended")))
        for statistic in one.get("statistic", []):
            people = statistic["sampleSize"].get("numberOfParticipants")
            self.add(thing, f"{OL}people", None if people is None else integer(people))
        for each in one.get("certainty", []):
            if each["type"]["text"] == "Overall certainty":
                self._certainty(thing, each)
            else:
                self.add(thing, f"{OL}level", self._grade(each["rating"]))

    def _certainty(self, assessment: str, said: Json) -> None:
        given = next(
            iri(one) for one in self.resources.values()
            if self._named(one.get("artifactReference")) == assessment
        )  # fmt: skip
        self.add(assessment, f"{OL}hasGrade", NamedNode(given))
        self.add(given, f"{OL}certainty", self._grade(said["rating"]))
        for part in said.get("subcomponent", []):
            if "note" not in part:
                self.add(given, f"{OL}startsAt", self._grade(part["rating"]))
                continue
            factor = part["note"][0]["text"]
            self.add(given, f"{OL}loweredBy", NamedNode(factor))
            because = part.get("description")
            is_name = because == part["type"].get("text")
            self.add(factor, f"{OL}because", english(because) if is_name else string(because))
            steps = part["rating"]["text"].removeprefix("lowered by ")
            self.add(factor, f"{OL}steps", integer(int(steps)))
            own, *outside = part["type"]["coding"]
            kind = term(own)
            self.add(factor, f"{OL}ofKind", kind)
            self.add(kind.value, f"{RDFS}label", english(own.get("display")))
            for code in outside:
                self.add(kind.value, f"{OL}inDomain", NamedNode(OL + DOMAINS[code["code"]]))

    def _artifactassessment(self, one: Json, thing: str) -> None:
        if "artifactReference" in one:
            self.add(thing, f"{OL}gradeOf", self._referred(one["artifactReference"]))
            for content in one["content"]:
                for grade in content["classifier"]:
                    self._grade(grade)
            return
        self.add(thing, f"{RDFS}label", english(one.get("title")))
        by = None
        for content in one["content"]:
            name = content["type"]["coding"][0]["code"]
            for each in content["classifier"]:
                is_rating = content["informationType"] == "rating"
                value = self._grade(each) if is_rating else self._concept(each)
                self.add(thing, OL + name, value)
                by = value if name in ("madeBy", "reportedBy") else by
            self.add(thing, f"{OL}{name}AsPrinted", string(content.get("summary")))
        if by is None or one["artifactUri"] != by.value:
            self.add(thing, f"{DCTERMS}source", NamedNode(one["artifactUri"]))

    def _citation(self, one: Json, thing: str) -> None:
        cited = one["citedArtifact"]
        self.add(thing, f"{RDFS}label", english(one.get("title")))
        for title in cited.get("title", []):
            if title["text"] != one["title"]:
                language = title.get("language", {"coding": [{"code": "en"}]})["coding"][0]["code"]
                self.add(thing, f"{DCTERMS}title", Literal(title["text"], language=language))
        for each in cited.get("identifier", []):
            name = {"https://doi.org/": "doi", "https://pubmed.ncbi.nlm.nih.gov/": "pmid"}
            self.add(thing, OL + name[each["system"]], string(each["value"]))
        people = cited.get("contributorship", {})
        for entry in people.get("entry", []):
            self.add(thing, f"{OL}author", string(entry["contributor"]["display"]))
        for each in people.get("summary", []):
            self.add(thing, f"{OL}authors", string(each["value"]))
        for form in cited.get("publicationForm", []):
            for predicate, value in published(form):
                self.add(thing, OL + predicate, value)
            publisher = form.get("publishedIn", {}).get("publisher", {})
            if publisher:
                body = publisher["identifier"]["value"]
                self.add(thing, f"{OL}publishedBy", NamedNode(body))
                self.add(body, f"{RDFS}label", english(publisher.get("display")))
        for each in cited.get("webLocation", []):
            page = f"{OL}readAt" if "dateAccessed" in cited else f"{RDFS}seeAlso"
            self.add(thing, page, NamedNode(each["url"]))
        if "dateAccessed" in cited:
            day = Literal(cited["dateAccessed"], datatype=NamedNode(f"{XSD}date"))
            self.add(thing, f"{OL}checkedOn", day)

    def _tag(self, thing: str, name: str, codes: dict[str, Json]) -> None:
        tag = codes.get(f"{BASE}fhir/{name}")
        if tag is not None:
            value = NamedNode(OL + tag["code"])
            self.add(thing, OL + name, value)
            self.add(value.value, f"{RDFS}label", english(tag.get("display")))

    def _concept(self, said: Json) -> NamedNode:
        own, *outside = said["coding"]
        thing = term(own)
        self.add(thing.value, f"{RDFS}label", english(own.get("display")))
        for code in outside:
            self.add(thing.value, f"{SKOS}exactMatch", term(code))
            self.add(term(code).value, f"{RDFS}label", string(code.get("display")))
        return thing

    def _grade(self, said: Json) -> NamedNode:
        codes: list[Json] = said["coding"]
        if len(codes) == 1:  # the selection does not tell the scheme
            return term(codes[0])
        in_scheme, own, *_ = codes
        thing = term(own)
        self.add(thing.value, f"{SKOS}inScheme", NamedNode(in_scheme["system"]))
        self.add(thing.value, f"{SKOS}notation", string(in_scheme["code"]))
        self.add(thing.value, f"{RDFS}label", english(own.get("display")))
        return thing

    def _named(self, to: Json | None) -> str:
        found = self.resources.get(to["reference"]) if to else None
        return iri(found) if found else ""

    def _referred(self, to: Json | None) -> NamedNode | None:
        return NamedNode(self._named(to)) if to else None


def iri(resource: Json) -> str:
    """Return the thing that a resource is about."""
    return str(resource["identifier"][0]["value"])


def term(code: Json) -> NamedNode:
    """Return the term that a code stands for."""
    if code["system"].startswith(BASE):
        return NamedNode(code["system"] + code["code"])
    namespace, prefix = SYSTEMS[code["system"]]
    assert code["code"].startswith(prefix)
    return NamedNode(namespace + code["code"].removeprefix(prefix))


def english(text: str | None) -> Literal | None:
    """Return a text in English."""
    return Literal(text, language="en") if text else None


def string(text: str | None) -> Literal | None:
    """Return a string."""
    return Literal(text) if text else None


def integer(value: int) -> Literal:
    """Return a whole number."""
    return Literal(str(value), datatype=NamedNode(f"{XSD}integer"))


def decimal(quantity: Json | None) -> Literal | None:
    """Return a decimal as stores write it."""
    if quantity is None or "comparator" in quantity:
        return None
    text = f"{Decimal(str(quantity['value'])).normalize():f}"
    return Literal(text, datatype=NamedNode(f"{XSD}decimal"))


def p_value(estimate: Json) -> Iterator[tuple[str, Literal | None]]:
    """Give p, and p as printed."""
    yield "pValue", decimal(estimate.get("quantity"))
    printed = estimate.get("description", "")
    yield "pAsPrinted", string(re.sub("^as printed: ", "", printed))


def published(form: Json) -> Iterator[tuple[str, Literal | None]]:
    """Give journal, dates and place."""
    yield "journal", string(form.get("publishedIn", {}).get("title"))
    if "articleDate" in form:
        yield "publishedOn", Literal(form["articleDate"], datatype=NamedNode(f"{XSD}date"))
    if "publicationDateText" in form:
        yield "year", integer(int(form["publicationDateText"]))
    place = form.get("volume", "") + (f"({form['issue']})" if "issue" in form else "")
    pages = form.get("pageString", "")
    yield "volumeAndPages", string(f"{place}:{pages}" if place and pages else place or pages)

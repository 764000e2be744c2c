"""FHIR resources that the models of fhir.resources accept, and whose references resolve."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from exporting import written
from offlabel.exports import DEFAULT, FILES, PARTS, Selection
from offlabel.exports.fhir.codes import systems
from offlabel.exports.selection import around
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL, RDF, RDFS, prefixes
from read_fhir import SYSTEMS, Bundle

RESULTS = ("Count", "Measure", "Comparison", "Narrative")


def bundle(
    store: MemoryStore, parts: tuple[str, ...] = DEFAULT
) -> tuple[dict[str, Any], Selection]:
    """Return the bundle, and what it was made from."""
    selection = Selection(store.store, parts)
    to = io.BytesIO()
    FILES["fhir"].dump(selection, to)
    found: dict[str, Any] = json.loads(to.getvalue())
    return found, selection


def resources(store: MemoryStore) -> dict[str, dict[str, Any]]:
    """Return the resources by type and id."""
    entries = json.loads(written("fhir", store))["entry"]
    return {f"{r['resourceType']}/{r['id']}": r for r in (entry["resource"] for entry in entries)}


def references(value: object) -> list[str]:
    """Return every reference inside."""
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if not isinstance(value, dict):
        return []
    own = [value["reference"]] if "reference" in value else []
    return own + [found for each in value.values() for found in references(each)]


def test_expected_output(tiny: MemoryStore) -> None:
    """The bundle of the small world is as expected, the same each time."""
    path = Path(__file__).parents[1] / "exporters" / "fhir" / "tiny.fhir.json"

    assert json.loads(path.read_text()) == bundle(tiny)[0] == bundle(tiny)[0]


@pytest.mark.large
def test_models_accept_every_resource(real: MemoryStore) -> None:
    """fhir.resources reads the bundle and each resource by its R5 model, and drops nothing."""
    models = pytest.importorskip("fhir.resources")
    found = json.loads(written("fhir", real))
    models.get_fhir_model_class("Bundle").model_validate(found)
    kinds = Counter(entry["resource"]["resourceType"] for entry in found["entry"])
    for entry in found["entry"]:
        one = entry["resource"]
        model = models.get_fhir_model_class(one["resourceType"])
        again = json.loads(model.model_validate(one).model_dump_json())

        assert set(one) == set(again)
    assert {"Evidence", "EvidenceVariable", "ArtifactAssessment", "Citation"} == set(kinds)
    assert all(count > 20 for count in kinds.values())


def test_references_resolve(real: MemoryStore) -> None:
    """Each reference leads to a resource of the bundle."""
    found = resources(real)

    assert set(references(list(found.values()))) <= set(found)
    assert len(found) == len(json.loads(written("fhir", real))["entry"])


def test_numbers_are_those_of_the_graph(real: MemoryStore) -> None:
    """Weinstock 2020: 8 of 15 with its interval; a grade with its reasons, in its own scheme."""
    found = resources(real)
    statistic = found["Evidence/study-weinstock-2020-marked-improvement"]["statistic"][0]
    (estimate,) = statistic["attributeEstimate"]
    interval = estimate["range"]
    question = next(
        one for one in found.values()
        if one.get("title") == "low-dose oral naltrexone for psoriasis: supported"
    )  # fmt: skip
    certainty = question["certainty"][0]

    assert (8, 15) == (statistic["numberAffected"], statistic["sampleSize"]["numberOfParticipants"])
    assert (0.3, 0.75) == (round(interval["low"]["value"], 2), round(interval["high"]["value"], 2))
    assert 95 == estimate["level"]
    assert "very low" == certainty["rating"]["coding"][0]["code"]
    assert (
        "https://w3id.org/offlabel/scheme/grade-certainty"
        == (certainty["rating"]["coding"][0]["system"])
    )
    assert "94 people, fewer than 400" in [
        reason.get("description") for reason in certainty["subcomponent"]
    ]


def test_codes_are_in_the_systems_of_fhir(real: MemoryStore) -> None:
    """A condition carries its outside codes in the systems that FHIR and THO list."""
    variable = resources(real)["EvidenceVariable/condition-psoriasis"]
    codings = variable["characteristic"][0]["definitionCodeableConcept"]["coding"]
    codes = {(one["system"], one["code"]) for one in codings}

    assert {
        ("http://purl.obolibrary.org/obo/mondo.owl", "MONDO:0005083"),
        ("http://purl.obolibrary.org/obo/doid.owl", "DOID:8893"),
        ("http://snomed.info/sct", "9014002"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "L40"),
        ("http://terminology.hl7.org/CodeSystem/umls", "C0033860"),
        ("https://www.nlm.nih.gov/mesh", "D011565"),
        ("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C3346"),
    } <= codes
    known = {*SYSTEMS, "http://terminology.hl7.org/CodeSystem/variable-role"}
    assert all(system in known or system.startswith(BASE) for system, _ in codes)


def test_every_system_names_its_source() -> None:
    """Each prefix in the table of systems is ours, and says where its system was looked up."""
    for prefix, said in systems().items():
        assert prefix in prefixes().namespaces
        assert said["source"].startswith(("FHIR R5", "THO, ", "IRI of the ontology"))
        assert said["code"] in ("curie", "local")


def characteristics(variable: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is said by type and value, by the words for the type."""
    said = [one["definitionByTypeAndValue"] for one in variable["characteristic"]
            if "definitionByTypeAndValue" in one]  # fmt: skip
    return {one["type"]["text"]: one for one in said}


def test_regimens_have_their_drug_and_dose(real: MemoryStore) -> None:
    """A kind of regimen has its drug with RxNorm and ChEBI's codes, and its limit of dose."""
    low = resources(real)["EvidenceVariable/regimen-low-dose-oral-naltrexone"]
    between = resources(real)["EvidenceVariable/regimen-intermediate-dose-oral-naltrexone"]
    regimen = resources(real)["EvidenceVariable/regimen-naltrexone-oral-3-to-4.5-mg-daily"]
    drug = characteristics(low)["drug"]["valueCodeableConcept"]["coding"]
    codes = {(one["system"], one["code"]) for one in drug}
    limits = [one["definitionByTypeAndValue"]["valueQuantity"] for one in between["characteristic"]
              if "valueQuantity" in one.get("definitionByTypeAndValue", {})]  # fmt: skip
    dose = characteristics(regimen)["daily dose"]["valueRange"]

    assert ("http://www.nlm.nih.gov/research/umls/rxnorm", "7243") in codes
    assert ("http://www.nlm.nih.gov/research/umls/rxnorm", "7243") in {
        (one["system"], one["code"])
        for one in characteristics(regimen)["drug"]["valueCodeableConcept"]["coding"]
    }
    assert {"value": 6, "unit": "mg/d", "system": "http://unitsofmeasure.org", "code": "mg/d"} == (
        characteristics(low)["daily dose"]["valueRange"]["high"]
    )
    assert {("<", 25), (">", 6)} == {(one["comparator"], one["value"]) for one in limits}
    assert (3, 4.5) == (dose["low"]["value"], dose["high"]["value"])


def test_every_result_is_an_evidence(real: MemoryStore) -> None:
    """Counts, measures, comparisons and findings in words: one Evidence each."""
    found = resources(real)
    made = {one["identifier"][0]["value"] for one in found.values()}
    kinds = " ".join(f"<{OL}{name}Result>" for name in RESULTS)
    rows = real.select(f"SELECT ?r {{ ?r a ?kind VALUES ?kind {{ {kinds} }} }}").rows
    results = {str(row[0].value) for row in rows}  # type: ignore[union-attr]

    assert 166 == len(results)
    assert results <= made


def test_numbers_of_each_kind_of_result(real: MemoryStore) -> None:
    """An estimate with what was before it, a difference with p, a risk ratio, a bare finding."""
    found = resources(real)
    before, after = found["Evidence/study-khan-2020-pasi"]["statistic"]
    (pain,) = found["Evidence/study-bruun-2024-pain"]["statistic"]
    (risk,) = found["Evidence/study-bolton-2019-vomiting-risk"]["statistic"]
    itch = found["Evidence/study-malekzad-2009-itch-week-1"]["statistic"][0]
    words = found["Evidence/study-khan-2020-adverse-events"]
    stopped = found["Evidence/study-bruun-2024-stopped"]["statistic"]

    assert (18.47, 13.51) == (before["quantity"]["value"], after["quantity"]["value"])
    assert -0.34 == pain["quantity"]["value"]
    interval, p = pain["attributeEstimate"]
    assert (-0.95, 0.27) == tuple(interval["range"][end]["value"] for end in ("low", "high"))
    assert "level" not in interval
    assert ("P-value", 0.27) == (p["type"]["text"], p["quantity"]["value"])
    assert "Relative Risk" == risk["statisticType"]["text"]
    assert ("<", 0.005) == tuple(
        itch["attributeEstimate"][0]["quantity"][name] for name in ("comparator", "value")
    )
    assert "statistic" not in words
    assert words["description"].startswith("There were few side effects")
    assert ["Proportion", "Risk Difference", "Relative Risk"] == [
        one["statisticType"]["text"] for one in stopped
    ]


def test_roles_and_direction_are_coded(real: MemoryStore) -> None:
    """Population, exposure, reference exposure and outcome by FHIR's codes; the direction too."""
    one = resources(real)["Evidence/study-bruun-2024-pain"]
    roles = {role["variableRole"]["coding"][0]["code"]: role for role in one["variableDefinition"]}

    assert {"population", "exposure", "referenceExposure", "measuredVariable"} == set(roles)
    assert "EvidenceVariable/condition-fibromyalgia" == roles["population"]["observed"]["reference"]
    assert "placebo" == roles["referenceExposure"]["description"]
    assert "Direction of the finding: disputes" == one["assertion"]


def test_directness_of_a_question(real: MemoryStore) -> None:
    """A question answered by other terms says so of the variable in which they differ."""
    titled = {one.get("title"): one for one in resources(real).values()}
    exact = titled["low-dose oral naltrexone for psoriasis: supported"]["variableDefinition"]
    matches = {
        role["directnessMatch"]["coding"][0]["code"]
        for one in titled.values()
        for role in one.get("variableDefinition", ())
        if "directnessMatch" in role
    }

    assert ["exact", "exact"] == [role["directnessMatch"]["coding"][0]["code"] for role in exact]
    assert {"exact", "low"} <= matches <= {"exact", "moderate", "low"}


def test_citations_keep_dates_and_publishers(real: MemoryStore) -> None:
    """A source without a journal has its year and its publisher all the same."""
    cited = resources(real)["Citation/source-droracle-2025"]["citedArtifact"]
    (form,) = cited["publicationForm"]

    assert "Dr.Oracle" in form["publishedIn"]["publisher"]["display"]
    assert form["publicationDateText"] == "2025"


@pytest.mark.parametrize("parts", [DEFAULT, ("asserted",), ("derived",), tuple(PARTS)])
@pytest.mark.parametrize("world", ["tiny", "real"])
def test_held_is_what_is_read_back(
    parts: tuple[str, ...], world: str, request: pytest.FixtureRequest
) -> None:
    """What a reader of the JSON has back is exactly what the loss report calls held."""
    found, selection = bundle(request.getfixturevalue(world), parts)
    report = json.loads(selection.ledger.loss("fhir").json())
    held = selection.ledger.held

    assert held == Bundle(found).statements()
    assert report["held"] == len(held)


def test_held_of_a_narrowed_selection(real: MemoryStore) -> None:
    """So it is where only some things were chosen, and every reference resolves."""
    things = around(real.store, [NamedNode(f"{BASE}study/bruun-2024-pain")])
    selection = Selection(real.store, DEFAULT, things)
    to = io.BytesIO()
    FILES["fhir"].dump(selection, to)
    found = json.loads(to.getvalue())

    assert selection.ledger.held == Bundle(found).statements()
    names = {f"{r['resourceType']}/{r['id']}" for r in (e["resource"] for e in found["entry"])}
    assert set(references(found)) <= names


def test_hostile_text_is_text() -> None:
    """A label with marks of JSON or HTML stays a label; a long IRI still gives an id."""
    thing = NamedNode("https://w3id.org/offlabel/condition/" + "x" * 90)
    label = '"},{"resourceType":"Patient"} <script> \\ \n'
    quads = [
        Quad(thing, NamedNode(f"{RDF}type"), NamedNode(f"{OL}Condition"), thing),
        Quad(thing, NamedNode(f"{RDFS}label"), Literal(label), thing),
    ]
    selection = Selection(MemoryStore.from_quads(quads).store, tuple(PARTS))
    to = io.BytesIO()
    FILES["fhir"].dump(selection, to)
    (entry,) = json.loads(to.getvalue())["entry"]

    assert label == entry["resource"]["title"]
    assert len(entry["resource"]["id"]) <= 64

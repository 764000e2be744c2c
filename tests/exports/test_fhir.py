"""FHIR resources that the models of fhir.resources accept, and whose references resolve."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from offlabel.exports import FILES, PARTS, Selection
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDF, RDFS

COUNTED = f"SELECT ?r {{ ?r a <{OL}CountResult> ; <{OL}count> ?k ; <{OL}outOf> ?n }}"


def bundle(store: MemoryStore) -> tuple[dict[str, Any], Selection]:
    """Return the bundle, and what it was made from."""
    selection = Selection(store.store)
    to = io.BytesIO()
    FILES["fhir"].dump(selection, to)
    found: dict[str, Any] = json.loads(to.getvalue())
    return found, selection


def resources(store: MemoryStore) -> dict[str, dict[str, Any]]:
    """Return the resources by type and id."""
    entries = bundle(store)[0]["entry"]
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


def test_models_accept_every_resource(real: MemoryStore) -> None:
    """fhir.resources reads the bundle and each resource by its R5 model, and drops nothing."""
    models = pytest.importorskip("fhir.resources")
    found, _ = bundle(real)
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
    assert len(found) == len(bundle(real)[0]["entry"])


def test_numbers_are_those_of_the_graph(real: MemoryStore) -> None:
    """Weinstock 2020: 8 of 15 with its interval; a grade with its reasons, in its own scheme."""
    found = resources(real)
    statistic = found["Evidence/study-weinstock-2020-marked-improvement"]["statistic"][0]
    interval = statistic["attributeEstimate"][0]["range"]
    question = next(
        one for one in found.values()
        if one.get("title") == "low-dose oral naltrexone for psoriasis: supported"
    )  # fmt: skip
    certainty = question["certainty"][0]

    assert (8, 15) == (statistic["numberOfEvents"], statistic["sampleSize"]["numberOfParticipants"])
    assert (0.3, 0.75) == (round(interval["low"]["value"], 2), round(interval["high"]["value"], 2))
    assert "very low" == certainty["rating"]["coding"][0]["code"]
    assert (
        "https://w3id.org/offlabel/scheme/grade-certainty"
        == (certainty["rating"]["coding"][0]["system"])
    )
    assert "few people: 94 people, fewer than 400" in [
        reason["description"] for reason in certainty["subcomponent"]
    ]


def test_codes_are_those_of_the_mappings(real: MemoryStore) -> None:
    """A condition carries the outside codes that it maps to exactly, each with its system."""
    variable = resources(real)["EvidenceVariable/condition-psoriasis"]
    codings = variable["characteristic"][0]["definitionCodeableConcept"]["coding"]
    codes = {(one["system"], one["code"]) for one in codings}

    assert ("http://purl.obolibrary.org/obo/MONDO_", "0005083") in codes


def test_loss_is_right(real: MemoryStore) -> None:
    """Every counted result is held and in the bundle; claims and their passages are lost."""
    found, selection = bundle(real)
    held = {t.subject for t in selection.ledger.held if t.predicate.value == f"{OL}count"}
    counted = {row[0] for row in real.select(COUNTED).rows}
    lost = {row.property for row in selection.ledger.loss("fhir").lost}
    identifiers = {
        entry["resource"]["identifier"][0]["value"]
        for entry in found["entry"]
        if entry["resource"]["resourceType"] == "Evidence"
    }

    assert held == counted
    assert {str(getattr(subject, "value", "")) for subject in held} <= identifiers
    assert {"ol:asserts", "oa:start", "ol:polarity"} <= lost
    assert "Evidence" in json.dumps(found)


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

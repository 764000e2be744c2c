"""What each kind of reader gets: alike statements in one sentence, plain words, the schema."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

import offlabel
from offlabel.evidence.dossier import AUDIENCES, FORMATS, Dossier, Section, Statement, dossier
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, DCTERMS, OL

SCHEMA = Path(offlabel.__file__).with_name("templates") / "dossier.schema.json"


def section(found: Dossier, slug: str) -> Section:
    """Return a section of a dossier."""
    return next(part for part in found.sections if part.slug == slug)


def texts(part: Section) -> list[str]:
    """Return the sentences of a section."""
    return [said.text for said in part.statements]


def write(store: MemoryStore, roots: Roots, audience: str, drug: str = "naltrexone") -> Dossier:
    """Write a dossier."""
    return dossier(store, roots, drug, audience=audience)


@pytest.fixture(scope="module")
def clinician(real: MemoryStore, real_roots: Roots) -> Dossier:
    """Return the dossier on naltrexone for clinicians."""
    return write(real, real_roots, "clinician")


@pytest.fixture(scope="module")
def patient(real: MemoryStore, real_roots: Roots) -> Dossier:
    """Return the dossier on naltrexone for patients."""
    return write(real, real_roots, "patient")


def test_answer_tells_all_results(clinician: Dossier) -> None:
    """The answer in short gives every result of a study, not the best one alone."""
    said = next(text for text in texts(section(clinician, "in-short")) if "Psoriasis:" in text)

    for figure in ("8/15 (53%", "2/15 (13%", "5/15 (33%"):
        assert figure in said


def test_alike_statements_are_one_sentence(clinician: Dossier) -> None:
    """What is said of several things alike stands in one sentence with all its claims."""
    said = next(s for s in section(clinician, "safety").statements if "insomnia" in s.text)

    assert (
        "LDN has the adverse effects insomnia, diarrhoea, headache, gastrointestinal disturbance "
        "and dry skin near lesions." == said.text
    )
    assert {"SC053", "SC083", "SC086", "SC088"} <= {ref.code for ref in said.refs}
    assert 5 == len(said.propositions)


def test_short_forms_are_explained(clinician: Dossier) -> None:
    """Short forms that a source introduces are used, and said with the claims that do so."""
    said = section(clinician, "in-short").statements[-1]

    assert "LDN stands for low-dose oral naltrexone" in said.text
    assert {"SC003", "SC070"} == {ref.code for ref in said.refs}
    assert "low-dose oral naltrexone" not in " ".join(texts(section(clinician, "dosing")))


@pytest.mark.parametrize("audience", ["researcher", "clinician"])
def test_omissions_stand_where_they_matter(
    audience: str, real: MemoryStore, real_roots: Roots
) -> None:
    """That contraindications are left out stands under safety, with what curators go back to."""
    safety = section(write(real, real_roots, audience), "safety")
    said = next(s for s in safety.statements if s.text.startswith("Contraindications left out."))

    assert said.said.startswith("curators")
    assert ("omission",) == said.marks
    assert said.links


def test_recommendations_come_with_a_warning(real: MemoryStore, real_roots: Roots) -> None:
    """Researchers too read first who is behind the recommendations."""
    said = section(write(real, real_roots, "researcher"), "comparison").statements[0].text

    assert "its own publisher" in said
    assert "“current guidelines” are not named" in said


def test_no_review_state_is_current(real: MemoryStore, real_roots: Roots) -> None:
    """The review states are listed, and the graph says that none is marked as current."""
    said = texts(section(write(real, real_roots, "researcher"), "source"))

    assert "Dr.Oracle 2025 lists the review status approved." in said
    assert (
        "Dr.Oracle 2025 marks none of the review states that it lists as the current one." in said
    )


def test_contradictions_keep_each_sides_hedge(real: MemoryStore, real_roots: Roots) -> None:
    """Each side of a contradiction is hedged as its own claim hedges it."""
    table = section(write(real, real_roots, "researcher"), "contradictions").tables[0]
    sides = next(row.cells[1] for row in table.rows if "SC123" in row.cells[1])

    assert "often requires compounding" in sides.partition("↔")[0]
    assert "often" not in sides.partition("↔")[2]


def test_absence_with_a_search(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """An absence with a search behind it says when was searched, and is not marked unsearched."""
    search = NamedNode(f"{BASE}search/sample")
    graph = NamedNode(f"{BASE}graph/test")
    absence = NamedNode(f"{BASE}proposition/no-trial")
    added = [
        Quad(absence, NamedNode(OL + "foundBy"), search, graph),
        Quad(search, NamedNode(OL + "searchedOn"), Literal("2001-01-01"), graph),
    ]
    store = MemoryStore.from_quads([*tiny.store, *added])
    marks = {
        mark
        for part in section(
            write(store, tiny_roots, "researcher", "examplamine"), "evidence"
        ).sections
        for said in part.statements
        for mark in said.marks
    }

    assert "searched 2001-01-01, none found" in marks
    assert "reported absent, not searched" not in marks


def test_drug_without_kinds_of_regimen(real: MemoryStore, real_roots: Roots) -> None:
    """A drug of which little is said gets a short, honest text that makes up no dose."""
    found = write(real, real_roots, "patient", "dupilumab")
    text = FORMATS["md"](found)

    assert "In what we read, little is said of dupilumab, and nothing in plain words." in text
    assert "dose" not in text.partition("## References")[0]


def test_drug_of_which_nothing_is_said(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A drug without any claim and without any assessment gets a dossier that says so."""
    silent = {NamedNode(OL + name) for name in ("asserts", "concerns", "about")}
    store = MemoryStore.from_quads(quad for quad in tiny.store if quad.predicate not in silent)
    found = [write(store, tiny_roots, audience, "examplamine") for audience in AUDIENCES]

    assert [["nothing"]] * 3 == [[part.slug for part in each.sections] for each in found]
    assert [()] * 3 == [each.references for each in found]


def test_unknown_topics_are_told_too(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A statement under a topic that no section expects is not lost."""
    notation = NamedNode("http://www.w3.org/2004/02/skos/core#notation")
    topic = NamedNode(OL + "Dose")
    store = MemoryStore.from_quads(
        Quad(q.subject, q.predicate, Literal("new-topic"), q.graph_name)
        if (q.subject, q.predicate) == (topic, notation)
        else q
        for q in tiny.store
    )

    assert (
        "typical dose"
        in texts(section(write(store, tiny_roots, "researcher", "examplamine"), "other"))[0]
    )


def test_addresses_that_are_no_web_addresses(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A work with an address that a browser would run is named nowhere as a link."""
    flag = NamedNode(f"{BASE}flag/f01")
    hostile = NamedNode("javascript:alert(1)")
    quad = Quad(flag, NamedNode(DCTERMS + "source"), hostile, NamedNode(f"{BASE}graph/test"))
    found = write(
        MemoryStore.from_quads([*tiny.store, quad]), tiny_roots, "researcher", "examplamine"
    )

    assert 'href="javascript' not in FORMATS["html"](found)
    assert "](<javascript" not in FORMATS["md"](found)


def test_patients_can_read_it(patient: Dossier) -> None:
    """The text for patients is plain English by Flesch's measure (60 to 70 is plain)."""
    said = " ".join(text for part in patient.sections for text in texts(part))
    sentences = re.split(r"[.!?](?:\s|$)", said.replace("Dr.", "Dr"))
    words = re.findall(r"[A-Za-z]+", said)
    syllables = sum(count_syllables(word) for word in words)
    score = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)

    assert 65 < score


def count_syllables(word: str) -> int:
    """Count groups of vowels, without a silent e at the end."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, groups - (word.lower().endswith("e") and not word.lower().endswith("le")))


def test_patients_read_numbers_as_people(patient: Dossier) -> None:
    """Results are people out of people, and the interval is said in words."""
    said = texts(section(patient, "known-psoriasis"))

    assert (
        "Marked improvement: 8 of 15 people. So few people tell little. "
        "Among many, it could be about 30 to 75 of 100." in said
    )


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
def test_sentences_start_and_end_well(audience: str, real: MemoryStore, real_roots: Roots) -> None:
    """Sentences start with a capital or figure, end with a stop, and repeat no word."""
    found = write(real, real_roots, audience)
    said = [text for part in all_sections(found.sections) for text in texts(part)]

    assert [] == [text for text in said if not re.match(r"“?[A-Z0-9]", text)]
    assert [] == [text for text in said if not re.search(r"[.!?]$", text)]
    assert [] == [text for text in said if re.search(r"\b([a-z]+) \1\b|  |\.\.", text)]


def all_sections(sections: tuple[Section, ...]) -> list[Section]:
    """Return sections and those within them."""
    return [each for part in sections for each in (part, *all_sections(part.sections))]


def keys_as_described(content: Any, part: dict[str, Any], schema: dict[str, Any]) -> None:
    """Check that content has just the keys that a part of the schema requires, and all of them."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    if isinstance(content, dict):
        assert set(part["required"]) == set(content) == set(part["properties"])
        for key, value in content.items():
            keys_as_described(value, part["properties"][key], schema)
    if isinstance(content, list) and "items" in part:
        for value in content:
            keys_as_described(value, part["items"], schema)


@pytest.mark.parametrize("audience", sorted(AUDIENCES))
def test_json_is_as_described(audience: str, real: MemoryStore, real_roots: Roots) -> None:
    """The JSON form has the keys that its schema describes, at every level."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    content = json.loads(FORMATS["json"](write(real, real_roots, audience)))

    assert schema["$id"] == content["schema"]
    keys_as_described(content, schema, schema)


def test_every_statement_has_its_speaker(clinician: Dossier) -> None:
    """Whatever rests on claims names who says so, the explanation of short forms apart."""
    silent: list[Statement] = [
        said
        for part in clinician.sections
        for said in part.statements
        if said.refs and not said.said and "stands for" not in said.text
        if not (said.derived and "Dr.Oracle 2025" in said.text)
    ]

    assert [] == silent

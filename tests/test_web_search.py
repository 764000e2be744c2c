"""The search finds things by the names that people type: whole, begun or misspelt."""

import pytest
from starlette.testclient import TestClient

from offlabel.paths import Roots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.web import api
from offlabel.web.search import index_of
from web.inprocess import application, client


@pytest.fixture(scope="module")
def web(real_roots: Roots, real_disk: DiskStore) -> TestClient:
    """Return a client of the real graph."""
    return client(application(real_roots, real_disk, [api]))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("naltrexone", "drug:naltrexone"),
        ("NALTREXONE", "drug:naltrexone"),
        ("naltrexne", "drug:naltrexone"),  # a letter is missing
        ("nlatrexone", "drug:naltrexone"),  # two letters changed places
        ("nalt", "drug:naltrexone"),  # only begun
        ("psorasis", "condition:psoriasis"),
        ("atopic eczema", "condition:atopic-dermatitis"),  # a synonym
        ("LDN", "regimen:low-dose-oral-naltrexone"),  # an abbreviation
        ("low dose naltrexne", "regimen:low-dose-oral-naltrexone"),
        ("mu opioid", "receptor:mu-opioid-receptor"),
        ("CHEBI:7465", "drug:naltrexone"),  # an identifier of another vocabulary
        ("D009271", "drug:naltrexone"),  # its local part
        ("NCT04250792", "study:khan-2020"),  # a number of a registry
        ("32196470", "source:weinstock-2020"),  # a PubMed number
        ("SC046", "claim:droracle-2025-sc046"),  # the code of a claim
        ("study:weinstock-2020", "study:weinstock-2020"),  # a CURIE
        ("https://w3id.org/offlabel/drug/naltrexone", "drug:naltrexone"),  # an IRI
    ],
)
def test_first_hit(real_disk: DiskStore, text: str, first: str) -> None:
    """What people mean by a text stands first."""
    assert first == index_of(real_disk).search(text)[0].curie


def test_every_word_has_to_fit(real_disk: DiskStore) -> None:
    """Words narrow the search as long as anything has them all."""
    found = index_of(real_disk).search("naltrexone psoriasis")

    assert found
    assert {"drug:naltrexone", "condition:psoriasis"}.isdisjoint(hit.curie for hit in found)


def test_words_that_nothing_has_together(real_disk: DiskStore) -> None:
    """Where nothing has all words, what has some of them is found."""
    found = index_of(real_disk).search("psoriasis xyzzyplugh")

    assert "condition:psoriasis" in [hit.curie for hit in found[:5]]


@pytest.mark.parametrize("text", ["xyzzyplugh", "?!", "))*&", "   "])
def test_nothing_is_found(real_disk: DiskStore, text: str) -> None:
    """A text that names nothing finds nothing, and signs mean nothing."""
    assert [] == index_of(real_disk).search(text)


@pytest.mark.parametrize(
    "text", [".*", "a.*b|c", "[", "AND OR NOT", '"', "naltrexone~2", "label:x"]
)
def test_no_syntax_is_read(real_disk: DiskStore, text: str) -> None:
    """A text is words; it is no pattern and no query language."""
    assert [] == [hit for hit in index_of(real_disk).search(text) if hit.score <= 0]


def test_kind(real_disk: DiskStore) -> None:
    """With a kind, only things of it are found."""
    found = index_of(real_disk).search("naltrexone", "study")

    assert {"study"} == {hit.kind for hit in found}


def test_address(web: TestClient) -> None:
    """Hits have IRI, CURIE, label, kind and the name that fitted; pages follow each other."""
    found = web.get("/api/search?q=eczema&limit=1")
    hit = found.json()["hits"][0]

    assert ("https://w3id.org/offlabel/condition/atopic-dermatitis", "atopic dermatitis") == (
        hit["iri"],
        hit["label"],
    )
    assert ("condition", "atopic eczema") == (hit["kind"], hit["name"])
    assert "offset=1" in found.links["next"]["url"]


def test_index_follows_the_store(real_disk: DiskStore, tiny: MemoryStore) -> None:
    """Each store has an index of its own: no name of one is found in the other."""
    assert [] == index_of(tiny).search("weinstock")
    assert "drug:examplamine" == index_of(tiny).search("examplamine")[0].curie
    assert [] == index_of(real_disk).search("examplamine")

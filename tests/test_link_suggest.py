"""Suggested terms: the right name first, whatever its spelling."""

import pytest
from pyoxigraph import RdfFormat, Store

from offlabel.links.names import key, normal
from offlabel.links.suggest import LEXICAL, SIMILAR, Index

ONTOLOGY = """
@prefix : <http://example.org/X_> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
:1 a owl:Class ; rdfs:label "atopic eczema" ; oio:hasExactSynonym "Dermatitis, Atopic" .
:2 a owl:Class ; rdfs:label "dermatitis" ; oio:hasRelatedSynonym "eczema" .
:3 a owl:Class ; rdfs:label "diarrhea" .
:4 a owl:Class ; rdfs:label "diarrhoea" ; owl:deprecated true .
:5 a owl:Class ; rdfs:label "Crohn disease" .
:6 a owl:Class ; rdfs:label "edema" .
:7 a owl:Class ; rdfs:label "lichen planus" .
"""


@pytest.fixture(scope="module")
def index() -> Index:
    """Return an index of an invented ontology."""
    store = Store()
    store.load(ONTOLOGY.encode(), format=RdfFormat.TURTLE)
    return Index(store)


@pytest.mark.parametrize(
    ("name", "number", "score", "why"),
    [
        ("Atopic eczema", 1, 1.0, LEXICAL),
        ("dermatitis, atopic", 1, 0.96, LEXICAL),
        ("atopic dermatitis", 1, 0.931, LEXICAL),  # 0.96 * 0.97: a synonym in another order
        ("diarrhoea", 3, 1.0, LEXICAL),  # the obsolete term of that spelling is no candidate
        ("Crohn's disease", 5, 1.0, LEXICAL),
        ("oedema", 6, 1.0, LEXICAL),
        ("disorder of Crohn", 5, 0.97, LEXICAL),  # other words for the same, in another order
        ("lichen planuss", 7, 0.867, SIMILAR),  # 0.9 * 26/27 of the letters
    ],
)
def test_best_candidate(index: Index, name: str, number: int, score: float, why: str) -> None:
    """The term that is meant stands first, with how well it matched and why."""
    best = index.suggest([name])[0]

    assert (f"http://example.org/X_{number}", score, why) == (
        best.iri,
        best.score,
        best.justification,
    )


def test_another_name_of_the_thing_counts_less(index: Index) -> None:
    """Each name of a thing is tried; a match of its label goes before one of another name."""
    found = index.suggest(["dermatitis", "atopic eczema"])

    assert [("dermatitis", 1.0), ("atopic eczema", 0.98)] == [(f.label, f.score) for f in found[:2]]


def test_nothing_alike(index: Index) -> None:
    """A name that looks like none has no candidate."""
    assert [] == index.suggest(["qzxv"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Haematoma", "hematomas"),
        ("Sjögren's syndrome", "sjogren syndrome"),
        ("tumour", "tumor"),
        ("Pruritus", "pruritus"),
        ("psoriasis", "Psoriasis"),
    ],
)
def test_spellings_that_are_one(one: str, other: str) -> None:
    """British and American spelling, accents, possessives and plurals make no difference."""
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"), [("naloxone", "naltrexone"), ("mu receptor", "nu receptor")]
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    """What is another thing has another name."""
    assert key(one) != key(other)

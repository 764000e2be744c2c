"""Rows held against outside ontologies: each kind of slip is found, a good table is clean."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from offlabel.links.check import ANYTHING, BROAD, EXACT, NARROW, Check
from offlabel.links.terms import Terms
from offlabel.sources.mappings import Row
from offlabel.terms import Prefixes

X = "http://example.org/X_"
Y = "http://example.org/Y_"
OURS = "http://example.org/our/"
PREFIXES = Prefixes({"X": X, "Y": Y, "our": OURS})
ONTOLOGY = """
@prefix : <http://example.org/X_> .
@prefix Y: <http://example.org/Y_> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
:1 a owl:Class ; rdfs:label "rash" .
:2 a owl:Class ; rdfs:label "dotted rash" ; rdfs:subClassOf :1 ; oio:hasExactSynonym "spots" .
:3 a owl:Class ; rdfs:label "fine dotted rash" ; rdfs:subClassOf :2 .
:4 a owl:Class ; rdfs:label "obsolete dotted rash" ; owl:deprecated true ; obo:IAO_0100001 :2 .
:5 a owl:Class ; rdfs:label "obsolete itch" ; owl:deprecated true .
:6 a owl:Class ; rdfs:label "fever" .
:7 a owl:Class ; rdfs:label "obsolete heat" ; owl:deprecated true ; oio:consider :6 .
Y:1 a owl:Class ; rdfs:label "rash" .
Y:2 a owl:Class ; rdfs:label "dotted rash" .
"""


def row(
    subject: str,
    predicate: NamedNode,
    to: str,
    label: str = "",
    comment: str = "",
    *,
    is_negative: bool = False,
) -> Row:
    """Return a row of a table."""
    ours = subject if subject == ANYTHING else f"{OURS}{subject}"
    target = PREFIXES.expand(to) or to
    return Row(Path("table.tsv"), 7, ours, predicate, target, label, comment, is_negative)


def found(*rows: Row, equals: tuple[tuple[str, str], ...] = ()) -> list[tuple[str, str]]:
    """Return rule and message of each problem of some rows."""
    store = Store()
    store.load(ONTOLOGY.encode(), format=RdfFormat.TURTLE)
    check = Check(rows, Terms(store, [X, Y]), PREFIXES, equals)
    return [(each.rule.removeprefix("mapping/"), each.message) for each in check.problems()]


def test_good_table_is_clean() -> None:
    """Ids that exist, under a label or exact synonym, with parents above and children below."""
    assert [] == found(
        row("dots", EXACT, "X:2", "Spots"),
        row("dots", BROAD, "X:1", "rash"),
        row("dots", NARROW, "X:3", "fine dotted rash"),
        row("dots", EXACT, "Y:2", "dotted rash"),
        row("rash", EXACT, "X:1", "rash"),
        row("rash", EXACT, "http://example.com/elsewhere/9", "a vocabulary that is not there"),
    )


@pytest.mark.parametrize(
    ("rows", "rule", "message"),
    [
        ((row("dots", EXACT, "X:99"),), "unknown-id", "X:99 is not in the ontology"),
        ((row("dots", EXACT, "X:4"),), "obsolete-id", "X:4 (obsolete dotted rash) is obsolete"),
        (
            (row("dots", EXACT, "X:6", "dotted rash"),),
            "label-differs",
            "the table calls X:6 'dotted rash', the ontology 'fever'",
        ),
        (
            (row("dots", EXACT, "X:1"), row("dots", EXACT, "X:3")),
            "implausible-predicate",
            "an exactMatch to X:1 and to X:3, which lies below it",
        ),
        (
            (row("dots", EXACT, "X:2"), row("dots", EXACT, "X:1")),
            "implausible-predicate",
            "an exactMatch to X:2 and to X:1, which lies above it",
        ),
        (
            (row("dots", EXACT, "X:2"), row("dots", EXACT, "X:6")),
            "implausible-predicate",
            "an exactMatch to two terms of one ontology, X:2 and X:6",
        ),
        (
            (row("dots", EXACT, "X:2"), row("dots", BROAD, "X:3")),
            "implausible-predicate",
            "X:3 does not lie above X:2",
        ),
        (
            (row("dots", EXACT, "X:2"), row("dots", NARROW, "X:6")),
            "implausible-predicate",
            "X:6 does not lie below X:2",
        ),
        (
            (
                row("dots", EXACT, "X:6"),
                row("dots", EXACT, "X:6", comment="a fever is no rash", is_negative=True),
            ),
            "excluded",
            "X:6 must not be mapped: a fever is no rash",
        ),
        (
            (
                row("dots", EXACT, "X:6"),
                row(ANYTHING, EXACT, "X:6", comment="too wide", is_negative=True),
            ),
            "excluded",
            "X:6 must not be mapped: too wide",
        ),
    ],
)
def test_slip(rows: tuple[Row, ...], rule: str, message: str) -> None:
    """A slip is one problem, with its reason."""
    assert [(rule, message)] == found(*rows)


def test_two_things_of_ours_and_one_term() -> None:
    """Both rows are named, each with the other thing."""
    assert [
        ("shared-id", "X:2 is an exactMatch of our:spots too"),
        ("shared-id", "X:2 is an exactMatch of our:dots too"),
    ] == found(row("dots", EXACT, "X:2"), row("spots", EXACT, "X:2"))


def test_hops_that_disagree() -> None:
    """Where others hold X:2 to be Y:2, a thing that is X:2 and Y:1 is looked at from both sides."""
    pairs = ((f"{X}2", f"{Y}2"),)

    assert [("hop-disagrees", "X:2 is held to be Y:2, and the thing is mapped to Y:1")] == found(
        row("dots", EXACT, "X:2"), row("dots", EXACT, "Y:1"), equals=pairs
    )
    assert [] == found(row("dots", EXACT, "X:2"), row("dots", EXACT, "Y:2"), equals=pairs)


def test_two_things_that_others_hold_to_be_one() -> None:
    """Where others hold X:2 to be Y:2, one thing of ours is X:2 and another Y:2, both are named."""
    pairs = ((f"{X}2", f"{Y}2"),)

    assert [
        ("hop-disagrees", "X:2 is held to be Y:2, which is an exactMatch of our:spots"),
        ("hop-disagrees", "Y:2 is held to be X:2, which is an exactMatch of our:dots"),
    ] == found(row("dots", EXACT, "X:2"), row("spots", EXACT, "Y:2"), equals=pairs)


def test_remedy_names_the_replacement() -> None:
    """What replaces an obsolete term is said; where nothing does, that too is said."""
    store = Store()
    store.load(ONTOLOGY.encode(), format=RdfFormat.TURTLE)
    rows = (row("dots", EXACT, "X:4"), row("itch", EXACT, "X:5"), row("heat", EXACT, "X:7"))
    remedies = [each.remedy for each in Check(rows, Terms(store, [X]), PREFIXES).problems()]

    assert [
        "Map to X:2, which replaces it.",
        "Map to a term that is in use, or remove the row.",
        "Consider X:6, or remove the row.",
    ] == remedies

"""In the made-up graphs that the rules are timed on, every rule runs through and finds work."""

import pytest

from offlabel.rules import apply, read_rules
from offlabel.stores.memory import MemoryStore
from offlabel.terms import GRAPH, OL
from rules import Run, filled, shared, table
from synthetic import World

STUDIES = 200


@pytest.fixture(scope="module")
def made_up() -> MemoryStore:
    """Return a made-up graph with all that follows from it."""
    store = filled(STUDIES)
    apply(store, read_rules(shared()))
    return MemoryStore(store)


def count(store: MemoryStore, pattern: str) -> int:
    """Return how often a pattern holds."""
    ((number,),) = store.select(
        f"PREFIX ol: <{OL}> SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
    ).rows
    return int(getattr(number, "value", 0))


def test_studies(made_up: MemoryStore) -> None:
    """There are as many studies as asked for, and each main result has a proportion."""
    assert STUDIES == count(made_up, "?study a ol:Study")
    assert STUDIES == count(made_up, "?study ol:mainResult/ol:proportion ?proportion")


def test_every_question_is_assessed(made_up: MemoryStore) -> None:
    """Each question has an assessment with one state, and each body a certainty."""
    missing = "FILTER NOT EXISTS { ?assessment ol:about ?q ; ol:state ?state }"
    assert 0 == count(made_up, f"?q a ol:EvidenceQuestion {missing}")
    assert 0 == count(
        made_up, "?g a ol:DerivedGrade FILTER NOT EXISTS { ?g ol:certainty ?certainty }"
    )


def test_every_rule_has_work(made_up: MemoryStore) -> None:
    """A rule that finds nothing in the made-up graph would be timed for nothing."""
    idle = {
        rule.name
        for rule in read_rules(shared())
        if not count(
            made_up,
            f"GRAPH <{GRAPH}rule/{rule.name}> {{ ?s ?p ?o FILTER (?s != <{rule.graph}> "
            f"&& ?s != <{rule.iri}>) }}",
        )
    }

    assert set() == idle


def test_one_seed_gives_one_graph() -> None:
    """The same graph comes each time, and without a statement that stands in it twice."""
    quads = list(World(30))

    assert quads == list(World(30))
    assert len(quads) == len(set(quads))


def test_table() -> None:
    """The table states the ratio of the cost of a study between sizes, and names slow rules."""
    runs = [
        Run(10, 100, 50, {"a": 0.001, "b": 0.003}, 40),
        Run(100, 1000, 500, {"a": 0.01, "b": 0.06}, 50),
    ]
    text = "\n".join(table(runs))

    assert "1.75" in text
    assert "b                              600.0 (2.00)" in text

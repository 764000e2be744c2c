"""Every saved query has an expected answer in two worlds, and gives it on every store."""

import re
from decimal import Decimal
from random import Random

import pytest

from answers import FOLDER, REMEDY, SLUGS, Case, cases, rows_from_csv, tiny_parameters
from offlabel.paths import find_roots
from offlabel.queries.library import get_query
from offlabel.sources.sparql import tokens
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore, OxigraphStore
from offlabel.validation.sparqltext import hidden_variables

CASES = cases()
STORES = ("", "_disk", pytest.param("_remote", marks=pytest.mark.server))


def by_value(rows: list[list[str]]) -> list[list[str | Decimal]]:
    """Return rows with numbers as numbers, so that 5.0 is 5."""
    return [
        [Decimal(cell) if re.fullmatch(r"-?\d+(\.\d+)?", cell) else cell for cell in row]
        for row in rows
    ]


@pytest.mark.parametrize("store", STORES, ids=lambda name: name.strip("_") or "memory")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_answer_is_as_expected(case: Case, store: str, request: pytest.FixtureRequest) -> None:
    """The rows are those of the expected answer, in its order, wherever the graph is kept."""
    graph: Store = request.getfixturevalue(case.fixture(store))
    expected = rows_from_csv(case.path.read_text(encoding="utf-8"))

    assert expected == rows_from_csv(case.answer(graph)), REMEDY


@pytest.mark.parametrize("slug", SLUGS)
def test_other_engine_agrees(slug: str, tiny_rdflib: Store) -> None:
    """An engine that is not ours gives the same rows; it may write numbers differently."""
    case = Case("tiny", slug)
    expected = rows_from_csv(case.path.read_text(encoding="utf-8"))

    assert by_value(expected) == by_value(rows_from_csv(case.answer(tiny_rdflib)))


def test_every_answer_belongs_to_a_query() -> None:
    """There is a file for each query in each world, and none besides."""
    expected = {case.path for case in CASES}

    assert expected == set(FOLDER.rglob("*.csv")), REMEDY


def test_every_query_has_parameters_for_the_small_world() -> None:
    """The file of parameters sets each parameter of each query that has any."""
    given = {slug: set(values) for slug, values in tiny_parameters().items()}
    known = {slug: set(get_query(find_roots(), slug).parameters) for slug in SLUGS}

    assert known == {slug: given.get(slug, set()) for slug in SLUGS}
    assert set(given) <= set(SLUGS)


@pytest.mark.parametrize("world", ["tiny", "real"])
def test_most_answers_hold_something(world: str) -> None:
    """An answer without a row is the exception: it proves that the question can be asked."""
    empty = [
        case.slug
        for case in CASES
        if case.world == world and len(case.path.read_text(encoding="utf-8").splitlines()) == 1
    ]

    assert len(empty) <= len(SLUGS) // 10, empty


@pytest.mark.parametrize("slug", SLUGS)
def test_query_keeps_the_rules(slug: str) -> None:
    """A query is complete, ends in a full ORDER BY, and projects its parameters everywhere."""
    query = get_query(find_roots(), slug)
    words = tokens(query.text)
    end = max(place for place, token in enumerate(words) if token.text == "}")

    assert query.title.endswith("?")
    assert query.empty.endswith(".")
    assert query.topics
    assert any(token.is_word("ORDER") for token in words[end:])
    assert [] == hidden_variables(tokens(query.text), set(query.parameters))


@pytest.fixture(scope="module")
def shuffled(real_linked: OxigraphStore) -> MemoryStore:
    """Return the real graph with its slices, read in another order."""
    quads = sorted(real_linked.store, key=str)
    Random(1).shuffle(quads)
    return MemoryStore.from_quads(quads)


@pytest.mark.parametrize("slug", SLUGS)
def test_order_is_complete(slug: str, shuffled: MemoryStore) -> None:
    """The rows come in one order, however the graph was read, and none of them comes twice."""
    case = Case("real", slug)
    rows = rows_from_csv(case.answer(shuffled))

    assert rows_from_csv(case.path.read_text(encoding="utf-8")) == rows, REMEDY
    assert len({tuple(row) for row in rows}) == len(rows)

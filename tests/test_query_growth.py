"""No saved query grows faster than its answer, and the forms that are called slow are slow.

Processor time at two sizes of a made-up graph, in one process, with wide bounds: the ratio that is
asserted on is far from both what a slow and what a quick query has.
"""

from functools import lru_cache
from pathlib import Path

import pytest
import yaml

from offlabel.queries.header import Query
from offlabel.sparql.traps import find_traps
from offlabel.stores.memory import MemoryStore
from scale import FLOOR, GROWTH, Asked, asked, growth, made_up, saved_queries, table, text_of
from traps import PAIRS, query

pytestmark = pytest.mark.growth

SMALL, MIDDLE, LARGE = 300, 1_200, 3_000
EXCEPTIONS: dict[str, str] = yaml.safe_load(
    (Path(__file__).parent / "query-growth.yaml").read_text(encoding="utf-8")
)
NEEDED = 1.5  # a query that grows no more than this needs no exception
BETWEEN = 2.4  # slow forms grow by more, what is told to write instead by less
QUERIES = {one.slug: one for one in saved_queries()}

store_of = lru_cache(made_up)


def grown(text: str, small: MemoryStore, large: MemoryStore) -> tuple[float, Asked]:
    """Return how much more a row costs in the larger graph; ask again before that is too much."""
    ratio, last = 0.0, Asked(0, 0)
    for runs in (2, 6):
        last = asked(large.store, text, runs)
        ratio = growth(asked(small.store, text, runs), last)
        if ratio <= GROWTH:
            break
    return ratio, last


def each(small: Asked, large: Asked) -> float:
    """Return how much more a row costs in the larger graph, however quick the query is."""
    rows = max(1.0, large.rows / max(1, small.rows))
    return large.milliseconds / small.milliseconds / rows


def saved_growth(saved: Query) -> float:
    """Return the growth of a saved query with the examples of its parameters."""
    small, large = store_of(SMALL), store_of(LARGE)
    return grown(text_of(saved, large), small, large)[0]


@pytest.mark.parametrize("slug", sorted(QUERIES.keys() - EXCEPTIONS.keys()))
def test_saved_query_grows_with_its_answer(slug: str) -> None:
    """A row costs about the same in a graph ten times as large."""
    found = [(trap.name, trap.line) for trap in find_traps(QUERIES[slug].text)]

    assert saved_growth(QUERIES[slug]) <= GROWTH, f"slow forms: {found}"


def test_exceptions_are_needed() -> None:
    """Each query that is excepted grows faster than its answer, and the reason is given."""
    needless = [slug for slug in EXCEPTIONS if saved_growth(QUERIES[slug]) <= NEEDED]

    assert [] == needless
    assert all(reason.strip() for reason in EXCEPTIONS.values())


def test_a_bad_query_is_seen() -> None:
    """A planted query that reads the whole graph for the same rows is over the limit."""
    small, large = store_of(SMALL), store_of(LARGE)
    planted = PAIRS["begins-at-the-wrong-end"]
    bad, last = grown(query(planted.slow), small, large)
    good, same = grown(query(planted.quick), small, large)

    assert good <= GROWTH < bad
    assert same.rows == last.rows > 0


def test_bench_prints_what_is_over_a_limit() -> None:
    """`make bench-scale` shows the queries that grow too fast, and counts all."""
    lines = list(table({"bad": [Asked(5, 1), Asked(50, 1)], "good": [Asked(5, 1), Asked(50, 10)]}))

    assert ["bad", "5.0", "1", "50.0", "1", "10.0"] == lines[0].split()
    assert "2 queries, 1 over a limit" == lines[1]


def test_what_is_too_quick_is_not_judged() -> None:
    """Below the floor reading and planning take most of the time."""
    assert growth(Asked(0.01, 1), Asked(FLOOR - 0.1, 1)) == 1
    assert growth(Asked(10, 1), Asked(100, 10)) == 1
    assert growth(Asked(10, 1), Asked(100, 1)) == 10


@pytest.mark.parametrize("name", PAIRS)
def test_slow_form_grows_and_what_is_told_instead_does_not(name: str) -> None:
    """An engine that mends a form fails here: then it need no longer be called slow."""
    pair = PAIRS[name]
    small, large = store_of(SMALL), store_of(MIDDLE if pair.is_square else LARGE)
    for runs in (5, 15):
        slow, quick = (
            [asked(one.store, query(body), runs) for one in (small, large)]
            for body in (pair.slow, pair.quick)
        )
        ratios = [each(*times) for times in (slow, quick)]
        if ratios[1] < BETWEEN < ratios[0]:
            break

    assert [one.rows for one in slow] == [one.rows for one in quick]
    assert ratios[1] < BETWEEN < ratios[0]

"""What was published, said or searched later never shows in an earlier answer."""

from datetime import date

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode

from offlabel.errors import OfflabelError
from offlabel.paths import Roots
from offlabel.queries.library import get_query
from offlabel.queries.run import run
from offlabel.rules import read_rules
from offlabel.sources import discover
from offlabel.stores.memory import MemoryStore
from offlabel.stores.opening import open_store
from offlabel.terms import OL

DAYS = [date(2016, 12, 31), date(2019, 12, 31), date(2025, 8, 25)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def then(request: pytest.FixtureRequest, real_roots: Roots) -> tuple[date, MemoryStore]:
    """Return a day, and the graph built from what was public by then."""
    return request.param, MemoryStore.from_roots(real_roots, request.param)


@pytest.mark.parametrize(
    "query", ["evidence-map", "why-that-grade", "conflicting-findings", "evidence-lines"]
)
def test_two_ways_back(
    then: tuple[date, MemoryStore], real: MemoryStore, real_roots: Roots, query: str
) -> None:
    """A graph that knows nothing later says what the whole graph says as of the day."""
    day, past = then
    saved = get_query(real_roots, f"evidence/{query}")
    left_out = {"asOf"}
    whole = run(real, saved, {"drug": "naltrexone", "asOf": day.isoformat()})
    cut = run(past, saved, {"drug": "naltrexone"})
    questions = {(row["condition"], row.get("regimen")) for row in cut}

    def told(rows: object) -> list[dict[str, object]]:
        return [
            {key: value for key, value in row.items() if key not in left_out}
            for row in rows  # type: ignore[attr-defined]
            # A condition that nobody had spoken of by then made no question yet.
            if (row["condition"], row.get("regimen")) in questions
        ]

    assert told(cut) == told(whole)


@pytest.mark.large
def test_the_graph_itself_leads_back(
    then: tuple[date, MemoryStore], real: MemoryStore, real_roots: Roots
) -> None:
    """The graph cut to a day, with rules run anew, is what the sources of that day make."""
    day, past = then
    rules = read_rules(discover(real_roots))

    assert statements(past) == statements(MemoryStore.from_past(real.store, rules, day))


def statements(graph: MemoryStore) -> set[str]:
    """Return the statements of a graph, nodes without a name called alike."""
    found = Dataset(graph.store)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, found))


def test_nothing_later_is_left(then: tuple[date, MemoryStore]) -> None:
    """No source of a later day or year, and no claim, study or observation that rests on one."""
    day, past = then
    ends = {"publishedOn": str(day), "lastUpdated": str(day), "year": str(day.year)}
    for name, end in ends.items():
        found = past.store.quads_for_pattern(None, NamedNode(OL + name), None, None)
        assert all(quad.object.value <= end for quad in found)  # type: ignore[union-attr]
    dates = past.store.quads_for_pattern(None, NamedNode(OL + "availableFrom"), None, None)
    assert all(quad.object.value <= str(day) for quad in dates)  # type: ignore[union-attr]
    undated = past.select(
        f"""PREFIX ol: <{OL}> SELECT ?thing {{
        ?thing a ?kind . FILTER (?kind IN (ol:Study, ol:Claim))
        FILTER NOT EXISTS {{ ?thing ol:reportedIn|ol:madeIn ?source . ?source ol:year ?year }} }}"""
    ).rows

    assert () == undated


def test_the_source_article_is_not_known_before_it_was_written(real_roots: Roots) -> None:
    """The day before the page was updated there is no claim of it; on the day there are all."""
    counted = f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ ?c a <{OL}Claim> }}"
    before = MemoryStore.from_roots(real_roots, date(2025, 8, 24)).select(counted).rows
    after = MemoryStore.from_roots(real_roots, date(2025, 8, 25)).select(counted).rows

    assert ["0", "172"] == [str(rows[0][0].value) for rows in (before, after)]  # type: ignore[union-attr]


def test_an_endpoint_cannot_be_put_back(real_roots: Roots) -> None:
    """A day and an endpoint exclude each other, and the error says what to do."""
    with pytest.raises(OfflabelError, match="asOf"):
        open_store(real_roots, endpoint="http://127.0.0.1:9/", as_of=DAYS[0])

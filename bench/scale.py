"""Ask all saved queries of made-up graphs of several sizes, and say which grow too fast.

`python bench/scale.py [STUDIES …]` prints, beside the limits, the queries that are over one, with
the milliseconds of the processor at each size. The graphs hold the project's own data too, so
that the example of each parameter is there: where a query has one, its answer stays as it is.
tests/test_query_growth.py asserts the same for the first two sizes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pyoxigraph import QuerySolutions, Store

from offlabel.paths import find_roots
from offlabel.queries.header import Query
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import bind
from offlabel.rules import FUNCTIONS, apply, read_rules
from offlabel.sources import read_dataset
from offlabel.stores.memory import MemoryStore
from offlabel.stores.sparqltext import with_values
from synthetic import World

SIZES = (300, 3_000, 30_000)
RUNS = 3
PATIENCE = 1.0  # seconds after which a query is not asked once more
FLOOR = 3.0  # milliseconds below which nothing is judged: reading and planning take their time
GROWTH = 3.0  # how much more each row may cost in a graph of the next size
SLOWEST = 300.0  # milliseconds that a query may take in the largest graph


@dataclass(frozen=True)
class Asked:
    """How long a query took, in milliseconds of the processor, and how many rows came of it."""

    milliseconds: float
    rows: int


def made_up(studies: int) -> MemoryStore:
    """Return the project's data and made-up studies in one graph, with all that follows."""
    dataset = read_dataset(find_roots()).check()
    store = Store()
    store.bulk_extend(dataset.quads)
    store.bulk_extend(World(studies))
    apply(store, read_rules(dataset.files))
    return MemoryStore(store)


def asked(store: Store, text: str, runs: int = RUNS) -> Asked:
    """Ask a query several times and return the quickest."""
    best, rows = float("inf"), 0
    for _ in range(runs):
        start = time.process_time()
        found = store.query(text, use_default_graph_as_union=True, custom_functions=FUNCTIONS)
        assert isinstance(found, QuerySolutions)
        rows = sum(1 for _ in found)
        took = time.process_time() - start
        best = min(best, took)
        if took > PATIENCE:
            break
    return Asked(best * 1000, rows)


def saved_queries() -> list[Query]:
    """Return the saved queries, without those that ask of outside ontologies."""
    return [query for query in list_queries(find_roots()) if not query.is_linked]


def text_of(query: Query, store: MemoryStore) -> str:
    """Return a saved query with the examples of its parameters."""
    examples = {name: parameter.example for name, parameter in query.parameters.items()}
    return with_values(query.text, bind(query, examples, store))


def growth(small: Asked, large: Asked) -> float:
    """Return how much more a row costs in the larger graph; 1 where it is too quick to tell."""
    if large.milliseconds < FLOOR:
        return 1.0
    by_time = large.milliseconds / max(small.milliseconds, FLOOR / 10)
    return by_time / max(1.0, large.rows / max(1, small.rows))


def table(found: dict[str, list[Asked]]) -> Iterator[str]:
    """Yield a line for each query that is over a limit, the slowest first, and a summary."""
    over = {
        slug: times
        for slug, times in found.items()
        if any(growth(a, b) > GROWTH for a, b in pairwise(times))
        or times[-1].milliseconds > SLOWEST
    }
    for slug, times in sorted(over.items(), key=lambda one: -one[1][-1].milliseconds):
        cells = "".join(f"{one.milliseconds:>10.1f}{one.rows:>9,}" for one in times)
        ratios = [f"{growth(a, b):.1f}" for a, b in pairwise(times)]
        yield f"{slug:<40}{cells}   {' '.join(ratios)}"
    yield f"{len(found)} queries, {len(over)} over a limit"
    for place, total in enumerate(map(sum, zip(*_milliseconds(found), strict=True))):
        yield f"all of them at size {place + 1}: {total / 1000:.2f} s"


def _milliseconds(found: dict[str, list[Asked]]) -> list[list[float]]:
    return [[one.milliseconds for one in times] for times in found.values()]


def main(sizes: tuple[int, ...]) -> None:
    """Ask and print."""
    found: dict[str, list[Asked]] = {query.slug: [] for query in saved_queries()}
    for studies in sizes:
        store = made_up(studies)
        for query in saved_queries():
            found[query.slug].append(asked(store.store, text_of(query, store)))
    sizes_in_words = ", ".join(f"{studies:,}" for studies in sizes)
    print(f"ms and rows at {sizes_in_words} studies, then how much more a row costs each time")
    print(f"limits: a row {GROWTH:g} times, where over {FLOOR:g} ms; {SLOWEST:g} ms in the largest")
    for line in table(found):
        print(line)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)

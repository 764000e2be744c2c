"""Every saved query gives the same rows on Virtuoso, the server behind many public endpoints."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pyoxigraph import RdfFormat

from answers import FOLDER, Case, cases, rows_from_csv
from offlabel.errors import QueryError, StoreError
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore, OxigraphStore
from offlabel.stores.remote import RemoteStore
from offlabel.terms import prefixes
from virtuoso import virtuoso

DIFFERENCES = yaml.safe_load((FOLDER / "engines.yaml").read_text(encoding="utf-8"))
BOOLEANS, AVOIDED = DIFFERENCES["booleans"]["written"], DIFFERENCES["avoided"]

pytestmark = pytest.mark.virtuoso


@pytest.fixture(scope="session")
def tiny_virtuoso(
    tiny_linked: OxigraphStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return what a push of the small world sends, behind Virtuoso."""
    yield from served(tiny_linked, tmp_path_factory.mktemp("tiny-virtuoso"))


@pytest.fixture(scope="session")
def real_virtuoso(
    real_linked: OxigraphStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the same of the real graph."""
    yield from served(real_linked, tmp_path_factory.mktemp("real-virtuoso"))


def served(graph: OxigraphStore, folder: Path) -> Iterator[RemoteStore]:
    """Serve a graph."""
    content = graph.store.dump(format=RdfFormat.N_QUADS)
    assert content
    with virtuoso(folder, content) as server:
        yield RemoteStore(server.endpoint)


def comparable(text: str) -> list[list[str]]:
    """Return rows with yes and no written as Virtuoso does."""
    return [[BOOLEANS.get(cell, cell) for cell in row] for row in rows_from_csv(text)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_same_rows(case: Case, request: pytest.FixtureRequest) -> None:
    """The rows are those of the expected answer, in its order."""
    store: RemoteStore = request.getfixturevalue(case.fixture("_virtuoso"))
    expected = comparable(case.path.read_text(encoding="utf-8"))

    assert expected == comparable(case.answer(store))


@pytest.mark.parametrize("name", AVOIDED)
def test_what_queries_avoid(name: str, tiny: MemoryStore, tiny_virtuoso: RemoteStore) -> None:
    """What no saved query uses is answered wrongly there, what stands in its place is not."""
    wrong, right = (prefixes().sparql() + AVOIDED[name][key] for key in ("query", "instead"))
    expected = values(tiny, wrong)

    assert expected != values(tiny_virtuoso, wrong)
    assert expected == values(tiny, right) == values(tiny_virtuoso, right)


def values(store: Store, text: str) -> list[list[str]]:
    """Return the rows of an answer as texts, in order of these."""
    found = store.select(text).rows
    return sorted([getattr(term, "value", "") for term in row] for row in found)


def test_yes_and_no(tiny_virtuoso: RemoteStore) -> None:
    """An ASK is answered, though the server gives a table instead of a truth value."""
    assert tiny_virtuoso.ask("ASK { ?study a <https://w3id.org/offlabel/ontology#Study> }")
    assert not tiny_virtuoso.ask("ASK { ?study a <https://w3id.org/offlabel/ontology#Nothing> }")
    with pytest.raises(QueryError, match="not an ASK"):
        tiny_virtuoso.ask("SELECT ?study { ?study ?is ?there } LIMIT 1")


def test_a_cut_answer_is_no_answer(real: MemoryStore, tmp_path: Path) -> None:
    """Where the server cuts an answer at its limit of rows, that is told."""
    content = real.store.dump(format=RdfFormat.N_QUADS)
    assert content
    with virtuoso(tmp_path, content, rows=100) as server:
        store = RemoteStore(server.endpoint)
        with pytest.raises(StoreError, match="100 rows"):
            store.select("SELECT ?s WHERE { ?s ?p ?o }")

        assert 99 == len(store.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 99").rows)

"""Each source that `offlabel link enrich` asks, on Virtuoso and on Oxigraph, in its real shape.

tests/federated/<source>.ttl is a slice in the form in which the public endpoint has its data.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from commands import offlabel
from offlabel.links.enrich.shelf import Shelf
from offlabel.links.enrich.source import federated
from offlabel.paths import find_roots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import OxigraphStore
from servers import oxigraph_server
from virtuoso import virtuoso

FOLDER = Path(__file__).parent / "federated"
# The graph in which a public endpoint has its data; the queries ask all graphs, or name it.
PLACES = {
    "mesh": "http://id.nlm.nih.gov/mesh",
    "uniprot": "http://sparql.uniprot.org/uniprot",
    "wikidata": "http://www.wikidata.org/invented-graph",
}
PROTEIN, ITEM = "http://purl.uniprot.org/uniprot/", "http://www.wikidata.org/entity/Q00000000"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SKOS = "http://www.w3.org/2004/02/skos/core#"
GENE = f"{PROTEIN}P35372#INVENTED-GENE"
MESH = "http://id.nlm.nih.gov/mesh/"
EXPECTED = {
    "mesh": {
        (f"{MESH}D003876", LABEL, "Dermatitis, Atopic"),
        (f"{MESH}D003876", f"{SKOS}broader", f"{MESH}D-WIDER"),
        (
            f"{MESH}D003876",
            f"{SKOS}definition",
            'An invented note on atopic dermatitis, with "quotes".',
        ),
        (f"{MESH}D-WIDER", LABEL, "An invented wider term"),
        (f"{MESH}D000437", LABEL, "Alcoholism"),
        (f"{MESH}D009293", LABEL, "Opioid-Related Disorders"),
    },
    "uniprot": {
        (f"{PROTEIN}P35372", LABEL, "An invented name of the mu receptor"),
        (f"{PROTEIN}P35372", "http://purl.uniprot.org/core/encodedBy", GENE),
        (
            f"{PROTEIN}P35372",
            f"{SKOS}definition",
            'An invented function, with "quotes" and a β.',
        ),
        (GENE, f"{SKOS}prefLabel", "INVENTED1"),
        (f"{PROTEIN}Q9NZT2", LABEL, "An invented name of the growth factor receptor"),
    },
    "wikidata": {
        (f"{ITEM}1", f"{SKOS}relatedMatch", f"{MESH}D003876"),
        (f"{ITEM}1", LABEL, "an invented item"),
        (f"{ITEM}1", f"{SKOS}altLabel", "another name"),
        (f"{ITEM}1", f"{SKOS}altLabel", "one more name"),
        (f"{ITEM}1", "http://schema.org/description", 'invented, with "quotes"'),
        (f"{ITEM}2", f"{SKOS}relatedMatch", f"{MESH}D000437"),
        (f"{ITEM}3", f"{SKOS}relatedMatch", f"{MESH}D009293"),
        (f"{ITEM}3", LABEL, "a third item"),
    },
}


@pytest.fixture(scope="module")
def slices() -> Store:
    """Return the slices of all endpoints, each in the graph in which the endpoint has it."""
    store = Store()
    for name, graph in PLACES.items():
        path = str(FOLDER / f"{name}.ttl")
        store.load(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(graph))
    return store


@pytest.fixture(scope="module")
def on_virtuoso(slices: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve them with Virtuoso."""
    content = slices.dump(format=RdfFormat.N_QUADS)
    assert content
    with virtuoso(tmp_path_factory.mktemp("federated"), content) as server:
        yield server.endpoint


@pytest.fixture(scope="module")
def on_oxigraph(slices: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve them with Oxigraph."""
    folder = tmp_path_factory.mktemp("federated")
    with oxigraph_server(OxigraphStore(slices), folder) as address:
        yield address


@pytest.fixture(autouse=True)
def own_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real_disk: DiskStore, cache: Path
) -> None:
    """Keep answers apart for each test; the built store is the one that all tests share."""
    (tmp_path / "stores").symlink_to(cache / "stores")
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path))


def kept(quads: list[Quad]) -> set[tuple[str, str, str]]:
    """Return what was said of outside things, without what is said of the answer itself."""
    return {
        (quad.subject.value, quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in quads
        if isinstance(quad.subject, NamedNode) and quad.subject != quad.graph_name
    }


@pytest.mark.parametrize("engine", ["on_virtuoso", "on_oxigraph"])
@pytest.mark.parametrize("name", EXPECTED)
def test_each_source_on_each_engine(name: str, engine: str, request: pytest.FixtureRequest) -> None:
    """The facts of the slice arrive, and none about ids or in languages nobody asked for."""
    endpoint: str = request.getfixturevalue(engine)
    done = offlabel("link", "enrich", name, "--endpoint", endpoint)

    assert (0, "") == (done.code, done.err)
    assert EXPECTED[name] == kept(Shelf().quads())


def test_each_source_has_a_slice() -> None:
    """Whoever adds a source adds a slice and what is expected of it."""
    assert set(federated(find_roots())) == set(EXPECTED) == set(PLACES)
    assert set(EXPECTED) == {path.stem for path in FOLDER.glob("*.ttl")}

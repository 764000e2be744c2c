"""`offlabel link enrich`, against Virtuoso with a slice in the shape of a public endpoint."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from commands import offlabel
from faulty import Faulty, faulty
from offlabel.links.closure import Hierarchy
from offlabel.links.enrich.shelf import Shelf
from offlabel.links.enrich.source import federated, read_federated
from offlabel.paths import Roots, find_roots
from offlabel.stores.disk import DiskStore
from servers import free_port
from virtuoso import Virtuoso, virtuoso

HERE = Path(__file__).parent
MESH = "http://id.nlm.nih.gov/mesh/"
ATOPIC = NamedNode(f"{MESH}D003876")
DEFINITION = NamedNode("http://www.w3.org/2004/02/skos/core#definition")
BROADER = NamedNode("http://www.w3.org/2004/02/skos/core#broader")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Serve the slice in the named graph in which the public endpoint has it."""
    store = Store()
    store.load(
        path=str(HERE / "federated" / "mesh.ttl"),
        format=RdfFormat.TURTLE,
        to_graph=NamedNode("http://id.nlm.nih.gov/mesh"),
    )
    content = store.dump(format=RdfFormat.N_QUADS)
    assert content
    with virtuoso(tmp_path_factory.mktemp("mesh"), content) as server:
        yield server


@pytest.fixture
def proxy(endpoint: Virtuoso) -> Iterator[Faulty]:
    """Put the faulty proxy before it."""
    with faulty(endpoint.endpoint) as server:
        yield server


@pytest.fixture(autouse=True)
def own_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real_disk: DiskStore, cache: Path
) -> None:
    """Keep answers apart for each test; the built store is the one that all tests share."""
    for name in ("answers", "enriched"):
        (tmp_path / name).mkdir()
    (tmp_path / "stores").symlink_to(cache / "stores")
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path))


def enrich(proxy: Faulty, *more: str) -> tuple[int, str, str]:
    """Ask the proxy for MeSH; return exit code and both outputs."""
    done = offlabel("link", "enrich", "mesh", "--endpoint", proxy.endpoint, *more)
    return done.code, done.text, done.err


def facts() -> set[tuple[str, str]]:
    """Return the labels and definitions that were kept."""
    found = [quad for quad in Shelf().quads() if quad.predicate in (LABEL, DEFINITION)]
    return {
        (quad.subject.value.removeprefix(MESH), quad.object.value)
        for quad in found
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal)
    }


EXPECTED = {
    ("D003876", "Dermatitis, Atopic"),
    ("D003876", 'An invented note on atopic dermatitis, with "quotes".'),
    ("D-WIDER", "An invented wider term"),
    ("D000437", "Alcoholism"),
    ("D009293", "Opioid-Related Disorders"),
}


def test_facts_come_with_endpoint_and_time(proxy: Faulty) -> None:
    """Each statement stands in a graph that says which endpoint gave it, when, for which ids."""
    code, out, err = enrich(proxy)

    assert (0, "") == (code, err)
    assert out.startswith("mesh: ")
    assert EXPECTED == facts()
    quads = Shelf().quads()
    (graph,) = {quad.graph_name for quad in quads if quad.predicate == DEFINITION}
    said = {quad.predicate.value: quad.object for quad in quads if quad.subject == graph}

    assert NamedNode(proxy.endpoint) == said["http://www.w3.org/ns/prov#wasDerivedFrom"]
    assert "dateTime" in str(said["http://www.w3.org/ns/prov#generatedAtTime"])
    assert ATOPIC in {quad.object for quad in quads if quad.subject == graph}
    assert all(head["User-Agent"].startswith("offlabel (+https://") for head in proxy.requests)


def test_linked_queries_see_them(proxy: Faulty, real_roots: Roots) -> None:
    """What was fetched stands beside the graph, where queries over outside terms see it."""
    from offlabel.links.linked import open_linked

    enrich(proxy)
    text = f"ASK {{ ?thing ?mapped {ATOPIC} . {ATOPIC} {DEFINITION} ?note }}"

    assert open_linked(real_roots).ask(text)
    assert not DiskStore.from_roots(real_roots).ask(text)


@pytest.mark.parametrize(
    "fault",
    [
        *("slow", "500", "503", "429", "cut", "html", "endless"),
        *("reset", "headers-cut", "slow-headers", "moved"),
    ],
)
def test_a_fault_is_got_over(proxy: Faulty, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a request that went wrong the same batch is asked again, and nothing is lost."""
    monkeypatch.setattr("offlabel.stores.exchange.MEGABYTES", 1024)
    monkeypatch.setattr("offlabel.links.enrich.asking.Manner.pause", 0.01)
    proxy.faults = [fault]
    code, _, err = enrich(proxy, "--timeout", "1", "--batch", "500")

    assert (0, "") == (code, err)
    assert EXPECTED == facts()
    assert 2 == len(proxy.requests)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("400", "cannot read the query: Virtuoso 37000 Error: syntax error"),
        ("404", "there is no endpoint at this address"),
        ("flood", "the answer is longer than 1 MB"),
        ("empty", "the answer is empty"),
        ("nothing", "says nothing of them any more"),
        ("elsewhere", "sends on to http://localhost:9/sparql"),
    ],
)
def test_a_fault_that_does_not_pass_costs_its_batch(
    proxy: Faulty, fault: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch is named with the reason, what was said of it stays, and the others are kept."""
    enrich(proxy, "--batch", "10")
    monkeypatch.setattr("offlabel.stores.exchange.MEGABYTES", 1)
    monkeypatch.setattr("offlabel.links.enrich.asking.Manner.pause", 0.01)
    proxy.faults = [fault]
    code, _, err = enrich(proxy, "--batch", "10", "--fresh", "--tries", "1")

    assert 1 == code
    assert 1 == len(err.splitlines())
    assert f"{MESH}" in err
    assert "and 9 more" in err
    assert reason in err
    assert EXPECTED == facts()  # of the batch that failed, from before
    assert (0, "") == enrich(proxy, "--batch", "10")[::2]


def test_an_empty_answer_is_not_kept(proxy: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    """After answers without a byte, which no whole answer is, the same ids are asked for again."""
    monkeypatch.setattr("offlabel.links.enrich.asking.Manner.pause", 0.01)
    proxy.faults = ["empty"] * 2
    code, _, err = enrich(proxy, "--batch", "500", "--tries", "2")

    assert 2 == code
    assert "mesh answered nothing" in err
    assert "the answer is empty" in err
    assert 1 == len(err.splitlines())
    assert 0 == enrich(proxy, "--batch", "500")[0]
    assert EXPECTED == facts()


def test_resets_in_the_middle_cost_only_time(
    proxy: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reset among answers is tried again; nothing is lost."""
    monkeypatch.setattr("offlabel.links.enrich.asking.Manner.pause", 0.01)
    proxy.faults = ["none", "reset", "none", "reset"]

    assert (0, "") == enrich(proxy, "--batch", "10", "--tries", "3")[::2]
    assert EXPECTED == facts()


FORGED = f"""
@prefix mesh: <{MESH}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix ol: <https://w3id.org/offlabel/ontology#> .
mesh:D003876 rdfs:label "Dermatitis, Atopic" ; skos:broader mesh:D-WIDER .
mesh:D-WIDER rdfs:label "An invented wider term" .
<https://w3id.org/offlabel/drug/naltrexone> skos:exactMatch obo:MONDO_0007179 .
<https://w3id.org/offlabel/condition/vitiligo> rdfs:label "PWNED" .
<https://w3id.org/offlabel/condition/evil> a ol:Condition .
obo:MONDO_0005083 rdfs:subClassOf obo:MONDO_0007179 ; rdfs:label "PWNED" .
mesh:D003876 rdfs:subClassOf obo:MONDO_0007179 ; a ol:Condition ; skos:broader obo:MONDO_0005083 .
<http://example.org/x> rdfs:label "Dermatitis, Atopic" ; skos:broader mesh:D-WIDER .
"""


def test_nothing_but_what_was_asked_for(proxy: Faulty, real_roots: Roots) -> None:
    """An endpoint cannot slip in statements about our things, or about things not asked for."""
    from offlabel.links.linked import open_linked

    proxy.forged = FORGED
    proxy.faults = ["forged"]
    code, _, err = enrich(proxy, "--batch", "500")
    said = {str(q.triple) for q in Shelf().quads() if q.subject != q.graph_name}

    assert 0 == code
    assert "Left out: 9 statements" in err
    assert {
        f'<{MESH}D003876> {LABEL} "Dermatitis, Atopic"',
        f'<{MESH}D-WIDER> {LABEL} "An invented wider term"',
        f"<{MESH}D003876> {BROADER} <{MESH}D-WIDER>",
        f"<{MESH}D003876> {BROADER} <http://purl.obolibrary.org/obo/MONDO_0005083>",
    } == said
    assert not open_linked(real_roots).ask('ASK { ?thing ?says "PWNED" }')


def test_no_endpoint_moves_a_term(real_roots: Roots) -> None:
    """A parent that only an endpoint tells is no place in the hierarchy."""
    low, high = (NamedNode(f"http://example.org/{name}") for name in ("low", "high"))
    ours = NamedNode("https://w3id.org/offlabel/condition/a")
    match = NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
    parent = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")

    def above(graph: str) -> set[str]:
        store = Store()
        store.extend([Quad(ours, match, low), Quad(low, parent, high, NamedNode(graph))])
        return set(map(str, Hierarchy([store]).ways(low)))

    assert {str(low), str(high)} == above("https://w3id.org/offlabel/graph/outside/mondo")
    assert {str(low)} == above("https://w3id.org/offlabel/graph/enriched/mesh/1")


def test_wrong_content_type_is_read(proxy: Faulty) -> None:
    """An answer that is right is taken, whatever the endpoint calls it."""
    proxy.faults = ["wrong-type"]

    assert 0 == enrich(proxy, "--batch", "500")[0]
    assert EXPECTED == facts()


def test_partial_answers_are_kept_and_named(proxy: Faulty) -> None:
    """Batches that failed are named, the others kept; the next run asks only for the rest."""
    proxy.faults = ["html", "html"]
    code, out, err = enrich(proxy, "--tries", "2", "--batch", "10")
    first = len(proxy.requests)

    assert 1 == code
    assert "No answer for http://id.nlm.nih.gov/mesh/" in err
    assert "the answer is not Turtle" in err
    assert facts() < EXPECTED
    code, out, err = enrich(proxy, "--batch", "10")

    assert (0, "") == (code, err)
    assert "were kept from before" in out
    assert EXPECTED == facts()
    assert first + 1 == len(proxy.requests)


def test_nothing_changes_where_all_fails(proxy: Faulty) -> None:
    """Where nothing is answered, or nobody is there, one message says so; the rest stays."""
    enrich(proxy)
    before = Shelf().quads()
    proxy.faults = ["500"] * 9
    code, _, err = enrich(proxy, "--fresh", "--tries", "1", "--batch", "500")

    assert 2 == code
    assert "mesh answered nothing" in err
    gone = f"http://127.0.0.1:{free_port()}/sparql"
    done = offlabel("link", "enrich", "mesh", "--fresh", "--endpoint", gone)

    assert 2 == done.code
    assert 1 == len(done.err.splitlines())
    assert "cannot be reached" in done.err
    assert before == Shelf().quads()


def test_listed_and_removed(proxy: Faulty) -> None:
    """What was fetched is listed with its day, and removed by its name."""
    enrich(proxy)

    assert "mesh  " in offlabel("link", "list").text
    assert 0 == offlabel("link", "remove", "mesh").code
    assert [] == Shelf().quads()
    assert "Did you mean mesh?" in offlabel("link", "enrich", "mes").err
    listed = offlabel("link", "enrich").text

    assert ["mesh", "uniprot", "wikidata"] == [
        line.split()[0] for line in listed.splitlines() if not line.startswith(" ")
    ]


@pytest.mark.parametrize("name", sorted(federated(find_roots())))
def test_every_source_is_whole(name: str, real_disk: DiskStore) -> None:
    """Each file is a valid query, for our readers and rdflib's, with ids that things map to."""
    source = federated(find_roots())[name]
    ids = source.mapped(real_disk)
    text = source.for_ids(ids[:2])

    assert ids
    assert all(str(node) in text for node in ids[:2])
    rdflib.Graph().query(text)
    Store().query(text)
    assert source.endpoint.startswith("https://")


HEAD = "#+ title: A\n#+ description: B\n#+ endpoint: http://x\n#+ ids: http://x/\n#+ batch: 5\n"
BLOCK = "SELECT * { VALUES (?id ?key) { } }"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#+ title: A\nSELECT * {}", "the head has no description"),
        (HEAD.replace("5", "0") + BLOCK, "no batch"),
        (HEAD.replace("5", "many") + BLOCK, "batch is no whole number"),
        (HEAD + "SELECT * {}", r"no line VALUES"),
        (HEAD.replace("http://x/", "https://w3id.org/offlabel/") + BLOCK, "namespace of this"),
    ],
)
def test_broken_files_are_told(tmp_path: Path, text: str, message: str) -> None:
    """A file whose head or query is not as it should be is named, with what is wrong."""
    path = tmp_path / "x.rq"
    path.write_text(text)
    with pytest.raises(Exception, match=message) as caught:
        read_federated(path)

    assert str(path) in str(caught.value)


def test_kept_answers_that_are_damaged_are_asked_again(proxy: Faulty, tmp_path: Path) -> None:
    """A kept answer that cannot be read counts as none."""
    enrich(proxy, "--batch", "500")
    (file,) = (tmp_path / "answers").glob("*.json")
    file.write_text('{"at": "yesterday"')

    assert 0 == enrich(proxy, "--batch", "500")[0]
    assert 2 == len(proxy.requests)

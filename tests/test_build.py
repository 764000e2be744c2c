"""A build writes what the rules say, the same each time, whole or not at all."""

import os
import resource
import signal
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from offlabel.paths import Roots, find_roots
from offlabel.rules import FUNCTIONS, Rule, read_rules
from offlabel.sources import read_dataset
from offlabel.stores import disk
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, DCTERMS, OL, PROV, RDF, RDFS
from synthetic import World

WORLDS = ("tiny_roots", "real_roots", "made_up_roots")
STUDIES = 40  # of the made-up graph
N_QUADS = ox.RdfFormat.N_QUADS


@pytest.fixture(scope="module")
def made_up_roots(tmp_path_factory: pytest.TempPathFactory) -> Roots:
    """Return a made-up graph of some tens of studies."""
    folder = tmp_path_factory.mktemp("made-up")
    triples = (quad.triple for quad in World(STUDIES))
    (folder / "made-up.ttl").write_bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"")
    return find_roots([folder], only=True)


def plain(roots: Roots, folder: Path) -> ox.Store:
    """Build a graph as it is defined: each source, then each rule, written to a store on disk."""
    store = ox.Store(str(folder / "plain"))
    dataset = read_dataset(roots)
    for graph, quads in groupby(dataset.quads, key=lambda quad: quad.graph_name):
        write(store, [quad.triple for quad in quads], graph)
    for rule in read_rules(dataset.files):
        found = store.query(rule.text, use_default_graph_as_union=True, custom_functions=FUNCTIONS)
        assert isinstance(found, ox.QueryTriples)
        write(store, list(found), NamedNode(rule.graph))
        store.extend(about(rule))
    return store


def write(store: ox.Store, triples: list[ox.Triple], graph: NamedNode) -> None:
    """Write what no graph holds yet, each once, in a transaction."""
    new = {
        t for t in triples if not list(store.quads_for_pattern(t.subject, t.predicate, t.object))
    }
    store.extend(Quad(t.subject, t.predicate, t.object, graph) for t in new)


def about(rule: Rule) -> list[Quad]:
    """Return what is said of a rule in its graph."""
    graph, node = NamedNode(f"{BASE}graph/rule/{rule.name}"), NamedNode(f"{BASE}rule/{rule.name}")
    return [
        Quad(graph, NamedNode(PROV + "wasGeneratedBy"), node, graph),
        Quad(node, NamedNode(RDF + "type"), NamedNode(OL + "Rule"), graph),
        Quad(node, NamedNode(RDFS + "label"), Literal(rule.title, language="en"), graph),
        Quad(node, NamedNode(OL + "because"), Literal(rule.reason, language="en"), graph),
        Quad(node, NamedNode(DCTERMS + "source"), Literal(rule.source), graph),
    ]


def lines(store: ox.Store) -> list[bytes]:
    """Return the statements of a graph as sorted N-Quads."""
    return sorted((store.dump(format=N_QUADS) or b"").splitlines())


@pytest.mark.parametrize("world", WORLDS)
def test_bulk_build_is_the_plain_one(
    world: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """What is built in memory and loaded at once is what rule by rule would write, all of it."""
    roots = request.getfixturevalue(world)
    expected = lines(plain(roots, tmp_path))

    assert expected == lines(DiskStore.from_roots(roots).store)


@pytest.mark.parametrize("graph", ["rule/30-proportion", "ontology/"])
def test_a_lost_statement_is_noticed(graph: str, tiny_roots: Roots, tmp_path: Path) -> None:
    """The comparison tells where one statement, derived or asserted, is taken away by hand."""
    DiskStore.from_roots(tiny_roots).store.backup(str(tmp_path / "copy"))
    store = ox.Store(str(tmp_path / "copy"))
    lost = next(quad for quad in store if f"{BASE}graph/{graph}" in str(quad.graph_name))
    store.remove(lost)
    expected = lines(plain(tiny_roots, tmp_path))

    assert {f"{lost} .".encode()} == set(expected) ^ set(lines(store))


def test_two_builds_are_alike(tiny_roots: Roots, tmp_path: Path) -> None:
    """Builds of the same sources give the same bytes, blank nodes included, in every process."""
    dumps = []
    for seed in ("1", "2"):
        cache = tmp_path / seed
        build(tiny_roots, OFFLABEL_CACHE=str(cache), PYTHONHASHSEED=seed).check_returncode()
        store = ox.Store.read_only(str(next(cache.rglob("CURRENT")).parent))
        dumps.append(store.dump(format=N_QUADS))

    assert dumps[0] == dumps[1]
    assert b"_:" in (dumps[0] or b"")


def test_what_is_loaded_is_in_order(tiny_roots: Roots) -> None:
    """The statements that are loaded at once come file by file and rule by rule, each time."""
    first, second = (MemoryStore.from_roots(tiny_roots).store for _ in range(2))

    assert first.dump(format=N_QUADS) == second.dump(format=N_QUADS)


def build(
    roots: Roots, largest: int | None = None, **more: str
) -> "subprocess.CompletedProcess[str]":
    """Run `offlabel build`, with files of at most so many bytes."""

    def limit() -> None:
        if largest is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    return subprocess.run(
        command(roots), env={**os.environ, **more}, preexec_fn=limit, capture_output=True, text=True
    )


def command(roots: Roots) -> list[str]:
    """Return the command that builds."""
    folders = [part for folder in roots.data for part in ("--data", str(folder))]
    return [sys.executable, "-m", "offlabel", "build", "--only-data", *folders]


def many(folder: Path) -> Roots:
    """Write data that take a while to be loaded, beside a first statement; build before that."""
    data = folder / "data"
    data.mkdir()
    (data / "a.ttl").write_text("<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    disk.build(roots)
    text = "".join(f"<http://a{n}> <http://b> {n} .\n" for n in range(60_000))
    (data / "many.ttl").write_text(text)
    return roots


def test_killed_while_it_loads(tmp_path: Path) -> None:
    """After kill -9 while all is being loaded the old store is whole, and the rest is swept."""
    roots = many(tmp_path)
    before = disk.current(roots)
    assert before
    process = subprocess.Popen(command(roots))
    while not list(disk.folder(roots).glob("unfinished-*/store/*.sst")):
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert before == disk.current(roots)
    assert DiskStore(before).ask("ASK { <http://a> <http://b> 1 }")
    assert list(disk.folder(roots).glob("unfinished-*"))
    after = disk.build(roots)
    assert [] == list(disk.folder(roots).glob("unfinished-*"))
    assert 60_000 < disk.statements(after)


def test_full_disk(tmp_path: Path) -> None:
    """Where the files of a store cannot grow, the error says what to do, and the old one stays."""
    roots = many(tmp_path)
    before = disk.current(roots)
    done = build(roots, largest=1 << 20)

    assert (2, "") == (done.returncode, done.stdout)
    assert "the store cannot be built" in done.stderr
    assert "Check that there is space" in done.stderr
    assert "Traceback" not in done.stderr
    assert before == disk.current(roots)
    assert [] == list(disk.folder(roots).glob("unfinished-*"))

"""Every store answers alike, and the one on disk survives what may happen to it."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from offlabel.errors import QueryError, SourcesError, StoreError
from offlabel.paths import Roots, find_roots
from offlabel.stores import disk, snapshots
from offlabel.stores.base import Store
from offlabel.stores.disk import DiskStore
from offlabel.stores.remote import RemoteStore
from offlabel.stores.sparqltext import with_values
from offlabel.terms import BASE, OL

KINDS = ("tiny", "tiny_disk", "tiny_remote", "tiny_rdflib")
STUDIES = f"SELECT ?study ?n WHERE {{ ?study a <{OL}Arm> ; <{OL}participants> ?n }} ORDER BY ?study"
ARM = NamedNode(BASE + "study/sample-arm")
LETTER_ARM = NamedNode(BASE + "study/letter-arm")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Store:
    """Return the small world in one kind of store after the other."""
    found: Store = request.getfixturevalue(request.param)
    return found


def write_file(folder: Path, name: str, text: str) -> Path:
    """Write a file of data and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_select_gives_terms(store: Store) -> None:
    """A SELECT gives variables and RDF terms, and None where a variable has no value."""
    rows = store.select(STUDIES.replace("WHERE", "?none WHERE"))

    study, n, none = rows.rows[0]
    assert (("study", "n", "none"), LETTER_ARM, None) == (rows.variables, study, none)
    assert isinstance(n, Literal)
    assert "1" == n.value


def test_bindings_are_values_of_variables(store: Store) -> None:
    """A bound variable keeps its rows and no others."""
    other = NamedNode(BASE + "study/none")

    assert (1, 0) == tuple(len(store.select(STUDIES, {"study": at}).rows) for at in (ARM, other))


def test_bindings_are_never_pasted(store: Store) -> None:
    """A hostile string is looked for as it is; it does not become part of the query."""
    query = "SELECT ?s ?name WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name }"
    hostile = Literal('"@en } ; DROP ALL # \\ \n')

    assert () == store.select(query, {"name": hostile}).rows


def test_bound_filter(store: Store) -> None:
    """A variable that only a filter mentions can be bound, and may be left unbound."""
    query = (
        f"SELECT ?study ?least WHERE {{ ?study <{OL}participants> ?n "
        "FILTER (!BOUND(?least) || ?n >= ?least) } ORDER BY ?study"
    )
    five = Literal("5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    trial = [NamedNode(f"{BASE}study/trial-{arm}") for arm in ("drug", "placebo")]

    assert trial == [row[0] for row in store.select(query, {"least": five}).rows]
    assert {*trial, ARM, LETTER_ARM} < {row[0] for row in store.select(query).rows}


def test_ask_and_construct(store: Store) -> None:
    """ASK gives yes or no, CONSTRUCT gives triples."""
    triples = store.construct(f"CONSTRUCT {{ ?s a <{OL}X> }} WHERE {{ ?s a <{OL}Arm> }}")

    assert store.ask(f"ASK {{ ?s a <{OL}Arm> }}")
    assert not store.ask(f"ASK {{ ?s a <{OL}Nothing> }}")
    assert [
        "letter-arm",
        "planned-drug",
        "planned-placebo",
        "sample-arm",
        "told-arm",
        "trial-drug",
        "trial-placebo",
    ] == [str(triple.subject).rpartition("/")[2].rstrip(">") for triple in triples]


def test_malformed_query(store: Store) -> None:
    """A query that does not parse is one clear error."""
    with pytest.raises(QueryError, match=r"cannot (be read|read the query)"):
        store.select("SELECT ?s WHERE { ?s ")


def test_wrong_kind_of_query(store: Store) -> None:
    """An ASK is no SELECT."""
    with pytest.raises(QueryError, match="not a SELECT"):
        store.select("ASK { ?s ?p ?o }")


def test_undeclared_prefix_is_named(tiny: Store) -> None:
    """The embedded engine's error names the prefix and its place."""
    with pytest.raises(QueryError, match=r"line 1, column \d+: the prefix foo: is not declared"):
        tiny.select("SELECT ?s WHERE { ?s foo:bar 1 }")


def test_values_go_into_the_outer_where() -> None:
    """Braces in comments, strings, IRIs and a CONSTRUCT template do not count."""
    query = '# {\nPREFIX a: <b#{>\nSELECT ("{" AS ?x) ?y FROM <c> { ?y ?p """ } " { """ }'
    expected = query.replace("<c> { ?y", '<c> { VALUES (?y) { ("\\"{"@en) } ?y')

    assert expected == with_values(query, {"y": Literal('"{', language="en")})


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("file:///etc/passwd", "not the address of an endpoint"),
        ("nonsense", "not the address of an endpoint"),
        ("http://127.0.0.1:9/query", "cannot be reached"),
    ],
)
def test_endpoint_that_is_none(address: str, message: str) -> None:
    """An address that no endpoint answers at is one clear error."""
    with pytest.raises(StoreError, match=message):
        RemoteStore(address).ask("ASK {}")


def test_missing_endpoint(tiny_remote: RemoteStore) -> None:
    """A server without an endpoint at the path says so."""
    with pytest.raises(StoreError, match="no endpoint"):
        RemoteStore(tiny_remote.endpoint + "-not").ask("ASK {}")


def test_store_is_built_once_and_when_stale(tmp_path: Path) -> None:
    """The snapshot is used again until a source changes, then built anew."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    first = DiskStore.from_roots(roots).snapshot
    second = DiskStore.from_roots(roots).snapshot
    write_file(data, "b.ttl", "<http://a> <http://b> 2 .")
    third = DiskStore.from_roots(roots)

    assert first == second
    assert first.path != third.snapshot.path
    assert third.ask("ASK { <http://a> <http://b> 2 }")


def test_failed_build_leaves_the_old_store(tmp_path: Path) -> None:
    """Malformed data stops the build; the snapshot that was there is whole and still named."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    before = DiskStore.from_roots(roots).snapshot
    write_file(data, "b.ttl", "<http://a> <http://b> .")
    with pytest.raises(SourcesError, match=r"b\.ttl:1"):
        DiskStore.from_roots(roots)
    kept = disk.current(roots)

    assert before == kept
    assert DiskStore(before).ask("ASK { <http://a> <http://b> 1 }")
    assert [] == list(disk.folder(roots).glob("unfinished-*"))


def test_damaged_store_is_built_anew(tmp_path: Path) -> None:
    """A snapshot whose files are damaged is replaced without a word."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    snapshot = DiskStore.from_roots(roots).snapshot
    shutil.rmtree(snapshot.path / "store")

    assert DiskStore.from_roots(roots).ask("ASK { <http://a> <http://b> 1 }")


def test_damaged_store_opened_by_itself_says_what_to_do(tmp_path: Path) -> None:
    """A snapshot that cannot be opened names the command that mends it."""
    with pytest.raises(StoreError, match="offlabel build"):
        DiskStore(snapshots.Snapshot(tmp_path, {}))


def test_unwritable_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A cache that is no folder is one clear error that names the way out."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("OFFLABEL_CACHE", str(blocked))
    with pytest.raises(StoreError, match="OFFLABEL_CACHE"):
        disk.build(find_roots())


def test_old_snapshots_go(tmp_path: Path) -> None:
    """Two finished snapshots stay, and what a dead build left is removed."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    dead = disk.folder(roots) / "unfinished-dead"
    dead.mkdir(parents=True)
    os.utime(dead, (0, 0))
    for _ in range(4):
        newest = disk.build(roots)
    left = sorted(path for path in disk.folder(roots).iterdir() if path.is_dir())

    assert snapshots.KEPT == len(left)
    assert newest.path == left[-1]
    assert newest == disk.current(roots)


def build_in_process(roots: Roots) -> None:
    """Build once; run in a process of its own."""
    disk.build(roots)


def test_two_builds_at_once(tmp_path: Path) -> None:
    """Processes that build at the same time do not disturb each other."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    context = multiprocessing.get_context("spawn")
    builders = [context.Process(target=build_in_process, args=(roots,)) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(120)

    assert [0, 0, 0] == [builder.exitcode for builder in builders]
    assert DiskStore.from_roots(roots).ask("ASK { <http://a> <http://b> 1 }")


def test_killed_build_leaves_the_old_store(tmp_path: Path) -> None:
    """After kill -9 in the middle of a build the old snapshot answers as before."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    before = DiskStore.from_roots(roots).snapshot
    many = "".join(f"<http://a{n}> <http://b> {n} .\n" for n in range(200_000))
    write_file(data, "many.ttl", many)
    command = [sys.executable, "-m", "offlabel", "build", "--only-data", "--data", str(data)]
    process = subprocess.Popen(command)
    while not list(disk.folder(roots).glob("unfinished-*")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert before == disk.current(roots)
    assert DiskStore(before).ask("ASK { <http://a> <http://b> 1 }")


def test_current_pointer_with_rubbish(tmp_path: Path) -> None:
    """A pointer or a stamp that cannot be read counts as no store."""
    data = write_file(tmp_path / "data", "a.ttl", "<http://a> <http://b> 1 .")
    roots = find_roots([data], only=True)
    snapshot = disk.build(roots)
    (snapshot.path / "built").write_text(json.dumps(["not", "a", "stamp"]))

    assert disk.current(roots) is None
    assert DiskStore.from_roots(roots).ask("ASK { <http://a> <http://b> 1 }")


def test_queries_reach_no_file_and_no_network(tiny: Store) -> None:
    """SERVICE to a local address is refused by the embedded engine."""
    with pytest.raises(QueryError):
        tiny.select("SELECT ?s WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")

"""Tables that Frictionless finds valid, and the way back from them."""

import json
from pathlib import Path

import polars
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from commands import offlabel
from exporting import contents, expected
from offlabel.errors import SourcesError
from offlabel.exports import FOLDERS, PARTS, Selection, write_folder
from offlabel.exports.tables.cells import joined, parted
from offlabel.exports.tables.importing import import_tables
from offlabel.exports.tables.plan import plans
from offlabel.exports.tables.reading import read_tables
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDF, RDFS

FORMS = {"tables": ".csv", "tables-parquet": ".parquet"}


def exported(name: str, store: Store, folder: Path) -> Selection:
    """Export the tables of a graph."""
    selection = Selection(store, tuple(PARTS))
    write_folder(FOLDERS[name], selection, folder)
    return selection


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("world", ["tiny", "real"])
def test_round_trip(name: str, world: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What is read back is exactly what the loss report calls held."""
    store: MemoryStore = request.getfixturevalue(world)
    selection = exported(name, store.store, tmp_path / "out")
    found = read_tables(tmp_path / "out", derived=True)
    report = json.loads((tmp_path / "out" / "loss.json").read_text())

    assert selection.ledger.held == {triple for triples in found.values() for triple in triples}
    assert report["held"] == len(selection.ledger.held)
    assert report["statements"] == report["held"] + sum(row["count"] for row in report["lost"])


def test_turtle_of_the_tables_says_the_same(real: MemoryStore, tmp_path: Path) -> None:
    """The Turtle files, read by the engine, hold what the tables hold and rules do not derive."""
    exported("tables", real.store, tmp_path / "out")
    files, statements = import_tables(tmp_path / "out", tmp_path / "ttl")
    found = {
        quad.triple
        for path in (tmp_path / "ttl").glob("*.ttl")
        for quad in parse(path=str(path), format=RdfFormat.TURTLE)
    }
    expected = {t for triples in read_tables(tmp_path / "out").values() for t in triples}

    assert expected == found
    assert files == len(list((tmp_path / "ttl").iterdir()))
    assert statements >= len(found) > 5_000
    text = (tmp_path / "ttl" / "study.ttl").read_text()
    start = text.index("study:bridgman-2018\n")

    assert text[start:].startswith(
        'study:bridgman-2018\n    a ol:Study ;\n    rdfs:label "Bridgman 2018: naltrexone 4.5 mg'
    )
    assert "    ol:enrolled 1 ;\n" in text[start:]


@pytest.mark.parametrize("world", ["tiny", "real"])
def test_frictionless_finds_it_valid(
    world: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Types, required ids and keys hold, as another program reads the description."""
    frictionless = pytest.importorskip("frictionless")
    store: MemoryStore = request.getfixturevalue(world)
    exported("tables", store.store, tmp_path / "out")
    package = frictionless.Package(str(tmp_path / "out" / "datapackage.json"))
    report = package.validate()

    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])[:5]
    assert any(resource.schema.foreign_keys for resource in package.resources)


def test_polars_reads_the_parquet(real: MemoryStore, tmp_path: Path) -> None:
    """polars reads each table, with as many rows as there are things of the kind."""
    selection = exported("tables-parquet", real.store, tmp_path / "out")
    for path in (tmp_path / "out").glob("*.parquet"):
        table = polars.read_parquet(path)
        kind = plans()[path.stem].kind

        assert len(selection.ledger.of_kind(kind)) == len(table)
        assert table["id"].is_unique().all()


def test_expected_output(tiny: MemoryStore, tmp_path: Path) -> None:
    """The tables of the small world are as expected; the same graph, the same bytes."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        FOLDERS["tables"].fill(Selection(tiny.store), folder)

    assert expected("tables") == contents(one)
    assert contents(one) == contents(two)


HOSTILE = ("=cmd()", "'=cmd()", "''=x", "+1", "-x", "@a", "\tx", "'quoted'", "a|b", "\\|", "a\\",
           "line\nbreak", '"', "|")  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_cells_come_back(text: str) -> None:
    """A cell that a spreadsheet would run is guarded, and every text comes back."""
    cell = joined([text], "text")

    assert cell[:1] not in tuple("=+-@\t")
    assert [text] == parted(cell, "text")
    assert [text, text] == parted(joined([text, text], "text"), "text")


def test_hostile_labels_come_back(tmp_path: Path) -> None:
    """So does a graph with such labels."""
    quads = []
    for number, text in enumerate(HOSTILE):
        thing = NamedNode(f"https://w3id.org/offlabel/drug/d{number}")
        quads.append(Quad(thing, NamedNode(f"{RDF}type"), NamedNode(f"{OL}Drug"), thing))
        label = Literal(text, language="en")
        quads.append(Quad(thing, NamedNode(f"{RDFS}label"), label, thing))
    selection = exported("tables", MemoryStore.from_quads(quads).store, tmp_path / "out")
    found = read_tables(tmp_path / "out")

    assert {quad.triple for quad in quads} == set(found["drug"]) == selection.ledger.held


@pytest.fixture
def small(tiny: MemoryStore, tmp_path: Path) -> Path:
    """Export the small world."""
    exported("tables", tiny.store, tmp_path / "small")
    return tmp_path / "small"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("study.csv", "enrolled", "enroled", "study.csv:2: column enroled: there is no such"),
        ("study.csv", "study:sample,", "smith,", "column id: 'smith' is no id of ours"),
        ("study.csv", ",20,", ",twenty,", "column enrolled: 'twenty' is no integer"),
        ("study.csv", "id,", "id,id,", "more or fewer cells"),
        ("datapackage.json", '"study.csv"', '"../study.csv"', "lies outside of the folder"),
        ("datapackage.json", '"name": "study"', '"name": "studdy"', "Did you mean study?"),
        ("datapackage.json", '"resources"', '"things"', "this is no Data Package"),
        ("datapackage.json", '"study.csv"', '"none.csv"', "there is no such file"),
    ],
)
def test_faults_are_told(small: Path, file: str, old: str, new: str, message: str) -> None:
    """A fault is named with file, row and column, and nothing is written."""
    path = small / file
    text = path.read_text()

    assert old in text
    path.write_text(text.replace(old, new, 1))
    done = offlabel("import", "tables", str(small), "-o", str(small.parent / "ttl"))

    assert 2 == done.code
    assert message in done.err
    assert not (small.parent / "ttl").exists()


def test_all_faults_at_once(small: Path) -> None:
    """Several faults are told together."""
    path = small / "study.csv"
    path.write_text(path.read_text().replace("study:", "nostudy:"))
    with pytest.raises(SourcesError) as caught:
        read_tables(small)

    assert len(caught.value.errors) > 1


def test_nothing_of_others_is_replaced(small: Path, tmp_path: Path) -> None:
    """A folder with something in it is left alone."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = offlabel("import", "tables", str(small), "-o", str(tmp_path / "mine"))

    assert 2 == done.code
    assert ["notes.txt"] == [path.name for path in (tmp_path / "mine").iterdir()]
    assert 0 == offlabel("import", "tables", str(small), "-o", str(tmp_path / "new")).code

"""Tables that Frictionless finds valid, and the way back from them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polars
import pytest
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from commands import offlabel
from exporting import contents, expected
from offlabel.errors import SourcesError
from offlabel.exports import FOLDERS, PARTS, Selection, write_folder
from offlabel.exports.tables.cells import joined, parted
from offlabel.exports.tables.importing import import_tables
from offlabel.exports.tables.plan import plans
from offlabel.exports.tables.reading import read_tables
from offlabel.paths import Roots, find_roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL, RDF, RDFS
from offlabel.validation import validate

FORMS = {"tables": ".csv", "tables-parquet": ".parquet"}


def exported(
    name: str,
    store: Store,
    folder: Path,
    request: pytest.FixtureRequest | None = None,
    world: str = "",
) -> Selection:
    """Export the tables of a graph; of a world, with its own tables of mappings."""
    roots = request.getfixturevalue(f"{world}_roots") if request is not None else None
    selection = Selection(store, tuple(PARTS), roots=roots)
    write_folder(FOLDERS[name], selection, folder)
    return selection


def same(triples: Iterable[Triple]) -> set[Quad]:
    """Return statements so that graphs compare equal whose blank nodes have other names."""
    store = Store()  # which writes each number in one way
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    found = Dataset(store)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("world", ["tiny", "real"])
@pytest.mark.large
def test_round_trip(name: str, world: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What is read back is exactly what the loss report calls held."""
    store: MemoryStore = request.getfixturevalue(world)
    selection = exported(name, store.store, tmp_path / "out", request, world)
    found = read_tables(tmp_path / "out", derived=True)
    report = json.loads((tmp_path / "out" / "loss.json").read_text())

    assert same(selection.ledger.held) == same(t for triples in found.values() for t in triples)
    assert report["held"] == len(selection.ledger.held)
    assert report["statements"] == report["held"] + sum(row["count"] for row in report["lost"])


@pytest.fixture(scope="module")
def imported(real: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the real graph as CSV, import it, and return the folder of the import."""
    folder = tmp_path_factory.mktemp("imported")
    write_folder(FOLDERS["tables"], Selection(real.store, tuple(PARTS)), folder / "out")
    import_tables(folder / "out", folder / "ttl")
    return folder / "ttl"


@pytest.fixture(scope="module")
def parquet(real: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the real graph as Parquet."""
    folder = tmp_path_factory.mktemp("parquet")
    write_folder(FOLDERS["tables-parquet"], Selection(real.store, tuple(PARTS)), folder / "out")
    return folder / "out"


@pytest.mark.large
def test_turtle_of_the_tables_says_the_same(imported: Path) -> None:
    """The Turtle files, read by the engine, hold what the tables hold and people wrote."""
    found = {
        quad.triple
        for path in imported.rglob("*.ttl")
        for quad in parse(path=str(path), format=RdfFormat.TURTLE)
    }
    tables = read_tables(imported.parent / "out")
    expected = {t for name, triples in tables.items() if name != "mapping" for t in triples}

    assert same(expected) == same(found)
    assert len(found) > 5_000
    text = (imported / "studies" / "bridgman-2018.ttl").read_text()

    assert text.startswith("# Bridgman 2018: naltrexone 4.5 mg in plaque psoriasis, from tables.\n")
    assert "study:bridgman-2018\n    a ol:Study ;\n    rdfs:label " in text
    assert "    ol:enrolled 1 ;\n" in text
    assert "study:bridgman-2018-pasi\n    a ol:MeasureResult ;\n" in text


def test_files_are_those_of_the_sources(imported: Path) -> None:
    """One file for each thing, where it stands in the sources; the mappings byte for byte."""
    data = find_roots().data[0]
    turtle = {path.relative_to(data) for path in data.rglob("*.ttl")}
    mappings = {path.name: path.read_bytes() for path in data.rglob("*.sssom.tsv")}

    assert {path for path in turtle if path.parts[0] != "vocabularies"} == {
        path.relative_to(imported) for path in imported.rglob("*.ttl")
    }
    assert mappings == {path.name: path.read_bytes() for path in imported.rglob("*.sssom.tsv")}


@pytest.mark.reasoner
def test_import_has_the_problems_of_the_source_and_no_others(imported: Path) -> None:
    """Checked like the sources, the import has the same problems, with the same things."""
    roots = find_roots()
    found, expected = (
        Counter((one.severity, one.rule, one.focus) for one in validate(each).problems)
        for each in (find_roots([imported], only=True), roots)
    )

    assert expected == found
    assert not [one for one in found if str(one[0]) == "Violation"]


def test_what_rules_made_does_not_come_back(imported: Path) -> None:
    """Contradictions that rules found are in the table, with their rule, and not in the import."""
    rows = list(
        csv.DictReader(io.StringIO((imported.parent / "out" / "contradiction.csv").read_text()))
    )
    derived = {row["id"] for row in rows if row["graph"].startswith("rule/")}
    text = "".join(path.read_text() for path in imported.rglob("*.ttl"))

    assert 3 == len(derived)
    assert not [name for name in derived if f"\n{name}\n" in text]


@pytest.mark.large
def test_parquet_and_csv_import_alike(parquet: Path, imported: Path, tmp_path: Path) -> None:
    """Typed columns lose nothing: the import of the Parquet is that of the CSV."""
    import_tables(parquet, tmp_path / "ttl")

    assert contents(imported) == contents(tmp_path / "ttl")


def test_parquet_has_the_types_of_its_description(parquet: Path) -> None:
    """polars finds in each file the columns and types that datapackage.json names."""
    package = json.loads((parquet / "datapackage.json").read_text())
    types = {polars.Int64: "integer", polars.Decimal: "number", polars.Boolean: "boolean",
             polars.Date: "date", polars.List: "array", polars.String: "string"}  # fmt: skip
    seen = set()
    for resource in package["resources"]:
        schema = polars.read_parquet_schema(parquet / resource["path"])
        found = {name: types[dtype.base_type()] for name, dtype in schema.items()}

        assert {one["name"]: one["type"] for one in resource["schema"]["fields"]} == found
        seen |= set(found.values())
    study = polars.read_parquet(parquet / "study.parquet")

    assert set(types.values()) == seen
    assert 71 == study.filter(polars.col("id") == "study:khan-2020")["enrolled"].item()


def test_units_and_keys(imported: Path) -> None:
    """Numbers have the unit that the ontology states, in UCUM, or name the column that has it."""
    package = json.loads((imported.parent / "out" / "datapackage.json").read_text())
    tables = {one["name"]: one["schema"] for one in package["resources"]}
    units = {
        (name, one["name"]): one["unit"]
        for name, schema in tables.items() for one in schema["fields"] if "unit" in one
    }  # fmt: skip
    beside = {one["name"]: one for one in tables["measure-result"]["fields"]}

    assert {
        ("affinity", "inhibition-constant"): "nmol/L",
        ("arm", "duration-in-days"): "d",
        ("occupancy", "occupancy-low"): "%",
        ("population", "age-in-years"): "a",
        ("regimen", "lowest-daily-dose"): "mg/d",
        ("regimen-class", "highest-daily-dose-at-most"): "mg/d",
    }.items() <= units.items()
    assert "unit" == beside["estimate"]["offlabel:unitColumn"]
    assert ["id"] == tables["study"]["primaryKey"]
    assert ["graph", "subject", "predicate", "object"] == tables["mapping"]["primaryKey"]
    assert {"fields": ["of-drug"], "reference": {"resource": "drug", "fields": ["id"]}} in (
        tables["regimen"]["foreignKeys"]
    )


def test_rows_without_a_file_go_where_new_data_goes(small: Path, tmp_path: Path) -> None:
    """Without the column graph, a study has its arms and results in its file; no cell leads out."""
    for path in small.glob("*.csv"):
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
        for row in rows:
            row["graph"] = "data/../../../outside" if row.get("id") == "body:dr-example" else ""
        kept = [row for row in rows if not row["graph"].startswith(("rule/", "ontology"))]
        with path.open("w", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(kept)
    import_tables(small, tmp_path / "ttl")
    text = (tmp_path / "ttl" / "studies" / "sample.ttl").read_text()

    assert "\n    a ol:Arm ;" in text
    assert "\n    a ol:CountResult ;" in text
    assert not list(tmp_path.parent.glob("outside*"))
    assert {path.parts[0] for path in
            (path.relative_to(tmp_path / "ttl") for path in (tmp_path / "ttl").rglob("*.ttl"))
            } >= {"studies", "drugs", "conditions", "claims"}  # fmt: skip


@pytest.mark.parametrize("world", ["tiny", "real"])
@pytest.mark.large
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


def test_polars_reads_the_parquet(real: MemoryStore, parquet: Path) -> None:
    """polars reads each table, with as many rows as there are things of the kind."""
    ledger = Selection(real.store, tuple(PARTS)).ledger
    for path in parquet.glob("*.parquet"):
        table = polars.read_parquet(path)
        kind = plans()[path.stem].kind
        if kind is not None:
            assert len(ledger.of_kind(kind)) == len(table)
            assert table["id"].is_unique().all()


def test_expected_output(tiny: MemoryStore, tiny_roots: Roots, tmp_path: Path) -> None:
    """The tables of the small world are as expected; the same graph, the same bytes."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        FOLDERS["tables"].fill(Selection(tiny.store, roots=tiny_roots), folder)

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
def small(tiny: MemoryStore, tiny_roots: Roots, tmp_path: Path) -> Path:
    """Export the small world."""
    selection = Selection(tiny.store, tuple(PARTS), roots=tiny_roots)
    write_folder(FOLDERS["tables"], selection, tmp_path / "small")
    return tmp_path / "small"


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("study.csv", "enrolled", "enroled", "study.csv:2: column enroled: there is no such"),
        ("study.csv", "study:sample,", "smith,", "column id: 'smith' is no id of ours"),
        (
            "regimen-class.csv",
            ",2,ol:Oral",
            ",two,ol:Oral",
            "column highest-daily-dose-at-most: 'two",
        ),
        ("study.csv", ",20,", ",twenty,", "column enrolled: 'twenty' is no integer"),
        ("study.csv", "id,", "id,id,", "more or fewer cells"),
        ("regimen.csv", ",1.5,1.5,", ",one,1.5,", "column highest-daily-dose: 'one"),
        (
            "mapping.csv",
            "semapv:ManualMappingCuration",
            "",
            "column justification: the cell is empty",
        ),
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

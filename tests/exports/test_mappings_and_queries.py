"""The table of all mappings, and the saved queries as examples, read by tools that are not ours."""

import io
import json
from pathlib import Path

import pytest
import rdflib
import yaml
from pyoxigraph import Store

from offlabel.exports import FILES, FOLDERS, Selection, write_folder
from offlabel.paths import Roots
from offlabel.queries.library import list_queries
from offlabel.sources.files import discover
from offlabel.sources.mappings import read_rows, read_table
from offlabel.stores.memory import MemoryStore

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SCHEMA = rdflib.Namespace("https://schema.org/")


def dumped(store: MemoryStore, roots: Roots) -> tuple[bytes, Selection]:
    """Return the table of mappings, and what it was made from."""
    selection = Selection(store.store, roots=roots)
    to = io.BytesIO()
    FILES["sssom"].dump(selection, to)
    return to.getvalue(), selection


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.large
def test_sssom_reads_every_row(real: MemoryStore, real_roots: Roots, tmp_path: Path) -> None:
    """The sssom library finds the table valid, and each row of the tables in it."""
    from sssom.constants import SchemaValidationType
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    content, _ = dumped(real, real_roots)
    path = tmp_path / "all.sssom.tsv"
    path.write_bytes(content)
    found = parse_sssom_table(str(path))
    validate(found, [SchemaValidationType.JsonSchema, SchemaValidationType.PrefixMapCompleteness])
    tables = [file.path for file in discover(real_roots) if file.role == "mappings"]
    rows = [row for table in tables for row in read_table(table)]

    assert len(rows) == len(found.df)
    assert sum(row.is_negative for row in rows) == sum(found.df["predicate_modifier"] == "Not")


@pytest.mark.large
def test_sssom_loss_is_all_but_the_mappings(real: MemoryStore, real_roots: Roots) -> None:
    """What the report calls held is what our reader finds in the exported table."""
    content, selection = dumped(real, real_roots)
    path = real_roots.data[0] / "never-written.sssom.tsv"
    tables = [file.path for file in discover(real_roots) if file.role == "mappings"]
    expected = {triple for table in tables for _, triple in read_rows(table)}

    assert expected == selection.ledger.held
    assert not path.exists()
    assert content == dumped(real, real_roots)[0]


def test_sssom_of_the_small_world(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """The whole table is as expected."""
    expected = Path(__file__).parents[1] / "exporters" / "sssom" / "tiny.sssom.tsv"

    assert expected.read_bytes() == dumped(tiny, tiny_roots)[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, real: MemoryStore, real_roots: Roots) -> Path:
    """Export the saved queries."""
    target = tmp_path_factory.mktemp("queries") / "out"
    write_folder(FOLDERS["queries"], Selection(real.store, roots=real_roots), target)
    return target


@pytest.mark.large
def test_examples_are_read_and_run(folder: Path, real_roots: Roots) -> None:
    """rdflib reads each example, and its query parses there and in the engine."""
    queries = {query.slug: query for query in list_queries(real_roots)}

    assert set(queries) == {
        p.relative_to(folder).with_suffix("").as_posix() for p in folder.glob("*/*.ttl")
    }
    for slug, query in queries.items():
        graph = rdflib.Graph().parse(folder / f"{slug}.ttl")
        (example,) = graph.subjects(rdflib.RDF.type, SH.SPARQLSelectExecutable)
        text = str(graph.value(example, SH.select))
        names = {str(graph.value(node, SH.name)) for node in graph.objects(example, SH.parameter)}

        assert query.title == str(graph.value(example, rdflib.RDFS.label))
        assert set(query.parameters) == names
        assert set(query.topics) == set(map(str, graph.objects(example, SCHEMA.keywords)))
        rdflib.Graph().query(text)
        Store().query(text)


def test_grlc_form(folder: Path) -> None:
    """The head is YAML, and parameters stand in the names of variables."""
    text = (folder / "study" / "response-rates.rq").read_text()
    head = yaml.safe_load("\n".join(x[3:] for x in text.splitlines() if x.startswith("#+ ")))

    assert ["study", "results"] == head["tags"]
    assert {"drug": "naltrexone"} in head["defaults"]
    assert "?_drug_iri" in text
    assert "?drug " not in text
    Store().query(text)


def test_notebook(folder: Path, real_roots: Roots) -> None:
    """The notebook has a cell for each question and each query."""
    cells = json.loads((folder / "offlabel.sparqlbook").read_text())
    queries = list_queries(real_roots)

    assert 1 + 2 * len(queries) == len(cells)
    assert [f"## {query.title}" for query in queries] == [
        cell["value"].splitlines()[0] for cell in cells[1:] if cell["language"] == "markdown"
    ]


def test_prefixes(folder: Path) -> None:
    """The prefixes are declared as SHACL has it."""
    graph = rdflib.Graph().parse(folder / "prefixes.ttl")
    names = set(map(str, graph.objects(None, SH.prefix)))

    assert {"ol", "drug", "MONDO"} <= names


def test_sssom_says_that_text_is_not_neutralised(tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A cell that a spreadsheet would run stays what it is in SSSOM, and the report warns."""
    loss = FILES["sssom"].dump(Selection(tiny.store, roots=tiny_roots), io.BytesIO())

    assert any("spreadsheet" in note for note in loss.notes)

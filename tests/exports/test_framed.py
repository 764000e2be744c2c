"""JSON-LD documents of single things, read by rdflib with the context beside them."""

import json
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode, Triple

from exporting import contents, expected
from offlabel.exports import FOLDERS, Selection
from offlabel.exports.framed import ROOTS
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore

# rdflib 7.6 warns of its own classes.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")


def read(path: Path) -> rdflib.Graph:
    """Read a document; its context stands in for the file it names."""
    content = json.loads(path.read_text())
    context = json.loads((path.parent / content["@context"]).read_text())
    return rdflib.Graph().parse(data=json.dumps({**content, **context}), format="json-ld")


@pytest.fixture(scope="module")
def framed(real: MemoryStore, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Selection]:
    """Write the documents of the real graph."""
    folder = tmp_path_factory.mktemp("framed")
    selection = Selection(real.store)
    FOLDERS["jsonld-framed"].fill(selection, folder)
    return folder, selection


@pytest.mark.large
def test_documents_say_what_is_held(framed: tuple[Path, Selection]) -> None:
    """All documents together say exactly what the loss report calls held."""
    folder, selection = framed
    found = rdflib.Graph()
    for kind in ROOTS:
        for path in (folder / kind).iterdir():
            found += read(path)
    lines = "".join(f"{triple} .\n" for triple in selection.ledger.held)
    expected = rdflib.Graph().parse(data=lines, format="nt")

    assert len(expected) > 3_000
    assert set(expected) == set(found)


def test_a_study_holds_its_arms_and_results(framed: tuple[Path, Selection]) -> None:
    """Arms, what they received and what came of it stand inside, with short names."""
    study = json.loads((framed[0] / "study" / "weinstock-2020.jsonld").read_text())
    (arm,) = study["hasArm"]
    counts = {(result.get("count"), result.get("outOf")) for result in arm["hasResult"]}

    assert "study:weinstock-2020" == study["id"]
    assert (8, 15) in counts
    assert arm["receives"][0]["label"].startswith("naltrexone 4.5 mg")


def test_loss_names_what_has_no_document(framed: tuple[Path, Selection]) -> None:
    """Statements on grades are in no document."""
    lost = {row.about for row in framed[1].ledger.loss("jsonld-framed").lost}
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

    assert {"ol:DerivedGrade", "ol:GradeFactor"} <= lost
    assert all(isinstance(triple, Triple) for triple in framed[1].ledger.held)
    assert any(triple.predicate == label for triple in framed[1].ledger.held)


@pytest.mark.large
def test_same_bytes(framed: tuple[Path, Selection], real_roots: Roots, tmp_path: Path) -> None:
    """The same sources, read once more, give the same bytes."""
    FOLDERS["jsonld-framed"].fill(Selection(MemoryStore.from_roots(real_roots).store), tmp_path)
    for path in framed[0].rglob("*.jsonld"):
        assert path.read_bytes() == (tmp_path / path.relative_to(framed[0])).read_bytes()


def test_expected_output(tiny: MemoryStore, tmp_path: Path) -> None:
    """The small world gives the documents that are expected."""
    FOLDERS["jsonld-framed"].fill(Selection(tiny.store), tmp_path)

    assert expected("jsonld-framed") == contents(tmp_path)

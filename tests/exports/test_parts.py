"""The parts of the graph, with ontologies of others imported beside it."""

from pathlib import Path

import pytest
from pyoxigraph import Quad

from offlabel.exports import FILES
from offlabel.exports.opening import open_selection
from offlabel.links.library import Library
from offlabel.links.linked import open_linked
from offlabel.paths import Roots
from offlabel.sources.files import discover
from offlabel.sources.mappings import read_rows
from offlabel.sources.parse import parse
from offlabel.terms import BASE, LINKED, OUTSIDE

# Its name is that of a module of our own ontology; its hierarchy ends in a blank node.
DRUG = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
obo:CHEBI_90000001 a owl:Class ; rdfs:label "an invented chemical" ;
  rdfs:subClassOf [ a owl:Restriction ; owl:onProperty obo:RO_0000087 ;
    owl:someValuesFrom obo:CHEBI_90000002 ] .
"""
OTHER = DRUG.replace("9000000", "9100000")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Return a library of two ontologies, in the place where the commands look for it."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    library = Library()
    for name, text in (("drug.ttl", DRUG), ("other.ttl", OTHER)):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        library.add(path)
    return library


def quads(roots: Roots, *parts: str) -> set[Quad]:
    """Return what is exported of some parts."""
    return set(open_selection(roots, parts).quads())


def outside(library: Library, roots: Roots) -> set[Quad]:
    """Return what is imported, and the slices of other ontologies that come with the data."""
    slices = [file for file in discover(roots) if file.role == "vocabulary"]
    return set(library.store()).union(*(parse(file) for file in slices))


def test_ontologies_are_what_was_imported(library: Library, tiny_roots: Roots) -> None:
    """The part `ontologies` is the imported graphs and the slices, all of each, nothing else."""
    assert 2 == len(library.entries())
    assert outside(library, tiny_roots) == quads(tiny_roots, "ontologies")


def test_asserted_has_no_imported_ontology(library: Library, tiny_roots: Roots) -> None:
    """What is asserted is the same with and without imports, also where these are exported too."""
    alone = quads(tiny_roots, "asserted")
    both = quads(tiny_roots, "asserted", "ontologies")

    assert alone
    assert alone | outside(library, tiny_roots) == both
    assert not alone & outside(library, tiny_roots)


@pytest.mark.large
def test_what_is_worked_out_over_ontologies_is_derived(library: Library, real_roots: Roots) -> None:
    """The hierarchy above mapped terms is a part of what is derived, as no ontology says it."""
    store = open_linked(real_roots).store
    above = {quad for quad in store if str(quad.graph_name).startswith(f"<{LINKED}")}

    assert above
    assert above <= quads(real_roots, "derived", "ontologies")
    assert not above & quads(real_roots, "ontologies")


def test_module_and_ontology_of_one_name(library: Library, tiny_roots: Roots) -> None:
    """An ontology named as a module of ours is a graph of its own."""
    names = {graph.value for graph in open_linked(tiny_roots).store.named_graphs()}

    assert {f"{OUTSIDE}drug", f"{BASE}graph/ontology/drug"} <= names


@pytest.mark.parametrize(("parts", "has_rows"), [(("asserted",), False), (("mappings",), True)])
def test_sssom_honours_the_parts(
    parts: tuple[str, ...], has_rows: bool, tiny_roots: Roots, tmp_path: Path
) -> None:
    """The table has rows where mappings are selected, and its report tells the same."""
    selection = open_selection(tiny_roots, parts)
    path = tmp_path / "all.sssom.tsv"
    with path.open("wb") as file:
        loss = FILES["sssom"].dump(selection, file)
    held = {triple for _, triple in read_rows(path)}
    everything = {quad.triple for quad in selection.quads()}

    assert has_rows == bool(held)
    assert len(everything) - len(everything & held) == loss.count

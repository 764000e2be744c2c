"""The slices of outside ontologies: facts, complete upward, small, apart from the graph."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from offlabel.errors import OfflabelError, SourceError
from offlabel.links import cut
from offlabel.links.slices import FACTS, Origin, ancestors, mapped_ids, slice_turtle
from offlabel.links.terms import CLASS, LABEL, PARENT, TYPE
from offlabel.paths import Roots, find_roots
from offlabel.sources import discover, read_dataset
from offlabel.sources.parse import parse
from offlabel.spelling import OBO
from offlabel.stores.disk import state
from offlabel.stores.memory import MemoryStore
from offlabel.terms import DCTERMS, OUTSIDE, OWL, prefixes

FOLDER = find_roots().data[0] / "vocabularies"
FILES = sorted(FOLDER.glob("*.ttl"))
SHARED = Path(__file__).parents[2] / "shared" / "reference"
HAS_ONTOLOGIES = pytest.mark.skipif(
    not (SHARED / "ontologies").exists(), reason="needs ../shared/reference/ontologies"
)
each_slice = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)

# Cut from the whole ontology; the others from tables of parents.
WHOLE = {
    "mondo": "mondo-2026-05-05-labels-isa.ttl.gz",
    "chebi": "chebi-2026-05-01-labels-isa.ttl.gz",
    "eco": "eco-basic-2024-03-25.owl.gz",
}
TABLES = {
    "cl": "cl_cells.tsv",
    "doid": "doid_conditions.tsv",
    "go": "go_receptors_processes.tsv",
    "maxo": "maxo_therapies.tsv",
    "obi": "obi_designs_routes.tsv",
    "pr": "pr_receptors.tsv",
    "uberon": "uberon_anatomy.tsv",
}
# The tables of parents hold no obsolete class, and no parent of this layer of the skin.
NOT_THERE = {
    "go": {"GO:0004986", "GO:0004987", "GO:0004988", "GO:0005623", "GO:0015051"},
    "uberon": {"UBERON:0002071"},
}
UNNAMED = {"pr": {f"{OBO}COB_0000013"}}
ORIGIN = Origin(f"{OBO}x.owl", "Invented", "https://example.org/licence", "made up", "7")
ONTOLOGY = """
@prefix : <http://purl.obolibrary.org/obo/MONDO_> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:9 a owl:Class ; rdfs:label "below, and not mapped" ; rdfs:subClassOf :1 .
:4 a owl:Class ; rdfs:label "elsewhere" .
:1 a owl:Class ; rdfs:label "a \\"dotted\\" rash" ; rdfs:comment "no fact that we need" ;
   rdfs:subClassOf :3 , :2 , [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :4 ] .
:2 a owl:Class ; rdfs:label "rash" ; rdfs:subClassOf <http://example.org/thing> .
:3 a owl:Class ; rdfs:label "dots" ; rdfs:subClassOf owl:Thing .
:5 a owl:Class ; rdfs:label "obsolete rash" ; owl:deprecated true ;
   <http://purl.obolibrary.org/obo/IAO_0100001> :2 .
:6 a owl:Class ; rdfs:label "in use" ; owl:deprecated false ; rdfs:subClassOf :7 .
:7 a owl:Class ; rdfs:subClassOf :6 .
"""
SLICE = """\
# Invented: the classes that mapping tables name, and all above them.
# Written by python -m offlabel.links.cut; a change made by hand is lost.

@prefix MONDO:   <http://purl.obolibrary.org/obo/MONDO_> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl:     <http://www.w3.org/2002/07/owl#> .
@prefix rdfs:    <http://www.w3.org/2000/01/rdf-schema#> .

<http://purl.obolibrary.org/obo/x.owl>
    a owl:Ontology ;
    dcterms:title "Invented"@en ;
    dcterms:license <https://example.org/licence> ;
    dcterms:source "made up" ;
    owl:versionInfo "7" .

<http://example.org/thing>
    a owl:Class .

MONDO:1
    a owl:Class ;
    rdfs:label "a \\"dotted\\" rash" ;
    rdfs:subClassOf MONDO:2 , MONDO:3 .

MONDO:2
    a owl:Class ;
    rdfs:label "rash" ;
    rdfs:subClassOf <http://example.org/thing> .

MONDO:3
    a owl:Class ;
    rdfs:label "dots" .

MONDO:5
    a owl:Class ;
    rdfs:label "obsolete rash" ;
    owl:deprecated true ;
    <http://purl.obolibrary.org/obo/IAO_0100001> MONDO:2 .
"""


def store(text: str) -> Store:
    """Return Turtle as a store."""
    found = Store()
    found.load(text.encode(), format=RdfFormat.TURTLE)
    return found


def mondo(*numbers: int) -> set[str]:
    """Return ids of the invented ontology."""
    return {f"{OBO}MONDO_{number}" for number in numbers}


def space(path: Path) -> str:
    """Return the beginning of the ids of a slice's own ontology."""
    return dict(prefixes())[path.stem.upper()]


def above(name: str, curie: str) -> set[str]:
    """Return the labels of all classes above one in a slice."""
    found = store((FOLDER / f"{name}.ttl").read_text(encoding="utf-8"))
    iri = prefixes().expand(curie)
    assert iri is not None
    return {
        quad.object.value
        for parent in ancestors(found, [iri]) - {iri}
        for quad in found.quads_for_pattern(NamedNode(parent), LABEL, None, None)
        if isinstance(quad.object, Literal)
    }


def test_slice_of_an_invented_ontology() -> None:
    """A slice holds facts of mapped classes and of all above them, in a fixed order."""
    assert SLICE == slice_turtle(store(ONTOLOGY), mondo(1, 5, 99), ORIGIN)


def test_circle_ends() -> None:
    """A hierarchy that runs in a circle does not hang; a class said to be in use is."""
    found = slice_turtle(store(ONTOLOGY), mondo(6), ORIGIN)

    assert mondo(6, 7) == ancestors(store(ONTOLOGY), mondo(6))
    assert "deprecated" not in found
    assert "MONDO:7\n    a owl:Class ;\n    rdfs:subClassOf MONDO:6 .\n" in found


def test_origin_without_version() -> None:
    """A version that the source does not tell is left out, not made up."""
    origin = Origin(f"{OBO}x.owl", "Invented", "https://example.org/licence", "made up")

    assert 'dcterms:source "made up" .\n' in slice_turtle(store(ONTOLOGY), mondo(3), origin)


def test_nothing_mapped_is_told() -> None:
    """An ontology that holds none of the identifiers is told, not written as an empty file."""
    with pytest.raises(OfflabelError, match="Invented: no mapped identifier is a class"):
        slice_turtle(store(ONTOLOGY), mondo(99), ORIGIN)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", b"{}", "not one of .ttl, .nt, .owl, .tsv"),
        ("x.ttl", b"<a", "cannot be read"),
        ("x.owl.gz", b"\x1f\x8b\x08\x00", "cannot be read"),
        ("x.tsv", b"child\tparent\n", "the head is not child_curie parent_curie"),
        ("x.tsv", b"\xff\xfe", "cannot be read"),
        (
            "x.tsv",
            b"child_curie\tparent_curie\tchild_label\tparent_label\nMONDO:1\n",
            "line 2: a row needs four cells",
        ),
    ],
)
def test_bad_file_is_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """A file that is no ontology gives one message with its name."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OfflabelError, match=message) as caught:
        cut.read_ontology(path)

    assert str(caught.value).startswith(str(path))


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there gives one message with its name."""
    with pytest.raises(OfflabelError, match="cannot be read"):
        cut.read_ontology(tmp_path / "none.ttl")


@pytest.mark.parametrize(
    ("prefix", "licence", "message"),
    [
        ("NOPE", "https://example.org/", "'NOPE' is not a prefix of ontology/prefixes.ttl"),
        ("MONDO", "free", "--license 'free' is no address"),
        ("MONDO", "https://example.org/", "none.ttl: cannot be read"),
    ],
)
def test_command_tells_what_is_wrong(prefix: str, licence: str, message: str) -> None:
    """The command ends with one message and exit code 2."""
    options = ["--title", "a", "--license", licence, "--source", "b"]
    command = [sys.executable, "-m", "offlabel.links.cut", prefix, "none.ttl", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert "" == done.stdout
    assert done.stderr.startswith("Error: ")
    assert message in done.stderr
    assert 1 == done.stderr.count("\n")


def test_table_of_parents(tmp_path: Path) -> None:
    """A table of parents gives the classes and steps that its rows name, labels where given."""
    path = tmp_path / "x.tsv"
    head = "child_curie\tparent_curie\tchild_label\tparent_label\n"
    path.write_text(f'{head}mondo:1\tBFO:2\ta "rash"\t\n', encoding="utf-8")
    child, parent = NamedNode(f"{OBO}MONDO_1"), NamedNode(f"{OBO}BFO_2")

    assert {
        Quad(child, TYPE, CLASS),
        Quad(child, LABEL, Literal('a "rash"')),
        Quad(child, PARENT, parent),
        Quad(parent, TYPE, CLASS),
    } == set(cut.read_ontology(path))


@each_slice
def test_slice_says_where_it_comes_from(path: Path) -> None:
    """A slice has the title, source and licence that Bioregistry knows too, all of them free."""
    import bioregistry

    found = store(path.read_text(encoding="utf-8"))
    about = NamedNode(f"{OBO}{path.stem}.owl")
    values = {
        quad.predicate.value: quad.object.value
        for quad in found.quads_for_pattern(about, None, None, None)
        if isinstance(quad.object, NamedNode | Literal)
    }
    spdx = bioregistry.get_license(path.stem)
    assert spdx is not None
    by = re.fullmatch(r"CC-BY-(\d\.\d)", spdx)
    expected = (
        f"https://creativecommons.org/licenses/by/{by[1]}/"
        if by
        else "https://creativecommons.org/publicdomain/zero/1.0/"
    )

    assert by or spdx == "CC0-1.0"
    assert expected == values[f"{DCTERMS}license"]
    assert bioregistry.get_name(path.stem) == values[f"{DCTERMS}title"]
    assert values[f"{DCTERMS}source"]
    assert (path.stem != "pr") == (f"{OWL}versionInfo" in values)


@each_slice
def test_slice_is_complete_and_no_more(path: Path, real_roots: Roots) -> None:
    """Each class is mapped or lies above a mapped one, and each parent is there with a label."""
    found = store(path.read_text(encoding="utf-8"))
    classes = {str(q.subject.value) for q in found.quads_for_pattern(None, TYPE, CLASS, None)}  # type: ignore[union-attr]
    mapped = mapped_ids(real_roots, space(path))
    named = {q.subject.value for q in found.quads_for_pattern(None, LABEL, None, None)}  # type: ignore[union-attr]
    parents = {q.object.value for q in found.quads_for_pattern(None, PARENT, None, None)}  # type: ignore[union-attr]
    missing = {prefixes().compress(iri) for iri in mapped - classes}

    assert mapped
    assert classes == ancestors(found, mapped)
    assert parents <= classes
    assert UNNAMED.get(path.stem, set()) == classes - named
    assert NOT_THERE.get(path.stem, set()) == missing


@each_slice
def test_slice_holds_facts_only(path: Path) -> None:
    """Of a class a slice says nothing but label, parents, and whether and how it is replaced."""
    found = store(path.read_text(encoding="utf-8"))
    classes = {quad.subject for quad in found.quads_for_pattern(None, TYPE, CLASS, None)}
    said = {quad.predicate for quad in found if quad.subject in classes}

    assert {TYPE, LABEL, PARENT} <= said <= {TYPE, *FACTS}
    assert path.stat().st_size < 32_000


@each_slice
def test_labels_agree_with_the_tables(path: Path, real: MemoryStore) -> None:
    """A mapped class has the label by which the mapping tables call it."""
    found = store(path.read_text(encoding="utf-8"))
    for quad in found.quads_for_pattern(None, LABEL, None, None):
        table = list(real.store.quads_for_pattern(quad.subject, LABEL, None, None))
        if table:
            assert {quad.object} == {each.object for each in table}, quad.subject


def written_again(path: Path, file: Path) -> str:
    """Return a slice cut anew with the origin that it has."""
    found = store(path.read_text(encoding="utf-8"))
    about = NamedNode(f"{OBO}{path.stem}.owl")
    arguments = [path.stem.upper(), str(file)]
    for option, predicate in {
        "--title": f"{DCTERMS}title",
        "--license": f"{DCTERMS}license",
        "--source": f"{DCTERMS}source",
        "--version": f"{OWL}versionInfo",
    }.items():
        for quad in found.quads_for_pattern(about, NamedNode(predicate), None, None):
            assert isinstance(quad.object, NamedNode | Literal)
            arguments += [option, quad.object.value]
    return cut.main(arguments)


@each_slice
def test_slice_cut_from_itself_is_itself(path: Path) -> None:
    """A slice is what its command writes: nothing was changed by hand, no mapping came later."""
    assert path.read_text(encoding="utf-8") == written_again(path, path)


@HAS_ONTOLOGIES
@each_slice
def test_slice_cut_from_its_source_is_itself(path: Path) -> None:
    """The ontology or the table of parents gives the slice again, byte by byte."""
    name = WHOLE.get(path.stem)
    file = SHARED / "ontologies" / name if name else SHARED / "slices" / TABLES[path.stem]

    assert path.read_text(encoding="utf-8") == written_again(path, file)


@pytest.mark.parametrize(
    ("name", "curie", "inside", "outside"),
    [
        ("mondo", "MONDO:0005083", {"dermatitis", "immune system disorder"}, {"alopecia"}),
        ("mondo", "MONDO:0008661", {"dermatitis", "autoimmune disease"}, {"alopecia"}),
        ("mondo", "MONDO:0018879", {"alopecia", "hair anomaly"}, {"lichen planus"}),
        ("mondo", "MONDO:0026045", {"skin disorder"}, {"prurigo"}),
        ("doid", "DOID:12306", {"autoimmune disease"}, {"skin disease"}),
        ("doid", "DOID:3310", {"allergic contact dermatitis", "skin disease"}, set()),
        ("doid", "DOID:0050429", {"pemphigus", "autoimmune disease"}, set()),
        ("doid", "DOID:8893", {"skin disease"}, {"autoimmune disease"}),
        ("chebi", "CHEBI:60605", {"opioid agent", "role"}, set()),
        ("cl", "CL:0000453", {"dendritic cell"}, set()),
        ("uberon", "UBERON:0002025", {"integumentary system layer"}, {"skin epidermis"}),
        ("go", "GO:0043616", {"epithelial cell proliferation"}, set()),
        ("eco", "ECO:0000180", {"experimental evidence", "evidence"}, set()),
        ("pr", "PR:000001612", {"opioid receptor protein", "protein"}, set()),
    ],
)
def test_what_an_ontology_calls_a_thing(
    name: str, curie: str, inside: set[str], outside: set[str]
) -> None:
    """The places of some classes, read by hand; the ontologies disagree, and the slices show it."""
    found = above(name, curie)

    assert inside <= found
    assert set() == outside & found


def test_obsolete_class_names_its_successor() -> None:
    """The obsolete id of atopic dermatitis is in the slice, with the id that replaces it."""
    text = (FOLDER / "mondo.ttl").read_text(encoding="utf-8")

    assert (
        "MONDO:0011292\n    a owl:Class ;\n"
        '    rdfs:label "obsolete dermatitis, atopic" ;\n'
        "    owl:deprecated true ;\n"
        "    <http://purl.obolibrary.org/obo/IAO_0100001> MONDO:0004980 .\n"
    ) in text


def test_no_slice_of_an_ontology_under_its_own_licence() -> None:
    """HPO may be used but not passed on in parts, so no file holds its hierarchy."""
    assert sorted(WHOLE | TABLES) == [path.stem for path in FILES]
    assert not any(f"{OBO}HP_" in path.read_text(encoding="utf-8") for path in FILES)


def test_slices_are_apart_from_the_graph(real_roots: Roots, real: MemoryStore) -> None:
    """Each slice has a graph of its own, which the ordinary store does not hold."""
    found = {file.graph: file for file in discover(real_roots) if file.role == "vocabulary"}
    data = {file.path for file in discover(real_roots) if file.role == "data"}

    assert {OUTSIDE + path.stem for path in FILES} == set(found)
    assert set() == data & set(FILES)
    assert not any(real.store.contains_named_graph(NamedNode(graph)) for graph in found)
    assert not real.ask(f"ASK {{ ?class <{PARENT.value}> <{OBO}MONDO_0002406> }}")
    assert all(parse(file) for file in found.values())


def test_slice_is_no_part_of_the_fingerprint(tmp_path: Path) -> None:
    """A changed slice does not make the built store stale, and its folder alone is no data."""
    (tmp_path / "a.ttl").write_text("", encoding="utf-8")
    roots = find_roots([tmp_path], only=True)
    before = state(roots)
    (tmp_path / "vocabularies").mkdir()
    (tmp_path / "vocabularies" / "x.ttl").write_text(ONTOLOGY, encoding="utf-8")

    assert before == state(roots)
    assert ["vocabulary"] == [f.role for f in discover(roots) if f.path.name == "x.ttl"]


def test_folder_of_the_same_name_deeper_down_is_data(tmp_path: Path) -> None:
    """Only the folder right below the data folder holds slices."""
    deeper = tmp_path / "conditions" / "vocabularies"
    deeper.mkdir(parents=True)
    (deeper / "x.ttl").write_text("", encoding="utf-8")
    roots = find_roots([tmp_path], only=True)

    assert ["data"] == [f.role for f in discover(roots) if f.path.name == "x.ttl"]


def test_malformed_slice_is_told(tmp_path: Path) -> None:
    """A slice that cannot be read is a problem like any other file's."""
    (tmp_path / "a.ttl").write_text("", encoding="utf-8")
    (tmp_path / "vocabularies").mkdir()
    (tmp_path / "vocabularies" / "x.ttl").write_text("nonsense", encoding="utf-8")
    problems = read_dataset(find_roots([tmp_path], only=True)).problems

    assert ["x.ttl"] == [problem.path.name for problem in problems]
    assert all(isinstance(problem, SourceError) for problem in problems)

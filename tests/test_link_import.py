"""Outside ontologies come in whole or not at all, and in every form say the same."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from commands import TINY, offlabel
from offlabel.errors import OfflabelError
from offlabel.links.entry import ABOUT, short_version
from offlabel.links.foreign import is_about_ours
from offlabel.links.library import Library
from offlabel.links.readers.base import EQUAL
from offlabel.links.readers.guide import file_of_package
from offlabel.links.terms import LABEL, PARENT

OBO_IRI = "http://purl.obolibrary.org/obo/"
X = "http://purl.obolibrary.org/obo/XX_"
OBO = """format-version: 1.2
data-version: xx/releases/2020-01-02
ontology: xx

[Term]
id: XX:0000001
name: rash

[Term]
id: XX:0000002
name: dotted rash
def: "A rash of dots." []
synonym: "spots" EXACT []
xref: YY:7
is_a: XX:0000001 ! rash

[Term]
id: XX:0000003
name: obsolete dots
is_obsolete: true
replaced_by: XX:0000002
"""
TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
obo:xx.owl a owl:Ontology ; owl:versionInfo "2020-01-02" ; owl:imports <http://127.0.0.1:9/no> .
obo:XX_0000001 a owl:Class ; rdfs:label "rash" .
obo:XX_0000002 a owl:Class ; rdfs:label "dotted rash" ; rdfs:subClassOf obo:XX_0000001 ;
    obo:IAO_0000115 "A rash of dots." ; oio:hasExactSynonym "spots" ; oio:hasDbXref "YY:7" .
obo:XX_0000003 a owl:Class ; rdfs:label "obsolete dots" ; owl:deprecated true ;
    obo:IAO_0100001 obo:XX_0000002 .
"""
RDFXML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#">
  <owl:Class rdf:about="http://purl.obolibrary.org/obo/XX_0000001"><rdfs:label>rash</rdfs:label>
  </owl:Class>
</rdf:RDF>"""
GRAPHS = json.dumps(
    {
        "graphs": [
            {
                "id": "http://purl.obolibrary.org/obo/xx.owl",
                "meta": {"version": "2020-01-02"},
                "nodes": [
                    {"id": X + "0000001", "type": "CLASS", "lbl": "rash"},
                    {
                        "id": X + "0000002",
                        "type": "CLASS",
                        "lbl": "dotted rash",
                        "meta": {
                            "definition": {"val": "A rash of dots."},
                            "synonyms": [{"pred": "hasExactSynonym", "val": "spots"}],
                            "xrefs": [{"val": "YY:7"}],
                        },
                    },
                    {
                        "id": X + "0000003",
                        "type": "CLASS",
                        "lbl": "obsolete dots",
                        "meta": {
                            "deprecated": True,
                            "basicPropertyValues": [
                                {
                                    "pred": "http://purl.obolibrary.org/obo/IAO_0100001",
                                    "val": X + "0000002",
                                }
                            ],
                        },
                    },
                ],
                "edges": [{"sub": X + "0000002", "pred": "is_a", "obj": X + "0000001"}],
            }
        ]
    }
)
FUNCTIONAL = """Prefix(:=<http://purl.obolibrary.org/obo/XX_>)
Prefix(obo:=<http://purl.obolibrary.org/obo/>)
Prefix(oio:=<http://www.geneontology.org/formats/oboInOwl#>)
Prefix(owl:=<http://www.w3.org/2002/07/owl#>)
Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)
Prefix(xsd:=<http://www.w3.org/2001/XMLSchema#>)
Ontology(<http://purl.obolibrary.org/obo/xx.owl>
Import(<http://127.0.0.1:9/no>)
Annotation(owl:versionInfo "2020-01-02")
Declaration(Class(:0000001)) Declaration(Class(:0000002)) Declaration(Class(:0000003))
AnnotationAssertion(rdfs:label :0000001 "rash")
AnnotationAssertion(rdfs:label :0000002 "dotted rash")
SubClassOf(:0000002 :0000001)
AnnotationAssertion(obo:IAO_0000115 :0000002 "A rash of dots.")
AnnotationAssertion(oio:hasExactSynonym :0000002 "spots")
AnnotationAssertion(oio:hasDbXref :0000002 "YY:7")
AnnotationAssertion(rdfs:label :0000003 "obsolete dots")
AnnotationAssertion(owl:deprecated :0000003 "true"^^xsd:boolean)
AnnotationAssertion(obo:IAO_0100001 :0000003 :0000002)
)
"""
FORMS = {"xx.obo": OBO, "xx.ttl": TURTLE, "xx.json": GRAPHS, "xx.ofn": FUNCTIONAL}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return an empty library."""
    return Library(tmp_path / "library")


def write(tmp_path: Path, name: str, text: str) -> Path:
    """Write a file, packed if its name says so."""
    path = tmp_path / name
    content = text.encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def said(library: Library) -> set[str]:
    """Return all statements of a library about classes."""
    return {
        f"{quad.triple}".replace("^^<http://www.w3.org/2001/XMLSchema#string>", "")
        for quad in library.store()
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(X)
    }


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", ["", ".gz"])
def test_forms_say_the_same(name: str, packed: str, tmp_path: Path) -> None:
    """OBO, Turtle, OBO Graphs and functional syntax come to the same statements, packed or not."""
    for ending, package in ((".obo", "fastobo"), (".ofn", "pyhornedowl")):
        if name.endswith(ending):
            pytest.importorskip(package)
    turtle, other = Library(tmp_path / "one"), Library(tmp_path / "other")
    turtle.add(write(tmp_path, "xx.ttl", TURTLE))
    entry = other.add(write(tmp_path, name + packed, FORMS[name]))

    assert said(turtle) == said(other)
    assert 12 == len(said(other))
    assert ("xx", "2020-01-02", 3, (X,)) == (
        entry.name,
        entry.version,
        entry.terms,
        entry.namespaces,
    )


def test_rdfxml(library: Library, tmp_path: Path) -> None:
    """RDF/XML is read too."""
    assert 1 == library.add(write(tmp_path, "xx.owl", RDFXML)).terms


def test_terms(library: Library, tmp_path: Path) -> None:
    """A term has its names, what is above it, and what became of it."""
    library.add(write(tmp_path, "xx.ttl", TURTLE))
    terms = library.terms()
    dots, gone = terms.find(X + "0000002"), terms.find(X + "0000003")

    assert dots is not None
    assert gone is not None
    assert ("dotted rash", "spots") == dots.names
    assert {X + "0000001": 1} == terms.ancestors(X + "0000002")
    assert (True, X + "0000002") == (gone.is_deprecated, gone.replaced_by)
    assert terms.covers(X + "999")
    assert not terms.covers("http://purl.obolibrary.org/obo/YY_1")


def test_again_replaces(library: Library, tmp_path: Path) -> None:
    """An ontology of a name that is taken takes its place, whole."""
    library.add(write(tmp_path, "xx.ttl", TURTLE))
    path = write(tmp_path, "xx-2021.ttl", TURTLE.replace("dotted rash", "new name"))
    library.add(path)
    labels = {q.object.value for q in library.store().quads_for_pattern(None, LABEL, None, None)}  # type: ignore[union-attr]

    assert {"rash", "new name", "obsolete dots"} == labels
    assert ["xx"] == [entry.name for entry in library.entries()]


FORGED = """
@prefix drug: <https://w3id.org/offlabel/drug/> .
@prefix condition: <https://w3id.org/offlabel/condition/> .
@prefix half: <https://w3id.org/off> .
@prefix ol: <https://w3id.org/offlabel/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
drug:naltrexone skos:exactMatch obo:XX_0000001 .
condition:vitiligo rdfs:label "PWNED" .
condition:evil a ol:Condition .
obo:XX_0000001 skos:exactMatch half:label\\/drug\\/naltrexone ; a ol:Condition ; ol:level 1 .
obo:XX_0000002 rdfs:comment "see <https://w3id.org/offlabel/drug/naltrexone>" .
"""


def test_nothing_about_ours_comes_in(library: Library, tmp_path: Path) -> None:
    """Statements about things or in terms of this project are left out and counted, no others."""
    entry = library.add(write(tmp_path, "xx.ttl", TURTLE + FORGED))
    quads = [quad for quad in library.store() if quad.graph_name == entry.graph]

    assert 6 == entry.left_out
    assert not any(is_about_ours(quad) for quad in quads)
    assert "see <https://w3id.org/offlabel/drug/naltrexone>" in {
        quad.object.value for quad in quads if isinstance(quad.object, Literal)
    }


def test_what_is_left_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The import tells how many statements it left out, and why."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    done = offlabel("link", "import", str(write(tmp_path, "xx.ttl", TURTLE + FORGED)))

    assert 0 == done.code
    assert done.err.startswith("Left out: 6 statements about things or in terms of this project")


def test_matches_of_others_are_no_mappings(library: Library, tmp_path: Path) -> None:
    """What outsiders hold to be the same is kept for checks, and not seen by linked queries."""
    same = "obo:XX_0000001 <http://www.w3.org/2004/02/skos/core#exactMatch> obo:YY_1 .\n"
    library.add(write(tmp_path, "xx.ttl", TURTLE + same))
    library.copy(str(tmp_path / "copy"))
    copied = Store.read_only(str(tmp_path / "copy"))

    assert any(library.store().quads_for_pattern(None, EQUAL, None, None))
    assert not any(copied.quads_for_pattern(None, EQUAL, None, None))


def test_the_graph_itself_says_what_it_is(library: Library, tmp_path: Path) -> None:
    """Version, licence and checksum of each imported graph are statements, until it is removed."""
    licence = "obo:xx.owl <http://purl.org/dc/terms/license> <http://example.org/free> .\n"
    path = write(tmp_path, "xx.ttl", TURTLE + licence)
    entry = library.add(path)
    said = {
        (quad.predicate.value.rpartition("/")[2], getattr(quad.object, "value", ""))
        for quad in library.store().quads_for_pattern(entry.graph, None, None, ABOUT)
    }

    assert {
        ("title", "xx"),
        ("source", "xx.ttl"),
        ("version", "2020-01-02"),
        ("license", "http://example.org/free"),
        ("identifier", f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"),
        ("importedOn", entry.imported),
    } == said
    library.remove("xx")
    assert [] == list(library.store())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://purl.obolibrary.org/obo/eco/releases/2024-03-25/eco-basic.owl", "2024-03-25"),
        ("hp/releases/2025-01-16", "2025-01-16"),
        ("http://example.org/releases/v1.12.3/x.owl", "v1.12.3"),
        ("2026-05-05", "2026-05-05"),
        ("release 7/8", "release 7/8"),
    ],
)
def test_short_version(text: str, expected: str) -> None:
    """Of a version that is an IRI or a path, the date or the number is shown."""
    assert expected == short_version(text)


def test_two_and_one_removed(library: Library, tmp_path: Path) -> None:
    """Each stands in its own graph; removing one leaves the other."""
    library.add(write(tmp_path, "xx.ttl", TURTLE))
    library.add(write(tmp_path, "zz.ttl", TURTLE.replace("XX_", "ZZ_")))
    library.remove("xx")

    assert ["zz"] == [entry.name for entry in library.entries()]
    assert set() == said(library)
    assert any(library.store().quads_for_pattern(None, PARENT, None, None))
    with pytest.raises(OfflabelError, match=r"no imported ontology called 'zzz'\. Did you mean zz"):
        library.remove("zzz")


BAD = {
    "no such file": ("none.ttl", None, "there is no such file"),
    "another form": ("xx.docx", "x", "its form is not known"),
    "malformed Turtle": ("xx.ttl", TURTLE + "obo:XX_4 a", "xx.ttl"),
    "malformed XML": ("xx.owl", RDFXML[:-20], "xx.owl"),
    "no JSON": ("xx.json", "{", "this is not JSON"),
    "other JSON": ("xx.json", "[1]", "this is not an OBO graph"),
    "no class": ("xx.ttl", "<http://a> <http://b> <http://c> .", "no class with a label"),
    "a name that cannot be": ("Ä.ttl", TURTLE, "no name for an ontology"),
    "entities": (
        "xx.owl",
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + RDFXML.replace("rash", "&a;"),
        "xx.owl",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_changes_nothing(case: str, library: Library, tmp_path: Path) -> None:
    """A bad file is one clear error, and what was imported stands as it was."""
    library.add(write(tmp_path, "aa.ttl", TURTLE))
    before = said(library)
    name, text, message = BAD[case]
    path = write(tmp_path, name, text) if text is not None else tmp_path / name

    with pytest.raises(OfflabelError, match=message):
        library.add(path)
    assert ["aa"] == [entry.name for entry in library.entries()]
    assert before == said(library)


def test_cut_off_file(library: Library, tmp_path: Path) -> None:
    """A packed file that ends too early is said to be cut off."""
    path = write(tmp_path, "xx.ttl.gz", TURTLE * 200)
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(OfflabelError, match=r"cut off|damaged|end-of-stream"):
        library.add(path)
    assert [] == library.entries()


def test_more_than_any_ontology(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A packed file out of which too much comes is refused."""
    monkeypatch.setattr("offlabel.links.readers.base.MOST_BYTES", 10_000)
    path = write(tmp_path, "xx.ttl.gz", TURTLE + " " * 1_000_000)

    with pytest.raises(OfflabelError, match="more than 10,000 bytes come out of it"):
        library.add(path)
    assert [] == library.entries()


@pytest.mark.parametrize("name", ["xx.json.gz", "XX-ontology-v1.json.zst", "xx.ofn.gz"])
def test_more_than_can_be_held(
    name: str, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a packed file in a form that is read whole, the unpacked bytes are bounded."""
    zstandard = pytest.importorskip("zstandard")
    monkeypatch.setattr("offlabel.links.readers.base.MOST_WHOLE", 10_000)
    path = write(tmp_path, name, " " * 1_000_000)
    if name.endswith(".zst"):
        path.write_bytes(zstandard.compress(b" " * 1_000_000))

    with pytest.raises(OfflabelError, match="more than 10,000 bytes come out of it, too many"):
        library.add(path)
    assert [] == library.entries()


@pytest.mark.parametrize("name", ["xx.ttl.gz", "XX-ontology-v1.json.zst"])
def test_damaged_file(name: str, library: Library, tmp_path: Path) -> None:
    """A packed file with a broken part is said to be damaged."""
    zstandard = pytest.importorskip("zstandard")
    pack = zstandard.compress if name.endswith(".zst") else gzip.compress
    content = bytearray(pack((TURTLE + "# " + os.urandom(90_000).hex()).encode()))
    content[50_000:50_100] = b"\xff" * 100
    path = tmp_path / name
    path.write_bytes(bytes(content))

    with pytest.raises(OfflabelError, match="cut off or damaged"):
        library.add(path)
    assert [] == library.entries()


ENTITIES = (
    RDFXML.replace(
        "<rdf:RDF",
        """<!DOCTYPE rdf:RDF [
  <!ENTITY obo "http://purl.obolibrary.org/obo/" >
  <!ENTITY word "rash" >
]>
<rdf:RDF""",
    )
    .replace('"http://purl.obolibrary.org/obo/XX', '"&obo;XX')
    .replace(">rash<", ">&word;<")
)


def test_entities_of_one_level(library: Library, tmp_path: Path) -> None:
    """Entities that stand for a namespace or a word work."""
    library.add(write(tmp_path, "xx.owl", ENTITIES))
    term = library.terms().find(X + "0000001")

    assert term is not None
    assert "rash" == term.label


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('word "rash"', 'word "&obo;&obo;"', "an entity of it holds another one"),
        ('word "rash"', f'word "{"rash" * 200}"', "more than a namespace"),
        ('word "rash"', '% word "rash"', "an entity of it holds another one"),
        ('word "rash"', 'word SYSTEM "file:///etc/hostname"', "stands in another file"),
        (">&word;<", f">{'&word;' * 100}<", "its entities add more than 200 bytes"),
        (
            "</rdf:RDF>",
            f"<!--{' ' * (1 << 20)}--><!DOCTYPE r [<!ENTITY x 'y'>]>",
            "after the first",
        ),
    ],
)
def test_entities_that_grow(
    old: str,
    new: str,
    message: str,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Entities inside entities, and more than a little text out of them, are refused."""
    limit = 200 if "200" in message else 1 << 30
    monkeypatch.setattr("offlabel.links.readers.entities.MOST_EXPANDED", limit)
    assert old in ENTITIES

    with pytest.raises(OfflabelError, match=message):
        library.add(write(tmp_path, "xx.owl", ENTITIES.replace(old, new)))


def test_merged_and_obsolete_terms_of_obo(library: Library, tmp_path: Path) -> None:
    """An id that was merged is replaced; what to consider instead of another is known; a licence.

    An id that is merged and has a frame of its own says itself what became of it.
    """
    pytest.importorskip("fastobo")
    text = (
        OBO.replace(
            "ontology: xx\n", "ontology: xx\nproperty_value: terms:license http://e.org/l\n"
        )
        .replace(
            "name: dotted rash\n", "name: dotted rash\nalt_id: XX:0000009\nalt_id: XX:0000003\n"
        )
        .replace("replaced_by: XX:0000002", "consider: XX:0000001")
    )
    entry = library.add(write(tmp_path, "xx.obo", text))
    merged, gone = (library.terms().find(f"{X}000000{n}") for n in (9, 3))

    assert "http://e.org/l" == entry.licence
    assert merged is not None
    assert gone is not None
    assert (True, X + "0000002") == (merged.is_deprecated, merged.replaced_by)
    assert (True, None, (X + "0000001",)) == (gone.is_deprecated, gone.replaced_by, gone.consider)


TABLE = """#curie_map:
#  XX: http://purl.obolibrary.org/obo/XX_
#  mesh: http://identifiers.org/mesh/
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_set_id: http://example.org/a
#mapping_set_version: http://example.org/releases/2021-02-03/a
subject_id\tpredicate_id\tobject_id\tmapping_justification\tpredicate_modifier
XX:0000001\tskos:exactMatch\tmesh:D1\tsemapv:ManualMappingCuration\t
XX:0000001\tskos:exactMatch\tmesh:D2\tsemapv:ManualMappingCuration\tNot
XX:0000002\tskos:broadMatch\tmesh:D3\tsemapv:ManualMappingCuration\t
"""


def test_table_of_mappings(library: Library, tmp_path: Path) -> None:
    """Of an SSSOM table of others the exact matches come in, in our spelling of the ids."""
    entry = library.add(write(tmp_path, "xx_to_mesh.sssom.tsv.gz", TABLE))
    pairs = [
        (str(quad.subject), str(quad.object))
        for quad in library.store().quads_for_pattern(None, EQUAL, None, None)
    ]

    assert [(f"<{X}0000001>", "<http://id.nlm.nih.gov/mesh/D1>")] == pairs
    assert ("xx-to-mesh", "2021-02-03", 0) == (entry.name, entry.version, entry.terms)
    assert entry.licence.endswith("/zero/1.0/")


@pytest.mark.large
def test_real_ontology_of_an_installed_package(library: Library) -> None:
    """Mondo as a package ships it: its size, a name, a parent, and an id that was replaced."""
    pytest.importorskip("cellxgene_ontology_guide")
    entry = library.add(file_of_package("mondo"))
    terms = library.terms()
    psoriasis = terms.find(OBO_IRI + "MONDO_0005083")
    gone = terms.find(OBO_IRI + "MONDO_0011292")

    assert entry.terms > 25_000
    assert ("mondo", (OBO_IRI + "MONDO_",)) == (entry.name, entry.namespaces)
    assert entry.version[:3] == "v20"
    assert psoriasis is not None
    assert gone is not None
    assert "psoriasis" == psoriasis.label
    assert OBO_IRI + "MONDO_0005093" in terms.ancestors(psoriasis.iri)
    assert (True, OBO_IRI + "MONDO_0004980") == (gone.is_deprecated, gone.replaced_by)


def test_ontology_that_the_package_does_not_have() -> None:
    """What the package has is listed."""
    pytest.importorskip("cellxgene_ontology_guide")

    with pytest.raises(OfflabelError, match=r"no ontology in .* called 'nope'. It has .*MONDO"):
        file_of_package("nope")


def test_package_without_an_ontology() -> None:
    """Whoever names the package alone is told what it has."""
    pytest.importorskip("cellxgene_ontology_guide")
    done = offlabel("link", "import", "cellxgene-ontology-guide")

    assert 2 == done.code
    assert "cellxgene-ontology-guide:NAME. It has CHEBI, CL," in done.err


@pytest.mark.reasoner
def test_damaged_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that cannot be read is one message, with the folder and what to do."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    path = str(write(tmp_path, "xx.ttl", TURTLE))
    offlabel("link", "import", path)
    (place,) = (tmp_path / "cache" / "ontologies").glob("*/store/CURRENT")
    place.write_text("nonsense")

    for command in (("check", *TINY), ("import", path), ("resolve", "XX:0000001", *TINY)):
        done = offlabel("link", *command)
        assert 2 == done.code
        assert f"Remove the folder {tmp_path / 'cache' / 'ontologies'} and import" in done.err
        assert 1 == len(done.err.splitlines())
    assert f"Remove the folder {tmp_path}" in offlabel("validate", *TINY).err


@pytest.fixture
def cache(tmp_path: Path) -> dict[str, str]:
    """Return an environment with a cache of its own."""
    return {**os.environ, "OFFLABEL_CACHE": str(tmp_path / "cache")}


@pytest.mark.large
def test_killed_in_the_middle(tmp_path: Path, cache: dict[str, str]) -> None:
    """An import that is killed leaves what was there, and running again completes it."""
    big = "".join(
        f'obo:XX_{n:07} a owl:Class ; rdfs:label "term {n}" .\n' for n in range(10, 400_000)
    )
    run = [sys.executable, "-m", "offlabel", "link"]
    first = write(tmp_path, "aa.ttl", TURTLE)
    second = write(tmp_path, "xx.ttl", TURTLE + big)
    subprocess.run([*run, "import", str(first)], env=cache, check=True, capture_output=True)
    dying = subprocess.Popen([*run, "import", str(second)], env=cache)
    home = Path(cache["OFFLABEL_CACHE"]) / "ontologies"
    while not list(home.glob("unfinished-*/store")) and dying.poll() is None:
        time.sleep(0.01)
    dying.send_signal(signal.SIGKILL)
    dying.wait()

    def listed() -> list[str]:
        found = subprocess.run([*run, "list"], env=cache, capture_output=True, text=True)
        return [line.split()[0] for line in found.stdout.splitlines()]

    assert -signal.SIGKILL == dying.returncode
    assert ["aa"] == listed()
    subprocess.run([*run, "import", str(second)], env=cache, check=True, capture_output=True)
    assert ["aa", "xx"] == listed()
    assert [] == list(home.glob("unfinished-*"))


def test_two_at_once(tmp_path: Path, cache: dict[str, str]) -> None:
    """Imports wait for each other, and both are there."""
    run = [sys.executable, "-m", "offlabel", "link", "import"]
    paths = [write(tmp_path, f"{name}.ttl", TURTLE) for name in ("aa", "bb", "cc")]
    running = [
        subprocess.Popen([*run, str(path)], env=cache, stdout=subprocess.DEVNULL) for path in paths
    ]

    assert [0, 0, 0] == [each.wait() for each in running]
    home = Path(cache["OFFLABEL_CACHE"]) / "ontologies"
    assert ["aa", "bb", "cc"] == [entry.name for entry in Library(home).entries()]


@pytest.mark.reasoner
def test_validate_includes_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an ontology imported, a mapping that it does not know is a violation of the project."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    before = offlabel("validate", *TINY)
    offlabel("link", "import", str(write(tmp_path, "mondo.ttl", TURTLE.replace("XX_", "MONDO_"))))
    after = offlabel("validate", *TINY)

    assert 0 == before.code
    assert 1 == after.code
    assert "MONDO:0000000 is not in the ontology" in after.text
    assert "mapping/unknown-id" in after.text


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import, list, check, resolve, suggest and remove, as a user does."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    nothing = offlabel("link", "list")
    missing = offlabel("link", "suggest", "sample-rash", *TINY)
    imported = offlabel("link", "import", str(write(tmp_path, "xx.ttl", TURTLE)))
    listed, checked = offlabel("link", "list"), offlabel("link", "check", *TINY)
    resolved = offlabel("link", "resolve", f"https{X[4:]}0000002", *TINY)
    unknown = offlabel("link", "resolve", "XX:77", *TINY)
    found = offlabel("link", "suggest", "dotted-sample-rash", "--limit", "1", *TINY)
    table = offlabel("link", "suggest", "dotted-sample-rash", "-f", "tsv", *TINY)
    (tmp_path / "cache" / "enriched").mkdir()
    with monkeypatch.context() as patch:  # a source of the same name
        patch.setattr("offlabel.links.enrich.shelf.Shelf.counts", lambda _: {"xx": (1, "")})
        both = offlabel("link", "remove", "xx")
    removed = offlabel("link", "remove", "xx", "--of", "file")

    assert "No ontology is imported" in nothing.err
    assert (2, True) == (missing.code, "No ontology is imported" in missing.err)
    assert "xx 2020-01-02: 3 terms, 15 statements\n" == imported.text
    assert listed.text.startswith("xx  2020-01-02  3 terms  no licence stated  sha256 ")
    assert (0, True) == (checked.code, "conforms: 0 violations" in checked.text)
    assert ["dotted rash", "spots", "rash"] == [
        line.split("  ")[-1].strip() for line in resolved.text.splitlines()[1:]
    ]
    assert (2, True) == (unknown.code, "There is no outside id called 'XX:77'" in unknown.err)
    assert "XX_0000002  dotted rash" in found.text
    assert "skos:closeMatch" in table.text
    assert (2, True) == (both.code, "Give --of file or --of endpoint." in both.err)
    assert (0, "") == (removed.code, removed.err)


def test_bytes_read_are_told(library: Library, tmp_path: Path) -> None:
    """Whoever imports a file hears how far it has come, in bytes of the file as it lies there."""
    path = write(tmp_path, "xx.ttl.gz", TURTLE)
    told: list[tuple[int, int]] = []
    library.add(path, progress=lambda done, total: told.append((done, total)))

    assert (path.stat().st_size, path.stat().st_size) == told[-1]
    assert told == sorted(set(told))


def test_malformed_functional_syntax(library: Library, tmp_path: Path) -> None:
    """The line is named, and nothing was imported."""
    pytest.importorskip("pyhornedowl")
    path = write(tmp_path, "xx.ofn", FUNCTIONAL.replace("SubClassOf(:0000002", "SubClassOf(("))
    with pytest.raises(OfflabelError, match=r"xx\.ofn:13: it does not parse"):
        library.add(path)

    assert [] == library.entries()

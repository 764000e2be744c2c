"""Outside ontologies come in whole or not at all, and in every form say the same."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from commands import TINY, offlabel
from offlabel.errors import OfflabelError
from offlabel.links.library import Library
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


def test_again_needs_replace(library: Library, tmp_path: Path) -> None:
    """A name that is taken is replaced only on request, and then whole."""
    library.add(write(tmp_path, "xx.ttl", TURTLE))
    path = write(tmp_path, "xx-2021.ttl", TURTLE.replace("dotted rash", "new name"))
    with pytest.raises(OfflabelError, match=r"xx is imported already \(2020-01-02\)"):
        library.add(path)
    library.add(path, replace=True)
    labels = {q.object.value for q in library.store().quads_for_pattern(None, LABEL, None, None)}  # type: ignore[union-attr]

    assert {"rash", "new name", "obsolete dots"} == labels
    assert ["xx"] == [entry.name for entry in library.entries()]


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


@pytest.fixture
def cache(tmp_path: Path) -> dict[str, str]:
    """Return an environment with a cache of its own."""
    return {**os.environ, "OFFLABEL_CACHE": str(tmp_path / "cache")}


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
    resolved = offlabel("link", "resolve", "XX:0000002", *TINY)
    unknown = offlabel("link", "resolve", "XX:77", *TINY)
    found = offlabel("link", "suggest", "dotted-sample-rash", "--limit", "1", *TINY)
    table = offlabel("link", "suggest", "dotted-sample-rash", "-f", "tsv", *TINY)
    removed = offlabel("link", "remove", "xx")

    assert "No ontology is imported" in nothing.err
    assert (2, True) == (missing.code, "No ontology is imported" in missing.err)
    assert "xx 2020-01-02: 3 terms, 15 statements\n" == imported.text
    assert listed.text.startswith("xx  2020-01-02  3 terms")
    assert (0, True) == (checked.code, "conforms: 0 violations" in checked.text)
    assert ["dotted rash", "spots", "rash"] == [
        line.split("  ")[-1].strip() for line in resolved.text.splitlines()[1:]
    ]
    assert (2, True) == (unknown.code, "There is no outside id called 'XX:77'" in unknown.err)
    assert "XX_0000002  dotted rash" in found.text
    assert "skos:closeMatch" in table.text
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

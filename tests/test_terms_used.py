"""Every class and property of the ontology serves a shape, a rule or a saved query."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, URIRef

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
MODULES = sorted(path for path in ONTOLOGY.glob("*.ttl") if path.stem != "alignment")
OL = "https://w3id.org/offlabel/ontology#"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)

# What stands in comments and texts is said about a term; it does not use it.
UNUSED_PARTS = re.compile(r'"(?:\\.|[^"\\\n])*"|(?:^|\s)#.*$|<[^>\s]*>', re.MULTILINE)
TERM = re.compile(r"(?<![\w-])ol:([A-Za-z][\w-]*)")


def names_in_sparql(text: str) -> set[str]:
    """Return the names of our terms that a SPARQL text uses."""
    return set(TERM.findall(UNUSED_PARTS.sub("", text)))


def names_in_shapes() -> Iterator[str]:
    """Yield the names of our terms that the shapes use, in their SPARQL too."""
    for path in sorted((ONTOLOGY / "shapes").glob("*.ttl")):
        for triple in Graph().parse(path):
            for term in triple:
                if isinstance(term, URIRef) and term.startswith(OL):
                    yield term.removeprefix(OL)
            if triple[1] in (SH.select, SH.ask):
                yield from names_in_sparql(str(triple[2]))


def used_names() -> set[str]:
    """Return the names of our terms that a shape, a rule or a saved query uses."""
    files = [*(ONTOLOGY / "rules").glob("*.rq"), *(ROOT / "queries").rglob("*.rq")]
    in_sparql = [names_in_sparql(path.read_text(encoding="utf-8")) for path in files]
    return set(names_in_shapes()).union(*in_sparql)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_every_term_is_used(module: Path) -> None:
    """No class and no property of a module is without a use."""
    graph = Graph().parse(module)
    terms = {
        term.removeprefix(OL)
        for kind in KINDS
        for term in graph.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and (term, RDFS.isDefinedBy, None) in graph
    }

    assert set() == terms - used_names()


def test_comments_and_texts_use_nothing() -> None:
    """A term that only a comment or a text names is not counted as used."""
    text = '#+ title: ol:One\nSELECT ?x # ol:Two\n{ ?x a ol:Three ; rdfs:label "ol:Four" }'

    assert {"Three"} == names_in_sparql(text)

"""The shapes: each fires where its case says, says what to do, and nowhere else.

A case is a Turtle file in tests/shapes/<kind>/: a few things and the report that
ontology/shapes/<kind>.ttl must give of them. That pySHACL gives the same is in test_shacl_engines.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Namespace, URIRef
from rdflib.term import Node

from offlabel.names import KINDS
from offlabel.queries.parameters import READERS
from offlabel.reasoning.facts import Facts, Statement, Term
from offlabel.validation.engines import ENGINES, Data
from offlabel.validation.rdflibgraph import term_from_rdflib
from offlabel.validation.run import ENGINE

OL = Namespace("https://w3id.org/offlabel/ontology#")
ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
SHAPES = sorted((ONTOLOGY / "shapes").glob("*.ttl"))
CASES = sorted((Path(__file__).parent / "shapes").glob("*/*.ttl"))
PREFIXES = ONTOLOGY / "prefixes.ttl"

Result = tuple[Node, Node, Node]

# What shapes look up about terms. Their labels and definitions are the matter of terms.ttl alone.
LOOKED_UP = {RDF.type, RDFS.subClassOf, SKOS.notation, OL.sign}


def graph_from_files(*paths: Path) -> Graph:
    """Return the triples of Turtle files as one graph."""
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@cache
def all_shapes() -> Graph:
    """Return the shapes of every kind."""
    return graph_from_files(*SHAPES)


@cache
def shapes_of(kind: str) -> Facts:
    """Return the shapes of one kind, with the prefixes that their SPARQL uses."""
    return facts_from_graph(graph_from_files(ONTOLOGY / "shapes" / f"{kind}.ttl", PREFIXES))


def facts_from_graph(graph: Graph) -> Facts:
    """Return the statements of an rdflib graph."""
    return Facts(Statement(*map(term_from_rdflib, triple)) for triple in graph)


@cache
def background() -> tuple[Statement, ...]:
    """Return what the ontology says of kinds, signs and notations."""
    ontology = graph_from_files(*sorted(ONTOLOGY.glob("*.ttl")))
    return tuple(
        Statement(*map(term_from_rdflib, triple))
        for triple in ontology
        if triple[1] in LOOKED_UP and not str(triple[2]).startswith(str(OWL))
    )


def results_of(report: Graph) -> set[Result]:
    """Return the results of a validation report: focus node, shape and severity."""
    return {
        (focus, shape, severity)
        for result in report.objects(None, SH.result)
        for focus in report.objects(result, SH.focusNode)
        for shape in report.objects(result, SH.sourceShape)
        for severity in report.objects(result, SH.resultSeverity)
    }


def read_case(case: Path) -> tuple[Graph, Graph]:
    """Return the things of a case and the report that it expects."""
    things, report = graph_from_files(case), Graph()
    root = things.value(predicate=RDF.type, object=SH.ValidationReport, any=False)
    for node in [root, *things.objects(root, SH.result)]:
        for triple in list(things.triples((node, None, None))):
            things.remove(triple)
            report.add(triple)
    return things, report


def validated(case: Path) -> set[Result]:
    """Return the results of the shapes of a case's kind on the things of the case."""
    things, _ = read_case(case)
    data = Facts([*background(), *facts_from_graph(things).statements])
    return found(data, shapes_of(case.parent.name))


def found(data: Facts, shapes: Facts) -> set[Result]:
    """Return the results of some shapes on some data, from the engine that users have."""
    outcome = ENGINES[ENGINE].run(Data(data), shapes)
    return {
        (in_rdflib(result.focus), in_rdflib(result.shape), in_rdflib(result.severity))
        for result in outcome.results
    }


def in_rdflib(term: Term) -> Node:
    """Return the rdflib form of a node that a case names."""
    return BNode(term.value) if isinstance(term, BlankNode) else URIRef(term.value)


def rules() -> list[URIRef]:
    """Return every shape that can give a result of its own."""
    return sorted(s for s in all_shapes().subjects(SH.severity) if isinstance(s, URIRef))


def name_of(shape: Node) -> str:
    """Return the name of a shape without its namespace."""
    return str(shape).removeprefix(OL)


def constrained() -> Iterator[Node]:
    """Yield every shape that stands on its own and constrains something."""
    structure = {RDF.type, SH.property, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf}
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in all_shapes().subjects(RDF.type, kind):
            if set(all_shapes().predicates(shape)) - structure:
                yield shape


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case_gives_its_report(case: Path) -> None:
    """The shapes of a kind give exactly the results that a case expects."""
    _, report = read_case(case)

    assert results_of(report) == validated(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case_says_whether_it_conforms(case: Path) -> None:
    """A case with results does not conform, and its first line names the shapes that fire."""
    _, report = read_case(case)
    names = {name_of(shape) for _, shape, _ in results_of(report)}
    first = case.read_text(encoding="utf-8").splitlines()[0]
    root = report.value(predicate=RDF.type, object=SH.ValidationReport)

    assert report.value(root, SH.conforms) == rdflib.Literal(not names)
    assert names == {word.strip(".,").removeprefix("ol:") for word in first.split() if ":" in word}


def test_every_shape_fires_in_a_case() -> None:
    """No shape is left without a case in which it fires."""
    fired = {shape for case in CASES for _, shape, _ in results_of(read_case(case)[1])}

    assert [] == [name_of(shape) for shape in rules() if shape not in fired]


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_every_kind_has_a_valid_case(path: Path) -> None:
    """Each file of shapes has a case of which nothing is reported."""
    case = Path(__file__).parent / "shapes" / path.stem / "valid.ttl"

    assert set() == results_of(read_case(case)[1])


def test_ontology_obeys_its_own_rules() -> None:
    """The shapes on terms and header find nothing wrong with the ontology as it is."""
    data = facts_from_graph(graph_from_files(*sorted(ONTOLOGY.glob("*.ttl"))))

    assert set() == {(focus, name_of(shape)) for focus, shape, _ in found(data, shapes_of("terms"))}


@pytest.mark.large
def test_shapes_are_well_formed() -> None:
    """The shapes keep to the syntax of SHACL, as the shapes of the standard itself check it."""
    standard = Graph().parse(str(files("pyshacl") / "assets" / "shacl-shacl.ttl"))
    _, report, _ = validate(all_shapes(), shacl_graph=standard, max_validation_depth=100)

    assert set() == {(focus, name_of(shape)) for focus, shape, _ in results_of(report)}


def test_shapes_say_how_bad_it_is_what_to_do_and_why() -> None:
    """Each shape has one severity, one English message and one English reason."""
    shapes = all_shapes()
    wrong = []
    for shape in constrained():
        constraints = [shape, *shapes.objects(shape, SH.sparql)]
        messages = [text for node in constraints for text in shapes.objects(node, SH.message)]
        reasons = list(shapes.objects(shape, RDFS.comment))
        languages = [getattr(text, "language", None) for text in (*messages, *reasons)]
        if len(list(shapes.objects(shape, SH.severity))) != 1 or languages != ["en", "en"]:
            wrong.append(name_of(shape))

    assert [] == wrong


def test_shapes_are_named_by_what_they_are_about() -> None:
    """A shape's name is UpperCamel and ends in Shape; each rule adds its own name to it."""
    shapes = all_shapes()
    wrong = []
    for shape in rules():
        kind, _, rule = name_of(shape).partition("-")
        if not (kind.endswith("Shape") and kind[0].isupper() and rule[:1].islower()):
            wrong.append(name_of(shape))
        if any(name_of(owner) != kind for owner in shapes.subjects(SH.property, shape)):
            wrong.append(name_of(shape))

    assert [] == wrong


def test_property_shapes_are_used() -> None:
    """Each property shape belongs to a node shape, else it would never be asked."""
    shapes = all_shapes()
    named = (s for s in shapes.subjects(RDF.type, SH.PropertyShape) if isinstance(s, URIRef))

    assert [] == [name_of(shape) for shape in named if not any(shapes.subjects(SH.property, shape))]


def test_kinds_of_parameters_are_those_that_the_program_reads() -> None:
    """A query may use exactly the kinds of parameters for which there is a reader."""
    (kinds,) = all_shapes().objects(OL["ParameterShape-kind"], SH["in"])

    assert {*KINDS, *READERS} == {str(kind) for kind in all_shapes().items(kinds)}

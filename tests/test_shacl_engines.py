"""The engines of shapes: the fast one gives what pySHACL gives, and says where it cannot."""

import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from offlabel.cli.validate import ENGINES as CHOICES
from offlabel.paths import Roots, find_roots
from offlabel.reasoning.facts import RDF_TYPE, Facts, Statement, Term, facts_from_quads
from offlabel.rules import apply, read_rules
from offlabel.sources import discover
from offlabel.sources.parse import parse as parse_source
from offlabel.terms import OL, RDFS, SH, XSD
from offlabel.validation.data import KeptData
from offlabel.validation.engines import (
    ENGINES,
    Data,
    Result,
    ShapesError,
    footprint_of,
    units_of,
)
from offlabel.validation.engines import fast as fast_engine
from offlabel.validation.project import read_project

HERE = Path(__file__).parent
ROOT = HERE.parent
FILES = HERE / "engines"
sys.path.append(str(ROOT / "bench"))

from synthetic import World  # noqa: E402

FAST, PYSHACL = ENGINES["fast"], ENGINES["pyshacl"]
STUDIES = 60
EX = "https://example.org/"
LOOKED_UP = {f"{OL}sign", f"{RDFS}subClassOf", "http://www.w3.org/2004/02/skos/core#notation"}
PREFIXES = f"""
@prefix ex: <{EX}> .
@prefix sh: <{SH}> .
@prefix xsd: <{XSD}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""


def facts_from_files(*paths: Path) -> Facts:
    """Return the statements of Turtle files."""
    return facts_from_quads(
        quad for path in paths for quad in parse(path=path, format=RdfFormat.TURTLE)
    )


def facts_from_text(text: str) -> Facts:
    """Return the statements of a Turtle text, with prefixes at hand."""
    return facts_from_quads(parse(PREFIXES + text, format=RdfFormat.TURTLE))


def differences(one: Iterable[Result], other: Iterable[Result]) -> dict[str, list[str]]:
    """Return the results that only one of two runs gives, in words."""
    first, second = set(one), set(other)
    found = {"only first": first - second, "only second": second - first}
    return {side: sorted(map(str, results)) for side, results in found.items() if results}


@cache
def project_facts() -> tuple[Facts, Facts]:
    """Return the project's own statements and shapes."""
    project = read_project(find_roots())
    return KeptData(project.statements).facts, project.shapes


def shapes_of(kind: str) -> Facts:
    """Return the shapes of one kind, with the prefixes that their SPARQL uses."""
    ontology = ROOT / "ontology"
    return facts_from_files(ontology / "shapes" / f"{kind}.ttl", ontology / "prefixes.ttl")


@cache
def background() -> tuple[Statement, ...]:
    """Return what shapes look up about terms."""
    ontology = facts_from_files(*sorted((ROOT / "ontology").glob("*.ttl")))
    return tuple(
        statement
        for statement in ontology.statements
        if statement.predicate == RDF_TYPE or statement.predicate.value in LOOKED_UP
    )


def together(kind: str) -> Facts:
    """Return all cases of a kind as one graph, in which each has things of its own."""
    statements = list(background())
    terms = {statement.subject for statement in statements}
    for number, case in enumerate(sorted((HERE / "shapes" / kind).glob("*.ttl"))):
        facts = facts_from_files(case)
        mine = {s.subject for s in facts.statements if isinstance(s.subject, NamedNode)} - terms

        def named(term: Term, mine: set = mine, number: int = number) -> Term:  # type: ignore[type-arg]
            return NamedNode(f"{term.value}-{number}") if term in mine else term

        statements += [
            Statement(named(s.subject), s.predicate, named(s.object))  # type: ignore[arg-type]
            for s in facts.statements
        ]
    return Facts(statements)


@cache
def made_up() -> Facts:
    """Return a made-up graph of some studies, with what the rules derive."""
    shared = discover(Roots(find_roots().ontology, (), ()))
    store = Store()
    for file in shared:
        if file.role in ("ontology", "data"):
            store.bulk_extend(parse_source(file))
    store.bulk_extend(World(STUDIES))
    apply(store, read_rules(shared))
    return facts_from_quads(store)


def planted(facts: Facts, random: Random) -> Facts:
    """Return the statements with errors of every kind: gone, doubled, mistyped, misplaced.

    A number stays one, since rdflib, under pySHACL, sums no texts and orders them among numbers.
    """
    ours = [s for s in facts.statements if "made-up" in s.subject.value]
    numbers = [s for s in ours if is_number(s.object)]
    others = [s for s in ours if not is_number(s.object)]
    wrong: dict[Statement, list[Statement]] = {}
    for statement in random.sample(ours, len(ours) // 12):
        subject, predicate, value = statement
        other = random.choice(numbers if is_number(value) else others)
        objects: list[list[Term]] = [[], [value, other.object], [other.object]]
        if isinstance(value, Literal) and is_number(value):
            if value.value.isdigit():
                objects += [[Literal(f"00{value.value}", datatype=value.datatype)]]
        else:
            objects += [[other.subject], [Literal("wrong", language="de")], [Literal(value.value)]]
        new = [Statement(subject, predicate, object_) for object_ in random.choice(objects)]
        extra = [Statement(subject, other.predicate, other.object)] * (random.random() < 0.2)
        wrong[statement] = new + extra
    return Facts(new for old in facts.statements for new in wrong.get(old, [old]))


def is_number(term: Term) -> bool:
    """Say whether a term is a number."""
    numeric = {f"{XSD}{name}" for name in ("decimal", "double", "integer")}
    return isinstance(term, Literal) and term.datatype.value in numeric


@pytest.mark.parametrize("name", ["components", "constraints"])
def test_every_component_gives_the_same(name: str) -> None:
    """Each constraint component, and each form of SPARQL, gives the whole results of pySHACL."""
    shapes = facts_from_files(FILES / f"{name}.ttl")
    data = Data(facts_from_files(FILES / f"{name}-data.ttl"))
    fast = FAST.run(data, shapes)

    assert () == fast.notes
    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)


def test_every_component_is_tried() -> None:
    """Each component of SHACL Core, and SPARQL, has a result in these files."""
    from rdflib import SH as VOCABULARY

    found = {
        result.component.value.removeprefix(SH)
        for name in ("components", "constraints")
        for result in FAST.run(
            Data(facts_from_files(FILES / f"{name}-data.ttl")),
            facts_from_files(FILES / f"{name}.ttl"),
        ).results
    }
    words = {str(word).removeprefix(SH) for word in dir(VOCABULARY)}
    known = {word for word in words if word.endswith("ConstraintComponent") and word[0].isupper()}
    without_results = {"PropertyConstraintComponent"}
    not_core = {"ConstraintComponent", "JSConstraintComponent", "ExpressionConstraintComponent"}

    assert found == known - without_results - not_core


@pytest.mark.parametrize("kind", sorted(path.name for path in (HERE / "shapes").iterdir()))
def test_cases_give_the_same(kind: str) -> None:
    """The cases of a kind, side by side in one graph, give the whole results of pySHACL."""
    data, shapes = Data(together(kind)), shapes_of(kind)
    fast = FAST.run(data, shapes)

    assert () == fast.notes
    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)


def test_project_gives_the_same() -> None:
    """The project's own graph gives the whole results of pySHACL, and no shape runs slowly."""
    facts, shapes = project_facts()
    data = Data(facts)
    fast = FAST.run(data, shapes)

    assert () == fast.notes
    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)


def test_planted_errors_give_the_same() -> None:
    """A made-up graph with errors of every kind gives the whole results of pySHACL."""
    data, shapes = Data(planted(made_up(), Random(14))), project_facts()[1]
    fast = FAST.run(data, shapes)
    components = {result.component for result in fast.results}

    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)
    assert len(components) > 15


def test_a_missing_result_is_seen() -> None:
    """The comparison tells of any one result that is taken away or changed."""
    shapes = facts_from_files(FILES / "constraints.ttl")
    results = FAST.run(Data(facts_from_files(FILES / "constraints-data.ttl")), shapes).results

    assert all(differences(results, results - {result}) for result in results)


# What each does with an ill-typed literal, or compares a number with another type, and why they
# differ: by the standard a comparison that is an error is a violation (SHACL, clause 4.5).
DIFFERENT = {
    "a boolean is below no number": ("sh:maxInclusive 7", "true", "fast"),
    "an ill-typed date is below no number": ("sh:maxInclusive 7", '"2020-13-01"^^xsd:date', "fast"),
    "a number out of its type is one to the compiled engine": (
        "sh:minInclusive 7",
        '"300"^^xsd:byte',
        "pyshacl",
    ),
    "only true itself switches uniqueLang on": (
        'sh:uniqueLang "1"^^xsd:boolean',
        '"a"@en , "b"@en',
        "pyshacl",
    ),
}


@pytest.mark.parametrize(("rule", "value", "who"), DIFFERENT.values(), ids=DIFFERENT)
def test_known_differences(rule: str, value: str, who: str) -> None:
    """Where the engines differ, it is here, and only one of them gives a result."""
    shapes = facts_from_text(
        f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; {rule} ] ."
    )
    data = Data(facts_from_text(f"ex:a ex:p {value} ."))
    found = {name for name, engine in ENGINES.items() if engine.run(data, shapes).results}

    assert {who} == found


def constraint(select: str, shape: str = "sh:targetSubjectsOf ex:p") -> Facts:
    """Return a shape with one SPARQL constraint."""
    return facts_from_text(
        f"""<{EX}> sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .
        ex:S a sh:NodeShape ; {shape} ;
            sh:sparql [ sh:prefixes <{EX}> ; sh:message "No {{?value}}." ;
                        sh:select \"\"\"{select}\"\"\" ] ."""
    )


ONE_BY_ONE = {
    "SELECT $this ?value WHERE { $this ex:p ?value } LIMIT 1": "it uses LIMIT",
    "SELECT $this (COUNT(?v) AS ?value) WHERE { $this ex:p ?v }": "aggregate",
    "SELECT * WHERE { $this ex:p ?value }": "SELECT *",
    "SELECT ?value WHERE { $this ex:p ?value }": "does not project $this",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER EXISTS { { ?a ex:p $this } UNION"
    " { $this ex:p ?b } } }": "inside an EXISTS",
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER (STR(?value) = '007') }": "is written",
    "SELECT $this ?value WHERE { $this ex:p ?value ; ex:q ?value }": "in several ways",
}


@pytest.mark.parametrize("select", ONE_BY_ONE)
def test_what_cannot_be_asked_together_runs_node_by_node(select: str) -> None:
    """Such a constraint runs in pySHACL, gives its results, and the outcome says why."""
    data = Data(
        facts_from_text(
            'ex:a ex:p "007"^^xsd:integer , 8 ; ex:q 7 . ex:b ex:p 7 ; ex:q 7 . ex:c ex:p ex:a .'
        )
    )
    shapes = constraint(select)
    fast = FAST.run(data, shapes)

    assert [True] == [ONE_BY_ONE[select] in note.reason for note in fast.notes]
    assert fast.results
    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)


def test_shapes_that_the_compiled_engine_does_not_know_run_in_pyshacl() -> None:
    """A component of one's own, and SPARQL that decides inside another shape, run node by node."""
    shapes = facts_from_text(
        f"""<{EX}> sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .
        ex:Longer a sh:ConstraintComponent ; sh:parameter [ sh:path ex:longest ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:prefixes <{EX}> ;
                sh:ask "ASK {{ FILTER (STRLEN(STR($value)) <= $longest) }}" ] .
        ex:A a sh:NodeShape ; sh:targetSubjectsOf ex:p ; ex:longest 3 .
        ex:B a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:not [ sh:sparql [
                sh:select "SELECT $this WHERE {{ $this <{EX}q> ?value }}" ] ] .
        ex:C a sh:NodeShape ; sh:targetSubjectsOf ex:p ;
            sh:property [ sh:path ex:p ; sh:pattern "^(?=a)" ] ."""
    )
    data = Data(facts_from_text("ex:a ex:p 1 ; ex:q 2 . ex:b ex:p 'a' ."))
    fast = FAST.run(data, shapes)

    assert {f"{EX}{name}" for name in "ABC"} == {
        note.unit.shape.value for note in fast.notes if note.unit
    }
    assert {f"{EX}{name}" for name in "AB"} <= {r.shape.value for r in fast.results}
    assert {} == differences(fast.results, PYSHACL.run(data, shapes).results)


BROKEN = {
    "no path": "ex:S sh:property [ sh:minCount 1 ] .",
    "two paths": "ex:S sh:property [ sh:path ex:p , ex:q ; sh:minCount 1 ] .",
    "two kinds": "ex:S a sh:PropertyShape ; sh:path ex:p .",
    "an empty list": "ex:S sh:or () .",
    "a pattern that is none": 'ex:S sh:property [ sh:path ex:p ; sh:pattern "(" ] .',
    "SPARQL without SELECT": 'ex:S sh:sparql [ sh:message "No." ] .',
    "VALUES": 'ex:S sh:sparql [ sh:select "SELECT $this WHERE { VALUES $this { 1 } }" ] .',
    "SERVICE": 'ex:S sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <urn:a> {} }" ] .',
    "a hidden $this": 'ex:S sh:sparql [ sh:select "SELECT $this WHERE { $this ?p 1'
    ' { SELECT ?a WHERE { ?a ?p $this } } }" ] .',
}


@pytest.mark.parametrize("shapes", BROKEN.values(), ids=BROKEN)
def test_broken_shapes_are_told_by_each_engine(shapes: str) -> None:
    """A broken shape is no conformance, in whichever engine."""
    graph = facts_from_text(f"ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p . {shapes}")
    data = Data(facts_from_text("ex:a ex:p 1 ."))
    for engine in ENGINES.values():
        with pytest.raises(ShapesError):
            engine.run(data, graph)


def test_without_the_compiled_engine_pyshacl_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no compiled engine is installed the results are the same, and one note says so."""
    shapes = facts_from_files(FILES / "constraints.ttl")
    data = Data(facts_from_files(FILES / "constraints-data.ttl"))
    expected = FAST.run(data, shapes).results
    monkeypatch.setattr(fast_engine, "is_installed", lambda: False)
    outcome = FAST.run(data, shapes)

    assert {} == differences(expected, outcome.results)
    assert [None] == [note.unit for note in outcome.notes]


@pytest.mark.parametrize("name", ["components", "constraints"])
@pytest.mark.parametrize("engine", ENGINES)
def test_units_make_up_the_whole(name: str, engine: str) -> None:
    """The results of each unit run alone, for each half of the nodes, make up the whole."""
    shapes = facts_from_files(FILES / f"{name}.ttl")
    data = Data(facts_from_files(FILES / f"{name}-data.ttl"))
    whole = ENGINES[engine].run(data, shapes).results
    nodes = sorted({result.focus for result in whole}, key=str)
    parts = [
        result
        for half in (nodes[::2], nodes[1::2])
        for unit in units_of(shapes)
        for result in ENGINES[engine].run(data, shapes, [unit], half).results
    ]

    assert {} == differences(whole, parts)
    assert len(whole) == len(parts)


def test_a_change_outside_the_footprint_changes_nothing() -> None:
    """A statement that a unit does not read can go or come without another result of the unit."""
    random = Random(15)
    for name in ("components", "constraints"):
        shapes = facts_from_files(FILES / f"{name}.ttl")
        facts = facts_from_files(FILES / f"{name}-data.ttl")
        data = Data(facts)
        above = parents(facts)
        checked = 0
        for unit in units_of(shapes):
            before = FAST.run(data, shapes, [unit]).results
            footprint = footprint_of(shapes, unit)
            if footprint is None:
                continue
            unread = [s for s in facts.statements if not footprint.reads(s, above)]
            gone = set(random.sample(unread, len(unread) // 2))
            come = [
                Statement(s.subject, s.predicate, random.choice(facts.statements).subject)
                for s in gone
                if s.predicate != RDF_TYPE
            ]
            left = [s for s in facts.statements if s not in gone]
            after = FAST.run(Data(Facts([*left, *come])), shapes, [unit]).results
            assert {} == differences(before, after), unit
            checked += bool(unread)
        assert checked > 4


def parents(facts: Facts) -> Callable[[Term], set[Term]]:
    """Return a function that gives a class and all above it."""

    def above(class_: Term) -> set[Term]:
        found, waiting = {class_}, [class_]
        while waiting:
            for parent in facts.objects(waiting.pop(), NamedNode(f"{RDFS}subClassOf")):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found

    return above


def test_footprints_of_the_project() -> None:
    """Each shape of the project has a footprint, and each is narrower than the graph."""
    facts, shapes = project_facts()
    above = parents(facts)
    footprints = [footprint_of(shapes, unit) for unit in units_of(shapes)]
    sample = Random(16).sample(facts.statements, 200)

    assert None not in footprints
    assert all(
        any(not footprint.reads(statement, above) for statement in sample)
        for footprint in footprints
        if footprint is not None
    )


def test_engines_are_the_choices_of_the_command() -> None:
    """`offlabel validate --engine` offers every engine."""
    assert tuple(ENGINES) == CHOICES

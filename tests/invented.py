"""Small invented worlds, each from a seed, in which every rule has something to do.

A world is a list of statements in Turtle, one thing each, so that a test can leave one out, put one
in or shuffle them. Studies differ in all that the method looks at: design, day, dose, route,
co-therapy, control, blinding, authors, cohort, subgroup, retraction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from offlabel.paths import Roots, find_roots
from offlabel.rules import apply, read_rules
from offlabel.sources import discover
from offlabel.sources import parse as parse_file
from offlabel.terms import GRAPH, prefixes

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes())
SHARED = discover(Roots(find_roots().ontology, (), ()))
TERMS = [q for file in SHARED if file.role in ("ontology", "data") for q in parse_file(file)]
RULES = read_rules(SHARED)

DRUGS = ("d", "kin", "lone")
WIDER = {"sub": ("sub", "wide"), "wide": ("wide",), "far": ("far",), "apart": ("apart",)}
ADJACENT = {"far": ("sub",)}
KIN = {"d": {"d", "kin"}, "kin": {"d", "kin"}, "lone": {"lone"}}
DOSES = {"low": 3.0, "high": 50.0, "between": 10.0}
DESIGNS = ("CaseReport", "CaseSeries", "SingleArmTrial", "NonRandomisedTrial", "RandomisedTrial")
OUTCOMES = ("ItchIntensity", "DiseaseSeverity")


@dataclass(frozen=True)
class Study:
    """One study: its text, and what a test needs to know of it."""

    text: str
    drug: str
    condition: str


def common() -> list[str]:
    """Return what all worlds share: drugs, kinds of regimen, conditions, one mechanism."""
    facts = [
        "treatment:kinds a ol:Treatment ; ol:hasMember drug:d , drug:kin .",
        'condition:wide a ol:Condition ; rdfs:label "wide" ; ol:subtypeOf condition:group .',
        'condition:group a ol:Condition , ol:ConditionGroup ; rdfs:label "group" .',
        'condition:sub a ol:Condition ; rdfs:label "sub" ; ol:subtypeOf condition:wide .',
        'condition:far a ol:Condition ; rdfs:label "far" ; ol:adjacentTo condition:sub .',
        'condition:apart a ol:Condition ; rdfs:label "apart" .',
        'drug:beside a ol:Drug ; rdfs:label "beside" .',
    ]
    for drug in DRUGS:
        facts += [
            f'drug:{drug} a ol:Drug ; rdfs:label "{drug}" .',
            kind(drug, "low", "Oral", "ol:highestDailyDose", "xsd:maxInclusive 6.0"),
            kind(drug, "high", "Oral", "ol:lowestDailyDose", "xsd:minInclusive 25.0"),
            f"regimen:{drug}-cream a ol:RegimenClass ; ol:ofDrug drug:{drug} ; "
            f'ol:byRoute ol:Topical ; rdfs:label "{drug} cream" ; '
            "owl:equivalentClass [ owl:intersectionOf ( ol:Regimen ) ] .",
            f"regimen:{drug}-on-skin a ol:Regimen ; ol:ofDrug drug:{drug} ; "
            f'ol:byRoute ol:Topical ; rdfs:label "{drug} on skin" .',
            f"regimen:{drug}-unstated a ol:Regimen ; ol:ofDrug drug:{drug} ; "
            f'ol:byRoute ol:Oral ; rdfs:label "{drug}, some dose" .',
            *(
                f"regimen:{drug}-{name}-dose a ol:Regimen ; ol:ofDrug drug:{drug} ; ol:byRoute "
                f"ol:Oral ; ol:lowestDailyDose {mg} ; ol:highestDailyDose {mg} ; "
                f'rdfs:label "{drug}, {mg} mg" .'
                for name, mg in DOSES.items()
            ),
        ]
    return facts


def kind(drug: str, name: str, route: str, dose: str, facet: str) -> str:
    """Return a kind of regimen that one facet of its daily dose bounds."""
    return (
        f"regimen:{drug}-{name} a ol:RegimenClass ; ol:ofDrug drug:{drug} ; ol:byRoute ol:{route} ;"
        f' rdfs:label "{drug} {name}" ; owl:equivalentClass [ owl:intersectionOf ( [ '
        f"owl:onProperty {dose} ; owl:someValuesFrom [ owl:withRestrictions ( [ {facet} ] ) ] ] )"
        " ] ."
    )


def study(random: Random, name: str, years: range) -> Study:
    """Return a study with its report, of some drug in some condition in one of the years."""
    drug, condition = random.choice(("d", *DRUGS)), random.choice(("sub", "sub", *WIDER))
    regimen = random.choice(["low-dose", "low-dose", "high-dose", "between-dose", "unstated"])
    regimen = random.choice([regimen, regimen, "on-skin"])
    enrolled, year = random.choice([1, 7, 40, 250, 400]), random.choice(years)
    count = random.randint(0, enrolled)
    result = f"ol:measures ol:{random.choice(OUTCOMES)} ; ol:direction ol:{direction(random)}"
    extra = [
        f"study:{name} ol:blinding ol:{random.choice(['OpenLabel', 'DoubleBlind'])} .",
        f"study:{name}-arm ol:comparedWith study:{name}-control . "
        f"study:{name} ol:hasArm study:{name}-control . "
        f"study:{name}-control a ol:Arm ; ol:control ol:Placebo .",
        f"study:{name}-arm ol:coTherapy drug:beside .",
        f'source:{name} ol:publishedOn "{year}-0{random.randint(1, 9)}-15"^^xsd:date .',
        f"study:{name}-main ol:count {count} ; ol:outOf {enrolled} .",
        f"study:{name}-part a ol:Result ; ol:resultOf study:{name}-arm ; {result} ; "
        f"ol:forCondition condition:sub ; ol:outOf {count} .",
        f'source:{name} ol:retractedOn "{year + 2}-03-01"^^xsd:date .',
        f'study:{name} ol:hasPopulation [ ol:sex "{random.choice(["female", "male"])}" ] .',
    ]
    chosen = [text for text in extra if random.random() < 0.3]
    return Study(
        f'study:{name} a ol:Study ; rdfs:label "{name}" ; ol:hasDesign '
        f"ol:{random.choice(DESIGNS)} ; ol:inCondition condition:{condition} ; "
        f"ol:enrolled {enrolled} ; ol:hasArm study:{name}-arm ; ol:mainResult study:{name}-main ; "
        f"ol:reportedIn source:{name} . "
        f"study:{name}-arm a ol:Arm ; ol:receives regimen:{drug}-{regimen} . "
        f"study:{name}-main a ol:Result ; ol:resultOf study:{name}-arm ; {result} . "
        f"source:{name} a ol:PrimarySource ; ol:year {year} ; "
        f'ol:author "Author {random.randint(1, 12)}" . {" ".join(chosen)}',
        drug,
        condition,
    )


def direction(random: Random) -> str:
    """Return a direction, mostly for or against."""
    return random.choice(["Supports", "Supports", "Disputes", "Disputes", "Inconclusive"])


def opposite(text: str, name: str) -> str:
    """Return a study that is like another in all but its authors and what it found."""
    text = re.sub(rf":{name}\b", ":opposite", text)
    text = re.sub(r'ol:author "[^"]*"', 'ol:author "Opponent O"', text)
    turned = {"Supports": "Disputes", "Disputes": "Supports"}
    return re.sub("Supports|Disputes", lambda found: turned[found[0]], text)


def search(random: Random, name: str) -> str:
    """Return a search of ours, or of a publication that may have been retracted."""
    drug, condition = random.choice(DRUGS), random.choice(list(WIDER))
    year, systematic = random.randint(2005, 2020), random.choice(["true", "true", "false"])
    text = (
        f"search:{name} a ol:Search ; ol:systematic {systematic} ; ol:ofDrug drug:{drug} ; "
        f'ol:forCondition condition:{condition} ; ol:searchedOn "{year}-05-05"^^xsd:date . '
    )
    if random.random() < 0.5:
        text += f"search:{name} ol:drawnFrom source:{name} . "
        text += f"source:{name} a ol:SecondarySource ; ol:year {year} . "
        if random.random() < 0.5:
            text += f'source:{name} ol:retractedOn "{year + 3}-03-01"^^xsd:date . '
    return text


def absence(random: Random, name: str) -> str:
    """Return a claim that there is no study of some design."""
    year, design = random.randint(2006, 2020), random.choice(["RandomisedTrial", "AnyDesign"])
    return (
        f"claim:{name} a ol:Claim ; ol:madeIn source:{name} ; ol:asserts proposition:{name} . "
        f"proposition:{name} a ol:Proposition ; ol:relation ol:HasNoStudyIn ; "
        f"ol:subject regimen:{random.choice(DRUGS)}-low ; ol:absenceOf ol:{design} ; "
        f"ol:object condition:{random.choice(list(WIDER))} . "
        f"source:{name} a ol:TertiarySource ; ol:year {year} ."
    )


def world(seed: int) -> list[str]:
    """Return a world of about fifteen studies, some searches and claims, and some overlaps."""
    random = Random(seed)
    names = [f"s{number}" for number in range(random.randint(8, 16))]
    facts = common() + [study(random, name, range(2000, 2021)).text for name in names]
    facts.append(opposite(facts[-1], names[-1]))
    facts += [search(random, f"q{number}") for number in range(3)]
    facts += [absence(random, f"n{number}") for number in range(2)]
    facts.append(f"study:{names[0]} ol:sameCohortAs study:{names[1]} .")
    facts.append(
        'study:review a ol:Study ; rdfs:label "review" ; ol:hasDesign ol:SystematicReview ; '
        f"ol:inCondition condition:wide ; ol:includesStudy study:{names[2]} , study:{names[3]} ; "
        "ol:hasArm study:review-arm ; ol:mainResult study:review-main ; "
        "ol:reportedIn source:review . source:review a ol:SecondarySource ; ol:year 2012 . "
        "study:review-arm a ol:Arm ; ol:receives regimen:d-low-dose . "
        "study:review-main a ol:Result ; ol:resultOf study:review-arm ; ol:direction ol:Supports ."
    )
    return facts


def quads(facts: list[str]) -> list[Quad]:
    """Return the quads of a world, without the terms that all worlds share."""
    graph = NamedNode(GRAPH + "data/invented.ttl")
    text = HEAD + "\n".join(facts)
    found = parse(text, format=RdfFormat.TURTLE)
    return [Quad(q.subject, q.predicate, q.object, graph) for q in found]


def derived(given: list[Quad]) -> Store:
    """Return a store of what is given and all that follows from it."""
    store = Store()
    store.extend([*TERMS, *given])
    apply(store, RULES)
    return store

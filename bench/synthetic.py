"""A made-up graph of any number of studies, as quads, to run the rules over.

All names and numbers are invented; one seed gives one graph. Drugs, conditions, sources and authors
grow with the studies, and how many of one meet one of another does not: so whatever a rule takes
longer per study in a larger graph is the rule's own doing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, serialize

from offlabel.terms import OWL, RDF, RDFS, XSD
from quads import day, decimal, facts, listed, node, ol, say, things

SEED = 20_261_123
PER_PAIR = 6  # studies of one drug in one condition
PER_DRUG = 5  # conditions in which one drug was studied
DESIGNS = {
    "CaseReport": 30,
    "CaseSeries": 26,
    "BeforeAfterStudy": 8,
    "SingleArmTrial": 10,
    "NonRandomisedTrial": 6,
    "RandomisedTrial": 16,
    "SystematicReview": 4,
}
# Each kind of regimen: its route, the facets of its daily dose, and doses that lie in it.
KINDS = {
    "low": ("Oral", (("highestDailyDose", "maxInclusive", "6.0"),), ("3.0", "4.5")),
    "standard": ("Oral", (("lowestDailyDose", "minInclusive", "25.0"),), ("50.0", "150.0")),
    "topical": ("Topical", (), ("1.0",)),
}


class World:
    """What is said of so many studies, thing by thing; each thing is one call."""

    def __init__(self, studies: int, seed: int = SEED) -> None:
        self.studies = studies
        self.pairs = -(-studies // PER_PAIR)
        self.drugs = -(-self.pairs // PER_DRUG)
        self._random = Random(seed)

    def __iter__(self) -> Iterator[Quad]:
        """Yield the whole graph, without what the project shares with every graph."""
        for drug in range(self.drugs):
            yield from self.drug(drug)
            yield from self.mechanism(drug)
            yield from self.receptor(drug)
            yield from self.condition(drug)
        for pair in range(self.pairs):
            yield from self.statements(pair)
        for number in range(self.studies):
            yield from self.study(number)
            yield from self.source(number)

    def drug(self, number: int) -> Iterator[Quad]:
        """Yield a drug with its kinds of regimen; now and then two drugs are of one class."""
        drug = node("drug", number)
        yield from things(drug, "Drug", f"drug {number}")
        for kind, (route, _, doses) in KINDS.items():
            yield from self._kind(drug, number, kind)
            for place, dose in enumerate(doses):
                regimen = node("regimen", number, kind, place)
                yield from things(regimen, "Regimen", f"drug {number}, {kind}, {dose} mg")
                yield from facts(regimen, ofDrug=drug, byRoute=ol(route))
                if route == "Oral":
                    dose_of = decimal(dose)
                    yield from facts(regimen, lowestDailyDose=dose_of, highestDailyDose=dose_of)
        if number % 10 == 1:
            group = node("treatment", number)
            yield from things(group, "DrugClass", f"class {number}")
            yield from facts(group, hasMember=(drug, node("drug", number - 1)))

    def _kind(self, drug: NamedNode, number: int, kind: str) -> Iterator[Quad]:
        """Yield a class of regimens with the definition that a reasoner reads."""
        route, facets, _ = KINDS[kind]
        name = node("regimen", number, kind)
        yield from things(name, "RegimenClass", f"{kind} drug {number}")
        yield from facts(name, ofDrug=drug, byRoute=ol(route))
        stem = f"{kind}-{number}"
        defined, parts = BlankNode(f"{stem}-defined"), []
        for class_ in (name, defined):
            yield say(class_, RDF + "type", NamedNode(OWL + "Class"))
        for dose, bound, limit in facets:
            part, values, facet = (BlankNode(f"{stem}-{one}") for one in ("part", "dose", "facet"))
            parts.append(part)
            yield say(part, RDF + "type", NamedNode(OWL + "Restriction"))
            yield say(part, OWL + "onProperty", ol(dose))
            yield say(part, OWL + "someValuesFrom", values)
            yield say(values, RDF + "type", NamedNode(RDFS + "Datatype"))
            yield say(values, OWL + "onDatatype", NamedNode(XSD + "decimal"))
            yield from listed(values, OWL + "withRestrictions", [facet])
            yield say(facet, XSD + bound, decimal(limit))
        yield say(name, OWL + "equivalentClass", defined)
        yield from listed(defined, OWL + "intersectionOf", [ol("Regimen"), *parts])

    def mechanism(self, number: int) -> Iterator[Quad]:
        """Yield a mechanism of a drug: it blocks, the body answers, and some of it was seen."""
        mechanism, regimen = node("mechanism", number), node("regimen", number, "low", 0)
        steps = [node("mechanism", number, place) for place in range(4)]
        yield from things(mechanism, "Mechanism", f"mechanism of drug {number}")
        yield from facts(mechanism, forRegimenClass=node("regimen", number, "low"))
        yield from facts(mechanism, hasStep=tuple(steps))
        for place, step in enumerate(steps):
            phase = "BlockadePhase" if place < 2 else "ReboundPhase"
            yield from things(step, "MechanismStep", f"step {place} of drug {number}")
            yield from facts(step, inPhase=ol(phase))
            yield from facts(step, relation=ol("Increases" if place else "Decreases"))
            yield from facts(step, subject=node("process", number, place))
            yield from facts(step, object=node("process", number, place, "moved"))
            if place < 3:
                yield from facts(step, leadsTo=steps[place + 1])
        for place in range(number % 4):
            seen = node("observation", number, place)
            setting = ("InHumans", "InAnimals", "InCells")[number % 3]
            source = node("source", self._random.randrange(self.studies))
            yield from things(seen, "Observation", f"observation {place} of drug {number}")
            yield from facts(seen, observes=steps[place], direction=ol("Supports"))
            yield from facts(seen, setting=ol(setting), drawnFrom=source, underRegimen=regimen)

    def receptor(self, number: int) -> Iterator[Quad]:
        """Yield a receptor and where it lies."""
        receptor, layer = node("receptor", number), node("tissue", number)
        place = node("receptor", number, "place")
        yield from things(receptor, "Receptor", f"receptor {number}")
        yield from things(layer, "Tissue", f"layer {number}")
        yield from facts(layer, partOf=node("tissue", "whole", number // 10))
        yield from things(place, "Localisation", f"receptor {number} in layer {number}")
        yield from facts(place, ofReceptor=receptor, inTissue=layer)

    def condition(self, number: int) -> Iterator[Quad]:
        """Yield a condition; one in five contains others, and all lie in a group of ten."""
        condition = node("condition", number)
        yield from things(condition, "Condition", f"condition {number}")
        group = node("condition", "group", number // 10)
        if number % 10 == 0:
            yield from things(group, "Condition", f"group {number // 10}")
            yield say(group, RDF + "type", ol("ConditionGroup"))
        of = node("condition", number - 1) if number % 5 == 1 else group
        yield from facts(condition, subtypeOf=of)
        if number % 20 == 7:
            yield from facts(condition, adjacentTo=node("condition", number - 1))

    def statements(self, pair: int) -> Iterator[Quad]:
        """Yield a page with what it claims of a drug in a condition, and a search now and then."""
        chance = self._random
        page, condition = page_of(pair), self.asked(pair)
        low = node("regimen", pair // PER_DRUG, "low")
        if pair % 5 == 0:
            yield from things(page, "TertiarySource", f"page {pair}")
            yield from facts(page, year=Literal(2024), publishedBy=node("body", pair // 50))
        said = node("proposition", pair)
        yield from things(said, "EfficacyProposition", f"statement {pair}")
        if pair % 20 == 7:
            condition = node("condition", "group", pair // PER_DRUG // 10)
        yield from facts(said, subject=low, relation=ol("Improves"), object=condition)
        yield from self._claim(pair, pair, said)
        if chance.random() < 0.2:
            absence = node("proposition", "absence", pair)
            design = ol("AnyDesign" if chance.random() < 0.5 else "RandomisedTrial")
            yield from things(absence, "ReportedAbsence", f"absence {pair}")
            yield from facts(absence, subject=low, relation=ol("HasNoStudyIn"), object=condition)
            yield from facts(absence, absenceOf=design)
            yield from self._claim(pair, f"absence-{pair}", absence)
        if chance.random() < 0.4:
            search = node("search", pair)
            yield from things(search, "Search", f"search {pair}")
            searched = {"ofDrug": node("drug", pair // PER_DRUG)}
            if chance.random() < 0.5:
                searched = {"forRegimenClass": low}
            yield from facts(search, forCondition=condition, systematic=Literal(True), **searched)
            yield from facts(search, searchedOn=day(f"{chance.randint(2005, 2025)}-06-30"))

    def _claim(self, pair: int, name: object, said: NamedNode) -> Iterator[Quad]:
        """Yield a claim of a page, which cites a report, or now and then another page."""
        claim = node("claim", name)
        cited = node("source", self._random.randrange(self.studies))
        if self._random.random() < 0.1 and pair >= PER_DRUG:
            cited = page_of(pair - PER_DRUG)
        yield from things(claim, "Claim", f"claim {name}")
        yield from facts(claim, asserts=said, madeIn=page_of(pair), printedCitation=cited)

    def asked(self, pair: int) -> NamedNode:
        """Return the condition of a pair: near the drug's own number, so that none is crowded."""
        return node("condition", (pair // PER_DRUG + 3 * (pair % PER_DRUG)) % self.drugs)

    def study(self, number: int) -> Iterator[Quad]:
        """Yield a study with its arms and results."""
        chance, pair = self._random, number // PER_PAIR
        study, arm, main = (node("study", number, *part) for part in ((), ("arm",), ("main",)))
        design = chance.choices(list(DESIGNS), list(DESIGNS.values()))[0]
        if number % PER_PAIR == 0:
            design = "CaseSeries"
        people = 1 if design == "CaseReport" else chance.randint(4, 200)
        kind = chance.choice(list(KINDS))
        regimen = node("regimen", pair // PER_DRUG, kind, chance.randrange(len(KINDS[kind][2])))
        yield from things(study, "Study", f"study {number}")
        yield from facts(study, hasDesign=ol(design), inCondition=self.asked(pair), hasArm=arm)
        yield from facts(study, enrolled=Literal(people), mainResult=main)
        yield from facts(study, reportedIn=node("source", number))
        yield from things(arm, "Arm", f"arm of study {number}")
        yield from facts(arm, receives=regimen)
        yield from self._results(number, arm, main, people)
        if design == "SystematicReview":
            yield from facts(study, includesStudy=node("study", number - 1))
        elif design in ("RandomisedTrial", "NonRandomisedTrial"):
            control = node("study", number, "control")
            blinding = ol(chance.choice(("DoubleBlind", "OpenLabel")))
            yield from facts(study, hasArm=control, blinding=blinding)
            yield from facts(arm, comparedWith=control)
            yield from things(control, "Arm", f"control of study {number}")
            yield from facts(control, control=ol("Placebo"))
            yield from self._results(number, control, node("study", number, "other"), people)
        else:
            yield from facts(arm, control=ol("OwnBaseline"))
            if chance.random() < 0.15:
                yield from facts(arm, coTherapy=node("drug", (pair + 7) % self.drugs))

    def _results(self, number: int, arm: NamedNode, main: NamedNode, n: int) -> Iterator[Quad]:
        """Yield the main count of an arm and one adverse event."""
        k = self._random.randint(0, n)
        direction = "Supports" if 3 * k > n else "Disputes" if 8 * k < n else "Inconclusive"
        measure = self._random.choice(("ClinicalResponse", "PatientReportedImprovement"))
        event = node("study", number, "event", main.value.rsplit("-", 1)[1])
        yield from things(main, "CountResult", f"{k} of {n}")
        yield from facts(main, resultOf=arm, measures=ol(measure), category=ol("Responder"))
        yield from facts(main, count=Literal(k), outOf=Literal(n), direction=ol(direction))
        yield from things(event, "AdverseEvent", f"event in study {number}")
        yield from facts(event, resultOf=arm, ofEffect=node("effect", number % 20))
        yield from facts(event, count=Literal(n - k), outOf=Literal(n))

    def source(self, number: int) -> Iterator[Quad]:
        """Yield the report of a study; some share an author with the one before, few stand."""
        chance, source = self._random, node("source", number)
        yield from things(source, "PrimarySource", f"report {number}")
        year = 1995 + number // PER_PAIR % 26 + chance.randrange(4)
        yield from facts(source, year=Literal(year))
        names = [chance.randrange(self.studies) for _ in range(2)]
        names.append(number - number % 2 if chance.random() < 0.3 else number)
        yield from facts(source, author=tuple(Literal(f"Author {name} A") for name in names))
        if chance.random() < 0.1:
            yield from facts(source, publishedOn=day(f"{year}-{chance.randint(1, 12):02}-15"))
        if chance.random() < 0.02:
            yield from facts(source, retractedOn=day(f"{year + 1}-03-01"))


def page_of(pair: int) -> NamedNode:
    """Return the page that speaks of a pair."""
    return node("source", "page", pair // PER_DRUG)


def write_world(studies: int, folder: Path) -> None:
    """Write a made-up graph as a folder of data, one file for all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    content = serialize((quad.triple for quad in World(studies)), format=RdfFormat.N_TRIPLES)
    (folder / "made.ttl").write_bytes(content or b"")

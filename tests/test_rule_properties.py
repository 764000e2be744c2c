"""What must hold of the rules in every graph: no leaks over time or between questions, and sums."""

from datetime import date
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from invented import ADJACENT, KIN, RULES, WIDER, derived, quads, study, world
from offlabel.rules import apply
from offlabel.sources import as_of
from offlabel.terms import BASE, GRAPH, OL, PROV, RDF, RULE

SEEDS = range(12)
DAY = date(2012, 12, 31)
WAS_DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
PREFIXES = f"PREFIX ol: <{OL}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
END = f"{OL}validUntil"  # that an answer ended later is no change of what it said


def rows(store: Store, query: str) -> set[tuple[str, ...]]:
    """Return an answer as texts."""
    found = store.query(PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return {
        tuple("" if row[name] is None else str(row[name].value) for name in names) for row in found
    }


def follows(store: Store) -> set[str]:
    """Return all that rules derived, one line a statement."""
    return {
        str(quad)
        for quad in store
        if isinstance(quad.graph_name, NamedNode)
        and quad.graph_name.value.startswith(GRAPH + "rule/")
    }


def records(store: Store) -> dict[str, set[tuple[str, str]]]:
    """Return each assessment with what is said of it, its grade and its factors, as one record."""
    found: dict[str, set[tuple[str, str]]] = {}
    for name, *fact in rows(
        store,
        """SELECT ?a ?p ?o { ?a a ol:Assessment .
        { ?a ?p ?o } UNION { ?a ol:hasGrade ?g . ?g ?p ?o }
        UNION { ?a ol:hasGrade/ol:loweredBy ?f . ?f ?p ?o } }""",
    ):
        found.setdefault(name, set()).add((fact[0], fact[1]))
    return found


def answers(store: Store, day: date) -> dict[str, set[tuple[str, str]]]:
    """Return assessments, conflicts and readings as of a day, without the day on which they end."""
    begun = rows(
        store,
        f"""SELECT ?x {{ ?x ol:validFrom ?from
        FILTER (?from <= "{day}"^^xsd:date) }}""",
    )
    facts = {name: facts for name, facts in records(store).items() if (name,) in begun}
    for name, predicate, value in rows(
        store, "SELECT ?c ?p ?o { ?c a ol:Contradiction ; ol:validFrom ?from ; ?p ?o }"
    ):
        if (name,) in begun:
            facts.setdefault(name, set()).add((predicate, value))
    return {name: {fact for fact in said if fact[0] != END} for name, said in facts.items()}


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    """Return the seed of a world."""
    return int(request.param)


@pytest.fixture(scope="module")
def store(seed: int) -> Store:
    """Return a world with all that follows."""
    return derived(quads(world(seed)))


def test_worlds_are_not_empty() -> None:
    """Among the worlds each state, factor, axis and standing comes up, so that they test it."""
    stores = [derived(quads(world(seed))) for seed in SEEDS]

    def found(path: str) -> set[str]:
        return {
            name.rpartition("/")[2].rpartition("#")[2]
            for store in stores
            for (name,) in rows(store, f"SELECT DISTINCT ?x {{ ?thing {path} ?x }}")
        }

    states = {"Supported", "Disputed", "Inconclusive", "NoneFound", "NeverSearched"}
    assert {f"{state}State" for state in states} == found("ol:state")
    risks = {"no-control-group", "no-blinding", "self-assessed", "few-people", "wide-interval"}
    ways = {"other-dose-class", "other-route", "other-drug", "other-condition", "combination"}
    assert risks | ways | {"lines-on-both-sides"} <= found("ol:loweredBy/ol:ofKind")
    assert {"Stands", "UntrueWhenWritten", "OvertakenSince"} == found("ol:standing")
    assert {"NoAxis", "DoseAxis", "RouteAxis"} <= found("ol:differsOn")
    assert found("ol:representedBy")
    assert found("ol:validUntil")


def test_order_of_the_files_does_not_matter(seed: int, store: Store) -> None:
    """Whatever the order of files and statements, the same follows."""
    random, facts = Random(seed), world(seed)
    random.shuffle(facts)
    given = quads(facts)
    random.shuffle(given)

    assert follows(store) == follows(derived(given))


def test_nothing_follows_a_second_time(store: Store) -> None:
    """What follows from all that followed is in the graph already."""
    before = follows(store)

    assert 0 == apply(store, RULES)
    assert before == follows(store)


def test_later_study_leaves_earlier_answers(seed: int, store: Store) -> None:
    """A study that comes out after a day changes no answer as of that day, and no name."""
    later = study(Random(seed + 100), "later", range(DAY.year + 1, 2021))
    more = derived(quads([*world(seed), later.text]))
    then, now = answers(store, DAY), answers(more, DAY)

    assert then
    assert then == {name: now.get(name) for name in then}
    new = set(now) - set(then)
    asked = {about for (about,) in rows(store, "SELECT ?q { ?q a ol:EvidenceQuestion }")}
    assert not {about for name in new for path, about in now[name] if path == OL + "about"} & asked


def test_unrelated_study_changes_nothing(seed: int, store: Store) -> None:
    """A study changes assessments of its drug's kin in its condition's kin, and no others."""
    added = study(Random(seed + 200), "added", range(2000, 2021))
    more = derived(quads([*world(seed), added.text]))
    conditions = {*WIDER[added.condition], *ADJACENT.get(added.condition, ()), *WIDER["sub"]}
    near = {
        (f"{BASE}drug/{drug}", f"{BASE}condition/{condition}")
        for drug in KIN[added.drug]
        for condition in conditions
    }
    pairs = rows(
        store,
        "SELECT ?a ?d ?c { ?a a ol:Assessment ; ol:about ?q . ?q ol:subject/ol:ofDrug ?d ; "
        "ol:object ?c }",
    )
    elsewhere = {name for name, drug, condition in pairs if (drug, condition) not in near}
    before, after = records(store), records(more)

    assert elsewhere
    assert {name: before[name] for name in elsewhere} == {
        name: after.get(name) for name in elsewhere
    }


def test_two_ways_back(seed: int, store: Store) -> None:
    """A graph that holds nothing later than a day answers as the whole graph does as of the day."""
    past = answers(derived(as_of(quads(world(seed)), DAY)), DAY)
    whole = answers(store, DAY)

    assert past
    assert past == {name: whole.get(name) for name in past}


def test_everything_derived_says_from_what(seed: int, store: Store) -> None:
    """What a rule made, and was not there before, was derived from something that is there."""
    given = {quad.subject for quad in quads(world(seed))}
    made = {
        quad.subject
        for quad in store.quads_for_pattern(None, NamedNode(RDF + "type"), None, None)
        if isinstance(quad.graph_name, NamedNode)
        and quad.graph_name.value.startswith(GRAPH + "rule/")
        and isinstance(quad.subject, NamedNode)
        and not quad.subject.value.startswith(RULE)
        and quad.subject not in given
    }

    assert made
    for thing in made:
        grounds = [q.object for q in store.quads_for_pattern(thing, WAS_DERIVED_FROM, None, None)]
        assert grounds, thing
        for ground in grounds:
            assert not isinstance(ground, Literal)
            assert next(iter(store.quads_for_pattern(ground, None, None, None)), None), ground


def test_steps_add_up(store: Store) -> None:
    """A certainty lies its steps below its start, and no deeper than the floor."""
    ranks = {name: int(rank) for name, rank in rows(store, "SELECT ?g ?r { ?g ol:rank ?r }")}
    steps: dict[str, int] = {}
    kinds = rows(
        store,
        "SELECT ?g ?kind ?n { ?g ol:loweredBy ?f . ?f ol:ofKind ?kind ; ol:steps ?n }",
    )
    for grade, _, step in kinds:
        steps[grade] = steps.get(grade, 0) + int(step)
    grades = rows(
        store, "SELECT ?g ?s ?c { ?g a ol:DerivedGrade ; ol:startsAt ?s ; ol:certainty ?c }"
    )

    assert len(grades) == len(rows(store, "SELECT ?g { ?g a ol:DerivedGrade }"))
    assert len(kinds) == len({(grade, kind) for grade, kind, _ in kinds})
    for grade, start, certainty in grades:
        assert min(4, ranks[start] + steps.get(grade, 0)) == ranks[certainty], grade


def test_body_state_and_grade_agree(store: Store) -> None:
    """Each assessment has one state; a body, and none else, has a grade; its lines lie equally far.

    A state that studies decide, and a level, stand just where the body is exact.
    """
    states = rows(store, "SELECT ?a ?s { ?a a ol:Assessment ; ol:state ?s }")
    bodies = rows(store, "SELECT ?a ?n { ?a ol:weighs ?l . ?l ol:distance ?n }")
    graded = rows(store, "SELECT ?a { ?a ol:hasGrade ?g }")
    levelled = rows(store, "SELECT ?a { ?a a ol:Assessment ; ol:level ?l }")
    exact = {name for name, distance in bodies if distance == "0"}
    decided = {f"{OL}{state}State" for state in ("Supported", "Disputed", "Inconclusive")}

    assert len(states) == len(rows(store, "SELECT ?a { ?a a ol:Assessment }"))
    assert len(bodies) == len({name for name, _ in bodies}) == len(graded)
    assert {name for name, _ in bodies} == {name for (name,) in graded}
    assert exact == {name for name, state in states if state in decided}
    assert exact == {name for (name,) in levelled}

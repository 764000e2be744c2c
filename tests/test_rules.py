"""Each rule derives what it should on a small case, and intervals and names are the known ones."""

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse

from offlabel.errors import SourceError
from offlabel.paths import Roots, find_roots
from offlabel.rules import (
    FUNCTIONS,
    Rule,
    apply,
    read_rule,
    read_rules,
    run_rule,
    wilson_interval,
)
from offlabel.rules.functions import katz_interval, newcombe_interval
from offlabel.sources import discover
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL, PROV, prefixes

RULES = {rule.name: rule for rule in read_rules(discover(find_roots()))}
CASES = Path(__file__).parent / "rules"
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes())


def graph(text: str) -> Store:
    """Return a store that holds a Turtle text and the classes of the ontology."""
    store = Store()
    for path in sorted((find_roots().ontology).glob("*.ttl")):
        store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
    store.load(HEAD + text, format=RdfFormat.TURTLE)
    return store


def triples(text: str) -> set[str]:
    """Return the triples of a Turtle text, one line each."""
    return {str(quad.triple) for quad in parse(HEAD + text, format=RdfFormat.TURTLE)}


@pytest.mark.parametrize("name", sorted(RULES))
def test_rule(name: str) -> None:
    """A rule derives from the given part of its case just what the expected part says."""
    given, expected = (CASES / f"{name}.ttl").read_text(encoding="utf-8").split("# expected\n")
    derived = {f"{s} {p} {o}" for s, p, o in run_rule(graph(given), RULES[name])}

    assert triples(expected) == derived


def test_every_rule_has_a_case() -> None:
    """No rule goes without a case, and no case without a rule."""
    assert set(RULES) == {path.stem for path in CASES.glob("*.ttl")}


# Figures of Wilson's score interval: 8/15 stands in the docs; 0/10 and 10/10 follow from the closed
# form n/(n+z^2); 81/263 is Newcombe RG (1998), Stat Med 17:857-872, table I.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (8, 15, 0.3012, 0.7519),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_wilson_interval(k: int, n: int, low: float, high: float) -> None:
    """Wilson's interval agrees with figures worked out elsewhere."""
    assert (low, high) == tuple(round(end, 4) for end in wilson_interval(k, n))


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_interval_needs_a_proportion(k: int, n: int) -> None:
    """Numbers that are no proportion have no interval."""
    with pytest.raises(ValueError, match="not a proportion"):
        wilson_interval(k, n)


# Newcombe RG (1998), Stat Med 17:873-890, table II, method 10.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_interval(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe's interval agrees with his table, and turns over where the arms change places."""
    k, n, other_k, other_n = counts

    assert (low, high) == tuple(round(end, 4) for end in newcombe_interval(*counts))
    turned = newcombe_interval(other_k, other_n, k, n)
    assert (-high, -low) == tuple(round(end, 4) for end in turned)


def test_katz_interval() -> None:
    """Katz's interval agrees with one worked out by hand, and turns over with the arms.

    10 of 100 against 5 of 100: the logarithm of 2 is 0.6931, its error the root of
    1/10 - 1/100 + 1/5 - 1/100, which is 0.5292; times 1.96 that is 1.0371.
    """
    low, high = katz_interval(10, 100, 5, 100)

    assert (0.7090, 5.6421) == (round(low, 4), round(high, 4))
    assert pytest.approx((1 / high, 1 / low)) == katz_interval(5, 100, 10, 100)
    assert (1.0, 1.0) == katz_interval(3, 3, 8, 8)


@pytest.mark.parametrize(
    "counts", [(0, 10, 5, 10), (5, 10, 0, 10), (5, 0, 5, 10), (5, 10, 11, 10), (1, 2, 1, 0)]
)
def test_katz_interval_needs_events(counts: tuple[int, int, int, int]) -> None:
    """A ratio has an interval only where each arm has an event, and is an arm."""
    with pytest.raises(ValueError, match=r"event in each arm|not a proportion"):
        katz_interval(*counts)


@pytest.mark.parametrize("counts", [(1, 0, 1, 2), (1, 2, 1, 0), (3, 2, 1, 2), (1, 2, -1, 2)])
def test_newcombe_interval_needs_two_proportions(counts: tuple[int, int, int, int]) -> None:
    """A difference has an interval only where both sides are proportions."""
    with pytest.raises(ValueError, match="not a proportion"):
        newcombe_interval(*counts)


@pytest.mark.parametrize(
    "call",
    [
        *(f"wilsonLow({bad})" for bad in ('"a", 5', "6, 5", "5", "<http://a>, 1", "?none, 5")),
        *(f"newcombeHigh({bad})" for bad in ("1, 2, 3, 2", "1, 2", '1, 2, "", 4', "1, 0, 1, 2")),
        *(f"katzLow({bad})" for bad in ("0, 10, 5, 10", "5, 10, 0, 10", "1, 2, 3", "1.5, 2, 1, 2")),
        *(f"name({bad})" for bad in ('"line", ?none', "<http://a>, <http://b>", "?none")),
    ],
)
def test_function_on_bad_input_is_unbound(call: str) -> None:
    """A rule that calls a function on something else gets no value, and no crash."""
    store = MemoryStore(Store())

    assert ((None,),) == store.select(f"SELECT (<{OL}{call.replace('(', '>(', 1)} AS ?x) {{}}").rows


def name(kind: str, *things: str) -> str:
    """Return the end of the name of what is derived of things, each an IRI or a literal."""
    terms = [NamedNode(thing) if ":" in thing else Literal(thing) for thing in things]
    made = FUNCTIONS[NamedNode(OL + "name")](Literal(kind), *terms)
    assert isinstance(made, NamedNode)
    return made.value.removeprefix(BASE)


def test_names() -> None:
    """Own things give their last part, terms and days themselves, foreign ones all, escaped."""
    assert "line/a--low--c" == name("line", BASE + "study/a", BASE + "regimen/low", f"{BASE}x/c")
    assert "mark/CitationLoop--p" == name("mark", OL + "CitationLoop", BASE + "proposition/p")
    assert "assessment/low--2020-06-08" == name("assessment", BASE + "regimen/low", "2020-06-08")
    assert "line/http%3A%2F%2Fa%2Fb%23c" == name("line", "http://a/b#c")
    assert "difference/a--b--k" == name("difference", BASE + "line/a--b", BASE + "factor/k")
    assert "line/urn%3Ax%20y" == name("line", BASE + "study/urn%3Ax%20y")
    assert "line/%C3%A9t%C3%A9%2F1" == name("line", "été/1")
    assert "line/" + "https%3A%2F%2Fw3id.org%2Fofflabel%2F" == name("line", BASE)


def test_no_two_names_are_one() -> None:
    """Things that differ have names that differ, and a name can be used in another name."""
    foreign = ("http://a", "https://a", "http://a/", "http://a#", "http://A", "http://a%2F")
    joined = [("http://a--http://b", "http://c"), ("http://a", "http://b--http://c")]
    own = [(BASE + "drug/a", "http://a"), (BASE + "drug/a.b", "b"), (BASE + "drug/a", "b")]
    asked = [*((iri,) for iri in foreign), *joined, *own, ("http://a", BASE + "drug/a")]
    names = [name("line", *things) for things in asked]

    assert len(asked) == len(set(names))
    assert len(asked) == len({name("line", BASE + made) for made in names})


def test_no_name_of_what_has_none() -> None:
    """A blank node has no name that would be the same tomorrow, so nothing is named after it."""
    assert FUNCTIONS[NamedNode(OL + "name")](Literal("line"), BlankNode()) is None


def test_results_lead_back_to_their_rule(tiny: MemoryStore) -> None:
    """What a rule derived lies in its graph, and the graph says which rule made it."""
    asked = f"""SELECT DISTINCT ?graph ?rule WHERE {{
        GRAPH ?graph {{ ?result <{OL}intervalLow> ?low . ?graph <{PROV}wasGeneratedBy> ?rule }}
    }}"""

    assert [
        (NamedNode(BASE + "graph/rule/30-proportion"), NamedNode(BASE + "rule/30-proportion"))
    ] == list(tiny.select(asked).rows)


def test_nothing_asserted_is_derived_again() -> None:
    """A statement that stands in the data is not claimed by a rule."""
    text = (
        "study:a ol:hasArm study:b ; ol:investigates drug:d . "
        "study:b ol:receives regimen:r . regimen:r ol:ofDrug drug:d ."
    )
    store = graph(text)
    apply(store, [RULES["11-investigates"]])
    found = list(store.quads_for_pattern(None, NamedNode(OL + "investigates"), None, None))

    assert 1 == len(found)
    assert isinstance(found[0], Quad)


def test_rules_give_the_same_on_real_data_each_time(real_roots: Roots, real: MemoryStore) -> None:
    """Running the rules again over the built graph derives nothing new."""
    assert 0 == apply(real.store, read_rules(discover(real_roots)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * WHERE {}", "head is missing"),
        ("#+ title: a\n#+ reason: b\nCONSTRUCT {} WHERE {}", "no source"),
        ("#+ title: [\nCONSTRUCT {} WHERE {}", "not YAML"),
    ],
)
def test_rule_with_a_bad_head(text: str, message: str, tmp_path: Path) -> None:
    """A rule whose head is not complete is told with file and remedy."""
    path = tmp_path / "x.rq"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        read_rule(path)


@pytest.mark.parametrize("text", ["SELECT * WHERE {}", "CONSTRUCT { WHERE"])
def test_rule_that_is_no_construct(text: str, tmp_path: Path) -> None:
    """A rule that does not parse, or that constructs nothing, is told with its file."""
    with pytest.raises(SourceError, match=r"x\.rq"):
        run_rule(Store(), Rule("x", "t", "r", "s", text, tmp_path / "x.rq"))

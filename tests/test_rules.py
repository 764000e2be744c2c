"""Each rule derives what it should on a small case, and Wilson's interval is the known one."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from offlabel.errors import SourceError
from offlabel.paths import Roots, find_roots
from offlabel.rules import Rule, apply, read_rule, read_rules, run_rule, wilson_interval
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


def test_function_on_bad_input_is_unbound() -> None:
    """A rule that calls the function on something else gets no value, and no crash."""
    store = MemoryStore(Store())
    calls = ", ".join(
        f"(<{OL}wilsonLow>({arguments}) AS ?x{number})"
        for number, arguments in enumerate(('"a", 5', "6, 5", "5", "<http://a>, 1"))
    )
    rows = store.select(f"SELECT {calls.replace(', (', ' (')} WHERE {{}}").rows

    assert [(None, None, None, None)] == list(rows)


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

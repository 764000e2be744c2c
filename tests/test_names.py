"""Things are found by slug, CURIE, IRI or label, and a miss is helpful."""

import pytest

from offlabel.errors import ParameterError, UnknownNameError
from offlabel.names import KINDS, close_matches, get_thing
from offlabel.stores.base import Store
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE, OL

DRUG = f"{BASE}drug/examplamine"
LOW_DOSE = f"{BASE}regimen/low-dose-examplamine"


@pytest.mark.parametrize(
    ("name", "kind", "iri"),
    [
        ("examplamine", "drug", DRUG),
        (" examplamine ", "drug", DRUG),
        ("drug:examplamine", "drug", DRUG),
        (DRUG, "drug", DRUG),
        (f"<{DRUG}>", "drug", DRUG),
        ("EXAMPLAMINE", "drug", DRUG),
        ("drug:examplamine", "thing", DRUG),
        ("low-dose oral examplamine", "regimen-class", LOW_DOSE),
        ("LDE", "regimen-class", LOW_DOSE),
        ("lde", "thing", LOW_DOSE),
        ("T03", "claim", f"{BASE}claim/t03"),
        ("examplamine-1.5-mg", "regimen", f"{BASE}regimen/examplamine-1.5-mg"),
        ("sample-receptor", "receptor", f"{BASE}receptor/sample-receptor"),
        ("examplamine", "treatment", DRUG),
        ("light", "treatment", f"{BASE}treatment/light"),
        ("light", "guideline", f"{BASE}guideline/light"),
        ("report", "source", f"{BASE}source/report"),
        ("block-1", "proposition", f"{BASE}mechanism/block-1"),
        ("CaseSeries", "design", f"{OL}CaseSeries"),
        ("case series", "design", f"{OL}CaseSeries"),
        ("ol:Study", "thing", f"{OL}Study"),
        ("30-proportion", "rule", f"{BASE}rule/30-proportion"),
    ],
)
def test_thing_is_found(tiny: Store, name: str, kind: str, iri: str) -> None:
    """Every way to name a thing leads to its IRI."""
    assert iri == get_thing(tiny, name, kind).value


@pytest.mark.parametrize("store", ["tiny_disk", "tiny_remote", "tiny_rdflib"])
def test_every_store_finds_things(store: str, request: pytest.FixtureRequest) -> None:
    """Names mean the same on every store."""
    graph: Store = request.getfixturevalue(store)

    assert LOW_DOSE == get_thing(graph, "LDE", "regimen-class").value


@pytest.mark.parametrize(
    ("name", "kind", "close"),
    [
        ("examplamin", "drug", ("examplamine",)),
        ("drug:exampelamine", "drug", ("examplamine",)),
        ("sample-rsh", "thing", ("condition:sample-rash",)),
        ("sample-rsh", "condition", ("sample-rash",)),
        ("xyzzyx", "drug", ()),
        ("http://example.org/a b", "drug", ()),
        ("http://example.org/nothing", "thing", ()),
        ("", "drug", ()),
        ('"} DROP ALL #', "drug", ()),
    ],
)
def test_miss_offers_the_closest(tiny: Store, name: str, kind: str, close: tuple[str, ...]) -> None:
    """An unknown name is an error that offers what looks like it, and nothing that does not."""
    with pytest.raises(UnknownNameError) as caught:
        get_thing(tiny, name, kind)

    assert close == caught.value.candidates[: len(close) or None]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("sample-rash", "drug", "condition:sample-rash is a condition; a drug is needed here."),
        ("LDE", "drug", "regimen:low-dose-examplamine is a regimen class; a drug is needed here."),
        (
            "drug:compounded-examplamine",
            "effect",
            "drug:compounded-examplamine is not an effect, which is needed here.",
        ),
    ],
)
def test_thing_of_another_kind(tiny: Store, name: str, kind: str, message: str) -> None:
    """A thing of the wrong kind is named with the kind that it has."""
    with pytest.raises(ParameterError) as caught:
        get_thing(tiny, name, kind)

    assert message == str(caught.value)


def test_name_of_several_things(tiny: Store) -> None:
    """A name that several things have is an error that lists them."""
    with pytest.raises(ParameterError) as caught:
        get_thing(tiny, "sample", "thing")

    assert "'sample' names several things: scheme:sample, study:sample." in str(caught.value)


def test_classes_of_kinds_exist(tiny: MemoryStore) -> None:
    """Every kind stands for classes of the ontology."""
    rows = tiny.select("SELECT ?class { ?class a <http://www.w3.org/2002/07/owl#Class> }").rows
    known = {str(row[0]) for row in rows}
    used = {f"<{OL}{name}>" for names in KINDS.values() for name in names}

    assert set() == used - known


def test_close_matches_stand_for_something() -> None:
    """Texts that look like a name are given as what they stand for, once."""
    choices = {"psoriasis": "a", "plaque psoriasis": "a", "vitiligo": "b"}

    assert ["a"] == close_matches("psoriasys", choices)

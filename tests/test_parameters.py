"""The values of parameters become terms by their kinds, and what is wrong with them is said."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from offlabel.errors import OfflabelError, ParameterError, UnknownNameError
from offlabel.names import KINDS
from offlabel.queries.header import Parameter, Query
from offlabel.queries.parameters import READERS, bind, expected, shown_example, text_from_value
from offlabel.stores.base import Store
from offlabel.terms import BASE, XSD

EXAMPLES = {
    "boolean": "yes",
    "curie": "drug:examplamine",
    "date": "2002-01-02",
    "decimal": "1.5",
    "drug": "examplamine",
    "integer": "3",
    "iri": "https://example.org/a",
    "string": "two words",
}


def query_with(*parameters: Parameter) -> Query:
    """Return a query that takes some parameters."""
    names = {parameter.name: parameter for parameter in parameters}
    return Query("topic/name", "A?", "", ("topic",), names, "None.", "", Path("name.rq"))


def parameter(kind: str, *, required: bool = False, default: str | None = None) -> Parameter:
    """Return a parameter of a kind, named after it."""
    return Parameter(kind, kind, EXAMPLES[kind], required, default)


def typed(text: str, datatype: str) -> Literal:
    """Return a literal of one of XML Schema's types."""
    return Literal(text, datatype=NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("kind", "value", "term"),
    [
        ("boolean", "no", typed("false", "boolean")),
        ("boolean", True, typed("true", "boolean")),
        ("curie", "drug:new", NamedNode(f"{BASE}drug/new")),
        ("curie", "mondo:0005083", NamedNode("http://purl.obolibrary.org/obo/MONDO_0005083")),
        ("curie", "MIM:193200", NamedNode("https://omim.org/entry/193200")),
        (
            "curie",
            "UMLS_CUI:C0033860",
            NamedNode("https://uts.nlm.nih.gov/uts/umls/concept/C0033860"),
        ),
        (
            "iri",
            "https://id.nlm.nih.gov/mesh/D011565",
            NamedNode("http://id.nlm.nih.gov/mesh/D011565"),
        ),
        ("date", "2002-01-02", typed("2002-01-02", "date")),
        ("date", date(2002, 1, 2), typed("2002-01-02", "date")),
        ("decimal", "4", typed("4", "decimal")),
        ("decimal", " 4.5 ", typed("4.5", "decimal")),
        ("decimal", 1e-07, typed("0.0000001", "decimal")),
        ("decimal", Decimal("4.50"), typed("4.50", "decimal")),
        ("drug", "examplamine", NamedNode(f"{BASE}drug/examplamine")),
        ("drug", NamedNode(f"{BASE}drug/examplamine"), NamedNode(f"{BASE}drug/examplamine")),
        ("integer", "-3", typed("-3", "integer")),
        ("integer", 3, typed("3", "integer")),
        ("iri", "<https://example.org/a>", NamedNode("https://example.org/a")),
        ("string", 'a " quote } and a { brace', Literal('a " quote } and a { brace')),
    ],
)
def test_value_becomes_a_term(
    tiny: Store, kind: str, value: object, term: NamedNode | Literal
) -> None:
    """A text or a Python value becomes the term that its kind says."""
    assert {kind: term} == bind(query_with(parameter(kind)), {kind: value}, tiny)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", "perhaps"),
        ("curie", "nowhere:x"),
        ("date", "2002-13-01"),
        ("date", "yesterday"),
        ("decimal", "4,5"),
        ("decimal", "1e3"),
        ("decimal", "NaN"),
        ("integer", "3.0"),
        ("iri", "https://example.org/a b"),
        ("iri", "plain"),
    ],
)
def test_wrong_type_says_what_is_expected(tiny: Store, kind: str, value: str) -> None:
    """A value of the wrong type is refused, with what is expected and an example."""
    with pytest.raises(ParameterError) as caught:
        bind(query_with(parameter(kind)), {kind: value}, tiny)

    message = str(caught.value)
    assert f"{kind} takes {expected(kind)}, not {value!r}." in message
    assert message.endswith(f"-p {shown_example(parameter(kind))}")


def test_misspelt_parameter(tiny: Store) -> None:
    """An unknown parameter is refused with the closest name and all names."""
    with pytest.raises(UnknownNameError) as caught:
        bind(query_with(parameter("drug"), parameter("date")), {"drg": "x"}, tiny)

    assert (
        "There is no parameter of topic/name called 'drg'. "
        "Did you mean drug? It takes drug, date." == str(caught.value)
    )


def test_unknown_thing(tiny: Store) -> None:
    """An unknown thing is refused with the closest one, or else with an example."""
    query = query_with(parameter("drug"))
    messages = []
    for name in ("examplamin", "qqqq"):
        with pytest.raises(UnknownNameError) as caught:
            bind(query, {"drug": name}, tiny)
        messages.append(str(caught.value))

    assert [
        "There is no drug called 'examplamin'. Did you mean examplamine?",
        "There is no drug called 'qqqq'. For example: -p drug=examplamine",
    ] == messages


def test_missing_parameter(tiny: Store) -> None:
    """What is required and has no default must be given."""
    with pytest.raises(ParameterError) as caught:
        bind(query_with(parameter("string", required=True)), {}, tiny)

    assert (
        "topic/name needs the parameter string (a text), for example -p 'string=two words'"
        == str(caught.value)
    )


def test_left_out(tiny: Store) -> None:
    """A default is used where no value is given; without one the variable stays open."""
    query = query_with(parameter("integer", default="7"), parameter("string"))

    assert {"integer": typed("7", "integer")} == bind(query, {"string": None}, tiny)


def test_unknown_kind(tiny: Store) -> None:
    """A query whose head gives a kind that does not exist cannot be asked."""
    query = query_with(Parameter("x", "colour", "red"))
    with pytest.raises(OfflabelError, match="has the unknown kind 'colour'"):
        bind(query, {"x": "red"}, tiny)


def test_every_kind_is_explained() -> None:
    """What a kind takes is said in words."""
    assert [] == [kind for kind in (*READERS, *KINDS) if expected(kind) == kind]


def test_numbers_are_written_out() -> None:
    """No number goes in as scientific notation."""
    assert ["0.0000001", "100000000000000000000", "5"] == [
        text_from_value(value) for value in (1e-7, 1e20, 5)
    ]

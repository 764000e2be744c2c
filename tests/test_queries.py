"""Saved queries are read, found by name, and run; tables give Python values."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from offlabel.errors import ParameterError, QueryError, SourceError, UnknownNameError
from offlabel.paths import Roots
from offlabel.queries.header import Parameter, read_query
from offlabel.queries.library import find_query, get_query, list_queries, query_paths
from offlabel.queries.run import run
from offlabel.queries.table import Table, Value, text_from_term, value_from_term
from offlabel.stores.base import Store
from offlabel.terms import XSD

HEAD = """\
#+ title: Which things are there?
#+ description: >-
#+   All of them,
#+   in order.
#+ topics: [things]
#+ parameters:
#+   thing: {kind: thing, example: "drug:examplamine", required: true}
#+   day: {kind: date, example: "2002-01-02", default: "2002-01-01", description: A day.}
#+ empty: There is nothing.
"""
BODY = "\nSELECT ?thing ?day WHERE { ?thing a ?class } ORDER BY ?thing\n"


def write(folder: Path, text: str, name: str = "topic/question") -> Path:
    """Write a query file and return its path."""
    path = folder / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def roots(folder: Path) -> Roots:
    """Return roots whose queries stand in a folder."""
    return Roots(folder, (folder,), (folder,))


def test_head_is_read(tmp_path: Path) -> None:
    """A query's head gives its texts on one line each, and its parameters."""
    query = read_query(write(tmp_path, HEAD + BODY), "topic/question")

    assert (
        "Which things are there?",
        "All of them, in order.",
        ("things",),
        "There is nothing.",
        HEAD + BODY,
    ) == (query.title, query.description, query.topics, query.empty, query.text)
    assert {
        "thing": Parameter("thing", "thing", "drug:examplamine", required=True),
        "day": Parameter("day", "date", "2002-01-02", default="2002-01-01", description="A day."),
    } == query.parameters


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("#+ title: Which things are there?\n", "", 1, "the head has no title."),
        ("Which things are there?", "''", 1, "the head has no title."),
        ("#+ empty: There is nothing.\n", "", 1, "the head has no empty."),
        ("#+ topics: [things]\n", "", 1, "the head has no topics."),
        ("#+ topics: [things]", "#+ topics: things", 1, "the head has no topics."),
        ("#+ empty:", "#+ emty: x\n#+ empty:", 9, "'emty' is no key of a query's head."),
        ("required: true", "requird: true", 7, "'requird' is no key of the parameter thing."),
        ("kind: date, ", "", 8, "the parameter day has no kind or no example."),
    ],
)
def test_incomplete_head(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    """What is missing or misspelt in a head is said, with its line."""
    path = write(tmp_path, HEAD.replace(old, new) + BODY)
    with pytest.raises(SourceError) as caught:
        read_query(path, "topic/question")

    assert (path, line, problem) == (caught.value.path, caught.value.line, caught.value.problem)


def test_queries_are_found_by_slug_and_by_name(tmp_path: Path) -> None:
    """A query answers to its slug, and to its name where only one topic has it."""
    for name in ("one/same", "two/same", "two/other"):
        write(tmp_path, HEAD + BODY, name)
    folder = roots(tmp_path)

    assert ["one/same", "two/other", "two/same"] == [query.slug for query in list_queries(folder)]
    assert ["two/other", "two/same", "two/other"] == [
        get_query(folder, name).slug for name in ("other", "two/same", " two/other.rq")
    ]
    assert find_query(folder, "another") is None
    with pytest.raises(ParameterError, match="'same' stands in several topics: one/same, two/same"):
        get_query(folder, "same")
    with pytest.raises(UnknownNameError, match="Did you mean two/other"):
        get_query(folder, "othr")


def test_one_query_is_found_without_reading_the_others(tmp_path: Path) -> None:
    """A file that cannot be read does not stand in the way of another query."""
    write(tmp_path, HEAD + BODY, "one/good")
    write(tmp_path, "no head", "one/bad")

    assert ["one/bad", "one/good"] == list(query_paths(roots(tmp_path)))
    assert "one/good" == get_query(roots(tmp_path), "good").slug


def test_run_binds_parameters(tmp_path: Path, tiny: Store) -> None:
    """The values of parameters are bound, and kept beside the answer."""
    query = read_query(write(tmp_path, HEAD + BODY), "topic/question")
    table = run(tiny, query, {"thing": "examplamine", "day": date(2002, 1, 3)})

    assert ({"thing": "https://w3id.org/offlabel/drug/examplamine", "day": date(2002, 1, 3)},) == (
        table.rows
    )
    assert {"thing", "day"} == set(table.given)


def test_saved_query_may_not_ask_other_servers(tmp_path: Path, tiny: Store) -> None:
    """SERVICE is refused before anything runs."""
    body = "SELECT * { SERVICE <http://example.org/> { ?thing ?p ?day } } ORDER BY ?thing"
    query = read_query(write(tmp_path, HEAD + body), "topic/question")
    with pytest.raises(QueryError, match="SERVICE is refused"):
        run(tiny, query, {"thing": "examplamine"})


@pytest.mark.parametrize(
    ("text", "datatype", "value", "shown"),
    [
        ("7", "integer", 7, "7"),
        ("7", "unsignedInt", 7, "7"),
        ("4.50", "decimal", Decimal("4.50"), "4.50"),
        ("1.5E-7", "double", 1.5e-07, "0.00000015"),
        ("INF", "double", float("inf"), "INF"),
        ("true", "boolean", True, "true"),
        ("2002-01-02", "date", date(2002, 1, 2), "2002-01-02"),
        ("2002", "gYear", "2002", "2002"),
        ("many", "integer", "many", "many"),
        ("text", "string", "text", "text"),
    ],
)
def test_literals_as_values_and_as_text(text: str, datatype: str, value: Value, shown: str) -> None:
    """A literal becomes the nearest Python value, and is printed without scientific notation."""
    literal = Literal(text, datatype=NamedNode(XSD + datatype))

    assert (value, shown) == (value_from_term(literal), text_from_term(literal))


def test_other_terms_as_values() -> None:
    """IRIs are their text, blank nodes and triples their notation, nothing is None."""
    node = NamedNode("https://example.org/a")
    terms = (node, BlankNode("b"), Triple(node, node, node), None)

    assert (
        "https://example.org/a",
        "_:b",
        "<https://example.org/a> <https://example.org/a> <https://example.org/a>",
        None,
    ) == tuple(map(value_from_term, terms))


def test_table_as_data_frames() -> None:
    """Columns have one type each; a column of mixed values is text."""
    rows = (
        (Literal(1), Literal("1.5", datatype=NamedNode(f"{XSD}decimal")), Literal(2), None),
        (None, Literal("a"), Literal("2.5", datatype=NamedNode(f"{XSD}decimal")), None),
    )
    table = Table(("count", "mixed", "number", "none"), rows)
    expected = [
        {"count": 1, "mixed": "1.5", "number": 2.0, "none": None},
        {"count": None, "mixed": "a", "number": 2.5, "none": None},
    ]

    assert expected == table.to_polars().to_dicts()
    frame = table.to_pandas()
    assert ["1.5", "a"] == list(frame["mixed"])
    assert [2.0, 2.5] == list(frame["number"])
    assert list(table.columns) == list(frame.columns)


def test_table_is_a_sequence_of_rows() -> None:
    """A table has a length, rows by number, and can be walked through."""
    table = Table(("a",), ((Literal("x"),), (Literal("y"),)))

    assert (2, {"a": "y"}, ["x", "y"]) == (len(table), table[1], [row["a"] for row in table])

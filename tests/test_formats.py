"""An answer in every format: right for programs, good to read for people."""

import csv
import io
import json

import polars
import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from offlabel.exports.answer import written
from offlabel.queries.formats import FORMATS, Look
from offlabel.queries.formats.answers import boolean
from offlabel.queries.formats.layout import broken
from offlabel.queries.formats.table import heading, question
from offlabel.queries.table import Table
from offlabel.terms import BASE, OL, XSD, prefixes

DRUG = NamedNode(f"{BASE}drug/examplamine")
LOOK = Look(compress=prefixes().compress)


def number(text: str, datatype: str = "decimal") -> Literal:
    """Return a numeric literal."""
    return Literal(text, datatype=NamedNode(XSD + datatype))


TABLE = Table(
    ("drug", "thing", "doseClass", "share", "note"),
    (
        (DRUG, NamedNode(f"{OL}Study"), Literal("low dose", language="en"), number("0.5"), None),
        (DRUG, BlankNode("b"), Literal('a | b, "c"\n*d*'), number("-1.50"), Literal("=1+1")),
        (DRUG, NamedNode("https://example.org/"), Literal("x"), number("1.5E2", "double"), None),
    ),
    title="Which?",
    empty="Nothing.",
    given={"drug": DRUG},
)
EMPTY = Table(TABLE.columns, (), "Which?", "Nothing.", TABLE.given)


def render(name: str, table: Table = TABLE, look: Look = LOOK) -> str:
    """Return an answer in a format, as text."""
    return FORMATS[name](table, look).decode()


def test_csv() -> None:
    """CSV has full IRIs, plain numbers, and no text that a spreadsheet would run."""
    assert (
        "drug,thing,doseClass,share,note\n"
        f"{DRUG.value},{OL}Study,low dose,0.5,\n"
        f'{DRUG.value},_:b,"a | b, ""c""\n*d*",-1.50,\'=1+1\n'
        f"{DRUG.value},https://example.org/,x,150,\n"
    ) == render("csv")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_csv_disarms_formulas(text: str) -> None:
    """Whatever a spreadsheet takes for a formula is preceded by an apostrophe."""
    table = Table(("a",), ((Literal(text),),))

    assert [["a"], [f"'{text}"]] == list(csv.reader(io.StringIO(render("csv", table), newline="")))


def test_csv_keeps_rows_apart() -> None:
    """A row without any value is still a row."""
    assert 'a\n""\n""\n' == render("csv", Table(("a",), ((None,), (None,))))


def test_csv_leaves_numbers_alone() -> None:
    """A negative number is no formula."""
    assert "a\n-1\n" == render("csv", Table(("a",), ((number("-1", "integer"),),)))


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("json", QueryResultsFormat.JSON),
        ("tsv", QueryResultsFormat.TSV),
        ("xml", QueryResultsFormat.XML),
    ],
)
@pytest.mark.parametrize("table", [TABLE, EMPTY], ids=["rows", "empty"])
def test_results_formats_are_exact(name: str, format_: QueryResultsFormat, table: Table) -> None:
    """A standard reader gets back the same variables and terms."""
    results = parse_query_results(FORMATS[name](table), format_)
    assert isinstance(results, QuerySolutions)

    assert list(table.columns) == [variable.value for variable in results.variables]
    assert list(table.terms) == [tuple(row[name] for name in table.columns) for row in results]


def test_json_holds_triple_terms() -> None:
    """A triple term keeps its parts."""
    triple = Triple(DRUG, DRUG, Literal("x"))
    document = json.loads(render("json", Table(("t",), ((triple,),))))
    value = document["results"]["bindings"][0]["t"]

    assert ("triple", "x") == (value["type"], value["value"]["object"]["value"])


def test_parquet() -> None:
    """A Parquet file has a type for each column."""
    table = Table(("k", "share", "name"), ((number("1", "integer"), number("0.5"), Literal("a")),))
    frame = polars.read_parquet(io.BytesIO(FORMATS["parquet"](table)))

    assert {"k": polars.Int64, "share": polars.Float64, "name": polars.String} == frame.schema
    assert [(1, 0.5, "a")] == frame.rows()


def test_markdown() -> None:
    """Markdown has words for headings, numbers to the right, and nothing that breaks a row."""
    assert (
        "| thing | dose class | share | note |\n"
        "| --- | --- | ---: | --- |\n"
        "| ol:Study | low dose | 0.5 |  |\n"
        '| _:b | a \\| b, "c"<br>*d* | -1.50 | =1+1 |\n'
        "| https://example.org/ | x | 150 |  |\n"
    ) == render("md")


def test_plain_table() -> None:
    """In a pipe there is one unbroken line for each row, and no colour."""
    assert (
        "thing                 dose class      share  note\n"
        "--------------------  --------------  -----  ----\n"
        "ol:Study              low dose          0.5\n"
        '_:b                   a | b, "c" *d*  -1.50  =1+1\n'
        "https://example.org/  x                 150\n"
    ) == render("table")


def test_wide_table_is_wrapped() -> None:
    """On a terminal, long texts are wrapped inside their columns."""
    table = Table(("name", "text"), ((Literal("a"), Literal("word " * 30)),))
    lines = render("table", table, Look(width=40)).splitlines()

    assert ["name", "text"] == lines[0].split()
    assert max(map(len, lines)) <= 40
    assert 30 == " ".join(lines).count("word")


def test_narrow_table_becomes_lists() -> None:
    """Where columns would be too narrow to read, each row is a list of its values."""
    table = Table(("first", "lastName"), ((Literal("a" * 20), Literal("b" * 20)),) * 2)
    row = f"first      {'a' * 20}\nlast name  {'b' * 20}\n"

    assert f"{row}\n{row}" == render("table", table, Look(width=32))


def test_labels_stand_in_for_iris() -> None:
    """Where all columns do not fit, an IRI gives way to the label beside it."""
    study = NamedNode(f"{BASE}study/a-rather-long-name-of-a-study")
    table = Table(("study", "studyLabel", "k"), ((study, Literal("A study"), number("1")),))
    wide, narrow = (
        render("table", table, Look(LOOK.compress, width)).splitlines()[0] for width in (80, 30)
    )

    assert [["study", "study", "label", "k"], ["study", "label", "k"]] == [
        wide.split(),
        narrow.split(),
    ]


@pytest.mark.parametrize("width", [12, 18, 30])
def test_broken_text_is_whole(width: int) -> None:
    """Breaking a text into lines loses none of it, and no line is too long."""
    text = "condition:atopic-dermatitis and/or " + "x" * 40 + " - end"
    lines = broken(text, width)

    assert max(map(len, lines)) <= width
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")


def test_text_is_not_markup() -> None:
    """What looks like a code of the terminal library is printed as it is."""
    table = Table(("a",), ((Literal("[1] [red]x[/red]"),),))

    assert "[1] [red]x[/red]" in render("table", table, Look(width=60))


def test_control_characters_do_not_reach_the_terminal() -> None:
    """Text from data cannot move the cursor or change colours."""
    table = Table(("a",), ((Literal("x\x1b[31my\x07"),),))

    assert {False} == {"\x1b" in render("table", table, look) for look in (Look(), Look(width=40))}


def test_colour_only_where_asked() -> None:
    """A terminal gets bold headings."""
    assert (False, True) == (
        "\x1b[" in render("table", TABLE, Look(width=120)),
        "\x1b[" in render("table", TABLE, Look(width=120, colour=True)),
    )


def test_empty_answers() -> None:
    """Without rows, formats for programs still have their head, and the table is silent."""
    assert (
        "drug,thing,doseClass,share,note\n",
        "",
        "| thing | dose class | share | note |\n| --- | --- | --- | --- |\n",
    ) == (render("csv", EMPTY), render("table", EMPTY), render("md", EMPTY))
    assert [] == polars.read_parquet(io.BytesIO(FORMATS["parquet"](EMPTY))).rows()


def test_question_names_what_was_given() -> None:
    """The line above a table tells the parameters that its columns leave out."""
    assert "Which? (drug = drug:examplamine)" == question(TABLE, LOOK)


def test_heading() -> None:
    """A column's name is written as words."""
    assert ["dose class", "k", "as of"] == [heading(name) for name in ("doseClass", "k", "asOf")]


def test_all_columns_given() -> None:
    """A table that holds nothing but parameters shows them."""
    table = Table(("drug",), ((DRUG,),), given={"drug": DRUG})

    assert "drug:examplamine" in render("table", table, LOOK)


def test_yes_or_no() -> None:
    """The answer of an ASK is a word for people and a document for programs."""
    assert [b"yes\n", b"false\n", b'{"head":{},"boolean":true}\n'] == [
        boolean(True, "table"),
        boolean(False, "csv"),
        boolean(True, "json"),
    ]
    assert b"<boolean>true</boolean>" in boolean(True, "xml")


def test_triples() -> None:
    """Triples come with the prefixes that occur."""
    few = [Triple(DRUG, NamedNode(f"{OL}year"), number("2002", "integer"))]

    assert (
        b"@prefix drug: <https://w3id.org/offlabel/drug/> .\n"
        b"@prefix ol: <https://w3id.org/offlabel/ontology#> .\n"
        b"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        b"drug:examplamine ol:year 2002 .\n"
    ) == b"".join(sorted(written(few, "ttl")[0].splitlines(keepends=True)))
    assert b"" == written([], "nt")[0]
    assert "drug:examplamine" == json.loads(written(few, "jsonld")[0])["@graph"][0]["id"]
    assert b"rdf:RDF" in written(few, "rdf")[0]

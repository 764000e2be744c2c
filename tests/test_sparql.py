"""`offlabel sparql` takes a text, a file or standard input, and answers in fitting formats."""

import json
from pathlib import Path

import pytest

from commands import TINY, Outcome, offlabel
from offlabel.stores.remote import RemoteStore

DRUGS = "SELECT ?drug ?label { ?drug a ol:Drug ; rdfs:label ?label } ORDER BY ?drug"
TRIPLES = "CONSTRUCT WHERE { ?drug a ol:Drug }"
CSV = "drug,label\nhttps://w3id.org/offlabel/drug/examplamine,examplamine\n"


def sparql(*arguments: str, stdin: str = "") -> Outcome:
    """Query the small world."""
    return offlabel("sparql", *arguments, *TINY, stdin=stdin)


def test_query_comes_as_text_file_or_input(tmp_path: Path) -> None:
    """All ways to give a query lead to the same answer."""
    path = tmp_path / "drugs.rq"
    path.write_text(DRUGS, encoding="utf-8")
    outcomes = [
        sparql(DRUGS, "-f", "csv"),
        sparql(str(path), "-f", "csv"),
        sparql("-", "-f", "csv", stdin=DRUGS),
        sparql("-f", "csv", stdin=DRUGS),
    ]

    assert [CSV] * 4 == [outcome.text for outcome in outcomes]


def test_endpoint(tiny_remote: RemoteStore) -> None:
    """A server is asked in place of the own graph."""
    outcome = offlabel("sparql", DRUGS, "-f", "csv", "--endpoint", tiny_remote.endpoint)

    assert CSV == outcome.text


def test_answers_of_every_form() -> None:
    """Rows, yes or no, and triples are each printed in their own way."""
    described = sparql("DESCRIBE drug:examplamine").text

    assert "drug:examplamine  examplamine\n" in sparql(DRUGS).text
    assert "yes\n" == sparql("ASK { ?drug a ol:Drug }").text
    assert "drug:examplamine a ol:Drug" in sparql(TRIPLES).text
    assert 'rdfs:label "examplamine"@en' in described
    assert "drug:examplamine" == json.loads(sparql(TRIPLES, "-f", "json").text)["@graph"][0]["id"]


def test_empty_answer() -> None:
    """An answer without a row says so on standard error."""
    outcome = sparql("SELECT ?s { ?s a ol:Study FILTER (false) }")

    assert (0, "", "The answer has no row.\n") == (outcome.code, outcome.text, outcome.err)


def test_file_ending_is_the_format(tmp_path: Path) -> None:
    """Triples go to the syntax that the file's ending names."""
    path = tmp_path / "drugs.nt"
    sparql(TRIPLES, "-o", str(path))

    assert path.read_text(encoding="utf-8").endswith(
        "<https://w3id.org/offlabel/ontology#Drug> .\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("INSERT DATA { <a:a> <a:b> <a:c> }",), "INSERT is refused: queries only read."),
        (("LOAD <file:///etc/hostname>",), "LOAD is refused"),
        (("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",), "SERVICE is refused"),
        (("SELECT * { ?s ?p }",), "line 1, column 19: "),
        (("SELECT * { ?s a drgu:x }",), "Did you mean drug:?"),
        (("missing.rq",), "missing.rq: there is no such file, and it is no query."),
        (("drop all",), "DROP is refused"),
        (("",), "there is no query"),
        ((TRIPLES, "-f", "csv"), "The query gives triples, which csv cannot hold."),
        (("SELECT * { ?s ?p ?o }", "--max-rows", "5"), "rows, more than 5."),
        (
            ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.5"),
            "stopped after 0.5 seconds",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_message(arguments: tuple[str, ...], message: str) -> None:
    """Bad input ends with exit code 2, one message on standard error and no output."""
    outcome = sparql(*arguments)

    assert (2, b"") == (outcome.code, outcome.out)
    assert message in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


def test_file_of_another_encoding(tmp_path: Path) -> None:
    """A file that is not UTF-8 is named with the remedy."""
    path = tmp_path / "latin.rq"
    path.write_bytes("# caf\xe9\nASK {}".encode("latin-1"))

    assert "this is not UTF-8 text. Save it as UTF-8." in sparql(str(path)).err


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT ?x { ?x a ol:Cliam }",
            "line 1: there is no term ol:Cliam. Did you mean ol:Claim?",
        ),
        ("SELECT ?x {\n?x ol:asserst ?y }", "line 2: there is no term ol:asserst. Did you mean"),
        ("SELECT ?x { ?x a <https://w3id.org/offlabel/ontology#Zzzz> }", "no term ol:Zzzz"),
    ],
)
def test_unknown_term_is_no_empty_answer(query: str, message: str) -> None:
    """A misspelt class or property of ours is told, with the closest one."""
    outcome = sparql(query)

    assert (2, b"") == (outcome.code, outcome.out)
    assert message in outcome.err


def test_terms_in_comments_and_strings_do_not_count() -> None:
    """Only terms that the query uses are looked at."""
    outcome = sparql('SELECT ?x { BIND ("ol:Zzzz" AS ?x) } # ol:Yyyy', "-f", "csv")

    assert (0, b"x\nol:Zzzz\n") == (outcome.code, outcome.out)

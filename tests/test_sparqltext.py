"""Reading a SPARQL text without parsing it: the IRIs it names, the variables it hides."""

from textwrap import dedent

import pytest

from offlabel.sources.sparql import named_iris, tokens
from offlabel.validation.sparqltext import Hidden, hidden_variables


def test_named_iris_are_expanded() -> None:
    """Prefixed and full IRIs are found with their lines, those in strings and comments are not."""
    text = dedent("""\
        # ol:InComment
        PREFIX ol: <https://example.org/ol#>
        SELECT ?a WHERE {
          ?a a ol:Study ; <https://example.org/p> "ol:InString # no comment" .
          FILTER (?a != ol:a.b)
        }
    """)

    assert [
        ("https://example.org/ol#Study", 4),
        ("https://example.org/p", 4),
        ("https://example.org/ol#a.b", 5),
    ] == list(named_iris(tokens(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?drug ?s WHERE { ?s ?p ?drug }", []),
        ("SELECT * { ?s ?p ?drug }", []),
        ("SELECT ?s { ?s ?p ?drug }", [Hidden("drug", 1)]),
        ("SELECT ?s { ?s ?p ?o }", []),
        ("SELECT (COUNT(?drug) AS ?n) { ?s ?p ?drug }", [Hidden("drug", 1)]),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?drug }", [Hidden("drug", 1)]),
        ("SELECT (?x AS ?drug) { ?s ?p ?drug }", []),
        ("SELECT ?drug {\n { SELECT ?s { ?s ?p ?drug } } }", [Hidden("drug", 2)]),
        ("SELECT ?drug {\n { SELECT ?s { ?s ?p ?o } } ?s ?p ?drug }", []),
        ("ASK { ?s ?p ?drug }", []),
    ],
)
def test_hidden_variables(text: str, expected: list[Hidden]) -> None:
    """Each SELECT that uses a parameter without projecting it is found, sub-SELECTs included."""
    assert expected == hidden_variables(tokens(text), {"drug"})


def test_an_escape_in_an_iri_hides_nothing() -> None:
    """What follows an IRI with an escape is read as SPARQL, and not as a comment."""
    words = tokens(r"ASK { ?s <http://a\u0062#x> ?o . SERVICE <https://example.org/> { } }")

    assert "SERVICE" in {word.text for word in words}

"""Results are as the W3C suites for CSV, TSV and JSON want them; rdflib reads them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib.query import Result

from webserver import TOKEN, Server, serving

SUITE = yaml.safe_load((Path(__file__).parent / "web" / "results.yaml").read_text(encoding="utf-8"))
BASE = "http://example.org/"
HEAD = f"BASE <{BASE}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
FORMS = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
}
BLANK = "_:"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that holds the data of the suites, each in a graph of its own."""
    folder = tmp_path_factory.mktemp("results")
    with serving(folder, "--writable", cache=folder) as running:
        for name, text in SUITE["data"].items():
            headers = {"Content-Type": "text/turtle", "Authorization": f"Bearer {TOKEN}"}
            path = f"/graph?graph={BASE}{name}"
            assert 201 == running.send("PUT", path, (HEAD + text).encode(), headers).status
        yield running


@pytest.mark.parametrize("case", SUITE["cases"], ids=lambda case: case["name"])
def test_results(server: Server, case: dict[str, Any]) -> None:
    """The cases of the suites come out to the letter in CSV, and term by term in TSV and JSON."""
    form = next(form for form in FORMS if case["name"].startswith(form))
    media_type = FORMS[form]
    graph = ("default-graph-uri", BASE + case["data"])
    got = server.ask(HEAD + SUITE["queries"][case["query"]], graph, Accept=media_type)

    assert 200 == got.status
    if form == "csv":
        found = [[blank(cell) for cell in row] for row in csv.reader(io.StringIO(got.text))]
        assert [case["header"].split(","), *map(expanded, as_the_engine_has_it(case))] == found
        assert got.text.endswith("\r\n")
    elif "boolean" in case:
        assert case["boolean"] == got.boolean
    else:
        assert form == "json" or case["header"] == got.text.splitlines()[0]
        result = Result.parse(io.BytesIO(got.body), format=form)
        assert len(case["rows"][0]) == len(result.vars or ())
        assert [[term(text) for text in row] for row in as_the_engine_has_it(case)] == [
            [blank(value) for value in row]  # type: ignore[union-attr]
            for row in result
        ]


def test_what_the_engine_writes_otherwise_is_listed() -> None:
    """All cases of the suites run; where a row is another one, there is a reason."""
    names = {f"{form}{number:02}" for form in ("csv", "tsv") for number in (1, 2, 3)}
    names |= {f"jsonres{number:02}" for number in (1, 2, 3, 4)}

    assert names == {case["name"] for case in SUITE["cases"]}
    assert set(SUITE["exceptions"]) == {c["name"] for c in SUITE["cases"] if "engine" in c}


def as_the_engine_has_it(case: dict[str, Any]) -> list[list[Any]]:
    """Return the rows of a case, with those that the engine writes in its own way."""
    rows: list[list[Any]] = case.get("rows") or case["cells"]
    return [case.get("engine", {}).get(number, row) for number, row in enumerate(rows)]


def expanded(row: list[Any]) -> list[str]:
    """Return the cells of a row, names in angle brackets as whole IRIs."""
    return [BASE + str(cell)[1:-1] if str(cell).startswith("<") else str(cell) for cell in row]


def blank(value: Any) -> Any:
    """Return what a value of rdflib says, with one mark for all blank nodes."""
    if isinstance(value, rdflib.Literal):
        return str(value), str(value.datatype or rdflib.XSD.string)
    is_blank = isinstance(value, rdflib.BNode) or str(value).startswith(BLANK)
    return BLANK if is_blank else value and str(value)


def term(text: str | None) -> Any:
    """Return the same of a term as the cases write it."""
    if text in (None, BLANK):
        return text
    triple = next(ox.parse(f"{HEAD} <s> <p> {text} .", format=ox.RdfFormat.TURTLE))
    value: Any = triple.object
    return (value.value, value.datatype.value) if isinstance(value, ox.Literal) else value.value

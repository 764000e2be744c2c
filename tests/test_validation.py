"""Validation of a whole project: each slip in the small project of tests/projects is found."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from offlabel.errors import OfflabelError
from offlabel.paths import Roots
from offlabel.validation import Report, Severity, validate
from offlabel.validation.run import validate as run

VALID = Path(__file__).parent / "projects" / "valid"
PAGE = "data/sources/example-page.ttl"
MAPPINGS = "data/mappings/sources-doi.sssom.tsv"
QUERY = "queries/source/cited-by.rq"
RULE = "ontology/rules/10-self-cites.rq"
SHAPE = "ontology/shapes/source.ttl"
TERMS = "ontology/source.ttl"

pytestmark = pytest.mark.reasoner


@dataclass(frozen=True)
class Slip:
    """An edit that makes the valid project wrong, and the problems that it must give."""

    file: str
    before: str
    after: str
    problems: frozenset[tuple[str | None, int | None, str]]


def slip(file: str, before: str, after: str, *problems: tuple[str | None, int | None, str]) -> Slip:
    """Build a slip."""
    return Slip(file, before, after, frozenset(problems))


SLIPS = {
    "a shape is not met": slip(
        PAGE, "    ol:year 2020 .", "    ol:characters 5 .", (PAGE, 15, "ol:SourceShape-year")
    ),
    "a value is out of bounds": slip(
        PAGE, "ol:year 2021", "ol:year 3021", (PAGE, 13, "ol:SourceShape-year")
    ),
    "a SPARQL shape is not met": slip(
        PAGE, "ol:year 2021", "ol:year 2019", (PAGE, 8, "ol:SourceShape-citesOlder")
    ),
    "a warning": slip(
        PAGE,
        "    ol:cites source:example-paper ;\n    ol:year 2020",
        "    ol:year 2020",
        (PAGE, 15, "ol:SourceShape-cites"),
    ),
    "a misspelt thing": slip(
        PAGE,
        "oa:hasSource source:example-page",
        "oa:hasSource source:example-pge",
        (PAGE, 22, "link/dangling"),
    ),
    "a misspelt class": slip(
        PAGE, "a ol:Passage", "a ol:Pasage", (PAGE, 21, "link/undeclared-term")
    ),
    "a misspelt property": slip(
        PAGE, "ol:sha256 ", "ol:sha265 ", (PAGE, 25, "link/undeclared-term")
    ),
    "a misspelt subject": slip(PAGE, "    a ol:Passage ;\n", "", (PAGE, 20, "link/dangling")),
    "a misspelt subject in a mapping": slip(
        MAPPINGS, "source:example-paper", "source:example-papr", (MAPPINGS, 7, "link/dangling")
    ),
    "a malformed mapping": slip(
        MAPPINGS,
        "skos:exactMatch",
        "skos:same",
        (MAPPINGS, 7, "syntax"),
        (None, None, "syntax/rest-not-checked"),
    ),
    "an unknown kind of parameter": slip(
        QUERY, "kind: source", "kind: sorce", (QUERY, 5, "query/unknown-kind")
    ),
    "a misspelt term in a rule": slip(
        RULE,
        "ol:selfCites",
        "ol:selfCite",
        (RULE, 7, "link/undeclared-term"),
        (PAGE, 8, "link/undeclared-term"),
        (PAGE, 15, "link/undeclared-term"),
    ),
    "a misspelt term in a query": slip(
        QUERY, "?citing ol:cites", "?citing ol:cite", (QUERY, 12, "link/undeclared-term")
    ),
    "a misspelt term in the SPARQL of a shape": slip(
        SHAPE, "$this ol:year ?year ;", "$this ol:yaer ?year ;", (SHAPE, 33, "link/undeclared-term")
    ),
    "a misspelt term in a shape": slip(
        SHAPE,
        "sh:path ol:year",
        "sh:path ol:yaer",
        (SHAPE, 14, "link/undeclared-term"),
        (PAGE, 8, "ol:SourceShape-year"),
        (PAGE, 15, "ol:SourceShape-year"),
    ),
    "a word that SHACL does not have": slip(
        SHAPE, "sh:maxInclusive", "sh:maxInclusiv", (SHAPE, 18, "shapes/unknown-word")
    ),
    "the SPARQL of a shape does not parse": slip(
        SHAPE, "FILTER (?cited > ?year)", "FILTER (?cited > ?year", (SHAPE, 33, "shapes/sparql")
    ),
    "a shape that cannot be used": slip(
        SHAPE, "sh:path ol:year ;", "", (None, None, "shapes/unusable")
    ),
    "malformed data": slip(
        PAGE,
        "    a ol:Passage ;",
        "    a ol:Passage",
        (PAGE, 22, "syntax"),
        (None, None, "syntax/rest-not-checked"),
    ),
    "a malformed shape": slip(
        SHAPE,
        "    sh:path ol:year ;",
        "    sh:path ol:year",
        (SHAPE, 15, "syntax"),
        (None, None, "syntax/rest-not-checked"),
    ),
    "a malformed rule": slip(
        RULE,
        "WHERE {",
        "WHERE ",
        (RULE, 8, "syntax"),
        (None, None, "syntax/rest-not-checked"),
    ),
    "a query that does not parse": slip(QUERY, "ORDER BY", "ORDER", (QUERY, 14, "query/syntax")),
    "a query whose head is no YAML": slip(
        QUERY, "#+ topics: [sources]", "#+ topics: [sources", (QUERY, 4, "query/head")
    ),
    "a parameter that a sub-SELECT hides": slip(
        QUERY,
        "{ SELECT ?source ?citing WHERE",
        "{ SELECT ?citing WHERE",
        (QUERY, 12, "query/projection"),
    ),
    "a parameter that is no variable": slip(
        QUERY, "#+   source:", "#+   paper:", (QUERY, 5, "query/unused-parameter")
    ),
    "a query that asks elsewhere": slip(
        QUERY,
        "?citing ol:cites ?source",
        "SERVICE <https://example.org/> { ?citing ?p ?source }",
        (QUERY, 12, "query/service"),
    ),
    "a slow form in a query": slip(
        QUERY,
        "?citing ol:cites ?source",
        "?citing ol:cites ?source . OPTIONAL {\n?citing ol:year ?year ; ol:cites ?other }",
        (QUERY, 12, "query/optional-of-several"),
    ),
    "a slow form that is accepted without a reason": slip(
        QUERY,
        "?citing ol:cites ?source",
        "?citing ol:cites ?source . OPTIONAL {\n?citing ol:year ?year ; ol:cites ?other }\n"
        "#+ accepts: {optional-of-several: ''}\n",
        (QUERY, 14, "query/accepts"),
    ),
    "a slow form that is accepted and is not there": slip(
        QUERY,
        "#+ topics: [sources]",
        "#+ topics: [sources]\n#+ accepts: {minus-of-all: few sources}",
        (QUERY, 4, "query/accepts"),
    ),
    "something unknown that is accepted": slip(
        QUERY,
        "#+ topics: [sources]",
        "#+ topics: [sources]\n#+ accepts: {minus-of-al: few sources}",
        (QUERY, 4, "query/accepts"),
    ),
    "a slow form in a rule": slip(
        RULE,
        "?source ol:cites ?source",
        "?source ol:cites ?source .\nFILTER EXISTS { ?source ol:cites ?a .\n?a ol:year ?y }",
        (RULE, 10, "query/exists-of-all"),
    ),
    "a slow form in a shape": slip(
        SHAPE,
        "FILTER (?cited > ?year)",
        "FILTER (?cited > ?year) FILTER EXISTS { ?value ol:cites ?a . ?a ol:year ?b }",
        (SHAPE, 33, "query/exists-of-all"),
    ),
    "OWL that is not DL": slip(
        TERMS,
        "ol:year\n    a owl:DatatypeProperty ,",
        "ol:year\n    a owl:ObjectProperty ,",
        (PAGE, 13, "profile/wrong-value"),
        (PAGE, 18, "profile/wrong-value"),
        (TERMS, 65, "profile/wrong-range"),
    ),
    "a contradiction": slip(
        PAGE,
        "a ol:PrimarySource ;",
        "a ol:PrimarySource , ol:TertiarySource ;",
        (PAGE, 16, "consistency/contradiction"),
    ),
    "a class that can have no member": slip(
        TERMS,
        "ol:Passage\n    a owl:Class .",
        "ol:Passage\n    a owl:Class .\nol:Both a owl:Class ;\n"
        "    rdfs:subClassOf ol:PrimarySource , ol:TertiarySource .",
        (TERMS, 39, "consistency/empty-class"),
    ),
    "a passage at the wrong place": slip(
        PAGE, "oa:start 0", "oa:start 1", (PAGE, 25, "passage/text")
    ),
    "a passage past the end": slip(PAGE, "oa:end 19", "oa:end 190", (PAGE, 23, "passage/offsets")),
    "a length that is wrong": slip(
        PAGE, "ol:characters 46", "ol:characters 47", (PAGE, 10, "passage/document")
    ),
}


def roots_of(folder: Path) -> Roots:
    """Return the folders of a project."""
    return Roots(folder / "ontology", (folder / "data",), (folder / "queries",))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the valid project, to be spoilt."""
    return Path(shutil.copytree(VALID, tmp_path / "project"))


@pytest.fixture
def check(project: Path) -> Callable[[], Report]:
    """Return the validation of the copy, its document included."""
    return lambda: run(
        roots_of(project), document=project / "document.txt", source_id="example-page"
    )


def test_the_valid_project_conforms(check: Callable[[], Report]) -> None:
    """A project without slips gives no problem at all."""
    assert () == check().problems


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found(name: str, project: Path, check: Callable[[], Report]) -> None:
    """A slip gives the problems that it should, each at its line, and no others."""
    edit = SLIPS[name]
    text = (project / edit.file).read_text(encoding="utf-8")
    (project / edit.file).write_text(text.replace(edit.before, edit.after, 1), encoding="utf-8")
    report = check()

    assert edit.before in text
    assert edit.problems == {(p.path, p.line, p.rule) for p in report.problems}
    assert all(
        problem.remedy or "Correct" in problem.message or "correct" in problem.message
        for problem in report.problems
    )


def test_the_closest_name_is_offered(project: Path, check: Callable[[], Report]) -> None:
    """A misspelt name comes with the name that was probably meant."""
    text = (project / PAGE).read_text(encoding="utf-8")
    (project / PAGE).write_text(text.replace("a ol:Passage", "a ol:Pasage"), encoding="utf-8")

    assert {("ol:Pasage is not defined", "Did you mean ol:Passage?")} == {
        (problem.message, problem.remedy) for problem in check().problems
    }


def test_all_problems_are_told_at_once(project: Path, check: Callable[[], Report]) -> None:
    """Problems of different checks stand in one report."""
    text = (project / PAGE).read_text(encoding="utf-8")
    spoilt = text.replace("ol:year 2020", "ol:year 3020").replace("oa:end 19", "oa:end 18")
    (project / PAGE).write_text(spoilt, encoding="utf-8")

    assert {"ol:SourceShape-year", "ol:SourceShape-citesOlder", "passage/text"} == {
        problem.rule for problem in check().problems
    }


def test_warnings_do_not_fail(project: Path, check: Callable[[], Report]) -> None:
    """A report with warnings only conforms, and says them again when nothing changed."""
    text = (project / PAGE).read_text(encoding="utf-8")
    (project / PAGE).write_text(
        text.replace("    ol:cites source:example-paper ;\n    ol:year 2020", "    ol:year 2020"),
        encoding="utf-8",
    )
    first, second = check(), check()

    assert [Severity.WARNING] == [problem.severity for problem in first.problems]
    assert (True, False, True) == (first.conforms, first.reused, second.reused)
    assert first.problems == second.problems


def test_nothing_is_reused_after_an_edit(project: Path, check: Callable[[], Report]) -> None:
    """An edit, or the wish for a fresh check, leads to a new check."""
    check()
    again = validate(
        roots_of(project), document=project / "document.txt", source_id="example-page", fresh=True
    )
    text = (project / PAGE).read_text(encoding="utf-8")
    (project / PAGE).write_text(text.replace("ol:year 2021", "ol:year 3021"), encoding="utf-8")
    spoilt = check()

    assert (False, False, False) == (again.reused, spoilt.reused, spoilt.conforms)


def test_an_article_of_no_source(project: Path) -> None:
    """A document that belongs to no source stops the check with a message that says what to do."""
    with pytest.raises(OfflabelError, match=r"README.*--source-id.*source:example-page"):
        validate(roots_of(project), document=Path(__file__).parents[1] / "README.md")


def test_an_unknown_source(project: Path) -> None:
    """A misspelt source is answered with the closest one."""
    with pytest.raises(OfflabelError, match="Did you mean example-page"):
        validate(roots_of(project), document=project / "document.txt", source_id="example-pag")


def test_a_document_that_is_no_text(project: Path) -> None:
    """A document that is not UTF-8 stops the check, with the line of the first wrong byte."""
    (project / "document.txt").write_bytes(b"first\nsecond \xff")

    with pytest.raises(OfflabelError, match=r"document\.txt:2: this is no UTF-8 text"):
        validate(roots_of(project), document=project / "document.txt")


def test_a_project_without_data(project: Path) -> None:
    """A project without data cannot be checked."""
    shutil.rmtree(project / "data")
    (project / "data").mkdir()

    with pytest.raises(OfflabelError, match="no data here"):
        validate(roots_of(project))

"""The recipes of docs/how-to-add.md work as written: a study, a drug and a query."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

import blocks

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "how-to-add.md").read_text(encoding="utf-8")
FILES = blocks.files(PAGE)


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    """Yield a copy of the project in which every recipe was followed."""
    with blocks.project_with(FILES) as copy:
        yield copy


def rows(answer: str) -> list[dict[str, str]]:
    """Return the rows of an answer in CSV."""
    return list(csv.DictReader(io.StringIO(answer)))


def test_recipes_cover_a_study_a_drug_and_a_query() -> None:
    """The page gives a file for each of the three."""
    folders = {Path(path).parts[:2] for path in FILES}

    assert {("data", "studies"), ("data", "drugs"), ("queries", "study")} <= folders


@pytest.mark.reasoner
def test_what_was_added_is_in_order(project: Path, cache: Path) -> None:
    """Validation finds no fault with the files of the recipes."""
    report = blocks.output("offlabel validate --format json; echo $?", cache, project)

    assert "0" == report.splitlines()[-1]


def test_added_study_is_among_the_answers(project: Path, cache: Path) -> None:
    """A saved query finds the new study, with the proportion that a rule derived."""
    answer = blocks.output("offlabel ask study/response-rates --format csv", cache, project)

    assert any("example-2099" in str(row.values()) for row in rows(answer))


def test_added_regimen_is_classified_by_its_numbers(project: Path, cache: Path) -> None:
    """The new drug's regimen falls into its class without being filed there."""
    query = (
        "SELECT ?class { regimen:inventazole-oral-15-mg-daily a ?class . ?class ol:ofDrug ?drug }"
    )
    answer = blocks.output(f"offlabel sparql --format csv '{query}'", cache, project)

    assert ["https://w3id.org/offlabel/regimen/low-dose-oral-inventazole"] == [
        row["class"] for row in rows(answer)
    ]


@pytest.mark.server
def test_added_query_passes_the_tests_of_queries(project: Path, cache: Path) -> None:
    """The suite that runs every saved query is green with the new one."""
    command = "python -m pytest -q tests/test_query_answers.py -k studies-of-a-size; echo $?"
    result = blocks.output(command, cache, project)

    assert "0" == result.splitlines()[-1], result

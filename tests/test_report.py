"""The report of a validation: its order, its exit code and its three formats."""

import json
import re
from dataclasses import replace

import pytest
from pydantic import ValidationError
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from offlabel.validation.formats import FORMATS
from offlabel.validation.problem import Problem, Severity, problem_from_dict
from offlabel.validation.report import Report, report_from_problems

WRONG = Problem(
    path="data/studies/example-2020.ttl",
    line=14,
    severity=Severity.VIOLATION,
    rule="ol:StudyShape-hasDesign",
    focus="study:example-2020",
    message="ol:hasDesign is missing",
    remedy="Give the design, for example ol:CaseSeries.",
)
INCOMPLETE = Problem(
    path="data/studies/example-2020.ttl",
    line=3,
    severity=Severity.WARNING,
    rule="ol:StudyShape-registryId",
    focus="study:example-2020",
    message="ol:registryId is missing",
    remedy="Give the number, for example NCT00000000.",
)
WHOLE = Problem(
    severity=Severity.INFO,
    rule="consistency/not-checked",
    message="Consistency was not checked",
)
REPORT = report_from_problems([WRONG, INCOMPLETE, WRONG, WHOLE], {"files": 2}, 1.25)

TEXT = """\
(the whole project)
    Info       Consistency was not checked
               consistency/not-checked

data/studies/example-2020.ttl
   3  Warning    study:example-2020: ol:registryId is missing
                 Give the number, for example NCT00000000.
                 ol:StudyShape-registryId
  14  Violation  study:example-2020: ol:hasDesign is missing
                 Give the design, for example ol:CaseSeries.
                 ol:StudyShape-hasDesign

does not conform: 1 violation, 1 warning, 1 info (2 files; checked, 1.2 s; HermiT judged nothing)"""


def test_problems_stand_once_and_in_order_of_place() -> None:
    """A report holds each problem once, sorted by file and line."""
    assert (WHOLE, INCOMPLETE, WRONG) == REPORT.problems


@pytest.mark.parametrize(
    ("problems", "expected"), [((), 0), ((WHOLE, INCOMPLETE), 0), ((WRONG,), 1)]
)
def test_only_violations_fail(problems: tuple[Problem, ...], expected: int) -> None:
    """Warnings and Infos leave the exit code at 0; a Violation makes it 1."""
    assert expected == Report(problems).exit_code


def test_text_is_grouped_by_file() -> None:
    """The text names each file once, then its problems, and ends with the counts."""
    assert TEXT == FORMATS["text"](REPORT)


def test_text_tells_once_what_is_the_same_in_many_places() -> None:
    """What differs in nothing but its place stands once; what is wrong comes last."""
    names = [f"study:example-{year}" for year in range(2020, 2023)]
    many = [
        replace(INCOMPLETE, path=f"data/{number}.ttl", line=number, focus=name)
        for number, name in enumerate(names, start=1)
    ]
    text = FORMATS["text"](report_from_problems([WRONG, *many], {"files": 4}, 1.25))

    assert text.index("in 3 places") < text.index("ol:hasDesign is missing")
    assert 1 == text.count("Give the number, for example NCT00000000.")
    assert [
        f"data/{number}.ttl:{number}  {name}" for number, name in enumerate(names, start=1)
    ] == [line.strip() for line in text.splitlines() if "study:example-202" in line][:-1]


def test_text_counts_what_is_wrong_elsewhere() -> None:
    """Violations in files that nobody asked about are counted, with the option that shows them."""
    last = FORMATS["text"](replace(REPORT, elsewhere=2)).splitlines()[-1]

    assert "2 violations in other files, which --all shows" in last


def test_text_for_a_terminal_is_wrapped_and_coloured() -> None:
    """With a width no line is longer, and colours change no character."""
    lines = FORMATS["text"](REPORT, colour=True, width=60).splitlines()
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]

    assert plain != lines
    assert [] == [line for line in plain[:-1] if len(line) > 60]


def test_json_reads_back() -> None:
    """The JSON holds everything that the report does."""
    read = json.loads(FORMATS["json"](REPORT))

    assert list(REPORT.problems) == [problem_from_dict(each) for each in read["problems"]]
    assert {"Violation": 1, "Warning": 1, "Info": 1} == read["counts"]
    assert ({"files": 2}, 1.25, False, 0) == tuple(
        read[name] for name in ("checked", "seconds", "reused", "elsewhere")
    )


def test_sarif_follows_the_standard() -> None:
    """A reader made from the SARIF 2.1.0 schema accepts the log and finds rule, level and line."""
    log = SarifLog.model_validate_json(FORMATS["sarif"](REPORT))
    found = [
        (
            result.ruleId,
            result.level.value if result.level else None,
            place.artifactLocation.uri if place and place.artifactLocation else None,
            place.region.startLine if place and place.region else None,
        )
        for result in log.runs[0].results or []
        for place in [
            result.locations[0].physicalLocation if result.locations else None,
        ]
    ]

    path = "data/studies/example-2020.ttl"
    assert [
        ("consistency/not-checked", "note", None, None),
        ("ol:StudyShape-registryId", "warning", path, 3),
        ("ol:StudyShape-hasDesign", "error", path, 14),
    ] == found


def test_sarif_gives_files_elsewhere_as_uris() -> None:
    """A file outside the project is named by a file URI, and odd characters are escaped."""
    report = Report((replace(WRONG, path="/a b/c.ttl"), replace(WRONG, path="a b/c.ttl")))
    results = json.loads(FORMATS["sarif"](report))["runs"][0]["results"]

    assert ["file:///a%20b/c.ttl", "a%20b/c.ttl"] == [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results
    ]


def test_the_sarif_reader_is_strict() -> None:
    """The reader that judges our SARIF refuses what the standard does not know."""
    log = json.loads(FORMATS["sarif"](REPORT))
    log["runs"][0]["results"][0]["level"] = "fatal"

    with pytest.raises(ValidationError, match="level"):
        SarifLog.model_validate(log)

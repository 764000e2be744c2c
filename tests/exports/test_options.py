"""Options of single formats, on the command line."""

import json
from pathlib import Path

import pytest

from commands import TINY, offlabel
from offlabel.exports import EXPORTS, FOLDERS
from offlabel.exports.base import adjusted, options


def test_formats_with_options() -> None:
    """Most formats have none; those that have any say what each is for."""
    found = {name: set(options(export)) for name, export in EXPORTS.items() if options(export)}

    assert {"creator", "key"} == found["nanopubs"]
    assert not options(EXPORTS["turtle"])
    assert FOLDERS["queries"] is adjusted(FOLDERS["queries"], {})


def test_an_option_reaches_its_format(tmp_path: Path) -> None:
    """The creator that is given stands in every file; the loss report is in the folder."""
    target = tmp_path / "np"
    creator = "https://orcid.org/0000-0000-0000-0000"
    done = offlabel(
        "export", "nanopubs", *TINY, "-o", str(target), "--option", f"creator={creator}"
    )
    texts = [path.read_text(encoding="utf-8") for path in target.rglob("*.trig")]

    assert 0 == done.code
    assert texts
    assert all(creator in text for text in texts)
    assert "nanopubs" == json.loads((target / "loss.json").read_text(encoding="utf-8"))["format"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["turtle", "--option", "key=x"], "It has none."),
        (["nanopubs", "-o", "x", "--option", "kei=x"], "Its options are creator, key."),
        (["nanopubs", "-o", "x", "--option", "key"], "--option takes NAME=VALUE"),
        (["nanopubs", "-o", "x", "--option", "key=a", "--option", "key=b"], "given twice"),
        (["queries"], "name it with -o DIR"),
    ],
)
def test_wrong_options_are_told(arguments: list[str], message: str) -> None:
    """An option that is unknown, malformed or given twice is one clear error."""
    done = offlabel("export", *arguments, *TINY)

    assert 2 == done.code
    assert message in " ".join(done.err.split())


def test_close_name_of_a_format_is_offered() -> None:
    """A slip in the name of a format is answered with the right one."""
    outcome = offlabel("export", "turtel", *TINY)

    assert (2, b"") == (outcome.code, outcome.out)
    assert "Did you mean turtle?" in outcome.err


def test_report_beside_standard_output(tmp_path: Path) -> None:
    """The loss report can be had when the export itself goes to standard output."""
    report = tmp_path / "report.json"
    outcome = offlabel("export", "ris", *TINY, "--loss", str(report))
    found = json.loads(report.read_text(encoding="utf-8"))

    assert b"TY  - " in outcome.out
    assert "ris" == found["format"]
    assert found["statements"] == found["held"] + sum(row["count"] for row in found["lost"])
    assert "--loss FILE" in offlabel("export", "ris", *TINY).err


def test_report_in_another_place(tmp_path: Path) -> None:
    """With --loss nothing is written beside the file."""
    target, report = tmp_path / "all.ris", tmp_path / "elsewhere.json"
    offlabel("export", "ris", *TINY, "-o", str(target), "--loss", str(report))

    assert {target, report} == set(tmp_path.iterdir())

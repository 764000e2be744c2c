"""`offlabel ask` lists, shows and runs the saved queries, and is clear about what is wrong."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import polars
import pytest

from answers import SLUGS, Case, rows_from_csv
from commands import TINY, Outcome, offlabel
from offlabel.stores.remote import RemoteStore

RATES = ("study/response-rates", "-p", "drug=examplamine")


def ask(*arguments: str) -> Outcome:
    """Ask the small world."""
    return offlabel("ask", *arguments, *TINY)


def test_list() -> None:
    """Without a name every saved query is listed under its topic, with title and parameters."""
    outcome = ask()
    lines = [line.strip() for line in outcome.text.splitlines()]

    assert (0, "") == (outcome.code, outcome.err)
    assert [] == [
        slug
        for slug in SLUGS
        for topic, name in [slug.split("/")]
        if topic not in lines or not any(line.startswith(f"{name} ") for line in lines)
    ]
    assert "([drug], [condition])" in " ".join(lines)


def test_list_of_one_topic() -> None:
    """A topic's name lists the queries of that topic."""
    lines = ask("study").text.splitlines()

    assert "study" == lines[0]
    assert not any(line.startswith("source") for line in lines)


@pytest.mark.parametrize("flag", ["--show", "--help-query"])
def test_show(flag: str) -> None:
    """A query is shown with its parameters and its text, ready to be pasted."""
    text = ask("is-this-dose-low", flag).text

    assert text.startswith("regimen/is-this-dose-low: Is this daily dose")
    assert "-p dose=4.5\n    The daily dose in mg. Takes a number such as 4.5; required." in text
    assert "SELECT DISTINCT ?drug ?dose" in text
    assert "#+" not in text


def test_answer_in_a_pipe_is_a_plain_table() -> None:
    """In a pipe there is a head, a rule and one line for each row; the parameter is left out."""
    outcome = ask(*RATES)
    lines = outcome.text.splitlines()

    assert (0, "", 5) == (outcome.code, outcome.err, len(lines))
    assert ["condition", "study", "dose", "class"] == lines[0].split()[:4]
    assert set(lines[1]) == {"-", " "}


def test_bare_name_is_enough() -> None:
    """A name that only one topic has needs no topic."""
    assert ask(*RATES).out == ask("response-rates", *RATES[1:]).out


def test_csv_is_the_expected_answer() -> None:
    """The command prints what the tests of the queries expect."""
    case = Case("tiny", "study/response-rates")
    values = [part for item in case.values.items() for part in ("-p", "=".join(item))]
    outcome = ask(case.slug, *values, "--format", "csv")

    assert rows_from_csv(case.path.read_text(encoding="utf-8")) == rows_from_csv(outcome.text)


@pytest.mark.parametrize("form", ["csv", "json", "md", "table", "tsv", "xml"])
def test_file_holds_what_a_pipe_would(form: str, tmp_path: Path) -> None:
    """-o writes the same bytes to a file, and nothing to standard output."""
    path = tmp_path / "answer"
    outcome = ask(*RATES, "-f", form, "-o", str(path))

    assert (0, b"") == (outcome.code, outcome.out)
    assert ask(*RATES, "-f", form).out == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_file_ending_is_the_format(tmp_path: Path) -> None:
    """Without --format the ending of the file says what to write."""
    ask(*RATES, "-o", str(tmp_path / "a.json"))
    ask(*RATES, "-o", str(tmp_path / "a.parquet"))

    assert "head" in json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert 3 == polars.read_parquet(tmp_path / "a.parquet").height


def test_empty_answer() -> None:
    """An empty table says what it means on standard error; other formats stay valid."""
    query = ("study/response-rates", "-p", "drug=examplamine", "-p", "condition=sample-rash")
    table, csv = ask(*query), ask(*query, "-f", "csv")
    sentence = "No counted result is recorded for this drug in this condition.\n"

    assert (0, b"", sentence) == (table.code, table.out, table.err)
    assert (0, 1, "") == (csv.code, len(csv.text.splitlines()), csv.err)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("study/respons-rates",), "Did you mean study/response-rates?"),
        (("zzzz",), "There is no saved query called 'zzzz'. `offlabel ask` lists them all."),
        ((*RATES, "-p", "conditon=x"), "called 'conditon'. Did you mean condition?"),
        ((RATES[0], "-p", "drug=examplamin"), "Did you mean examplamine?"),
        ((RATES[0], "-p", "drug=sample-rash"), "condition:sample-rash is a condition; a drug is"),
        ((RATES[0], "-p", "drug"), "-p takes NAME=VALUE, not 'drug'. Write -p drug=VALUE"),
        ((*RATES, *RATES[1:]), "The parameter drug is given twice."),
        (
            ("is-this-dose-low", "-p", "drug=examplamine", "-p", "dose=low"),
            "dose takes a number such as 4.5, not 'low'. For example: -p dose=4.5",
        ),
        (("is-this-dose-low", "-p", "drug=examplamine"), "needs the parameter dose"),
        ((*RATES, "-o", "/nowhere/at/all.csv"), "/nowhere/at/all.csv: cannot be written"),
        ((*RATES, "--endpoint", "nowhere"), "'nowhere' is not the address of an endpoint."),
        ((*RATES, "-f", "pdf"), "'pdf' is not one of"),
    ],
)
def test_what_is_wrong_is_said_in_one_message(arguments: tuple[str, ...], message: str) -> None:
    """Bad input ends with exit code 2, one message on standard error and no output."""
    outcome = ask(*arguments)

    assert (2, b"") == (outcome.code, outcome.out)
    assert message in " ".join(outcome.err.split())
    assert "Traceback" not in outcome.err


def test_failed_query_leaves_no_file(tmp_path: Path) -> None:
    """A file appears only with a complete answer; an older one stays as it was."""
    path = tmp_path / "answer.csv"
    path.write_text("old", encoding="utf-8")
    outcome = ask(RATES[0], "-p", "drug=nothing", "-o", str(path))

    assert (2, "old") == (outcome.code, path.read_text(encoding="utf-8"))
    assert [path] == list(tmp_path.iterdir())


def test_stores_agree(tiny_remote: RemoteStore) -> None:
    """The answer is the same from memory, from disk and from an endpoint."""
    arguments = ("ask", *RATES, "-f", "csv")
    expected = ask(*RATES, "-f", "csv").out

    assert expected == offlabel(*arguments, "--memory", *TINY).out
    assert expected == offlabel(*arguments, "--endpoint", tiny_remote.endpoint).out


def on_terminal(*arguments: str, columns: int = 100) -> tuple[int, str]:
    """Run a command on a terminal; return its exit code and what the terminal got."""
    ours, theirs = pty.openpty()
    environment = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-m", "offlabel", *arguments],
        stdout=theirs,
        stderr=theirs,
        env={**environment, "COLUMNS": str(columns), "TERM": "xterm"},
    )
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 1 << 16):
            parts.append(part)
    except OSError:  # how Linux says that the other side is closed
        pass
    os.close(ours)
    return process.wait(60), b"".join(parts).decode().replace("\r\n", "\n")


def test_answer_on_a_terminal() -> None:
    """A terminal gets the question in bold, what it was asked with, and columns that fit."""
    code, text = on_terminal("ask", *RATES, *TINY, columns=150)
    lines = text.splitlines()

    assert 0 == code
    assert "(drug = drug:examplamine)" in lines[0]
    assert lines[0].startswith("\x1b[1m")
    assert "dose class" in text
    assert max(len(line) for line in lines[2:] if "\x1b" not in line) <= 150


def test_binary_format_is_not_for_a_terminal() -> None:
    """Parquet on a terminal is refused before anything is written."""
    code, text = on_terminal("ask", *RATES, *TINY, "-f", "parquet")

    assert (2, "Error: This format is not for a terminal: name a file with -o FILE.\n") == (
        code,
        text,
    )

"""The suite itself: skips count, programs are marked, and `make` is quiet where all goes well."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import portable
from tree import ROOT

SKIPPING = """
import pytest


@pytest.mark.parametrize("number", range(4))
def test_skips(number):
    pytest.skip("there is no such program")
"""
STARTING = """
import subprocess


def test_starts():
    subprocess.run(["sh", "-c", ": offlabel serve"])
"""
LOCK = """
[[packages]]
name = "owlready2"
sdist = {}

[[packages]]
name = "invented"
sdist = {}

[[packages]]
name = "present"
wheels = [{}]
"""
FAKES = {
    "python": 'echo "WARNING: of pip" >&2; exit $CODE',
    "offlabel": 'echo "the dossier"',
}


def run_tests(folder: Path, text: str, *options: str, **environment: str) -> str:
    """Run a file of tests as the suite is run; return what is told of it."""
    (folder / "test_given.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--config-file", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(folder), "-p", "no:cacheprovider", "test_given.py", *options]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(("strict", "outcome"), [("1", "4 failed"), ("", "4 skipped")])
def test_a_skip_is_a_failure_where_all_is_installed(
    strict: str, outcome: str, workers: str, tmp_path: Path
) -> None:
    """With OFFLABEL_NO_SKIPS=1 a test that skips fails, in this process and in workers."""
    told = run_tests(tmp_path, SKIPPING, "-n", workers, OFFLABEL_NO_SKIPS=strict)

    assert outcome in told.splitlines()[-1]
    assert ("skipped although OFFLABEL_NO_SKIPS=1" in told) == (strict == "1")


def test_a_program_needs_its_marker(tmp_path: Path) -> None:
    """A test that starts a server without its marker fails; with the marker it passes."""
    marked = f"import pytest\npytestmark = pytest.mark.server\n{STARTING}"
    told = run_tests(tmp_path, STARTING)

    assert "mark it with @pytest.mark.server" in told
    assert "1 failed" in told.splitlines()[-1]
    assert "1 passed" in run_tests(tmp_path, marked).splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("0", (True, "the dossier\n", "")), ("1", (False, "", "WARNING: of pip"))],
)
def test_the_demo_shows_pip_only_where_it_fails(
    code: str, expected: tuple[bool, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pip warns of is not shown, unless nothing could be installed."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in FAKES.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("CODE", code)
    done = subprocess.run(
        ["make", "--no-print-directory", "demo"], cwd=tmp_path, capture_output=True, text=True
    )

    assert expected == (done.returncode == 0, done.stdout, done.stderr.split("\n")[0])


def test_make_alone_lists_every_target() -> None:
    """`make` lists what can be made, each with what it does."""
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = next(
        line.partition(": ")[2].split()
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith(".PHONY")
    )
    shown = {line.split()[1] for line in listed.splitlines() if len(line.split()) > 2}

    assert set(phony) <= shown


def test_a_python_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A version of which there is none is no failure, and nobody takes it for tried."""
    monkeypatch.setattr(portable, "VERSIONS", ("3.99",))

    assert [] == list(portable.tried_pythons(tmp_path))
    assert "Python 3.99: none was found, so it was not tried\n" == capsys.readouterr().out


def test_a_package_without_a_wheel_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each system and Python for which a package has no wheel is told, unless it needs none."""
    answer = subprocess.CompletedProcess[str]([], 0, LOCK, "")
    monkeypatch.setattr(portable, "run", lambda *command: answer)
    expected = {
        f"{system}, Python {version}: invented has no wheel"
        for system in portable.SYSTEMS
        for version in portable.VERSIONS
    }

    assert expected == set(portable.missing_wheels(tmp_path))

"""What is checked again after an edit is enough: the report is that of a check of everything."""

import shutil
from pathlib import Path

import pytest

from edits import Editor
from offlabel.errors import OfflabelError
from offlabel.paths import Roots
from offlabel.validation import Problem
from offlabel.validation.checks import Checks
from offlabel.validation.run import Session
from offlabel.validation.state import Found

VALID = Path(__file__).parent / "projects" / "valid"
EDITS = 15

Outcome = list[Problem] | str


def roots_of(folder: Path) -> Roots:
    """Return the folders of a project."""
    return Roots(folder / "ontology", (folder / "data",), (folder / "queries",))


def outcome_of(session: Session) -> Outcome:
    """Return what a check tells: its problems, or why it could not be made."""
    try:
        return list(session.check().problems)
    except OfflabelError as error:
        return str(error)


def differences(folder: Path, seed: int, edits: int = EDITS) -> list[str]:
    """Return the edits after which a check of what changed says other things than a whole one.

    One session lives on, as `--watch` does; another begins anew each time from what was kept.
    """
    roots = roots_of(folder)
    editor, living, found = Editor(folder, seed), Session(roots, reason=False), []
    outcome_of(living)
    for _ in range(edits):
        what = editor.edit()
        whole = outcome_of(Session(roots, reason=False, fresh=True, keeps=False))
        for name, session in (("living", living), ("kept", Session(roots, reason=False))):
            if outcome_of(session) != whole:
                found.append(f"{name}: {what}")
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_check_of_what_changed_is_one_of_everything(seed: int, tmp_path: Path) -> None:
    """After each of many edits, deletions and renames, both reports are the same."""
    folder = Path(shutil.copytree(VALID, tmp_path / "project"))

    assert [] == differences(folder, seed)


def test_a_result_that_is_lost_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a problem lost where something is taken over, the comparison would tell."""
    run = Checks.run

    def lossy(checks: Checks) -> Found:
        found = run(checks)
        told = next((problems for problems in found.values() if problems), [])
        if checks.before:
            del told[:1]
        return found

    monkeypatch.setattr(Checks, "run", lossy)
    folder = Path(shutil.copytree(VALID, tmp_path / "project"))

    assert differences(folder, 0)


PAGE = "data/sources/example-page.ttl"
LITERAL_TYPE = '<https://w3id.org/offlabel/source/odd> a "text" .\n'
CIRCLE = (
    "\n_:d a owl:AllDisjointClasses ; owl:members _:l .\n_:l rdf:first ol:Source ; rdf:rest _:l .\n"
)
HEAD = (
    "@prefix ol: <https://w3id.org/offlabel/ontology#> .\n"
    "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix source: <https://w3id.org/offlabel/source/> .\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("odd.ttl", 'source:odd a ol:PrimarySource ; rdfs:label "see _:b0"@en .\n'),
        ("odd.ttl", LITERAL_TYPE),
        ("odd.ttl", CIRCLE),
        ('an odd "name" {ü}.ttl', "source:odd a ol:PrimarySource ; ol:year 2020 .\n"),
    ],
)
def test_odd_files_are_checked(name: str, content: str, tmp_path: Path) -> None:
    """Odd names, texts and circles of blank nodes give a report, the same whole and after edits."""
    folder = Path(shutil.copytree(VALID, tmp_path / "project"))
    roots = roots_of(folder)
    outcome_of(Session(roots, reason=False))
    (folder / "data" / name).write_text(HEAD + content, encoding="utf-8")
    after, whole = (
        outcome_of(Session(roots, reason=False, fresh=fresh, keeps=False))
        for fresh in (False, True)
    )

    assert isinstance(whole, list)
    assert after == whole


@pytest.mark.parametrize("damage", ["cut", "turned"])
def test_a_damaged_state_is_not_believed(damage: str, tmp_path: Path, cache: Path) -> None:
    """A state whose statements are not those that were written is as good as none."""
    folder = Path(shutil.copytree(VALID, tmp_path / "project"))
    roots = roots_of(folder)
    before = set(cache.rglob("*.state"))
    outcome_of(Session(roots, reason=False))
    (state,) = set(cache.rglob("*.state")) - before
    content = state.read_bytes()
    state.write_bytes(content[:-300] if damage == "cut" else content.replace(b"2021", b"3021"))
    (folder / PAGE).touch()

    assert [] == outcome_of(Session(roots, reason=False))


def test_two_files_of_one_name_are_told(tmp_path: Path) -> None:
    """A table and a Turtle file that differ in nothing but their ending would be one graph."""
    folder = Path(shutil.copytree(VALID, tmp_path / "project"))
    shutil.copy(
        folder / "data/mappings/sources-doi.sssom.tsv", folder / "data/mappings/page.sssom.tsv"
    )
    shutil.copy(folder / PAGE, folder / "data/mappings/page.ttl")
    told = outcome_of(Session(roots_of(folder), reason=False))

    assert isinstance(told, list)
    assert ["data/mappings/page.sssom.tsv"] == [each.path for each in told if each.rule == "syntax"]

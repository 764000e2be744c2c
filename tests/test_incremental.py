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

"""The wheel works by itself: built, installed elsewhere, and asked from an empty folder."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tree import ROOT, project_files

SHIPPED = ("ontology", "data", "queries")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive, and the wheel from it, without a connection."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a new environment that borrows the libraries of this one."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet"),
            *("--no-deps", "--no-index", str(next(dist.glob("*.whl")))),
        ],
        check=True,
    )
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return folder / "bin" / "offlabel"


def run(program: Path, *arguments: str, cwd: Path) -> str:
    """Run the installed command in a folder of its own and return what it prints."""
    (cwd / "empty").mkdir()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
    }
    done = subprocess.run(
        [str(program), *arguments],
        cwd=cwd / "empty",
        env=environment | {"OFFLABEL_CACHE": str(cwd / "cache")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def test_wheel_ships_every_source(dist: Path) -> None:
    """The wheel holds each file of ontology, data and queries."""
    expected = {
        f"offlabel/_bundled/{path.relative_to(ROOT).as_posix()}"
        for folder in SHIPPED
        for path in project_files(ROOT / folder)
    }
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        shipped = {name for name in wheel.namelist() if "/_bundled/" in name}

    assert expected == shipped


def test_source_archive_is_complete(dist: Path) -> None:
    """The source archive holds what is needed to test and to build."""
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    expected = {path.relative_to(ROOT).as_posix() for path in project_files()}

    assert set() == expected - names


def test_installed_wheel_answers_a_query(installed: Path, tmp_path: Path) -> None:
    """The installed command answers a saved query from its own copy of the sources."""
    answer = run(installed, "ask", "claims/all-claims", "--format", "csv", cwd=tmp_path)

    assert 172 == len(answer.splitlines()) - 1


def test_installed_wheel_writes_the_dossier(installed: Path, tmp_path: Path) -> None:
    """The installed command writes the dossier."""
    dossier = run(installed, "dossier", "naltrexone", cwd=tmp_path)

    assert "8/15 (53%, 95% CI 30" in dossier

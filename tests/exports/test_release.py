"""The release: whole, described, and the same bytes each time."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
import yaml

from commands import TINY
from offlabel.exports import FILES, FOLDERS

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")


def released(folder: Path, seed: str) -> Path:
    """Write a release of the small world in a process of its own, from a store of its own."""
    code = "from offlabel.cli import main; main()"
    command = [sys.executable, "-c", code, "export", "release", "-o", str(folder), *TINY]
    own = {"PYTHONHASHSEED": seed, "OFFLABEL_CACHE": str(folder.with_name(f"cache-{seed}"))}
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)

    assert (0, "") == (done.returncode, done.stderr)
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a release."""
    return released(tmp_path_factory.mktemp("release") / "one", "1")


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_same_bytes_each_time(release: Path, tmp_path: Path) -> None:
    """Another process, with another store and another order of its sets, writes the same."""
    assert contents(release) == contents(released(tmp_path / "two", "2"))


def test_every_format_is_there(release: Path) -> None:
    """Each file and folder of a format is in the release with its loss report, and in the page."""
    page = (release / "README.md").read_text()
    for name, file in FILES.items():
        path = release / f"offlabel-{name}{file.suffix}"

        assert path.is_file()
        assert name == json.loads(path.with_name(f"{path.name}.loss.json").read_text())["format"]
        assert f"`{path.name}`" in page
    for name in FOLDERS:
        assert name == "release" or (release / name / "loss.json").is_file()


def test_checksums(release: Path) -> None:
    """Each file but the list itself is in it, with its checksum."""
    lines = (release / "checksums.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {name: hashlib.sha256(data).hexdigest() for name, data in contents(release).items()}

    assert {name for name in found if name not in listed} == {"checksums.sha256", "loss.json"}
    assert all(found[name] == digest for name, digest in listed.items())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ro_crate_is_read(release: Path) -> None:
    """The rocrate library reads the crate and finds each of its files."""
    crate = pytest.importorskip("rocrate.rocrate").ROCrate(str(release))
    files = {entity.id for entity in crate.get_entities() if entity.type == "File"}

    assert "0.1.0" == crate.root_dataset["version"]
    assert files == set(contents(release)) - {
        "checksums.sha256", "loss.json", "ro-crate-metadata.json"
    }  # fmt: skip
    assert all((release / name).is_file() for name in files)


def test_citation(release: Path) -> None:
    """The citation has what CFF 1.2.0 requires, and the version and licence of the data."""
    citation = yaml.safe_load((release / "CITATION.cff").read_text())

    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert ("1.2.0", "0.1.0", "CC-BY-4.0") == (
        citation["cff-version"], citation["version"], citation["license"],
    )  # fmt: skip


def test_description_has_real_counts(release: Path) -> None:
    """The description counts the statements of the graph that is beside it."""
    graph = rdflib.Graph().parse(release / "void.ttl")
    (count,) = graph.objects(rdflib.URIRef("https://w3id.org/offlabel/void#graph"), VOID.triples)
    lines = (release / "offlabel-ntriples.nt").read_text().splitlines()

    assert len(lines) == int(str(count))

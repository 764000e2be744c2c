"""The release: whole, described, and the same bytes each time."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml

from commands import TINY, offlabel
from offlabel.exports import FILES, FOLDERS

VOID = rdflib.Namespace("http://rdfs.org/ns/void#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
DCTYPES = rdflib.Namespace("http://purl.org/dc/dcmitype/")
PAV = rdflib.Namespace("http://purl.org/pav/")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
DATASET = "https://w3id.org/offlabel/dataset"

pytestmark = pytest.mark.large


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

    assert {name for name in found if name not in listed} == {"checksums.sha256"}
    assert all(found[name] == digest for name, digest in listed.items())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ro_crate_is_read(release: Path) -> None:
    """The rocrate library reads the crate and finds each of its files."""
    crate = pytest.importorskip("rocrate.rocrate").ROCrate(str(release))
    files = {entity.id for entity in crate.get_entities() if entity.type == "File"}

    assert "0.1.0" == crate.root_dataset["version"]
    assert files == set(contents(release)) - {"checksums.sha256", "ro-crate-metadata.json"}
    for entity in crate.get_entities():
        if entity.type == "File":
            path = release / entity.id
            assert re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", entity["encodingFormat"])
            assert "application/octet-stream" != entity["encodingFormat"]
            assert str(path.stat().st_size) == entity["contentSize"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == entity["sha256"]


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


def test_each_file_is_a_distribution(release: Path) -> None:
    """Each file that the description can know of is one, with media type, size and checksum."""
    graph = rdflib.Graph().parse(release / "void.ttl")
    version = rdflib.URIRef(f"{DATASET}/0.1.0")
    later = {"void.ttl", "ro-crate-metadata.json", "checksums.sha256"}
    found = {}
    for one in graph.objects(version, DCAT.distribution):
        if graph.value(one, DCAT.byteSize) is not None:
            checksum = graph.value(one, SPDX.checksum)
            found[str(one).removeprefix(f"{DATASET}/0.1.0/")] = (
                int(str(graph.value(one, DCAT.byteSize))),
                str(graph.value(checksum, SPDX.checksumValue)),
            )
            assert graph.value(one, DCTERMS["format"])
            assert graph.value(one, DCAT.downloadURL) is None
    expected = {
        name: (len(data), hashlib.sha256(data).hexdigest())
        for name, data in contents(release).items() if name not in later
    }  # fmt: skip

    assert expected == found


# The table of the HCLS profile: what each level of description must and must not say.
MUST = {
    "summary": ("title", "description", "publisher"),
    "version": ("title", "description", "creator", "publisher", "version", "isVersionOf"),
    "distribution": ("title", "description", "creator", "publisher", "license", "format"),
}
MUST_NOT = {
    "summary": ("creator", "version", "isVersionOf", "format"),
    "version": ("format",),
    "distribution": ("isVersionOf",),
}


@pytest.mark.parametrize("level", MUST)
def test_description_follows_the_hcls_profile(release: Path, level: str) -> None:
    """Summary, version and every distribution have what the profile's table asks for."""
    graph = rdflib.Graph().parse(release / "void.ttl")
    version = rdflib.URIRef(f"{DATASET}/0.1.0")
    things: dict[str, list[Any]] = {
        "summary": [rdflib.URIRef(DATASET)],
        "version": [version],
        "distribution": list(graph.objects(version, DCAT.distribution)),
    }
    kinds = {
        "summary": {DCTYPES.Dataset}, "version": {DCTYPES.Dataset},
        "distribution": {VOID.Dataset, DCAT.Distribution},
    }[level]  # fmt: skip

    assert things[level]
    for thing in things[level]:
        said = {name: list(graph.objects(thing, PAV.version if name == "version"
                                         else DCTERMS[name])) for name in NAMES}  # fmt: skip

        assert kinds & set(graph.objects(thing, rdflib.RDF.type))
        assert [] == [name for name in MUST[level] if not said[name]]
        assert [] == [name for name in MUST_NOT[level] if said[name]]
        for name in ("title", "description"):
            assert all(getattr(text, "language", None) for text in said[name])
        for name in ("creator", "publisher", "license"):
            assert all(isinstance(value, rdflib.URIRef) for value in said[name])


NAMES = ("title", "description", "creator", "publisher", "license", "version", "isVersionOf",
         "format")  # fmt: skip


def test_asserted_alone_is_counted_alone(tmp_path: Path) -> None:
    """The description of a part counts the part."""
    done = offlabel("export", "release", "--graph", "asserted", "-o", str(tmp_path / "one"), *TINY)
    graph = rdflib.Graph().parse(tmp_path / "one" / "void.ttl")
    (count,) = graph.objects(rdflib.URIRef("https://w3id.org/offlabel/void#graph"), VOID.triples)
    lines = (tmp_path / "one" / "offlabel-ntriples.nt").read_text().splitlines()

    assert 0 == done.code
    assert len(lines) == int(str(count))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--as-of", "1900-01-01"),
        ("--query", "study/response-rates", "-p", "condition=dotted-sample-rash"),
    ],
)
def test_a_part_with_nothing_to_say_is_left_out(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """A selection without a claim gives a release without nanopublications, and says so."""
    done = offlabel("export", "release", *arguments, "-o", str(tmp_path / "one"), *TINY)
    notes = json.loads((tmp_path / "one" / "loss.json").read_text())["notes"]

    assert 0 == done.code
    assert ["nanopubs is left out: No claim and no derived grade is in the selection."] == notes
    assert not (tmp_path / "one" / "nanopubs").exists()
    assert "- nanopubs: No claim" in (tmp_path / "one" / "README.md").read_text()
    assert (tmp_path / "one" / "offlabel-turtle.ttl").is_file()


def test_files_have_addresses_where_there_is_a_base(tmp_path: Path) -> None:
    """With an address, each file has its own; what is no address of the web is refused."""
    base = "https://example.org/data/"
    place = str(tmp_path / "one")
    done = offlabel("export", "release", "--option", f"base={base}", "-o", place, *TINY)
    graph = rdflib.Graph().parse(tmp_path / "one" / "void.ttl")
    refused = offlabel("export", "release", "--option", "base=javascript:1", "-o", place, *TINY)

    assert (0, 2) == (done.code, refused.code)
    assert rdflib.URIRef(f"{base}tables/study.csv") in set(graph.objects(None, DCAT.downloadURL))

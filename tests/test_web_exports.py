"""Exports over HTTP: the same bytes as in a file, for every format."""

import io
import json
import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from offlabel.exports import EXPORTS, FILES, FOLDERS, fill_folder
from offlabel.exports.opening import selected
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.web import exporting, openapi
from watching import children, until
from web.inprocess import application, client
from webserver import serving


@pytest.fixture(scope="module")
def small(tiny_roots: Roots, tiny: MemoryStore) -> Iterator[TestClient]:
    """Return a client of the small world."""
    with client(application(tiny_roots, tiny, (exporting, openapi))) as found:
        yield found


def test_formats_are_listed(small: TestClient) -> None:
    """Every format is listed with its address and media type."""
    listed = {each["name"]: each for each in small.get("/api/exports").json()["exports"]}

    assert set(EXPORTS) == set(listed)
    assert ("text/turtle", "offlabel.ttl") == (
        listed["turtle"]["mediaType"], listed["turtle"]["file"],
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_file(small: TestClient, name: str, tiny: MemoryStore, tiny_roots: Roots) -> None:
    """A format that is a file has the bytes of the file, and its loss report beside it."""
    expected = io.BytesIO()
    loss = FILES[name].dump(selected(tiny, tiny_roots), expected)
    found = small.get(f"/api/exports/{name}")

    assert expected.getvalue() == found.content
    assert found.headers["content-type"].startswith(FILES[name].media_type)
    assert loss.json() == small.get(f"/api/exports/{name}/loss").content


@pytest.mark.parametrize("name", sorted(FOLDERS))
@pytest.mark.large
def test_folder(
    small: TestClient, name: str, tiny: MemoryStore, tiny_roots: Roots, tmp_path: Path
) -> None:
    """A format that is a folder comes as a ZIP file of it, with the loss report in it."""
    fill_folder(FOLDERS[name], selected(tiny, tiny_roots), tmp_path)
    found = small.get(f"/api/exports/{name}")

    with ZipFile(io.BytesIO(found.content)) as packed:
        assert None is packed.testzip()
        assert {
            path.relative_to(tmp_path).as_posix(): path.read_bytes()
            for path in tmp_path.rglob("*")
            if path.is_file()
        } == {member: packed.read(member) for member in packed.namelist()}
    assert f'attachment; filename="offlabel-{name}.zip"' == found.headers["content-disposition"]


def test_narrowed(small: TestClient) -> None:
    """A saved query, parts and a day narrow it."""
    one = small.get("/api/exports/ris?query=source/about-a-source&source=report")
    asserted = small.get("/api/exports/ntriples?graph=asserted")
    both = small.get("/api/exports/ntriples?graph=asserted&graph=derived")
    before = small.get("/api/exports/ris?asOf=2001-01-01")

    assert 1 == one.text.count("TY  - ")
    assert set(asserted.text.splitlines()) < set(both.text.splitlines())
    assert before.text.count("TY  - ") < small.get("/api/exports/ris").text.count("TY  - ")


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/api/exports/turtl", 404, "Did you mean turtle?"),
        ("/api/exports/turtl/loss", 404, "Did you mean turtle?"),
        ("/api/exports/turtle?graph=asserte", 400, "Did you mean asserted?"),
        ("/api/exports/turtle?query=source/about-a-sourc", 400, "source/about-a-source"),
        ("/api/exports/turtle?query=source/about-a-source&source=repor", 400, "report"),
        ("/api/exports/turtle?source=report", 400, "no parameter 'source'"),
        ("/api/exports/turtle?asOf=yesterday", 400, "YYYY-MM-DD"),
        ("/api/exports/nanopubs?key=/etc/passwd", 400, "no parameter 'key'"),
    ],
)
def test_wrong_names(small: TestClient, address: str, status: int, detail: str) -> None:
    """What is wrong is told; no file of the server can be named."""
    found = small.get(address)

    assert (status, "application/problem+json") == (
        found.status_code, found.headers["content-type"],
    )  # fmt: skip
    assert detail in found.json()["detail"]


def test_export_by_a_server(tmp_path: Path) -> None:
    """A worker of the real server writes a file and a folder, and a client's copy is current."""
    with serving(tmp_path) as server:
        found = server.send("GET", "/api/exports/nquads")
        again = server.send("GET", "/api/exports/nquads", None,
                            {"If-None-Match": found.headers["etag"]})  # fmt: skip
        packed = server.send("GET", "/api/exports/tables")
        whole = json.loads(server.send("GET", "/api/exports/nquads/loss").body)

    assert whole["statements"] == found.body.count(b" .\n")
    assert (304, b"") == (again.status, again.body)
    assert "datapackage.json" in ZipFile(io.BytesIO(packed.body)).namelist()


def test_a_large_export_is_sent_on_while_it_is_read(tmp_path: Path) -> None:
    """The main process holds no more than a part of it: the length is not known before the end."""
    with serving(tmp_path, data=()) as server:
        found = server.send("GET", "/api/exports/nquads")

    assert 200 == found.status
    assert len(found.body) > 2 << 20
    assert ("chunked", False) == (
        found.headers.get("transfer-encoding"), "content-length" in found.headers,
    )  # fmt: skip


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_an_export_that_is_ended_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolation: str
) -> None:
    """Where the time limit ends an export, its folder goes too; and all with the server."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    options = ("--isolation", isolation, "--timeout", "3", "--workers", "1")
    with serving(tmp_path, *options, data=()) as server, ThreadPoolExecutor(1) as threads:
        running = threads.submit(server.send, "GET", "/api/exports/release")
        until(lambda: any(scratch.glob("*/*/*/*")) or running.done())
        assert any(scratch.glob("*/*/*/*"))
        assert 504 == running.result().status
        until(lambda: not any(scratch.glob("*/*/*")))
    assert not any(scratch.iterdir())


def test_a_tidied_folder_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system removes old temporary folders, workers and exports go on."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    with serving(tmp_path, "--workers", "1") as server:
        for place in scratch.iterdir():
            shutil.rmtree(place)
        assert 200 == server.send("GET", "/api/exports/tables").status
        holder = children(server.process.pid)[0]
        for worker in children(holder):
            os.kill(worker, signal.SIGKILL)
        until(lambda: 200 == server.send("GET", "/api/exports/kgx").status)

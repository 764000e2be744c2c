"""A past day is made from the graph that is served, not from files that were edited meanwhile."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from offlabel.errors import OfflabelError, SourceError, SourcesError, StoreError
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.web import answers, problems
from offlabel.web.context import Context
from offlabel.web.jobs import WARM, Served
from offlabel.web.settings import Settings
from webserver import TINY, Server, serving

DRUG = "https://w3id.org/offlabel/drug/examplamine"
PLACE = Path("/invented/data/broken.ttl")
WRITTEN = '"written"@en'
THEN = "asOf=2002-06-01"
ADDRESSES = [
    f"/api/things/drug/examplamine?{THEN}",
    f"/drug/examplamine.ttl?{THEN}",
    f"/drug/examplamine.html?{THEN}",
    f"/api/why?thing=drug:examplamine&{THEN}",
    f"/api/queries/study/response-rates?drug=examplamine&{THEN}",
    f"/api/map?drug=examplamine&{THEN}",
    f"/api/exports/turtle?{THEN}",
    "/api/queries/link/external-identifiers",
    "/api/exports/turtle?graph=ontologies",
]


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the small world, then change a label in its file and break another file."""
    folder = tmp_path_factory.mktemp("edited")
    data = folder / "data"
    shutil.copytree(TINY[1], data)
    with serving(folder, "--workers", "2", data=("--data", str(data), "--only-data")) as server:
        world = data / "world.ttl"
        text = world.read_text(encoding="utf-8")
        world.write_text(text.replace('"examplamine"@en', '"edited"@en'), encoding="utf-8")
        (data / "broken.ttl").write_text("this is no Turtle", encoding="utf-8")
        yield server


def test_an_edit_does_not_show(edited: Server) -> None:
    """The label on a past day is that of the graph which is served."""
    now, then = (
        edited.send("GET", path) for path in (ADDRESSES[0].partition("?")[0], ADDRESSES[0])
    )

    assert ["examplamine"] * 2 == [json.loads(each.body)["label"] for each in (now, then)]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_broken_file_stops_nothing(edited: Server, path: str) -> None:
    """What is served needs no file of the data, so one that is broken does no harm."""
    found = edited.send("GET", path)

    assert 200 == found.status, found.text


def test_rules_are_read_with_the_graph(
    tiny: MemoryStore, tiny_roots: Roots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever edits a rule after the graph was loaded changes no past day."""
    answers.rules_of.cache_clear()
    context = Context(tiny, Settings(tiny_roots), "a mark")
    for warm in WARM:
        warm(context)
    monkeypatch.setattr(answers, "read_rules", lambda files: pytest.fail("a rule was read"))
    graph = Served(context)

    assert answers.store_of(graph, "2002-06-01").ask(f"ASK {{ <{DRUG}> ?p ?o }}")


@pytest.mark.parametrize(
    "error",
    [
        SourceError(PLACE, "malformed Turtle.", line=1),
        SourcesError([SourceError(PLACE, "malformed Turtle.", line=1)]),
        StoreError(f"{PLACE}: the store cannot be built (no space)."),
    ],
)
def test_no_path_is_told(error: OfflabelError) -> None:
    """Where a file of the machine is needed, the server is at fault; its log has the path."""
    found = problems.from_error(error)

    assert 503 == found["status"]
    assert "broken" not in json.dumps(found)


def test_what_was_written_shows_on_a_past_day(tmp_path: Path) -> None:
    """A label that was written to the server is there on a past day, too."""
    named = f"GRAPH ?g {{ <{DRUG}> rdfs:label ?name }}"
    update = (
        f"DELETE {{ {named} }} INSERT {{ {named.replace('?name', WRITTEN)} }} WHERE {{ {named} }}"
    )
    with serving(tmp_path, "--writable", "--workers", "2", cache=tmp_path / "cache") as server:
        got = server.write(update)
        then = server.send("GET", ADDRESSES[0])

    assert 204 == got.status
    assert "written" == json.loads(then.body)["label"]

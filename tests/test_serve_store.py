"""A graph is served from memory where it fits, from disk where it does not, with equal answers."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import TINY, offlabel
from offlabel.errors import ParameterError
from offlabel.paths import Roots
from offlabel.queries.library import list_queries
from offlabel.stores import disk, room
from offlabel.web.pool import Pool
from offlabel.web.settings import Settings
from watching import children, family, until
from webserver import Server, serving

GOOD = "SELECT ?s WHERE { ?s a ol:Drug }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TOO_MANY = 10**12  # statements, more than any machine has memory for
GIGABYTE = 1 << 30


def store_of(server: Server) -> str:
    """Return where a server says that its graph is."""
    return str(json.loads(server.send("GET", "/healthz").body)["store"])


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that was told to leave the graph on disk."""
    folder = tmp_path_factory.mktemp("on-disk")
    with serving(folder, "--store", "disk", "--timeout", "2", "--workers", "2") as server:
        yield server


def test_both_answer_alike(on_disk: Server, tiny_roots: Roots, tmp_path: Path) -> None:
    """Each saved query has the same answer from disk and from memory."""
    texts = [query.text for query in list_queries(tiny_roots) if not query.is_linked]
    with serving(tmp_path, "--store", "memory", "--workers", "2") as in_memory:
        assert ("memory", "disk") == (store_of(in_memory), store_of(on_disk))
        for text in texts:
            expected, got = (server.ask(text, ("format", "csv")) for server in (in_memory, on_disk))
            assert (200, sorted(expected.text.splitlines())) == (
                got.status,
                sorted(got.text.splitlines()),
            )


def test_runaways_are_stopped_on_disk(on_disk: Server) -> None:
    """A query that takes too long is ended; others are answered, by other workers."""
    assert 504 == on_disk.ask(RUNAWAY).status
    assert 200 == on_disk.ask(GOOD).status


def test_workers_that_die_on_disk_are_replaced(on_disk: Server) -> None:
    """Workers that open the graph by themselves come back where they are killed."""
    holder = children(on_disk.process.pid)[0]
    for pid in family(holder)[1:]:
        os.kill(pid, signal.SIGKILL)

    until(lambda: 200 == on_disk.ask(f"{GOOD} # again").status)


def test_what_does_not_fit_stays_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server and `offlabel status` go by the size that the build noted down."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path))
    assert 0 == offlabel("build", *TINY).code
    assert "serve      from memory" in offlabel("status", *TINY).text
    note = next(tmp_path.rglob("built"))
    note.write_text(json.dumps({**json.loads(note.read_text()), "statements": TOO_MANY}))

    assert "serve      from disk" in offlabel("status", *TINY).text
    with serving(tmp_path, "--workers", "2", cache=tmp_path) as server:
        assert "disk" == store_of(server)
        assert 200 == server.ask(GOOD).status


def test_place(real_roots: Roots) -> None:
    """A choice counts whatever the size; a graph that takes another's place needs less room."""
    settings = Settings(real_roots, isolation="fork")
    between = room.free() // room.STATEMENT // 2  # fits once, but not for each worker

    assert "disk" == settings.place(between)
    assert "memory" == settings.place(between, again=True)
    assert "memory" == Settings(real_roots, isolation="fork", store="memory").place(TOO_MANY)
    assert "disk" == Settings(real_roots, isolation="fork", store="disk").place(1)
    assert "disk" == Settings(real_roots, isolation="spawn").place(1)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"store": "attic"}, "auto, memory or disk"),
        ({"store": "memory", "isolation": "spawn"}, "leave out --store memory"),
    ],
)
def test_place_that_cannot_be(chosen: dict[str, str], message: str, real_roots: Roots) -> None:
    """What is not possible is told before anything starts."""
    with pytest.raises(ParameterError, match=message):
        Settings(real_roots, **chosen)  # type: ignore[arg-type]


SYSTEMS = {
    "a machine": ({"proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 4194304 kB"}, 4),
    "a container": (
        {
            "proc/meminfo": "MemAvailable: 4194304 kB",
            "proc/self/cgroup": "0::/a/b",
            "sys/fs/cgroup/a/b/memory.max": "max",
            "sys/fs/cgroup/a/b/memory.current": "1",
            "sys/fs/cgroup/a/memory.max": str(3 * GIGABYTE),
            "sys/fs/cgroup/a/memory.current": str(2 * GIGABYTE),
            "sys/fs/cgroup/a/memory.stat": f"anon 5\ninactive_file {GIGABYTE}",
        },
        2,
    ),
    "an old container": (
        {
            "proc/meminfo": "MemAvailable: 4194304 kB",
            "proc/self/cgroup": "4:cpu:/x\n3:memory,hugetlb:/c",
            "sys/fs/cgroup/memory/c/memory.limit_in_bytes": str(2 * GIGABYTE),
            "sys/fs/cgroup/memory/c/memory.usage_in_bytes": str(GIGABYTE),
        },
        1,
    ),
    "one that is full": (
        {
            "proc/meminfo": "MemAvailable: 4194304 kB",
            "proc/self/cgroup": "0::/",
            "sys/fs/cgroup/memory.max": "1",
            "sys/fs/cgroup/memory.current": "2",
        },
        0,
    ),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_free_memory(name: str, tmp_path: Path) -> None:
    """What is free is the least that the machine and each group around the process leave."""
    files, gigabytes = SYSTEMS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text + "\n")

    assert gigabytes * GIGABYTE == room.free(tmp_path)


def test_free_memory_where_the_system_does_not_say(tmp_path: Path) -> None:
    """Without such files half of the memory of the machine counts as free."""
    assert 0 < room.free(tmp_path) < os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_the_worker_that_knows_the_graph_works_first(tmp_path: Path, tiny_roots: Roots) -> None:
    """A new worker waits until the others are busy: what it looks at it has to copy first."""

    async def replaced() -> tuple[int, int, int]:
        pool = Pool(Settings(tiny_roots, workers=2))
        try:
            await pool.load(disk.DiskStore.from_roots(tiny_roots).snapshot)
            warm, other = [await pool.take("client", 5) for _ in range(2)]
            pool.release(warm, alive=True)
            pool.release(other, alive=False)
            while pool.idle < 2:
                await asyncio.sleep(0.01)
            again = await pool.take("client", 5)
            pool.release(again, alive=True)
            return warm.pid, again.pid, other.pid
        finally:
            await pool.close()

    warm, again, ended = asyncio.run(replaced())

    assert warm == again != ended

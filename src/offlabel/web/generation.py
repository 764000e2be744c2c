"""The workers that answer from one snapshot: made, ended and replaced together.

A snapshot that is replaced gets a new generation; the old one goes when its last job is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Protocol

from offlabel.errors import StoreError
from offlabel.stores.room import DISK
from offlabel.stores.snapshots import Snapshot
from offlabel.web.settings import Settings
from offlabel.web.worker import LENGTH, READY
from offlabel.web.zygote import HELLO, NEWS, ORDER

BUFFER = 1 << 17  # bytes of an answer that may wait for the client
NICE = 15
# A graph in large pages takes a fifth less time to ask, and its process an eighth to fork (glibc).
HUGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


@dataclass(eq=False)
class Worker:
    """A process that does one job at a time."""

    number: int
    generation: Generation
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    pid: int = 0
    client: str = ""  # for whom it works
    slow: bool = False  # its job takes longer than most
    long: bool = False  # its job takes so long that it has a place among the long ones
    tired: bool = False  # it does no further job
    ended: bool = False
    born: asyncio.Future[None] = field(default_factory=lambda: _loop().create_future())
    gone: asyncio.Future[int] = field(default_factory=lambda: _loop().create_future())

    @property
    def is_alive(self) -> bool:
        """Say whether nobody has ended it, as far as is known."""
        return not self.ended and not self.reader.at_eof()

    def spent(self, wall: float) -> float:
        """Return the seconds of processor time that it has taken; `wall` where no system says."""
        try:
            with open(f"/proc/{self.pid}/schedstat", "rb") as stat:  # noqa: PTH123 - it is quicker
                return int(stat.read().split()[0]) / 1e9
        except (OSError, IndexError):
            return wall

    def give_way(self) -> None:
        """Let other processes go first from now on; this is its last job."""
        if self.tired:
            return
        self.tired = True
        if self.pid and hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.pid, NICE)


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


class Generation(Protocol):
    """The processes that answer from one snapshot."""

    snapshot: Snapshot
    place: str  # where the graph is: in memory, or on disk

    async def start(self) -> None:
        """Load the graph."""
        ...

    async def new_worker(self) -> Worker:
        """Return a new process that waits for jobs; raise `StoreError` where there is none."""
        ...

    def end(self, worker: Worker) -> None:
        """End a process at once; its `gone` says later how it ended."""
        ...

    async def close(self) -> None:
        """End everything."""
        ...


class Scratch:
    """A folder that has one for each worker, which is removed however that worker ends."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="offlabel-"))
        self._sweeping: set[asyncio.Future[None]] = set()

    def sweep(self, number: int) -> None:
        """Remove what a worker left behind."""
        place = self.path / str(number)
        work = _loop().run_in_executor(None, partial(shutil.rmtree, place, ignore_errors=True))
        self._sweeping.add(work)
        work.add_done_callback(self._sweeping.discard)

    async def close(self) -> None:
        """Remove everything."""
        await asyncio.to_thread(shutil.rmtree, self.path, ignore_errors=True)


class Forked:
    """Workers that are forked by a process that holds the graph in memory, which they share.

    Where the graph stays on disk, that process holds just the programs, and each opens the graph.
    """

    def __init__(
        self,
        settings: Settings,
        snapshot: Snapshot,
        lost: Callable[[Generation], None],
        place: str,
    ) -> None:
        self.snapshot, self._settings, self._lost = snapshot, replace(settings, token=None), lost
        self.place = place
        self._workers: dict[int, Worker] = {}
        self._count = 0
        self._is_lost = self._closing = False
        self._scratch = Scratch()
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process that loads the graph, and wait until it has."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-m", "offlabel.web.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, env=HUGE_PAGES | os.environ,
        )  # fmt: skip
        theirs.close()
        self._control = ours
        said = pickle.dumps((self._settings, self.snapshot, self._scratch.path, self.place))
        try:
            ours.sendall(HELLO.pack(len(said)) + said)
            ours.setblocking(False)
            self._news, self._writer = await asyncio.open_connection(sock=ours)
            await self._news.readexactly(NEWS.size)
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._reap()
            raise StoreError(f"{self.snapshot.path}: the graph could not be loaded.") from None
        except BaseException:
            self._process.kill()
            raise
        self._listener = asyncio.create_task(self._listen())

    async def new_worker(self) -> Worker:
        """Fork another worker."""
        if self._is_lost:
            raise self._gone()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours, limit=BUFFER)
        self._count += 1
        worker = Worker(self._count, self, reader, writer)
        self._workers[worker.number] = worker
        with theirs:
            self._order(b"F", worker.number, theirs.fileno())
        try:
            await worker.born
        except BaseException:
            self.end(worker)
            raise
        if self._is_lost:
            raise self._gone()
        return worker

    def _gone(self) -> StoreError:
        return StoreError(f"{self.snapshot.path}: the process that holds the graph is gone.")

    def end(self, worker: Worker) -> None:
        """End a worker and let its parent say how it ended."""
        worker.writer.transport.abort()
        if worker.pid and not worker.ended:
            # The parent keeps the number from being used again until it hears of this.
            with contextlib.suppress(OSError):
                os.kill(worker.pid, signal.SIGKILL)
        worker.ended = True
        self._order(b"K", worker.number)

    async def close(self) -> None:
        """Close the socket, upon which the process and its workers end."""
        self._closing = True
        if self._listener:
            self._listener.cancel()
        self._writer.close()
        await self._reap()
        for worker in self._workers.values():
            worker.writer.transport.abort()
        self._forget()

    async def _reap(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, 10)
        self._process.kill()
        await self._scratch.close()

    def _forget(self) -> None:
        """Wait no longer for news of workers."""
        self._is_lost = True
        for worker in self._workers.values():
            for future, value in ((worker.born, None), (worker.gone, -1)):
                if not future.done():
                    future.set_result(value)  # type: ignore[arg-type]

    def _order(self, kind: bytes, number: int, *files: int) -> None:
        with contextlib.suppress(OSError):  # the process is gone; its listener says so
            socket.send_fds(self._control, [ORDER.pack(kind, number)], list(files))

    async def _listen(self) -> None:
        try:
            while True:
                kind, number, value = NEWS.unpack(await self._news.readexactly(NEWS.size))
                if kind == b"W" and not (worker := self._workers[number]).born.done():
                    worker.pid = value
                    worker.born.set_result(None)
                elif kind == b"G" and not (worker := self._workers.pop(number)).gone.done():
                    worker.gone.set_result(value)
                    self._scratch.sweep(number)
        except (asyncio.IncompleteReadError, ConnectionError):
            self._forget()
            if not self._closing:
                self._lost(self)


class Spawned:
    """Workers that each open the graph on disk, for systems that cannot fork."""

    place = DISK

    def __init__(
        self,
        settings: Settings,
        snapshot: Snapshot,
        lost: Callable[[Generation], None],
        place: str = DISK,
    ) -> None:
        self.snapshot, self._settings = snapshot, replace(settings, token=None)
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._scratch = Scratch()
        self._ends: set[asyncio.Task[None]] = set()
        self._count = 0

    async def start(self) -> None:
        """Do nothing: each worker opens the graph."""

    async def new_worker(self) -> Worker:
        """Start another worker, and wait until it has opened the graph."""
        self._count += 1
        place = self._scratch.path / str(self._count)
        place.mkdir(parents=True, exist_ok=True)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "offlabel.web.worker",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=BUFFER,
            env={**os.environ, "TMPDIR": str(place), "TEMP": str(place)},
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        said = pickle.dumps((self._settings, self.snapshot))
        process.stdin.write(LENGTH.pack(len(said)) + said)
        worker = Worker(self._count, self, process.stdout, process.stdin, process.pid)
        self._processes[worker.number] = process
        try:
            await process.stdout.readexactly(len(READY))
        except BaseException as error:
            self.end(worker)
            if isinstance(error, asyncio.IncompleteReadError | ConnectionError):
                problem = f"{self.snapshot.path}: a worker could not open the graph."
                raise StoreError(problem) from None
            raise
        return worker

    def end(self, worker: Worker) -> None:
        """End a worker and note how it ended."""
        process = self._processes.pop(worker.number, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        task = asyncio.create_task(self._reap(process, worker))
        self._ends.add(task)
        task.add_done_callback(self._ends.discard)

    async def close(self) -> None:
        """End all workers."""
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        self._processes.clear()
        if self._ends:
            await asyncio.wait(self._ends)
        await self._scratch.close()

    async def _reap(self, process: asyncio.subprocess.Process, worker: Worker) -> None:
        code = await process.wait()
        self._scratch.sweep(worker.number)
        if not worker.gone.done():
            worker.gone.set_result(-code if code < 0 else os.EX_OK if os.name != "nt" else code)


GENERATIONS: dict[str, type[Forked] | type[Spawned]] = {"fork": Forked, "spawn": Spawned}

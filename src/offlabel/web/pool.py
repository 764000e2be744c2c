"""A pool of worker processes: a job goes to a free one, and one that takes too long is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from offlabel.errors import OfflabelError
from offlabel.stores.snapshots import Snapshot
from offlabel.web.context import DATA, END, ERROR, FRAME, HEAD
from offlabel.web.failures import Busy, Failure, OutOfMemory, TimedOut, TooDeep
from offlabel.web.generation import BUFFER, GENERATIONS, Generation, Worker
from offlabel.web.jobs import Job
from offlabel.web.settings import Settings
from offlabel.web.worker import LENGTH

LOG = logging.getLogger("offlabel.web")
LONG = 0.2  # seconds after which a job gives way to others
SLOWEST = 1 << 15  # bytes a second that a client must at least take


@dataclass(frozen=True)
class Reply:
    """A whole answer: its media type, what else its job said of it, and its bytes."""

    media_type: str
    more: dict[str, Any]
    body: bytes


class Pool:
    """Worker processes that answer from one snapshot at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.killed = 0
        self.fingerprint = ""
        self._current: Generation | None = None
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._busy: dict[Generation, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def idle(self) -> int:
        """Return how many workers wait for a job."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """Return how many jobs wait for a worker."""
        return len(self._waiting)

    async def load(self, snapshot: Snapshot) -> None:
        """Answer from a snapshot as soon as it is loaded; jobs at work end with their own."""
        new = GENERATIONS[self.settings.isolation](self.settings, snapshot, self._lost)
        await new.start()
        workers = [await new.new_worker() for _ in range(self.settings.workers)]
        old, self._current = self._current, new
        self.fingerprint = snapshot.fingerprint
        self._busy[new] = 0
        self._idle.clear()
        for worker in workers:
            self._offer(worker)
        if old is not None and not self._busy[old]:
            await self._drop(old)

    async def close(self) -> None:
        """End all processes."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for generation in list(self._busy):
            await self._drop(generation)

    async def run(self, job: Job) -> Reply:
        """Return the whole answer to a job; raise `Failure` where there is none."""
        answer = await self.open(job)
        async with contextlib.aclosing(answer):
            body = b"".join([part async for part in answer])
        return Reply(answer.media_type, answer.more, body)

    async def stream(self, job: Job) -> AsyncIterator[bytes]:
        """Yield the answer to a job as it comes."""
        async with contextlib.aclosing(await self.open(job)) as answer:
            async for part in answer:
                yield part

    async def open(self, job: Job) -> Answer:
        """Return an answer whose first part is there; raise `Failure` where it failed before."""
        worker = await self._take()
        answer = Answer(self, worker, job)
        try:
            await answer.begin()
        except BaseException:
            await answer.aclose()
            raise
        return answer

    async def _take(self) -> Worker:
        if self._idle:
            worker = self._idle.pop()  # the one that worked last: its memory is at hand
        else:
            turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                worker = await asyncio.wait_for(asyncio.shield(turn), self.settings.seconds)
            except BaseException as error:
                if turn.done():
                    self._offer(turn.result())
                turn.cancel()
                if isinstance(error, TimeoutError):
                    raise Busy("All workers are busy. Try again later.", 5, 503) from None
                raise
        self._busy[worker.generation] += 1
        return worker

    def _offer(self, worker: Worker) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def release(self, worker: Worker, *, alive: bool) -> None:
        """Take a worker back; replace it where it is dead or tired."""
        generation = worker.generation
        self._busy[generation] -= 1
        if generation is not self._current:
            generation.end(worker)
            if not self._busy[generation]:
                self._later(self._drop(generation))
        elif alive and not worker.tired:
            self._offer(worker)
        else:
            generation.end(worker)
            self._later(self._replace(worker))

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, old: Worker) -> None:
        """Start another worker when the memory of the old one is free."""
        generation = old.generation
        await old.gone
        worker = await generation.new_worker()
        if generation is self._current:
            self._offer(worker)
        else:
            generation.end(worker)

    async def _drop(self, generation: Generation) -> None:
        if self._busy.pop(generation, None) is not None:
            await generation.close()

    def _lost(self, generation: Generation) -> None:
        """Load the graph again where the process that held it died."""
        if generation is self._current and not self._closed:
            LOG.error("the process that holds the graph died; a new one is started")
            self._later(self._again(generation.snapshot))

    async def _again(self, snapshot: Snapshot) -> None:
        try:
            await self.load(snapshot)
        except OfflabelError as error:
            LOG.error("%s", error)


class Answer:
    """The answer that a worker is writing, part by part."""

    def __init__(self, pool: Pool, worker: Worker, job: Job) -> None:
        self.media_type = ""
        self.more: dict[str, Any] = {}
        self.complete = False
        self._pool, self._worker, self._job = pool, worker, job
        self._held = b""
        self._parts: list[bytes] = []
        self._failure: Failure | None = None
        self._late = False
        self._sent, self._waited = 0, 0.0
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + pool.settings.seconds
        self._timer: asyncio.TimerHandle | None = None
        self._released = False

    async def begin(self) -> None:
        """Send the job and wait for the first part."""
        said = json.dumps({"kind": self._job.kind, "arguments": self._job.arguments}).encode()
        self._worker.writer.write(LENGTH.pack(len(said)) + said)
        self._timer = self._loop.call_later(min(LONG, self._pool.settings.seconds), self._give_way)
        await self._read()

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the parts as they come; raise `Failure` where they end too early."""
        return self._iterate()

    async def _iterate(self) -> AsyncIterator[bytes]:
        while True:
            for part in self._parts:
                before = self._loop.time()
                yield part
                self._note(len(part), self._loop.time() - before)
            self._parts = []
            if self.complete:
                return
            await self._read()

    async def aclose(self) -> None:
        """Give the worker back; end it if it is still at work."""
        if self._timer:
            self._timer.cancel()
        if not self._released:
            self._released = True
            if not self.complete:
                self._pool.killed += 1
            self._pool.release(self._worker, alive=self.complete)

    async def _read(self) -> None:
        """Read until there is a part, the end, or a failure."""
        while not self._parts and not self.complete:
            try:
                data = await self._worker.reader.read(BUFFER)
            except ConnectionError:
                data = b""
            if not data:
                raise await self._cause()
            self._split(self._held + data if self._held else data)
        if self.complete:
            await self.aclose()
            if self._failure:
                raise self._failure

    def _split(self, data: bytes) -> None:
        position = 0
        while len(data) >= position + FRAME.size:
            kind, size = FRAME.unpack_from(data, position)
            end = position + FRAME.size + size
            if len(data) < end:
                break
            content = data[position + FRAME.size : end]
            position = end
            if kind == DATA:
                self._parts.append(content)
            elif kind == HEAD:
                self.more = json.loads(content)
                self.media_type = self.more.pop("media_type")
            elif kind == ERROR:
                self._failure = Failure(**json.loads(content))
                self._parts = []
            elif kind == END:
                self.complete = True
                self._worker.tired |= bool(content)
        self._held = data[position:]

    def _give_way(self) -> None:
        """Let other processes go before one that has long been at work; end it in the end."""
        left = self._end - self._loop.time()
        if left <= 0.001:
            self._late = True
            self._worker.generation.end(self._worker)
            self._worker.reader.feed_eof()
            return
        if self._worker.pid and hasattr(os, "setpriority") and not self._worker.tired:
            self._worker.tired = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._worker.pid, 10)
        self._timer = self._loop.call_later(left, self._give_way)

    def _note(self, size: int, waited: float) -> None:
        """Do not count the time that the client took, unless it takes too much."""
        self._sent += size
        self._waited += waited
        self._end += waited
        if self._waited > self._pool.settings.patience + self._sent / SLOWEST:
            raise Failure(408, "the client reads too slowly.")

    async def _cause(self) -> Failure:
        """Say why a worker ended in the middle of a job."""
        settings = self._pool.settings
        if self._late:
            return TimedOut(settings.seconds)
        worker = self._worker
        worker.generation.end(worker)
        try:
            status = await asyncio.wait_for(asyncio.shield(worker.gone), 5)
        except TimeoutError:
            status = -1
        number = status & 0x7F if status >= 0 else 0
        if number in (signal.SIGABRT, signal.SIGKILL):
            return OutOfMemory(settings.memory_mb)
        if number == signal.SIGSEGV:
            return TooDeep()
        if number == getattr(signal, "SIGALRM", -1):
            return TimedOut(settings.seconds)
        return Failure(500, "The process that ran the query ended early.")

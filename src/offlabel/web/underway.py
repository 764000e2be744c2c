"""An answer under way: a job is given to a worker, and what it writes is read part by part.

A job begins among the short ones. Where it turns out to be long it needs a place among the long
ones; where there is none it is ended, waits for one, and begins anew. Until then nothing of it has
gone out, so the client sees only that it takes longer.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from offlabel.web.context import DATA, END, ERROR, FRAME, HEAD, WHOLE
from offlabel.web.failures import Busy, Failure, OutOfMemory, TimedOut, TooDeep, with_advice
from offlabel.web.generation import BUFFER, Worker
from offlabel.web.jobs import WRITTEN, Job
from offlabel.web.worker import LENGTH

if TYPE_CHECKING:
    from offlabel.web.pool import Pool

# Seconds of processor time, so that a job does not count as long because others are at work.
SLOW = 0.005  # after which another worker may be needed
HURRIED = 0.03  # after which a job that keeps others waiting counts as long
LONG = 0.2  # after which every job does
_LOOK, _NEXT = 0.005, 0.008  # seconds until the first look at a job, and until the next
_WALL = 1.0  # seconds after which a job counts as long that takes no processor time
_PAST_LIMIT = (HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.INSUFFICIENT_STORAGE)
SLOWEST = 1 << 15  # bytes a second that a client must at least take


class _NoPlace(Exception):
    """A job is long, and there is no place for it among the long ones."""


class Answer:
    """The answer that a worker is writing, part by part."""

    def __init__(self, pool: Pool, job: Job) -> None:
        self.media_type = ""
        self.more: dict[str, Any] = {}
        self.complete = self._is_whole = False
        self._pool, self._job = pool, job
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + pool.settings.seconds
        self._waited = 0.0  # for workers
        self._timer: asyncio.TimerHandle | None = None
        self._worker: Worker | None = None
        self._held = b""
        self._parts: list[bytes] = []
        self._failure: Failure | None = None
        self._is_late = self._is_refused = False
        self._sent, self._idled = 0, 0.0

    async def begin(self) -> None:
        """Wait until there is a first part that may go out, on the way to the end."""
        try:
            await self._begin(await self._pool.take(self._job.client, self._left))
        except _NoPlace:
            await self.aclose()
            await self._begin(await self._pool.take_long(self._job.client, self._left))

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
        worker, self._worker = self._worker, None
        if worker:
            self._pool.release(worker, alive=self.complete)

    @property
    def _left(self) -> float:
        return self._end - self._loop.time()

    async def _begin(self, worker: Worker) -> None:
        """Send the job and wait for the first part."""
        self._worker, self._held, self._parts, self._failure = worker, b"", [], None
        self._is_late = self._is_refused = self._is_whole = False
        self._began = self._loop.time()
        self._waited = self._pool.settings.seconds - self._left
        said = json.dumps({"kind": self._job.kind, "arguments": self._job.arguments}).encode()
        worker.writer.write(LENGTH.pack(len(said)) + said)
        self._watch(self._left if worker.long else min(_LOOK, self._left))
        self._before: float | None = None
        await self._read()
        if not (self.complete or worker.long or self._pool.admit(worker)):
            raise _NoPlace

    async def _read(self) -> None:
        """Read until there is a part, the end, or a failure; what is whole, to its end.

        An answer that is larger than a socket takes at once is no long job for that.
        """
        worker = self._worker
        assert worker is not None
        while not self.complete and (self._is_whole or not self._parts):
            try:
                data = await worker.reader.read(BUFFER)
            except ConnectionError:
                data = b""
            if not data:
                raise await self._advised(await self._cause(worker))
            self._split(worker, self._held + data if self._held else data)
        if self.complete:
            await self.aclose()
            if self._failure:
                raise await self._advised(self._failure)

    def _split(self, worker: Worker, data: bytes) -> None:
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
            elif kind == WHOLE:
                self._is_whole = True
            elif kind == HEAD:
                self.more = json.loads(content)
                self.media_type = self.more.pop("media_type")
            elif kind == ERROR:
                self._failure = Failure(**json.loads(content))
                self._parts = []
            elif kind == END:
                self.complete = True
                worker.tired |= bool(content)
        self._held = data[position:]

    def _watch(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Look how long the job has been at work; end it in the end."""
        worker, left = self._worker, self._left
        if worker is None:
            return
        if left <= 0.001:
            self._is_late = True
        elif worker.long:
            self._watch(left)
            return
        elif self._is_short(worker):
            self._watch(min(_NEXT, left))
            return
        elif self._pool.admit(worker):
            self._watch(left)
            return
        else:
            self._is_refused = True
        worker.generation.end(worker)
        worker.reader.feed_eof()

    def _is_short(self, worker: Worker) -> bool:
        """Say whether a job still passes for a short one."""
        took = self._loop.time() - self._began
        spent = worker.spent(took)
        if self._before is None:
            self._before = spent
        spent -= self._before
        if spent < SLOW:
            return took < _WALL
        self._pool.note_slow(worker)
        return spent < LONG and not (spent > HURRIED and self._pool.hinders(worker))

    def _note(self, size: int, waited: float) -> None:
        """Do not count the time that the client took, unless it takes too much."""
        self._sent += size
        self._idled += waited
        self._end += waited
        if self._idled > self._pool.settings.patience + self._sent / SLOWEST:
            raise Failure(408, "the client reads too slowly.")

    async def _advised(self, error: Exception) -> Exception:
        """Say of a query that went past a limit what makes it slow; a thread reads its text."""
        text = self._job.arguments.get("query")
        if (
            isinstance(error, Failure)
            and error.status in _PAST_LIMIT
            and self._job.kind in WRITTEN
            and isinstance(text, str)
        ):
            return await asyncio.to_thread(with_advice, error, text)
        return error

    async def _cause(self, worker: Worker) -> Exception:
        """Say why a worker ended in the middle of a job."""
        settings = self._pool.settings
        if self._is_refused:
            return _NoPlace()
        if self._is_late and self._waited > settings.seconds / 4:
            return Busy("Other long queries took most of the time. Try again later.", 5, 503)
        if self._is_late:
            return TimedOut(settings.seconds)
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

"""A pool of worker processes: short jobs go to a few that are soon free again, long ones go aside.

A job that turns out to be long takes its worker with it, and another one is forked in its place:
short jobs never wait for long ones. There are so many places for long jobs, and a client has its
share of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from offlabel.errors import OfflabelError
from offlabel.stores.snapshots import Snapshot
from offlabel.web.failures import Busy
from offlabel.web.generation import GENERATIONS, Generation, Worker
from offlabel.web.jobs import Job
from offlabel.web.settings import Settings
from offlabel.web.turns import Turns
from offlabel.web.underway import Answer

T = TypeVar("T")
LOG = logging.getLogger("offlabel.web")
_AGAIN, _SELDOM = 0.5, 30.0  # seconds between attempts to load the graph, first and in the end
_STUCK = 0.008  # seconds in which some short job ends where all is well
_SPARE = 1.0  # seconds for which more workers than are wanted may be idle


@dataclass(frozen=True)
class Reply:
    """A whole answer: its media type, what else its job said of it, and its bytes."""

    media_type: str
    more: dict[str, Any]
    body: bytes


@dataclass(eq=False)
class Crew:
    """The workers of a generation: those for short jobs, and how many are at work at all."""

    generation: Generation
    short: set[Worker] = field(default_factory=set)
    coming: int = 0  # that are being started
    busy: int = 0  # with short and long jobs


class Pool:
    """Worker processes that answer from one snapshot at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.killed = 0
        self.fingerprint = ""
        self._crew: Crew | None = None
        self._crews: dict[Generation, Crew] = {}
        self._idle: list[Worker] = []
        self._turns = Turns[Worker]()
        self._short = Counter[str]()  # short jobs at work, by client
        self._freed = 0.0  # when a short job ended last
        self._long_turns = Turns[Worker | None]()
        self._places = Counter[str]()  # places of long jobs that are taken, by client
        self._loading = asyncio.Lock()
        self._trimming: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @property
    def idle(self) -> int:
        """Return how many workers wait for a job."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """Return how many jobs wait for a worker."""
        return len(self._turns) + len(self._long_turns)

    @property
    def long(self) -> int:
        """Return how many long jobs are at work."""
        return self._places.total()

    def is_ready(self) -> bool:
        """Say whether there is a process that answers."""
        self._serve()
        return self._crew is not None and any(worker.is_alive for worker in self._crew.short)

    async def load(self, snapshot: Snapshot, instead_of: Crew | None = None) -> None:
        """Answer from a snapshot as soon as it is loaded; jobs at work end with their own.

        With `instead_of`, do nothing where others have taken the place of that crew meanwhile.
        """
        async with self._loading:
            if instead_of is not None and instead_of is not self._crew:
                return
            new = GENERATIONS[self.settings.isolation](self.settings, snapshot, self._lost)
            await new.start()
            try:
                crew = Crew(new, {await new.new_worker() for _ in range(self.settings.workers)})
            except BaseException:
                await new.close()
                raise
            old, self._crew = self._crew, crew
            self._crews[new] = crew
            self.fingerprint = snapshot.fingerprint
            for worker in self._idle:
                worker.generation.end(worker)
            self._idle = list(crew.short)
            self._serve()
            if old is not None and not old.busy:
                await self._drop(old)

    async def close(self) -> None:
        """End all processes."""
        self._is_closed, self._crew = True, None
        if self._trimming:
            self._trimming.cancel()
        for task in self._tasks:
            task.cancel()
        for crew in list(self._crews.values()):
            await crew.generation.close()

    async def run(self, job: Job) -> Reply:
        """Return the whole answer to a job; raise `Failure` where there is none."""
        answer = await self.open(job)
        async with contextlib.aclosing(answer):
            body = b"".join([part async for part in answer])
        return Reply(answer.media_type, answer.more, body)

    async def open(self, job: Job) -> Answer:
        """Return an answer whose first part is there; raise `Failure` where it failed before."""
        answer = Answer(self, job)
        try:
            await answer.begin()
        except BaseException:
            await answer.aclose()
            raise
        return answer

    async def take(self, client: str, seconds: float) -> Worker:
        """Return a worker for a job of a client; raise `Busy` where none is free in time."""
        if not self._turns and self._may_start(client) and (worker := self._free()):
            return self._hand(worker, client)
        busy = "All workers are busy. Try again later."
        return await self._turn(self._turns, client, seconds, busy, self._take_back)

    async def take_long(self, client: str, seconds: float) -> Worker:
        """Return a worker for a job that is known to be long, when there is a place for it."""
        busy = "Other long queries are still at work. Try again later."

        def back(spare: Worker | None) -> None:
            self._give_back(client, spare)

        worker = await self._turn(self._long_turns, client, seconds, busy, back)
        crew = self._crews[worker.generation] if worker else self._crew
        if crew is None:
            raise Busy("The server is being stopped.", 5, 503)
        crew.busy += 1
        try:
            worker = worker or await crew.generation.new_worker()
        except BaseException:
            self._vacate(client)
            self._leave(crew)
            raise
        worker.client, worker.long = client, True
        worker.give_way()
        return worker

    def admit(self, worker: Worker) -> bool:
        """Give the long job of a worker a place, and say whether there is one."""
        client, crew = worker.client, self._crews[worker.generation]
        if not self._has_place(client):
            return False
        self._places[client] += 1
        _take_one(self._short, client)
        worker.long = True
        worker.give_way()
        crew.short.discard(worker)
        self._fill()
        self._serve()
        return True

    def note_slow(self, worker: Worker) -> None:
        """Note that a worker is not free soon; where all are stuck, start another."""
        worker.slow = True
        if not self._idle and self._is_stuck():
            worker.give_way()
            self._fill()

    def is_in_the_way(self, worker: Worker) -> bool:
        """Say whether others wait for a worker to be free, and may wait long."""
        is_greedy = worker.client in self._long_turns  # it has more long jobs than it may
        return bool(self._turns) and (is_greedy or self._is_stuck())

    def _is_stuck(self) -> bool:
        """Say whether no short job has ended for a while."""
        return asyncio.get_running_loop().time() - self._freed > _STUCK

    def release(self, worker: Worker, *, alive: bool) -> None:
        """Take a worker back; replace it where it is dead or tired."""
        crew = self._crews[worker.generation]
        self.killed += not alive
        if worker.long:
            worker.generation.end(worker)
            self._later(self._free_place(worker))
        elif self._put_back(worker) and alive and not worker.tired:
            self._idle.append(worker)
            self._freed = asyncio.get_running_loop().time()
        else:
            worker.generation.end(worker)
            self._later(self._replace(crew, worker))
        self._leave(crew)
        self._serve()

    def _put_back(self, worker: Worker) -> bool:
        """Note the end of a short job; say whether its worker belongs to the graph of today."""
        _take_one(self._short, worker.client)
        worker.slow = False
        return self._crews[worker.generation] is self._crew

    def _take_back(self, worker: Worker) -> None:
        self.release(worker, alive=True)

    async def _turn(
        self, turns: Turns[T], client: str, seconds: float, busy: str, back: Callable[[T], None]
    ) -> T:
        """Wait for a turn; give back what came too late."""
        turn = turns.join(client)
        self._serve()
        try:
            async with asyncio.timeout(seconds):
                return await turn
        except BaseException as error:
            turns.leave(client, turn)
            if turn.done() and not turn.cancelled():
                back(turn.result())
            self._serve()
            if isinstance(error, TimeoutError):
                raise Busy(busy, 5, 503) from None
            raise

    def _serve(self) -> None:
        """Give what is free to those who wait."""
        while self._room() + self._spares() > 0 and (
            one := self._long_turns.find_next(self._has_place, self._places)
        ):
            client, place = one
            if not place.done():
                self._places[client] += 1
                place.set_result(self._spare())
        while (worker := self._free()) and (
            next_ := self._turns.find_next(self._may_start, self._short)
        ):
            client, turn = next_
            if turn.done():
                self._idle.append(worker)
            else:
                turn.set_result(self._hand(worker, client))
        if worker:
            self._idle.append(worker)
        if self._turns:
            self._fill()
        if len(self._idle) > self.settings.workers and not self._trimming:
            self._trimming = asyncio.get_running_loop().call_later(_SPARE, self._trim)

    def _free(self) -> Worker | None:
        """Take the idle worker that worked last: its memory is at hand."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            worker.generation.end(worker)
            self._later(self._replace(self._crews[worker.generation], worker))
        return None

    def _hand(self, worker: Worker, client: str) -> Worker:
        """Count a worker as at work from the moment it is given away."""
        worker.client = client
        self._short[client] += 1
        self._crews[worker.generation].busy += 1
        return worker

    def _may_start(self, client: str) -> bool:
        """Leave half of the workers to others where a client has more long jobs than its share."""
        return client not in self._long_turns or self._short[client] < self.settings.workers // 2

    def _has_place(self, client: str) -> bool:
        settings = self.settings
        return self.long < settings.most_long and self._places[client] < settings.long_share

    def _room(self) -> int:
        """Return how many more processes there may be."""
        if self._crew is None:
            return 0
        most = self.settings.workers + self.settings.most_long
        return most - len(self._crew.short) - self._crew.coming - self.long

    def _fill(self) -> None:
        """Start workers until as many as are wanted are free, or soon will be."""
        if self._crew is None:
            return
        crew = self._crew
        soon = len(crew.short) + crew.coming - sum(worker.slow for worker in crew.short)
        for _ in range(min(self.settings.workers - soon, self._room())):
            crew.coming += 1
            self._later(self._add(crew))

    async def _add(self, crew: Crew) -> None:
        try:
            worker = await crew.generation.new_worker()
        except (OfflabelError, OSError) as error:
            LOG.error("no worker could be started: %s", error)
            asyncio.get_running_loop().call_later(_AGAIN, self._fill)
            return
        finally:
            crew.coming -= 1
        if crew is self._crew:
            crew.short.add(worker)
            self._idle.append(worker)
            self._serve()
        else:
            crew.generation.end(worker)

    async def _replace(self, crew: Crew, worker: Worker) -> None:
        """Start another worker when the memory of the old one is free."""
        await worker.gone
        crew.short.discard(worker)
        self._fill()
        self._serve()

    def _spares(self) -> int:
        """Return how many of the idle workers are more than are wanted."""
        if self._crew is None:
            return 0
        wanted = self.settings.workers
        return max(0, min(len(self._idle), len(self._crew.short) + self._crew.coming - wanted))

    def _spare(self) -> Worker | None:
        """Take such a worker away from the short jobs."""
        worker = self._free() if self._spares() else None
        if worker and self._crew:
            self._crew.short.discard(worker)
        return worker

    def _give_back(self, client: str, spare: Worker | None) -> None:
        """Give up a place that came too late, and the worker that came with it."""
        if spare is None:
            self._vacate(client)
            return
        spare.client = client
        spare.generation.end(spare)
        self._later(self._free_place(spare))

    def _trim(self) -> None:
        self._trimming = None
        while len(self._idle) > self.settings.workers:
            worker = self._idle.pop(0)
            worker.generation.end(worker)
            self._later(self._replace(self._crews[worker.generation], worker))

    async def _free_place(self, worker: Worker) -> None:
        await worker.gone
        self._vacate(worker.client)

    def _vacate(self, client: str) -> None:
        _take_one(self._places, client)
        self._fill()
        self._serve()

    def _leave(self, crew: Crew) -> None:
        """Note the end of a job; the last one of a replaced generation ends that."""
        crew.busy -= 1
        if crew is not self._crew and not crew.busy and not self._is_closed:
            self._later(self._drop(crew))

    async def _drop(self, crew: Crew) -> None:
        if self._crews.pop(crew.generation, None) is not None:
            await crew.generation.close()

    def _lost(self, generation: Generation) -> None:
        """Load the graph again where the process that held it died."""
        if self._crew is not None and generation is self._crew.generation:
            LOG.error("the process that holds the graph died; a new one is started")
            self._later(self._again(self._crew))

    async def _again(self, crew: Crew) -> None:
        pause = _AGAIN
        while crew is self._crew:
            try:
                await self.load(crew.generation.snapshot, instead_of=crew)
                return
            except (OfflabelError, OSError) as error:
                LOG.error("%s It is tried once more in %g seconds.", error, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _SELDOM)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _take_one(counter: Counter[str], name: str) -> None:
    counter[name] -= 1
    if counter[name] <= 0:
        del counter[name]

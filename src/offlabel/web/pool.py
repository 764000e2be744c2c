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
from dataclasses import dataclass
from typing import Any, TypeVar

from offlabel.errors import OfflabelError
from offlabel.stores import disk
from offlabel.stores.room import MEMORY
from offlabel.stores.snapshots import Snapshot
from offlabel.web.crew import Crew
from offlabel.web.failures import Busy
from offlabel.web.generation import GENERATIONS, Generation, Worker
from offlabel.web.jobs import Job
from offlabel.web.settings import Settings
from offlabel.web.turns import Turns
from offlabel.web.underway import Answer

T = TypeVar("T")
LOG = logging.getLogger("offlabel.web")
_AGAIN, _SELDOM = 0.5, 30.0  # seconds between attempts to load the graph, first and in the end
_STUCK = 0.01  # seconds in which some short job ends where there are enough workers
_JAMMED = 0.1  # the same where long jobs may be what is in the way


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
        self._crew: Crew | None = None
        self._crews: dict[Generation, Crew] = {}
        self._turns = Turns[Worker]()
        self._short = Counter[str]()  # short jobs at work, by client
        self._freed = 0.0  # when a short job ended last
        self._long_turns = Turns[Worker | None]()
        self._places = Counter[str]()  # places of long jobs that are taken, by client
        self._loading = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def idle(self) -> int:
        """Return how many workers wait for a job."""
        return len(self._crew.idle) if self._crew else 0

    @property
    def store(self) -> str:
        """Say where the graph is that is served: in memory, or on disk; nothing before it is."""
        return self._crew.generation.place if self._crew else ""

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
        return self._crew is not None and self._crew.has_alive()

    async def load(self, snapshot: Snapshot, instead_of: Crew | None = None) -> None:
        """Answer from a snapshot as soon as it is loaded; jobs at work end with their own.

        With `instead_of`, do nothing where others have taken the place of that crew meanwhile.
        """
        async with self._loading:
            if instead_of is not None and instead_of is not self._crew:
                return
            settings = self.settings
            again = self.store == MEMORY
            place = settings.place(disk.statements(snapshot), again=again)
            new = GENERATIONS[settings.isolation](settings, snapshot, self._lost, place)
            crew = Crew(new, settings.workers, self._serve)
            await crew.start()
            old, self._crew = self._crew, crew
            self._crews[new] = crew
            self.fingerprint = snapshot.fingerprint
            self._serve()
            if old is not None:
                old.retire()
                if not old.busy:
                    await self._drop(old)

    async def close(self) -> None:
        """End all processes."""
        self._crew = None
        for task in self._tasks:
            task.cancel()
        for crew in list(self._crews.values()):
            await crew.close()

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
        crew = self._crew
        if crew and not self._turns and self._may_start(client) and (worker := crew.take()):
            return self._hand(worker, client)
        busy = "All workers are busy. Try again later."
        return await self._turn(self._turns, client, seconds, busy, self._take_back)

    async def take_long(self, client: str, seconds: float) -> Worker:
        """Return a worker for a job that is known to be long, when there is a place for it."""
        busy = "Other long queries are still at work. Try again later."

        def back(spare: Worker | None) -> None:
            self._give_back(client, spare)

        worker = await self._turn(self._long_turns, client, seconds, busy, back)
        if worker is None:
            worker = await self._new_worker(client)
        worker.client, worker.long = client, True
        worker.give_way()
        return worker

    async def _new_worker(self, client: str) -> Worker:
        """Start a worker for the place that a client has, or give up the place."""
        crew = self._crew
        if crew is None:
            raise Busy("The server is being stopped.", 5, 503)
        crew.busy += 1
        try:
            return await crew.generation.new_worker()
        except BaseException:
            self._vacate(client)
            self._leave(crew)
            raise

    def admit(self, worker: Worker) -> bool:
        """Give the long job of a worker a place, and say whether there is one."""
        client, crew = worker.client, self._crews[worker.generation]
        if not self._has_place(client):
            return False
        self._places[client] += 1
        _take_one(self._short, client)
        worker.long = True
        worker.give_way()
        crew.let_go(worker)
        self._serve()
        return True

    def note_slow(self, worker: Worker) -> None:
        """Note that a worker is not free soon; where all are at work, start another."""
        worker.slow = True
        if self._crew and not self._crew.idle and self._is_stuck(_STUCK):
            self._crew.fill(self._room())

    def hinders(self, worker: Worker) -> bool:
        """Say whether others wait, and this job is what they wait for.

        Where none of the workers is idle, it gives way to the others at least.
        """
        client = worker.client
        if self._crew and not self._crew.idle:
            worker.give_way()
        is_greedy = client in self._long_turns  # it has more long jobs than it may
        keeps_others_out = self._turns.has_other(client) and self._short[client] > self._half
        return bool(self._turns) and (is_greedy or keeps_others_out or self._is_stuck(_JAMMED))

    def release(self, worker: Worker, *, alive: bool) -> None:
        """Take a worker back; replace it where it is dead or tired."""
        crew = self._crews[worker.generation]
        self.killed += not alive
        if worker.long:
            crew.generation.end(worker)
            self._later(self._free_place(worker))
        else:
            _take_one(self._short, worker.client)
            worker.slow = False
            if alive and crew.is_current and not worker.tired:
                crew.put_back(worker)
                self._freed = asyncio.get_running_loop().time()
            else:
                crew.end(worker)
        self._leave(crew)
        self._serve()

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
        crew = self._crew
        if crew is None:
            return
        while self._room() + crew.spares > 0 and (
            one := self._long_turns.find_next(self._has_place, self._places)
        ):
            client, place = one
            if not place.done():
                self._places[client] += 1
                spare = crew.take_spare()
                crew.busy += spare is not None
                place.set_result(spare)
        while (worker := crew.take()) and (
            next_ := self._turns.find_next(self._may_start, self._short)
        ):
            client, turn = next_
            if turn.done():
                crew.put_back(worker)
            else:
                turn.set_result(self._hand(worker, client))
        if worker:
            crew.put_back(worker)
        if self._turns or crew.size < crew.wanted:
            crew.fill(self._room())

    def _is_stuck(self, seconds: float) -> bool:
        """Say whether no short job has ended for a while."""
        return asyncio.get_running_loop().time() - self._freed > seconds

    def _hand(self, worker: Worker, client: str) -> Worker:
        """Count a worker as at work from the moment it is given away."""
        worker.client = client
        self._short[client] += 1
        self._crews[worker.generation].busy += 1
        return worker

    @property
    def _half(self) -> int:
        return max(1, self.settings.workers // 2)

    def _may_start(self, client: str) -> bool:
        """Leave half of the workers to others where a client has more long jobs than its share."""
        return client not in self._long_turns or self._short[client] < self._half

    def _has_place(self, client: str) -> bool:
        settings = self.settings
        return self.long < settings.most_long and self._places[client] < settings.long_share

    def _room(self) -> int:
        """Return how many more processes there may be."""
        most = self.settings.workers + self.settings.most_long
        return most - self._crew.size - self.long if self._crew else 0

    def _give_back(self, client: str, spare: Worker | None) -> None:
        """Give up a place that came too late, and the worker that came with it."""
        if spare is None:
            self._vacate(client)
            return
        spare.client = client
        spare.generation.end(spare)
        self._later(self._free_place(spare))
        self._leave(self._crews[spare.generation])

    async def _free_place(self, worker: Worker) -> None:
        await worker.gone
        self._vacate(worker.client)

    def _vacate(self, client: str) -> None:
        _take_one(self._places, client)
        self._serve()

    def _leave(self, crew: Crew) -> None:
        """Note the end of a job; the last one of a replaced generation ends that."""
        crew.busy -= 1
        if not crew.is_current and not crew.busy and self._crew:
            self._later(self._drop(crew))

    async def _drop(self, crew: Crew) -> None:
        if self._crews.pop(crew.generation, None) is not None:
            await crew.close()

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

"""The workers of one generation that do short jobs: started where some are missing.

Those that leave with a long job no longer belong to it; others are started in their place.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from offlabel.errors import OfflabelError
from offlabel.web.generation import Generation, Worker

LOG = logging.getLogger("offlabel.web")
_AGAIN = 0.5  # seconds until another attempt to start a worker
_SPARE = 1.0  # seconds for which more workers than are wanted may be idle


class Crew:
    """Workers for short jobs; `changed` is called when one is there, or the memory of one is."""

    def __init__(self, generation: Generation, wanted: int, changed: Callable[[], None]) -> None:
        self.generation, self.wanted = generation, wanted
        self.idle: list[Worker] = []
        self.busy = 0  # with jobs of any length
        self.is_current = True
        self._changed = changed
        self._all: set[Worker] = set()
        self._coming = 0  # that are being started
        self._trimming: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start all of them; raise `StoreError` where that is not possible."""
        await self.generation.start()
        try:
            self._all = {await self.generation.new_worker() for _ in range(self.wanted)}
        except BaseException:
            await self.generation.close()
            raise
        self.idle = list(self._all)

    async def close(self) -> None:
        """End all processes of the generation."""
        self.retire()
        for task in self._tasks:
            task.cancel()
        await self.generation.close()

    def retire(self) -> None:
        """Start no more; end those that are idle, and others when they come back."""
        self.is_current = False
        if self._trimming:
            self._trimming.cancel()
        for worker in self.idle:
            self.generation.end(worker)
        self.idle.clear()

    @property
    def size(self) -> int:
        """Return how many processes these are, those included that start or end."""
        return len(self._all) + self._coming

    @property
    def spares(self) -> int:
        """Return how many of the idle ones are more than are wanted."""
        return max(0, min(len(self.idle), self.size - self.wanted))

    def has_alive(self) -> bool:
        """Say whether there is one that answers, or is about to."""
        return any(worker.is_alive for worker in self._all)

    def take(self) -> Worker | None:
        """Take the idle one that worked last: its memory is at hand."""
        while self.idle:
            worker = self.idle.pop()
            if worker.is_alive:
                return worker
            self.end(worker)
        return None

    def take_spare(self) -> Worker | None:
        """Take one away from the short jobs, where there are more than are wanted."""
        worker = self.take() if self.spares else None
        if worker:
            self._all.discard(worker)
        return worker

    def let_go(self, worker: Worker) -> None:
        """Let one leave with a long job."""
        self._all.discard(worker)

    def put_back(self, worker: Worker) -> None:
        """Take one back that has done its job."""
        self.idle.append(worker)
        self._check_number()

    def _check_number(self) -> None:
        if len(self.idle) > self.wanted and not self._trimming:
            self._trimming = asyncio.get_running_loop().call_later(_SPARE, self._trim)

    def end(self, worker: Worker) -> None:
        """End one, and start another when its memory is free."""
        self.generation.end(worker)
        self._later(self._bury(worker))

    def fill(self, room: int) -> None:
        """Start workers until as many as are wanted are free, or soon will be."""
        soon = self.size - sum(worker.slow for worker in self._all)
        for _ in range(min(self.wanted - soon, room) if self.is_current else 0):
            self._coming += 1
            self._later(self._add())

    async def _add(self) -> None:
        try:
            worker = await self.generation.new_worker()
        except (OfflabelError, OSError) as error:
            LOG.error("no worker could be started: %s", error)
            asyncio.get_running_loop().call_later(_AGAIN, self._changed)
            return
        finally:
            self._coming -= 1
        if self.is_current:
            self._all.add(worker)
            self.idle.insert(0, worker)  # the others have more of the graph at hand
            self._check_number()
            self._changed()
        else:
            self.generation.end(worker)

    async def _bury(self, worker: Worker) -> None:
        await worker.gone
        self._all.discard(worker)
        self._changed()

    def _trim(self) -> None:
        self._trimming = None
        while len(self.idle) > self.wanted:
            self.end(self.idle.pop(0))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

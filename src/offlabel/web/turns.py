"""Those who wait: clients take turns, and what one client asks keeps its order."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Turns(Generic[T]):
    """Waiting jobs of clients; one that asks a lot does not keep others waiting."""

    def __init__(self) -> None:
        self._queues: OrderedDict[str, deque[asyncio.Future[T]]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def __bool__(self) -> bool:
        return bool(self._queues)

    def __contains__(self, client: str) -> bool:
        return client in self._queues

    def has_other(self, client: str) -> bool:
        """Say whether somebody else waits."""
        return len(self._queues) > (client in self._queues)

    def join(self, client: str) -> asyncio.Future[T]:
        """Return a future that is done when it is the turn of this job."""
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        return turn

    def leave(self, client: str, turn: asyncio.Future[T]) -> None:
        """Wait no longer; nothing happens where the turn has come."""
        queue = self._queues.get(client)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]

    def find_next(
        self, may: Callable[[str], bool], has: Mapping[str, int]
    ) -> tuple[str, asyncio.Future[T]] | None:
        """Return whose turn it is, and the first job of that client; or None.

        It is the client, of those that may, that has least; of several, the one that waits longest.
        """
        best: str | None = None
        for client in filter(may, self._queues):
            if best is None or has.get(client, 0) < has.get(best, 0):
                best = client
            if not has.get(best, 0):
                break
        if best is None:
            return None
        queue = self._queues.pop(best)
        turn = queue.popleft()
        if queue:
            self._queues[best] = queue  # at the end: the others go first
        return best, turn

"""A worker process: it reads one job after the other and writes each answer, within limits.

As a program (`python -m offlabel.web.worker`) it reads jobs from standard input, for systems that
cannot fork; it then opens the graph on disk itself.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Protocol

from offlabel.errors import OfflabelError
from offlabel.web.context import Channel, Context, Out
from offlabel.web.failures import Failure, OutOfMemory, failure_from
from offlabel.web.jobs import JOBS, WARM

LENGTH = struct.Struct(">I")
READY = b"R"  # what a process that was started, not forked, says before its first job
GRACE = 2  # seconds after which the system ends a process that nobody ended in time
_SPREAD = 128 << 10  # kB that a process may have grown by before another takes its place


class Duplex(Channel, Protocol):
    """A channel that can be read, too."""

    def recv(self, size: int, /) -> bytes:
        """Return some bytes; none where the other side is gone."""
        ...


class StandardStreams:
    """Standard input and output as one channel."""

    def recv(self, size: int, /) -> bytes:
        """Return some bytes of standard input."""
        return os.read(0, size)

    def sendall(self, data: bytes, /) -> None:
        """Write all of it to standard output."""
        view = memoryview(data)
        while view:
            view = view[os.write(1, view) :]


def serve(channel: Duplex, context: Context) -> None:
    """Do jobs until the other side closes the channel."""
    before = limit(context.settings.memory_mb)
    for job in _jobs(channel):
        context.out = Out(channel, context.settings.max_result)
        _alarm(context.settings.seconds + GRACE)
        try:
            _do(job, context)
        except (BrokenPipeError, ConnectionResetError):
            return
        _alarm(0)
        context.out.end(tired=_peak() - before > _SPREAD)


def _do(job: dict[str, Any], context: Context) -> None:
    out = context.out
    try:
        result = JOBS[job["kind"]](context, job["arguments"])
        for part in (result,) if isinstance(result, bytes) else result or ():
            out.write(part)
        return
    except OfflabelError as error:
        failure = failure_from(error)
        if failure.status >= 500 and not isinstance(error, Failure):
            sys.stderr.write(f"worker: {error}\n")
    except MemoryError:
        failure = OutOfMemory(context.settings.memory_mb)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception:  # noqa: BLE001 - the outermost layer: the log has it, the client does not
        traceback.print_exc()
        failure = Failure(500, "The server made a mistake. Its log says more.")
    out.fail(failure)


def _jobs(channel: Duplex) -> Iterator[dict[str, Any]]:
    held = b""
    while True:
        while len(held) < LENGTH.size or len(held) < LENGTH.size + LENGTH.unpack_from(held)[0]:
            more = channel.recv(1 << 16)
            if not more:
                return
            held += more
        end = LENGTH.size + LENGTH.unpack_from(held)[0]
        job, held = json.loads(held[LENGTH.size : end]), held[end:]
        yield job


def limit(megabytes: int) -> int:
    """Bound the memory that this process may take beyond what it has; return its peak so far."""
    try:
        import resource
    except ImportError:  # no such limits here; time is still bounded from outside
        return 0
    # Not the address space: engine and threads reserve far more of it than they use.
    most = _data() + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _peak()


def _data() -> int:
    """Return the bytes of data that this process has, as the limit counts them."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData"))
    except (OSError, StopIteration):
        return 0


def _peak() -> int:
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _alarm(seconds: float) -> None:
    """Let the system end this process after a while, even if nobody is left to do it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def main() -> None:
    """Answer from the store on disk that the first line of standard input names."""
    import pickle

    from offlabel.stores.disk import DiskStore

    channel = StandardStreams()
    size = LENGTH.unpack(os.read(0, LENGTH.size))[0]
    data = b""
    while len(data) < size:
        data += os.read(0, size - len(data))
    settings, snapshot = pickle.loads(data)
    store = DiskStore(snapshot)
    context = Context(store, settings, snapshot.fingerprint, in_memory=False)
    for warm in WARM:
        warm(context)
    channel.sendall(READY)
    serve(channel, context)


if __name__ == "__main__":
    main()

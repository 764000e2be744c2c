"""The process that forks the workers; it holds the graph in memory, which they share.

Where the graph stays on disk, each worker opens it by itself.

It has one thread, so a fork copies a whole process. It ends its workers when it is told to, and all
of them when whoever started it is gone. Only it does so, because only a parent knows that a number
still means its child.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.stores.room import DISK, MEMORY
from offlabel.stores.snapshots import Snapshot
from offlabel.web.context import Context
from offlabel.web.jobs import WARM
from offlabel.web.settings import Settings
from offlabel.web.worker import serve

ORDER = struct.Struct(">cq")  # F: fork a worker with this number; K: end it
NEWS = struct.Struct(">cqq")  # R: ready; W: a worker has this process id; G: it ended like this
HELLO = struct.Struct(">I")
_PAUSE = 0.005  # seconds between looks at processes that are about to end


def main(descriptor: int) -> None:
    """Load the graph, then fork and end workers as the other side of a socket says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when to stop
    control = socket.socket(fileno=descriptor)
    settings, snapshot, scratch, place = _hello(control)
    store = MemoryStore(load(snapshot) if place == MEMORY else _none_of(snapshot))
    context = Context(store, settings, snapshot.fingerprint)
    for warm in WARM:
        warm(context)
    gc.freeze()  # a collection in a worker would touch, and so copy, what all share
    control.sendall(NEWS.pack(b"R", len(store.store), os.getpid()))
    start = partial(_be_worker, context, snapshot if place == DISK else None)
    children: dict[int, int] = {}
    try:
        with suppress(ConnectionError):  # whoever started it is gone, with news still unread
            _obey(control, start, scratch, children)
    finally:
        for pid in children.values():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(scratch, ignore_errors=True)


def _obey(
    control: socket.socket,
    start: Callable[[int, Path], None],
    scratch: Path,
    children: dict[int, int],
) -> None:
    dying: dict[int, int] = {}
    while True:
        # A process at the end of its life may wait long for a processor; nobody waits for it.
        if dying and not select.select([control], [], [], _PAUSE)[0]:
            _bury(control, dying)
            continue
        order, files, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if len(order) < ORDER.size:
            return
        kind, number = ORDER.unpack(order)
        if kind == b"F":
            pid = os.fork()
            if pid == 0:
                control.close()
                start(files[0], scratch / str(number))
            os.close(files[0])
            children[number] = pid
            control.sendall(NEWS.pack(b"W", number, pid))
        elif number in children:
            pid = dying[number] = children.pop(number)
            os.kill(pid, signal.SIGKILL)
            _bury(control, dying)


def _bury(control: socket.socket, dying: dict[int, int]) -> None:
    """Say how processes ended that have ended by now."""
    for number, pid in list(dying.items()):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            del dying[number]
            control.sendall(NEWS.pack(b"G", number, status))


def _be_worker(context: Context, on_disk: Snapshot | None, descriptor: int, scratch: Path) -> None:
    """Work until the other side of the socket is closed; never return.

    Temporary files go to `scratch`, since this process may be ended before it can remove them.
    """
    code = 1
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        tempfile.tempdir = str(scratch)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if on_disk:
            store = DiskStore(on_disk)
            context = Context(store, context.settings, context.fingerprint, in_memory=False)
        serve(socket.socket(fileno=descriptor), context)
        code = 0
    finally:
        os._exit(code)


def load(snapshot: Snapshot) -> ox.Store:
    """Return a graph on disk as one in memory.

    A child process reads the disk, since the engine starts threads for that.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                disk = ox.Store.read_only(str(snapshot.path / "store"))
                disk.dump(pipe, format=ox.RdfFormat.N_QUADS)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    store = ox.Store()
    with os.fdopen(reading, "rb") as pipe:
        store.bulk_extend(ox.parse(pipe, format=ox.RdfFormat.N_QUADS))
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{snapshot.path}: the store cannot be read.")
    return store


def _none_of(snapshot: Snapshot) -> ox.Store:
    """Return an empty graph for one that stays on disk, once a child has seen that it opens."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            DiskStore(snapshot)
            code = 0
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{snapshot.path}: the store cannot be read.")
    return ox.Store()


def _hello(control: socket.socket) -> tuple[Settings, Snapshot, Path, str]:
    size = HELLO.unpack(control.recv(HELLO.size, socket.MSG_WAITALL))[0]
    settings, snapshot, scratch, place = pickle.loads(control.recv(size, socket.MSG_WAITALL))
    return settings, snapshot, scratch, place


if __name__ == "__main__":
    main(int(sys.argv[1]))

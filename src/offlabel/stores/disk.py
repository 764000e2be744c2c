"""The graph on disk: built into a new folder, swapped in by one rename, read by any number.

A snapshot is finished before anyone can see it and never changes afterwards. `current` names
the snapshot in use; readers open that one read-only. A build that dies leaves only a folder
that the next build removes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from offlabel.errors import StoreError
from offlabel.paths import Roots, cache_dir, find_roots
from offlabel.sources.files import discover, fingerprint
from offlabel.stores.memory import OxigraphStore, fill

FORMAT = "2"  # raise it when what a build derives changes although no source did
KEPT = 2  # snapshots that stay: the one in use, and the one that readers may still have open
ABANDONED = 3600  # seconds after which an unfinished build counts as dead


@dataclass(frozen=True)
class Snapshot:
    """A finished store on disk, and the fingerprint of the sources it was built from."""

    path: Path
    fingerprint: str

    @property
    def built(self) -> float:
        """Return when it was built, in seconds since the epoch."""
        return (self.path / "built").stat().st_mtime


class DiskStore(OxigraphStore):
    """A finished snapshot, opened read-only."""

    name = "disk"

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        try:
            super().__init__(ox.Store.read_only(str(snapshot.path / "store")))
        except (OSError, RuntimeError) as error:  # corruption is a RuntimeError here
            raise StoreError(
                f"{snapshot.path}: the store cannot be read ({error}). "
                "Build it anew: offlabel build"
            ) from None

    @classmethod
    def from_roots(cls, roots: Roots | None = None, day: date | None = None) -> DiskStore:
        """Open the snapshot of these sources; build it first where it is missing or stale.

        With a day, the snapshot of the sources as they stood on it.
        """
        roots = roots or find_roots()
        snapshot = current(roots, day)
        if snapshot is None or snapshot.fingerprint != state(roots, day):
            snapshot = build(roots, day)
        try:
            return cls(snapshot)
        except StoreError:
            return cls(build(roots, day))


def folder(roots: Roots, day: date | None = None) -> Path:
    """Return the folder that holds the snapshots of these sources; one serves for all past days."""
    names = "\0".join(str(path) for path in (roots.ontology, *roots.data, *roots.queries))
    return (
        cache_dir()
        / "stores"
        / (hashlib.sha256(names.encode()).hexdigest()[:16] + ("-as-of" if day else ""))
    )


def state(roots: Roots, day: date | None = None) -> str:
    """Return the fingerprint of the sources as they are now, taken as they stood on a day."""
    kept = [file for file in discover(roots) if file.role not in ("query", "shapes", "vocabulary")]
    then = f"-{day}" if day else ""
    return f"{FORMAT}-{ox.__version__}-{fingerprint(kept)}{then}"


def current(roots: Roots, day: date | None = None) -> Snapshot | None:
    """Return the snapshot in use, or None where there is none."""
    home = folder(roots, day)
    try:
        name = (home / "current").read_text(encoding="utf-8").strip()
        found = json.loads((home / name / "built").read_text(encoding="utf-8"))
        return Snapshot(home / name, str(found["fingerprint"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def build(roots: Roots, day: date | None = None) -> Snapshot:
    """Build a new snapshot and swap it in; the old one stays whole until then, and after."""
    from tempfile import mkdtemp

    home = folder(roots, day)
    stamp = state(roots, day)
    unfinished: Path | None = None
    lock: IO[str] | None = None
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = _lock(home)
        _clear(home, alone=lock is not None)
        unfinished = Path(mkdtemp(prefix="unfinished-", dir=home))
        store = ox.Store(str(unfinished / "store"))
        fill(store, roots, day)
        store.optimize()
        store.flush()
        del store
        (unfinished / "built").write_text(json.dumps({"fingerprint": stamp}), encoding="utf-8")
        finished = home / unfinished.name.replace("unfinished-", f"{time.time_ns()}-")
        unfinished.rename(finished)
        unfinished = None
        pointer = home / f"current-{finished.name}"
        pointer.write_text(finished.name, encoding="utf-8")
        pointer.replace(home / "current")
        _clear(home, alone=lock is not None)
    except OSError as error:
        raise StoreError(
            f"{home}: the store cannot be built ({error}). "
            "Check that there is space and that the folder may be written, "
            "or name another one in OFFLABEL_CACHE."
        ) from None
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)
        if lock is not None:
            lock.close()
    return Snapshot(finished, stamp)


def _lock(home: Path) -> IO[str] | None:
    """Wait until no other process builds; the system lets go of the lock of one that died."""
    try:
        import fcntl
    except ImportError:  # Windows: builds do not wait, and the dead are told by their age
        return None
    lock = (home / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _clear(home: Path, *, alone: bool) -> None:
    """Remove old snapshots and builds that died: all unfinished ones if nobody else builds."""
    now = time.time()
    try:
        in_use = (home / "current").read_text(encoding="utf-8").strip()
    except OSError:
        in_use = ""
    finished: list[Path] = []
    for path in home.iterdir():
        try:
            if path.name.startswith("unfinished-") and (alone or _dead(path, now)):
                shutil.rmtree(path, ignore_errors=True)
            elif path.is_dir() and path.name[:1].isdigit():
                finished.append(path)
            elif path.name.startswith("current-") and now - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
        except OSError:
            continue
    finished.sort(key=lambda path: int(path.name.partition("-")[0]), reverse=True)
    for path in finished[KEPT:]:
        if path.name != in_use:
            shutil.rmtree(path, ignore_errors=True)


def _dead(path: Path, now: float) -> bool:
    return now - path.stat().st_mtime > ABANDONED

"""Folders that are written whole, swapped in by one rename, and read by any number.

A snapshot is finished before anyone can see it and never changes afterwards. `current` names the
one in use. A writer that dies leaves only a folder that the next one removes.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

KEPT = 2  # snapshots that stay: the one in use, and the one that readers may still have open
ABANDONED = 3600  # seconds after which an unfinished one counts as dead


@dataclass(frozen=True)
class Snapshot:
    """A finished folder, and what its writer said of it."""

    path: Path
    about: Mapping[str, Any]

    @property
    def built(self) -> float:
        """Return when it was finished, in seconds since the epoch."""
        return (self.path / "built").stat().st_mtime

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of what it was built from."""
        return str(self.about["fingerprint"])


def current(home: Path) -> Snapshot | None:
    """Return the snapshot in use, or None where there is none."""
    try:
        name = (home / "current").read_text(encoding="utf-8").strip()
        about = json.loads((home / name / "built").read_text(encoding="utf-8"))
        return Snapshot(home / name, {**about, "fingerprint": str(about["fingerprint"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(home: Path, fill: Callable[[Path, Snapshot | None], Mapping[str, Any]]) -> Snapshot:
    """Let `fill` write a new folder and say what it is; swap it in; return it.

    `fill` gets the new folder and the snapshot in use. It runs while no other process writes. What
    it raises is passed on, and nothing has changed then.
    """
    from tempfile import mkdtemp

    unfinished: Path | None = None
    lock: IO[str] | None = None
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = _lock(home)
        _clear(home, alone=lock is not None)
        unfinished = Path(mkdtemp(prefix="unfinished-", dir=home))
        about = fill(unfinished, current(home))
        (unfinished / "built").write_text(json.dumps(about), encoding="utf-8")
        finished = home / unfinished.name.replace("unfinished-", f"{time.time_ns()}-")
        unfinished.rename(finished)
        unfinished = None
        pointer = home / f"current-{finished.name}"
        pointer.write_text(finished.name, encoding="utf-8")
        pointer.replace(home / "current")
        _clear(home, alone=lock is not None)
    finally:
        if unfinished is not None:
            shutil.rmtree(unfinished, ignore_errors=True)
        if lock is not None:
            lock.close()
    return Snapshot(finished, about)


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

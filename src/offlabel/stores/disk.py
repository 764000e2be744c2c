"""The graph on disk: a snapshot that is opened read-only."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from offlabel.errors import StoreError
from offlabel.paths import Roots, cache_dir, find_roots
from offlabel.sources.files import discover, fingerprint
from offlabel.stores import snapshots
from offlabel.stores.memory import OxigraphStore, fill
from offlabel.stores.snapshots import Snapshot

_APART = ("federated", "query", "shapes", "vocabulary")  # what no build reads
FORMAT = "3"  # raise it when what a build derives changes although no source did


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
    kept = [file for file in discover(roots) if file.role not in _APART]
    then = f"-{day}" if day else ""
    return f"{FORMAT}-{ox.__version__}-{fingerprint(kept)}{then}"


def current(roots: Roots, day: date | None = None) -> Snapshot | None:
    """Return the snapshot in use, or None where there is none."""
    return snapshots.current(folder(roots, day))


def statements(snapshot: Snapshot) -> int:
    """Return how many statements a snapshot holds, as its build said; else they are counted."""
    said = snapshot.about.get("statements")
    return said if isinstance(said, int) else len(DiskStore(snapshot).store)


def build(roots: Roots, day: date | None = None) -> Snapshot:
    """Build a new snapshot and swap it in; the old one stays whole until then, and after.

    The rules run in memory, and all is loaded at once: written through the log of the store on
    disk, it would take several times as long and as much room. The same sources give the same
    statements in the same order, blank nodes included, unless a rule makes some.
    """
    home = folder(roots, day)
    stamp = state(roots, day)

    def fill_folder(path: Path, _: Snapshot | None) -> dict[str, Any]:
        graph = ox.Store()
        fill(graph, roots, day)
        store = ox.Store(str(path / "store"))
        store.bulk_extend(graph)
        store.flush()
        return {"fingerprint": stamp, "statements": len(graph)}

    try:
        return snapshots.write(home, fill_folder)
    except OSError as error:
        raise StoreError(
            f"{home}: the store cannot be built ({error}). "
            "Check that there is space and that the folder may be written, "
            "or name another one in OFFLABEL_CACHE."
        ) from None

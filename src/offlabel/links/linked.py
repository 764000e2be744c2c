"""The graph together with outside ontologies and answers, so that one query can ask of all.

It is a store of its own: in the ordinary one the terms of others would turn up among ours.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Store

from offlabel.links.closure import closure
from offlabel.links.enrich.shelf import Shelf
from offlabel.links.library import Library
from offlabel.paths import Roots
from offlabel.sources.files import SourceFile, discover, fingerprint
from offlabel.sources.parse import parse
from offlabel.stores import disk, snapshots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import OxigraphStore

_FORMAT = "3"  # raise it when what is written changes although nothing that it is made of did


def open_linked(roots: Roots, library: Library | None = None) -> OxigraphStore:
    """Open the graph of these sources with the imported ontologies, and slices of the others.

    It is written anew where the graph, the library or a slice has changed.
    """
    graph = DiskStore.from_roots(roots)
    return linked_from(graph.store, graph.snapshot.fingerprint, roots, library)


def linked_from(
    graph: Store, mark: str, roots: Roots, library: Library | None = None
) -> OxigraphStore:
    """Open a graph that is already there together with ontologies; `mark` tells it from others."""
    library = library or Library()
    slices = _slices(roots, library)
    here = disk.folder(roots)
    shelf = Shelf()
    stamp = "-".join(
        (
            _FORMAT,
            mark,
            library.fingerprint,
            shelf.fingerprint,
            fingerprint(slices),
        )
    )
    home = here.with_name(f"{here.name}-linked")

    def fill(folder: Path, _: snapshots.Snapshot | None) -> dict[str, str]:
        place = str(folder / "store")
        library.copy(place)
        store = Store(place)
        store.bulk_extend(graph)
        store.bulk_extend(shelf.quads())
        add_slices(store, slices)
        store.bulk_extend(list(closure(store)))
        store.flush()
        return {"fingerprint": stamp}

    found = snapshots.current(home)
    if found is None or found.fingerprint != stamp:
        found = snapshots.write(home, fill)
    return OxigraphStore(Store.read_only(str(found.path / "store")))


def linked_memory(store: Store, roots: Roots) -> OxigraphStore:
    """Return a graph in memory together with the slices that ship with its sources."""
    both = Store()
    both.bulk_extend(store)
    add_slices(both, [file for file in discover(roots) if file.role == "vocabulary"])
    both.bulk_extend(list(closure(both)))
    return OxigraphStore(both)


def add_slices(store: Store, slices: list[SourceFile]) -> None:
    """Add slices of ontologies to a store."""
    for file in slices:
        store.bulk_extend(parse(file))


def _slices(roots: Roots, library: Library) -> list[SourceFile]:
    """Return the slices of ontologies that were not imported whole."""
    whole = {entry.graph.value for entry in library.entries()}
    return [f for f in discover(roots) if f.role == "vocabulary" and f.graph not in whole]

"""The graph together with outside ontologies and answers, so that one query can ask of all.

It is a store of its own: in the ordinary one the terms of others would turn up among ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from offlabel.links.closure import Hierarchy, mapped_terms
from offlabel.links.enrich.shelf import Shelf
from offlabel.links.library import Library
from offlabel.links.readers.base import ONTOLOGY
from offlabel.links.slices import FACTS
from offlabel.links.terms import CLASS, TYPE
from offlabel.paths import Roots
from offlabel.sources.files import SourceFile, discover, fingerprint
from offlabel.sources.parse import parse
from offlabel.stores import disk, snapshots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore, OxigraphStore

_FORMAT = "3"  # raise it when what is written changes although nothing that it is made of did


def open_linked(
    roots: Roots,
    library: Library | None = None,
    *,
    memory: bool = False,
    cut: bool = False,
    as_of: date | None = None,
) -> OxigraphStore:
    """Open the graph of these sources with the imported ontologies, and slices of the others.

    On disk it is written anew where the graph, the library or a slice has changed. In memory, as
    the sources stood on a day, or where just the needed terms are wanted, `linked_memory` makes it.
    """
    library = library or Library()
    if memory:
        return linked_memory(MemoryStore.from_roots(roots, as_of).store, roots, library)
    graph = DiskStore.from_roots(roots, as_of)
    if cut or as_of:
        return linked_memory(graph.store, roots, library)
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
        store.bulk_extend(list(Hierarchy([store]).quads(mapped_terms(store))))
        store.optimize()
        store.flush()
        return {"fingerprint": stamp}

    found = snapshots.current(home)
    if found is None or found.fingerprint != stamp:
        found = snapshots.write(home, fill)
    return OxigraphStore(Store.read_only(str(found.path / "store")))


def linked_memory(graph: Store, roots: Roots, library: Library | None = None) -> OxigraphStore:
    """Return a graph in memory with what outside ontologies say of the terms that it needs.

    These are the terms that things are mapped to, and all above them: of imported ontologies just
    these, and the slices of the others. It answers every saved query as the whole would.
    """
    library = library or Library()
    imported, slices = library.store(), Store()
    add_slices(slices, _slices(roots, library))
    hierarchy = Hierarchy([imported, slices])
    both = Store()
    both.bulk_extend(graph)
    both.bulk_extend(slices)
    both.bulk_extend(list(hierarchy.quads(mapped_terms(graph))))
    both.bulk_extend(list(_facts(imported, hierarchy.terms)))
    return OxigraphStore(both)


def add_slices(store: Store, slices: list[SourceFile]) -> None:
    """Add slices of ontologies to a store."""
    for file in slices:
        store.bulk_extend(parse(file))


def _facts(store: Store, terms: list[NamedNode]) -> Iterator[Quad]:
    """Give the facts of these terms, and what the ontologies say of themselves."""
    heads = [quad.subject for quad in store.quads_for_pattern(None, TYPE, ONTOLOGY)]
    for subject, predicate in [
        *((term, fact) for term in terms for fact in FACTS),
        *((head, None) for head in heads),
    ]:
        for quad in store.quads_for_pattern(subject, predicate, None):
            if not isinstance(quad.object, BlankNode):
                yield quad
    for term in terms:
        yield from store.quads_for_pattern(term, TYPE, CLASS)


def _slices(roots: Roots, library: Library) -> list[SourceFile]:
    """Return the slices of ontologies that were not imported whole."""
    whole = {entry.graph.value for entry in library.entries()}
    return [f for f in discover(roots) if f.role == "vocabulary" and f.graph not in whole]

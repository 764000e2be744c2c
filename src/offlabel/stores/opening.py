"""Open the store that somebody asks for; each kind is imported only where it is used."""

from __future__ import annotations

from offlabel.paths import Roots
from offlabel.stores.base import Store


def open_store(roots: Roots, *, endpoint: str | None = None, memory: bool = False) -> Store:
    """Open an endpoint if one is named, else the sources, in memory or on disk."""
    if endpoint:
        from offlabel.stores.remote import RemoteStore

        return RemoteStore(endpoint)
    if memory:
        from offlabel.stores.memory import MemoryStore

        return MemoryStore.from_roots(roots)
    from offlabel.stores.disk import DiskStore

    return DiskStore.from_roots(roots)

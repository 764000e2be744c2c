"""Open the store that somebody asks for; each kind is imported only where it is used."""

from __future__ import annotations

from datetime import date

from offlabel.errors import OfflabelError
from offlabel.paths import Roots
from offlabel.stores.base import Store


def open_store(
    roots: Roots,
    *,
    endpoint: str | None = None,
    memory: bool = False,
    as_of: date | None = None,
) -> Store:
    """Open an endpoint if one is named, else the sources, in memory or on disk.

    With a day, the sources are taken as they stood on it.
    """
    if endpoint and as_of:
        raise OfflabelError(
            "An endpoint cannot be put back to a day. Ask it queries that take asOf, "
            "or leave out the endpoint."
        )
    if endpoint:
        from offlabel.stores.remote import RemoteStore

        return RemoteStore(endpoint)
    if memory:
        from offlabel.stores.memory import MemoryStore

        return MemoryStore.from_roots(roots, as_of)
    from offlabel.stores.disk import DiskStore

    return DiskStore.from_roots(roots, as_of)

"""One interface to a graph, wherever it is kept: in memory, on disk, or at an endpoint."""

from offlabel.stores.base import Rows, Store, Term
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.stores.remote import RemoteStore

STORES: dict[str, type[Store]] = {
    "disk": DiskStore,
    "memory": MemoryStore,
    "remote": RemoteStore,
}

__all__ = ["STORES", "DiskStore", "MemoryStore", "RemoteStore", "Rows", "Store", "Term"]

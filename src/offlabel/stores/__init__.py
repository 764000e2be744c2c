"""One interface to a graph, wherever it is kept: in memory, on disk, or at an endpoint."""

from offlabel.stores.base import Rows, Store, Term
from offlabel.stores.opening import open_store

__all__ = ["Rows", "Store", "Term", "open_store"]

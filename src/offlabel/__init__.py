"""A knowledge graph of off-label evidence: who says so, at which dose, how strongly, since when."""

from offlabel.api import Graph, open
from offlabel.errors import OfflabelError

__all__ = ["Graph", "OfflabelError", "__version__", "open"]


def __getattr__(name: str) -> str:
    # Reading package metadata takes longer than a saved query: only whoever asks pays for it.
    if name == "__version__":
        from importlib.metadata import version

        return version("offlabel")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

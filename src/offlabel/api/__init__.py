"""The graph in Python."""

from offlabel.api.graph import Graph, open

__all__ = ["Graph", "open"]

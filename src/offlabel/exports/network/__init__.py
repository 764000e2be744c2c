"""The evidence as a network, for Gephi, Cytoscape and the like."""

from offlabel.exports.network.cx2 import CX2
from offlabel.exports.network.graphml import GRAPHML

__all__ = ["CX2", "GRAPHML"]

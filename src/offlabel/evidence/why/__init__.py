"""Why the graph says something: the proof of a thing, as a tree that ends at passages and files."""

from offlabel.evidence.why.node import Node, as_lines
from offlabel.evidence.why.prove import why

__all__ = ["Node", "as_lines", "why"]

"""The graph in the Biolink model, as KGX tables or JSON lines."""

from offlabel.exports.kgx.folder import KGX, KGX_JSONL

__all__ = ["KGX", "KGX_JSONL"]

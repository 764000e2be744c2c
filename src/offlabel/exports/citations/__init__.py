"""References for the tools in which people keep their literature."""

from offlabel.exports.citations.formats import BIBTEX, CSL_JSON, RIS

__all__ = ["BIBTEX", "CSL_JSON", "RIS"]

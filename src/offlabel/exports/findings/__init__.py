"""Summary-of-findings tables in the layout of GRADE: Markdown, HTML, DOCX."""

from offlabel.exports.findings.formats import SOF_DOCX, SOF_HTML, SOF_MD

__all__ = ["SOF_DOCX", "SOF_HTML", "SOF_MD"]

"""Summaries of findings as a document of a word processor."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from offlabel.errors import MissingExtraError
from offlabel.exports.findings.model import (
    HEAD,
    NO_DIRECT,
    NO_DIRECT_HERE,
    REPORTED,
    Cell,
    Line,
    Section,
    Summary,
    line,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def docx(found: Sequence[Summary], intro: str) -> bytes:
    """Write a document; raise `MissingExtraError` where python-docx is not installed."""
    try:
        from docx import Document
        from docx.enum.section import WD_ORIENT
    except ImportError:
        raise MissingExtraError("docx", "The export as DOCX") from None
    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    document.add_heading("Summaries of findings", 0)
    document.add_paragraph(intro)
    for one in (each for each in found if each.sections):
        _write(document.add_heading("", 1), one.condition)
        for section in one.sections:
            _table(document, section)
        _list(document, NO_DIRECT_HERE, one.bare)
        _list(document, REPORTED, one.reported)
    rest = [each for each in found if not each.sections]
    if rest:
        document.add_heading(NO_DIRECT, 1)
    for one in rest:
        _write(document.add_heading("", 2), one.condition)
        _list(document, "", one.bare)
        _list(document, REPORTED, one.reported)
    to = io.BytesIO()
    document.save(to)
    return _without_times(to.getvalue())


def _table(document: Document, section: Section) -> None:
    _write(document.add_heading("", 2), section.heading)
    for name, said in section.facts:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        _write(paragraph, said)
    table = document.add_table(rows=1, cols=len(HEAD), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in section.rows:
        for cell, content in zip(table.add_row().cells, row.cells, strict=True):
            _fill(cell, content)
    for number, note in enumerate(section.notes, start=1):
        _write(document.add_paragraph(), line(f"{number}. ", *note))


def _fill(cell: _Cell, content: Cell) -> None:
    for number, each in enumerate(content):
        _write(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), each)


def _list(document: Document, name: str, lines: Sequence[Line]) -> None:
    if name and lines:
        document.add_paragraph(name)
    for each in lines:
        _write(document.add_paragraph(style="List Bullet"), each)


def _write(paragraph: Paragraph, of: Line) -> None:
    """Add text and links to a paragraph; python-docx reads links, but does not write them."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    for span in of:
        run = paragraph.add_run(_NOT_XML.sub(" ", span.text))
        if span.iri:
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), paragraph.part.relate_to(span.iri, _LINK, is_external=True))
            run.font.underline = True
            link.append(run._r)
            paragraph._p.append(link)


def _without_times(content: bytes) -> bytes:
    """Return the same archive with one fixed time for each file, so that bytes repeat."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(to, "w") as new:
        for name in sorted(old.namelist()):
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, old.read(name))
    return to.getvalue()

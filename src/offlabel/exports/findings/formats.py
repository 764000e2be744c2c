"""Summaries of findings as Markdown, as a page to print, and as a document of a word processor."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import IO

from offlabel.errors import MissingExtraError
from offlabel.exports.findings.model import DERIVED, HEAD, Section, Summary, summaries
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection

_MARKS = re.compile(r"([\\`*_<>\[\]|])")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Summaries of findings</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption, th, td { text-align: left; vertical-align: top; }
caption { font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .35rem .5rem; }
th { background: #f2f2f2; }
.notes { font-size: .9rem; }
@media (max-width: 40rem) {
  thead { position: absolute; left: -9999px; }
  tr { display: block; border: 1px solid #767676; margin-bottom: .6rem; }
  td { display: block; border: 0; }
  td::before { content: attr(data-name) ": "; font-weight: 600; }
}
@media print { body { max-width: none; font-size: 10pt; } section { break-inside: avoid; } }
</style>
</head>
<body>
<main>
<h1>Summaries of findings</h1>
"""


@dataclass(frozen=True)
class FindingsExport:
    """The tables of all drugs and conditions of the selection, in one form."""

    name: str
    title: str
    suffix: str
    media_type: str
    render: Callable[[Sequence[Summary]], bytes]

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the tables in the order of drug and condition."""
        to.write(self.render(summaries(selection)))
        return selection.ledger.loss(self.name)


def markdown(found: Sequence[Summary]) -> bytes:
    """Write Markdown."""
    parts = ["# Summaries of findings", DERIVED]
    for one in found:
        parts.append(f"## {_escaped(one.drug)} for {_escaped(one.condition)}")
        for section in one.sections:
            parts.append(f"### {_escaped(section.regimen)}: {_escaped(section.state)}")
            rows = [
                HEAD,
                ("---",) * len(HEAD),
                *(map(_escaped, astuple(row)) for row in section.rows),
            ]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
            parts += [f"{number}. {_escaped(note)}" for number, note in _numbered(section)]
        if one.reported:
            parts.append("Grades that others gave:")
            parts.append("\n".join(f"- {_escaped(text)}" for text in one.reported))
    return ("\n\n".join(parts) + "\n").encode()


def html(found: Sequence[Summary]) -> bytes:
    """Write one page that needs nothing else."""
    from markupsafe import escape

    lines = [_PAGE, f"<p>{escape(DERIVED)}</p>\n"]
    for one in found:
        lines.append(f"<section>\n<h2>{escape(one.drug)} for {escape(one.condition)}</h2>\n")
        for section in one.sections:
            head = "".join(f'<th scope="col">{escape(name)}</th>' for name in HEAD)
            lines.append(
                f"<table>\n<caption>{escape(section.regimen)}: {escape(section.state)}</caption>\n"
                f"<thead><tr>{head}</tr></thead>\n<tbody>\n"
            )
            for row in section.rows:
                cells = zip(HEAD, astuple(row), strict=True)
                data = "".join(f'<td data-name="{escape(n)}">{escape(v)}</td>' for n, v in cells)
                lines.append(f"<tr>{data}</tr>\n")
            lines.append("</tbody>\n</table>\n")
            if section.notes:
                notes = "".join(f"<li>{escape(note)}</li>" for note in section.notes)
                lines.append(f'<ol class="notes">{notes}</ol>\n')
        if one.reported:
            texts = "".join(f"<li>{escape(text)}</li>" for text in one.reported)
            lines.append(f"<p>Grades that others gave:</p>\n<ul>{texts}</ul>\n")
        lines.append("</section>\n")
    return "".join([*lines, "</main>\n</body>\n</html>\n"]).encode()


def docx(found: Sequence[Summary]) -> bytes:
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
    document.add_paragraph(DERIVED)
    for one in found:
        document.add_heading(_plain(f"{one.drug} for {one.condition}"), 1)
        for section in one.sections:
            document.add_heading(_plain(f"{section.regimen}: {section.state}"), 2)
            table = document.add_table(rows=1, cols=len(HEAD), style="Table Grid")
            for cell, text in zip(table.rows[0].cells, HEAD, strict=True):
                cell.paragraphs[0].add_run(text).bold = True
            for row in section.rows:
                for cell, text in zip(table.add_row().cells, astuple(row), strict=True):
                    cell.text = _plain(text)
            for number, note in _numbered(section):
                document.add_paragraph(_plain(f"{number}. {note}"))
        if one.reported:
            document.add_paragraph("Grades that others gave:")
            for text in one.reported:
                document.add_paragraph(_plain(text), style="List Bullet")
    to = io.BytesIO()
    document.save(to)
    return _without_times(to.getvalue())


def _without_times(content: bytes) -> bytes:
    """Return the same archive with one fixed time for each file, so that bytes repeat."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(to, "w") as new:
        for name in sorted(old.namelist()):
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, old.read(name))
    return to.getvalue()


def _numbered(section: Section) -> list[tuple[int, str]]:
    return list(enumerate(section.notes, start=1))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def _plain(text: str) -> str:
    return _NOT_XML.sub(" ", text)


SOF_MD = FindingsExport(
    "sof-md", "summaries of findings (GRADE) as Markdown", ".md", "text/markdown", markdown
)
SOF_HTML = FindingsExport(
    "sof-html", "summaries of findings (GRADE) as a page", ".html", "text/html", html
)
SOF_DOCX = FindingsExport(
    "sof-docx", "summaries of findings (GRADE) as DOCX", ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx,
)  # fmt: skip

"""Summaries of findings as Markdown, as a page to print, and as a document of a word processor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO

from offlabel.exports.findings.document import docx
from offlabel.exports.findings.model import (
    ASSERTED,
    DERIVED,
    EMPTY,
    HEAD,
    NO_DIRECT,
    NO_DIRECT_HERE,
    REPORTED,
    Cell,
    Line,
    Section,
    Summary,
)
from offlabel.exports.findings.reading import summaries
from offlabel.exports.loss import Loss
from offlabel.exports.selection import Selection

NOTES = (
    "Which arm and which study a result is of is told by its place in a table; the statements are "
    "lost.",
    "Intervals and ratios that rules derive are rounded; their exact numbers are lost.",
)
_MARKS = re.compile(r"([\\`*_<>\[\]|])")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Summaries of findings</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption, th, td { text-align: left; vertical-align: top; }
caption { font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .35rem .5rem; }
th { background: #f2f2f2; }
.notes { font-size: .9rem; }
td p { margin: 0 0 .4rem; }
td p:last-child { margin: 0; }
.facts { margin: .2rem 0; }
.facts b { font-weight: 600; }
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
    """The tables of all conditions of the selection, in one form."""

    name: str
    title: str
    suffix: str
    media_type: str
    render: Callable[[Sequence[Summary], str], bytes]

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the tables by condition, those with direct evidence first."""
        found = summaries(selection)
        intro = DERIVED if "derived" in selection.parts else ASSERTED
        to.write(self.render(found, intro if found else EMPTY))
        return replace(selection.ledger.loss(self.name), notes=NOTES)


def markdown(found: Sequence[Summary], intro: str) -> bytes:
    """Write Markdown."""
    parts = ["# Summaries of findings", intro]
    for one in (each for each in found if each.sections):
        parts.append(f"## {_md(one.condition)}")
        for section in one.sections:
            parts.append(f"### {_md(section.heading)}")
            parts.append("\n".join(f"- **{name}**: {_md(said)}" for name, said in section.facts))
            rows = [HEAD, ("---",) * len(HEAD), *(map(_md_cell, row.cells) for row in section.rows)]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
            parts += [f"{number}. {_md(note)}" for number, note in enumerate(section.notes, 1)]
        parts += _md_list(NO_DIRECT_HERE, one.bare)
        parts += _md_list(REPORTED, one.reported)
    rest = [each for each in found if not each.sections]
    if rest:
        parts.append(f"## {NO_DIRECT}")
        for one in rest:
            parts += [f"### {_md(one.condition)}", *_md_list("", one.bare)]
            parts += _md_list(REPORTED, one.reported)
    return ("\n\n".join(parts) + "\n").encode()


def _md_list(name: str, lines: Iterable[Line]) -> list[str]:
    text = "\n".join(f"- {_md(each)}" for each in lines)
    return ([name] if name else []) + [text] if text else []


def _md_cell(cell: Cell) -> str:
    return "<br>".join(map(_md, cell))


def _md(of: Line) -> str:
    return "".join(
        f"[{_escaped(span.text)}]({_address(span.iri)})" if span.iri else _escaped(span.text)
        for span in of
    )


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", re.sub(r"\s+", " ", text))


def _address(iri: str) -> str:
    return iri.replace("(", "%28").replace(")", "%29")


def html(found: Sequence[Summary], intro: str) -> bytes:
    """Write one page that needs nothing else."""
    from markupsafe import escape

    lines = [_PAGE, f"<p>{escape(intro)}</p>\n"]
    for one in (each for each in found if each.sections):
        lines.append(f"<section>\n<h2>{_html(one.condition)}</h2>\n")
        lines += [_html_table(section) for section in one.sections]
        lines += [_html_list(NO_DIRECT_HERE, one.bare), _html_list(REPORTED, one.reported)]
        lines.append("</section>\n")
    rest = [each for each in found if not each.sections]
    if rest:
        lines.append(f"<section>\n<h2>{escape(NO_DIRECT)}</h2>\n")
        for one in rest:
            lines.append(f"<h3>{_html(one.condition)}</h3>\n")
            lines += [_html_list("", one.bare), _html_list(REPORTED, one.reported)]
        lines.append("</section>\n")
    return "".join([*lines, "</main>\n</body>\n</html>\n"]).encode()


def _html_table(section: Section) -> str:
    from markupsafe import escape

    lines = [f"<h3>{_html(section.heading)}</h3>\n"]
    lines += [f'<p class="facts"><b>{escape(name)}</b>: {_html(said)}</p>\n'
              for name, said in section.facts]  # fmt: skip
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in HEAD)
    lines.append(f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n")
    for row in section.rows:
        cells = zip(HEAD, row.cells, strict=True)
        data = "".join(f'<td data-name="{escape(n)}">{_html_cell(cell)}</td>' for n, cell in cells)
        lines.append(f"<tr>{data}</tr>\n")
    lines.append("</tbody>\n</table>\n")
    if section.notes:
        notes = "".join(f"<li>{_html(note)}</li>" for note in section.notes)
        lines.append(f'<ol class="notes">{notes}</ol>\n')
    return "".join(lines)


def _html_list(name: str, lines: Iterable[Line]) -> str:
    items = "".join(f"<li>{_html(each)}</li>" for each in lines)
    head = f"<p>{name}</p>\n" if name else ""
    return f"{head}<ul>{items}</ul>\n" if items else ""


def _html_cell(cell: Cell) -> str:
    return "".join(f"<p>{_html(each)}</p>" for each in cell)


def _html(of: Line) -> str:
    from markupsafe import escape

    return "".join(
        f'<a href="{escape(span.iri)}">{escape(span.text)}</a>' if span.iri else escape(span.text)
        for span in of
    )


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

"""Summaries of findings: the numbers of the graph in the layout of GRADE, in three forms."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from offlabel.exports import FILES, Selection
from offlabel.exports.findings.formats import docx, html, markdown
from offlabel.exports.findings.model import DERIVED, HEAD, Row, Section, Summary
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL

FORMATS = ("sof-docx", "sof-html", "sof-md")
HOSTILE = Summary(
    "a|b", "<script>alert(1)</script>",
    (Section("*x*", "[y](z)", (Row("o\x01", "1", "=cmd()", "`c`", "a\nb"),), ("<i>",)),), ("_r_",),
)  # fmt: skip


class Cells(HTMLParser):
    """Collect the cells of tables, the captions, and every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.captions: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a row, a cell or a caption."""
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "caption":
            self.captions.append("")

    def handle_data(self, data: str) -> None:
        """Add text to what was begun last."""
        last = next((t for t in reversed(self.tags)), "")
        if last in ("td", "th") and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")
        elif last == "caption":
            self.captions[-1] += data.strip("\n")


def dumped(name: str, store: MemoryStore, roots: Roots | None = None) -> tuple[bytes, Selection]:
    """Return an export, and what it was made from."""
    selection = Selection(store.store, roots=roots)
    to = io.BytesIO()
    FILES[name].dump(selection, to)
    return to.getvalue(), selection


def parsed(content: bytes) -> Cells:
    """Read a page."""
    cells = Cells()
    cells.feed(content.decode())
    return cells


@pytest.mark.parametrize("name", ["sof-html", "sof-md"])
def test_expected_output(name: str, tiny: MemoryStore, tiny_roots: Roots) -> None:
    """The tables of the small world are as expected, the same each time."""
    path = Path(__file__).parents[1] / "exporters" / name / f"tiny{FILES[name].suffix}"

    assert path.read_bytes() == dumped(name, tiny, tiny_roots)[0]


def test_numbers_are_those_of_the_graph(real: MemoryStore) -> None:
    """Weinstock 2020 stands under psoriasis at the low dose with 8/15 and its interval."""
    text = dumped("sof-md", real)[0].decode()
    part = text[text.index("## naltrexone for psoriasis\n") :]
    part = part[part.index("### low-dose oral naltrexone: supported") :]
    part = part[: part.index("\n### ")]

    assert "8/15, 95% CI 30-75%" in part
    assert "very low ⊕○○○" in part
    assert "1. few people: 94 people, fewer than 400 (−1)" in part
    assert "%" not in re.sub(r"\d+/\d+, 95% CI \d+-\d+%|95% interval", "", part)


def test_no_study_is_told_apart(real: MemoryStore) -> None:
    """Never searched and searched without a find are two things, and reported grades stand by."""
    text = dumped("sof-md", real)[0].decode()

    assert ": never searched\n" in text
    assert ": searched, none found (the search is trusted until" in text
    assert "Grades that others gave:" in text
    assert DERIVED in text


def test_three_forms_say_the_same(real: MemoryStore) -> None:
    """Page and document have the same tables, read by an HTML parser and by python-docx."""
    document = pytest.importorskip("docx")
    page = parsed(dumped("sof-html", real)[0])
    tables = document.Document(io.BytesIO(dumped("sof-docx", real)[0])).tables
    rows = [[cell.text for cell in row.cells] for table in tables for row in table.rows]

    assert len(page.captions) == len(tables) > 100
    assert rows == page.rows
    assert list(HEAD) == rows[0]


@pytest.mark.parametrize("name", FORMATS)
def test_loss_holds_what_is_shown(name: str, real: MemoryStore) -> None:
    """Counts of the findings that are shown are held; all that no table has is lost."""
    content, selection = dumped(name, real)
    lost = {row.property for row in selection.ledger.loss(name).lost}
    held = [t for t in selection.ledger.held if t.predicate.value == f"{OL}count"]
    page = dumped("sof-html", real)[0].decode()

    assert held
    for triple in held:
        total = next(real.store.quads_for_pattern(triple.subject, NamedNode(f"{OL}outOf"), None))
        k, n = (str(getattr(x, "value", "")) for x in (triple.object, total.object))

        assert f"{k}/{n}, 95% CI" in page
    assert {"ol:asserts", "ol:authors", "oa:start"} <= lost
    assert content == dumped(name, real)[0]


def test_hostile_text_stays_text() -> None:
    """Marks of a format in a label are shown, not obeyed."""
    page = parsed(html([HOSTILE]))
    document = pytest.importorskip("docx").Document(io.BytesIO(docx([HOSTILE])))
    text = markdown([HOSTILE]).decode()

    assert "script" not in page.tags
    assert "i" not in page.tags
    assert "=cmd()" == page.rows[1][2]
    assert "=cmd()" == document.tables[0].rows[1].cells[2].text
    assert "\\<script\\>" in text
    assert "## a\\|b for" in text
    assert "| o\x01 |" in text or "| o |" in text

"""Summaries of findings: the numbers of the graph in the layout of GRADE, in three forms."""

import io
import json
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from exporting import written
from offlabel.exports import DEFAULT, FILES, Selection
from offlabel.exports.findings.document import docx
from offlabel.exports.findings.formats import html, markdown
from offlabel.exports.findings.model import (
    ASSERTED,
    DERIVED,
    EMPTY,
    HEAD,
    Row,
    Section,
    Summary,
    line,
)
from offlabel.exports.findings.record import is_linked
from offlabel.exports.selection import around
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore
from offlabel.terms import BASE
from read_findings import Reader, blocks, text

FORMATS = ("sof-docx", "sof-html", "sof-md")
HOSTILE = Summary(
    line("<script>alert(1)</script>"),
    (
        Section(
            line("*x*: [y](z)"),
            (("a|b", line("`c`")),),
            (Row((line("o\x01"),), *((line(word),) for word in
                 ("1", "=cmd()", "|", "a\nb", "_r_", "<b>"))),),
            (line("<i>"),),
        ),
    ),
    (), (line("_r_"),),
)  # fmt: skip


def dumped(
    name: str,
    store: MemoryStore,
    roots: Roots | None = None,
    parts: tuple[str, ...] = DEFAULT,
) -> tuple[bytes, Selection]:
    """Return an export, and what it was made from."""
    selection = Selection(store.store, parts, roots=roots)
    to = io.BytesIO()
    FILES[name].dump(selection, to)
    return to.getvalue(), selection


@pytest.mark.parametrize("name", ["sof-html", "sof-md"])
def test_expected_output(name: str, tiny: MemoryStore, tiny_roots: Roots) -> None:
    """The tables of the small world are as expected, the same each time."""
    path = Path(__file__).parents[1] / "exporters" / name / f"tiny{FILES[name].suffix}"

    assert path.read_bytes() == dumped(name, tiny, tiny_roots)[0]


def part_of(text: str, heading: str) -> str:
    """Return a part of the Markdown, without the addresses of its links."""
    plain = re.sub(r"\]\([^)]*\)", "", text).replace("[", "").replace("\\]", "]")
    part = plain[plain.index(f"{heading}\n") :]
    level = heading.partition(" ")[0]
    end = re.search(rf"\n#{{1,{len(level)}}} ", part)
    return part[: end.start()] if end else part


@pytest.mark.large
def test_numbers_are_those_of_the_graph(real: MemoryStore) -> None:
    """Psoriasis at the low dose: counts with intervals, means with what was before, and words."""
    text = written("sof-md", real).decode()
    part = part_of(text, "### low-dose oral naltrexone for psoriasis: supported")

    assert "8/15, 95% CI 30-75%, marked improvement" in part
    assert "Khan 2020: 18.47 before treatment | Khan 2020: 13.51 on PASI" in part
    assert "El Fakahany 2025: on DLQI, Quality of life had improved significantly" in part
    assert "not estimable, no comparison group" in part
    assert "**Comparison**: own baseline" in part
    assert "very low ⊕○○○ \\1, 2]" in part
    assert "1. few people: 94 people, fewer than 400 (−1)" in part


def test_relative_effects(real: MemoryStore) -> None:
    """Two counts give a risk ratio by rule beside both k/n; a printed ratio stays as printed."""
    text = written("sof-md", real).decode()
    part = part_of(text, "### low-dose oral naltrexone for fibromyalgia: inconclusive")

    assert "Due Bruun 2024: 3/50, 95% CI 2-16%, stopped for adverse effects | " in part
    assert "Due Bruun 2024: 4/49, 95% CI 3-19%, stopped for adverse effects | " in part
    assert "risk ratio 1.36 (95% CI 0.32 to 5.77), by rule from both counts" in part
    assert "difference -0.34 (interval printed: -0.95 to 0.27)" in part
    assert "**Comparison**: placebo" in part


@pytest.mark.parametrize("parts", [DEFAULT, ("asserted",)])
@pytest.mark.large
def test_no_percentage_without_its_count(real: MemoryStore, parts: tuple[str, ...]) -> None:
    """A percentage of people has k/n beside it; what is left is the unit of a measure."""
    text = written("sof-md", real, parts).decode()
    rest = re.sub(
        r"\d+/\d+, 95% CI \d+-\d+%|\(95% CI |95% interval|1% cream|-?\d+(\.\d+)? %", "", text
    )

    assert "%" not in re.sub(r"\]\([^)]*\)", "", rest)


def test_direct_evidence_first(real: MemoryStore) -> None:
    """Conditions in the order of their names, those without direct evidence last, as lines."""
    document = blocks("sof-md", written("sof-md", real))
    heads = [b for b in document if b.kind == "heading" and b.level == 2]
    names = [text(b.spans) for b in heads]
    tables = [b for b in document if b.kind == "table"]
    last = document.index(heads[-1])

    assert names[:-1] == sorted(names[:-1], key=str.casefold)
    assert "Conditions without direct evidence" == names[-1]
    assert all(block.kind != "table" for block in document[last:])
    assert 25 < len(tables) < 40
    assert "oral naloxone" not in " ".join(
        text(b.spans) for b in document[:30] if b.kind == "heading"
    )


def test_no_study_is_told_apart(real: MemoryStore) -> None:
    """Never searched and searched without a find are two things, and reported grades stand by."""
    document = written("sof-md", real)
    said = [text(block.spans) for block in blocks("sof-md", document)]

    assert any(": never searched" in line for line in said)
    assert any(": searched, none found (the search is trusted until" in line for line in said)
    assert any("indirect findings only: very low" in line for line in said)
    assert {"Grades that others gave:", DERIVED} <= set(said)
    assert not re.search(r"\b1 people", " ".join(said))


def test_without_what_rules_derive(real: MemoryStore) -> None:
    """The asserted part alone has no state and no certainty, and says so."""
    document = written("sof-md", real, ("asserted",)).decode()
    part = part_of(document, "### naltrexone 6 mg by mouth daily for psoriasis")

    assert ASSERTED in document
    assert not re.search("⊕|95% CI|very low|by rule from", document.replace(ASSERTED, ""))
    assert "Khan 2020: 13.51 on PASI" in part
    assert "not graded in this selection" in part
    assert EMPTY in written("sof-md", real, ("derived",)).decode()


@pytest.mark.large
def test_three_forms_say_the_same(real: MemoryStore) -> None:
    """Markdown, page and document have the same tables, with the same links."""
    pytest.importorskip("docx")
    tables = [
        [block.rows for block in blocks(name, written(name, real)) if block.kind == "table"]
        for name in FORMATS
    ]
    merged = [[[[_joined(line) for line in cell] for cell in row] for rows in each for row in rows]
              for each in tables]  # fmt: skip

    assert merged[0] == merged[1] == merged[2]
    assert list(HEAD) == [text(cell[0]) for cell in tables[0][0][0]]


def _joined(line: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put neighbours with the same address together."""
    found: list[tuple[str, str]] = []
    for part, address in line:
        if found and found[-1][1] == address:
            found[-1] = (found[-1][0] + part, address)
        else:
            found.append((part, address))
    return found


@pytest.mark.parametrize("parts", [DEFAULT, ("asserted",), ("derived",)])
@pytest.mark.parametrize("world", ["tiny", "real"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.large
def test_held_is_what_is_read_back(
    name: str, world: str, parts: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    """What a reader of the document has back is exactly what the loss report calls held."""
    roots = request.getfixturevalue(f"{world}_roots")
    content, selection = dumped(name, request.getfixturevalue(world), roots, parts)
    report = json.loads(selection.ledger.loss(name).json())

    assert selection.ledger.held == Reader().statements(blocks(name, content))
    assert report["held"] == len(selection.ledger.held)
    assert content == dumped(name, request.getfixturevalue(world), roots, parts)[0]


def test_held_of_a_narrowed_selection(real: MemoryStore) -> None:
    """Of a few things, only statements of the selection count as held."""
    things = around(real.store, [NamedNode(f"{BASE}condition/psoriasis")])
    selection = Selection(real.store, DEFAULT, things)
    to = io.BytesIO()
    FILES["sof-md"].dump(selection, to)
    found = Reader().statements(blocks("sof-md", to.getvalue()))

    assert selection.ledger.held == found & set(selection.ledger)
    assert b"naltrexone" in to.getvalue()


def test_hostile_text_stays_text() -> None:
    """Marks of a format in a label are shown, not obeyed; only addresses of the web are links."""
    page = html([HOSTILE], "<i>")
    pytest.importorskip("docx")
    found = blocks("sof-html", page)
    words = [text(block.spans) for block in found]
    document = blocks("sof-docx", docx([HOSTILE], "<i>"))
    source = markdown([HOSTILE], "<i>").decode()

    assert "<script>alert(1)</script>" in words
    assert b"<script>" not in page
    assert "<i>" in words
    assert "=cmd()" in [text(line) for block in document for row in block.rows
                        for cell in row for line in cell]  # fmt: skip
    assert "\\<script\\>" in source
    assert not is_linked(NamedNode("javascript:alert(1)"))

"""A reader of our summaries of findings: what statements Markdown, HTML and DOCX hold.

Each form is taken apart into the same blocks, headings, facts, tables and lists, whose text has
links. A link names the thing, its place and text say what is stated of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from offlabel.terms import BASE, OL, RDFS, XSD

Spans = list[tuple[str, str]]  # text, address
ROOT = Path(__file__).parents[1]
STATES = {"supported": "SupportedState", "disputed": "DisputedState",
          "inconclusive": "InconclusiveState", "searched, none found": "NoneFoundState",
          "never searched": "NeverSearchedState"}  # fmt: skip
RATIOS = ("risk ratio", "hazard ratio", "odds ratio")
_NUMBER = r"-?\d+(?:\.\d+)?"


@dataclass
class Block:
    """A heading, a paragraph, an item of a list, or a table of cells with lines."""

    kind: str
    level: int = 0
    spans: Spans = field(default_factory=list)
    rows: list[list[list[Spans]]] = field(default_factory=list)


def blocks(name: str, content: bytes) -> list[Block]:
    """Take a document apart."""
    readers: dict[str, Callable[[bytes], list[Block]]] = {
        "sof-md": _markdown, "sof-html": _html, "sof-docx": _docx,
    }  # fmt: skip
    return readers[name](content)


def text(spans: Spans) -> str:
    """Return text without links."""
    return "".join(part for part, _ in spans)


class Reader:
    """What the blocks say."""

    def __init__(self) -> None:
        self.found: set[Triple] = set()
        self.designs = labels("ontology/study.ttl")
        factors = (ROOT / "ontology" / "method" / "factors").glob("*.ttl")
        self.kinds = labels(*(str(path.relative_to(ROOT)) for path in factors))
        self.assessment = self.grade = ""

    def statements(self, document: list[Block]) -> set[Triple]:
        """Return every statement that can be read back."""
        is_reported = False
        for block in document:
            if block.kind == "heading":
                is_reported = False
                self._heading(block)
            elif block.kind == "paragraph":
                is_reported = text(block.spans).startswith("Grades that others")
                self._fact(block.spans)
            elif block.kind == "item" and is_reported:
                for each in block.spans:
                    self._label(each)
            elif block.kind == "item":
                self._item(block.spans)
            elif block.kind == "table":
                for row in block.rows[1:]:
                    self._row(row)
        return self.found

    def add(self, subject: str, predicate: str, value: NamedNode | Literal) -> None:
        """Note a statement."""
        self.found.add(Triple(NamedNode(subject), NamedNode(predicate), value))

    def _label(self, span: tuple[str, str]) -> None:
        if span[1]:
            self.add(span[1], f"{RDFS}label", Literal(span[0], language="en"))

    def _state(self, span: tuple[str, str]) -> None:
        self.assessment = span[1]
        self.add(span[1], f"{OL}state", NamedNode(OL + STATES[span[0]]))

    def _certain(self, span: tuple[str, str]) -> None:
        self.grade = span[1]
        self.add(self.assessment, f"{OL}hasGrade", NamedNode(self.grade))
        self.add(self.grade, f"{OL}certainty", level(span[0]))

    def _heading(self, block: Block) -> None:
        links = [span for span in block.spans if span[1]]
        for span in links[:1]:
            self._label(span)
        for span in links[1:]:
            self._state(span)

    def _fact(self, spans: Spans) -> None:
        name, _, said = text(spans).partition(": ")
        people = re.fullmatch(r"(\d+) (person|people)", said)
        if name == "Body of evidence" and people:
            self.add(self.assessment, f"{OL}people", integer(people[1]))
        if name == "Certainty":
            for span in spans:
                if span[1]:
                    self._certain(span)
                    start = said.rpartition("starting at ")[2]
                    self.add(self.grade, f"{OL}startsAt", level(start))
        note = re.fullmatch(r"(?:\d+\. )?(.+?)(?:: (.*))? \(−(\d+)\)", text(spans))
        factors = [span for span in spans if f"{BASE}factor/" in span[1]]
        if note and factors:
            label, factor = factors[0]
            self.add(self.grade, f"{OL}loweredBy", NamedNode(factor))
            self.add(factor, f"{OL}ofKind", self.kinds[label])
            self.add(factor, f"{OL}steps", integer(note[3]))
            why = Literal(note[2]) if note[2] else Literal(label, language="en")
            self.add(factor, f"{OL}because", why)

    def _item(self, spans: Spans) -> None:
        links = [span for span in spans if span[1]]
        if any(f"{BASE}factor/" in address for _, address in links) or ": " not in text(spans):
            return self._fact(spans)
        if text(spans).startswith(("People", "Setting", "Intervention", "Comparison", "Body",
                                   "Certainty")):  # fmt: skip
            return self._fact(spans)
        self._label(links[0])
        self._state(links[1])
        for span in links[2:]:
            self._certain(span)
        return None

    def _row(self, cells: list[list[Spans]]) -> None:
        outcome, comparison, intervention, relative, _, certainty, comments = cells
        for span in outcome[0]:
            self._label(span)
        for each in certainty[0]:
            if each[1]:
                self._certain(each)
        for number, spans in enumerate(intervention):
            result = spans[0][1]
            for span in outcome[0]:
                if span[1]:
                    self.add(result, f"{OL}measures", NamedNode(span[1]))
            self._seen(spans)
            self._compared(comparison[number], result)
            self._ratio(relative[number])
            self._comment(comments[number], result)

    def _seen(self, spans: Spans) -> None:
        """Read "Smith 2020: 3/10, 95% CI 11-60%, [responder] on VAS", and its like."""
        result, said = spans[0][1], text(spans[1:]).removeprefix(": ")
        links = [span for span in spans[1:] if span[1]]
        for span in links:
            if span[1] == result:
                self._words(span)
                said = said.removesuffix(span[0])
            else:
                self.add(result, f"{OL}category", NamedNode(span[1]))
                self._label(span)
        count = re.match(r"(\d+)/(\d+)", said)
        if count:
            self.add(result, f"{OL}count", integer(count[1]))
            self.add(result, f"{OL}outOf", integer(count[2]))
        scale = re.search(r"(?:^| )on (.+?)(?:, )?$", said)
        if scale:
            self.add(result, f"{OL}scale", Literal(scale[1]))
        value = re.match(
            rf"(?:difference )?({_NUMBER})(?: ([^\s(]+))?(?: \(interval printed: ({_NUMBER}) to "
            rf"({_NUMBER})\))?(?: on .*)?$", said
        )  # fmt: skip
        if value and not count:
            self._estimate(result, value)

    def _estimate(self, result: str, value: re.Match[str]) -> None:
        self.add(result, f"{OL}estimate", decimal(value[1]))
        if value[2] and value[2] != "on":
            self.add(result, f"{OL}unit", Literal(value[2]))
        for name, number in (("estimateLow", value[3]), ("estimateHigh", value[4])):
            if number:
                self.add(result, OL + name, decimal(number))

    def _words(self, span: tuple[str, str]) -> None:
        if span[0] not in ("see the record", "a percentage without its count, see the record"):
            self.add(span[1], f"{OL}finding", Literal(span[0]))

    def _compared(self, spans: Spans, result: str) -> None:
        before = re.fullmatch(rf": ({_NUMBER})(?: (\S+))? before treatment", text(spans[1:]))
        if before:
            self.add(result, f"{OL}baselineValue", decimal(before[1]))
            if before[2]:
                self.add(result, f"{OL}unit", Literal(before[2]))
        elif re.match(r": \d+/\d+", text(spans[1:])):
            self._seen(spans)

    def _ratio(self, spans: Spans) -> None:
        found = re.fullmatch(
            rf": ({'|'.join(RATIOS)}) ({_NUMBER})(?: \(({_NUMBER}) to ({_NUMBER})\))?, printed by "
            "the source", text(spans[1:])
        )  # fmt: skip
        if found:
            result = spans[0][1]
            self.add(result, f"{OL}scale", Literal(found[1]))
            for name, number in zip(("estimate", "estimateLow", "estimateHigh"),
                                    found.groups()[1:], strict=True):  # fmt: skip
                if number:
                    self.add(result, OL + name, decimal(number))

    def _comment(self, spans: Spans, result: str) -> None:
        study = spans[0][1]
        self._label(spans[0])
        for span in spans[1:]:
            if span[1]:
                self._words(span)
        said = "".join(part for part, address in spans[1:] if not address)
        for part in re.split(r", |; ", said.removeprefix(": ")):
            if part in ("supports", "disputes", "inconclusive"):
                self.add(result, f"{OL}direction", NamedNode(OL + part.capitalize()))
            elif part in self.designs:
                self.add(study, f"{OL}hasDesign", self.designs[part])
            elif part.startswith("p = "):
                self.add(result, f"{OL}pValue", decimal(part.removeprefix("p = ")))
            elif part.startswith("p "):
                self.add(result, f"{OL}pAsPrinted", Literal(part.removeprefix("p ")))


def labels(*files: str) -> dict[str, NamedNode]:
    """Return things of the ontology by their labels."""
    found = {}
    for file in files:
        for quad in parse(path=str(ROOT / file), format=RdfFormat.TURTLE):
            if quad.predicate.value == f"{RDFS}label" and isinstance(quad.subject, NamedNode):
                found[quad.object.value] = quad.subject
    return found


def level(name: str) -> NamedNode:
    """Return a level of GRADE."""
    return NamedNode(f"{BASE}grade/grade-{name.replace(' ', '-')}")


def integer(value: str) -> Literal:
    """Return a whole number."""
    return Literal(value, datatype=NamedNode(f"{XSD}integer"))


def decimal(value: str) -> Literal:
    """Return a decimal."""
    return Literal(value, datatype=NamedNode(f"{XSD}decimal"))


_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)|((?:\\.|[^\[\\])+)")


def _spans(line: str) -> Spans:
    return [
        (re.sub(r"\\(.)", r"\1", found[1] or found[3]), found[2] or "")
        for found in _LINK.finditer(line)
    ]


def _markdown(content: bytes) -> list[Block]:
    found: list[Block] = []
    for line in content.decode().splitlines():
        if line.startswith("#"):
            marks, _, rest = line.partition(" ")
            found.append(Block("heading", len(marks), _spans(rest)))
        elif line.startswith("- "):
            found.append(Block("item", 0, _spans(line[2:].replace("**", ""))))
        elif line.startswith("| "):
            cells = re.split(r"(?<!\\) \| ", line[2:-2])
            if found[-1].kind != "table":
                found.append(Block("table"))
            if not line.startswith("| ---"):
                parts = [[_spans(part) for part in cell.split("<br>")] for cell in cells]
                found[-1].rows.append(parts)
        elif line:
            found.append(Block("paragraph", 0, _spans(line)))
    return found


class _Page(HTMLParser):
    """Collect blocks from a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Block] = []
        self.target: Spans | None = None
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a row, a cell, a line or a link."""
        is_in_table = bool(self.found) and self.found[-1].kind == "table"
        if tag in ("h1", "h2", "h3"):
            self._begin(Block("heading", int(tag[1])))
        elif tag == "li":
            self._begin(Block("item"))
        elif tag == "table":
            self.found.append(Block("table"))
        elif tag == "tr":
            self.found[-1].rows.append([])
        elif tag == "th":
            self.found[-1].rows[-1].append([[]])
            self.target = self.found[-1].rows[-1][-1][0]
        elif tag == "td":
            self.found[-1].rows[-1].append([])
        elif tag == "p" and is_in_table and self.found[-1].rows[-1:] and self.in_cell:
            self.found[-1].rows[-1][-1].append([])
            self.target = self.found[-1].rows[-1][-1][-1]
        elif tag == "p":
            self._begin(Block("paragraph"))
        elif tag == "a":
            self.address = dict(attrs)["href"] or ""
        if tag == "td":
            self.in_cell = True

    in_cell = False

    def _begin(self, block: Block) -> None:
        self.found.append(block)
        self.target = block.spans

    def handle_endtag(self, tag: str) -> None:
        """End a link, a cell or a block."""
        if tag == "a":
            self.address = ""
        if tag == "td":
            self.in_cell = False
        if tag in ("h1", "h2", "h3", "li", "p", "th"):
            self.target = None

    def handle_data(self, data: str) -> None:
        """Add text to what was begun last."""
        if self.target is not None:
            self.target.append((data, self.address))


def _html(content: bytes) -> list[Block]:
    page = _Page()
    page.feed(content.decode())
    return page.found


def _docx(content: bytes) -> list[Block]:
    from docx import Document
    from docx.table import Table

    found = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            rows = [[[_runs(p) for p in cell.paragraphs] for cell in row.cells]
                    for row in block.rows]  # fmt: skip
            found.append(Block("table", 0, [], rows))
            continue
        style = str(block.style.name) if block.style is not None else ""
        kind = {"Heading": "heading", "List": "item", "Title": "heading"}.get(style.split()[0])
        found.append(Block(kind or "paragraph", 0, _runs(block)))
    return found


def _runs(paragraph: Any) -> Spans:
    return list(_parts(paragraph))


def _parts(paragraph: Any) -> Iterator[tuple[str, str]]:
    for part in paragraph.iter_inner_content():
        yield part.text, getattr(part, "address", "")

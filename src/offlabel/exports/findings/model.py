"""What a summary of findings is made of: linked text, rows by outcome, tables, conditions.

The layout follows the GRADE Handbook, chapter 6: people, setting, intervention and comparison above
the table; for each outcome the risk with the comparison and with the intervention, the relative
effect, participants and studies, certainty with a note for each reason that lowers it, comments.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

HEAD = (
    "Outcome",
    "With the comparison",
    "With the intervention",
    "Relative effect",
    "Participants (studies)",
    "Certainty",
    "Comments",
)
DERIVED = (
    "Certainty is derived by rule from design, size, directness, control and agreement of the "
    "findings (docs/method.md). It is no panel's judgement. It is that of the question as a whole, "
    "by the main finding of each study; further outcomes of the same people are not graded. "
    "Findings of several studies are not pooled."
)
ASSERTED = (
    "State and certainty are derived by rule, and this selection leaves out what rules derive: "
    "each study stands under the regimen that it gave, and nothing is graded."
)
EMPTY = "The selection holds no finding of a study and no question."
NO_DIRECT = "Conditions without direct evidence"
NO_DIRECT_HERE = "Without direct evidence:"
REPORTED = "Grades that others gave:"
NOT_GRADED = "not graded in this selection"


@dataclass(frozen=True)
class Span:
    """A piece of text; `iri` is the record that it is about, or empty."""

    text: str
    iri: str = ""


Line = tuple[Span, ...]
Cell = tuple[Line, ...]


def line(*parts: Span | str) -> Line:
    """Return a line of linked and plain pieces; empty ones are left out."""
    spans = (part if isinstance(part, Span) else Span(part) for part in parts)
    return tuple(span for span in spans if span.text)


def plain(of: Line) -> str:
    """Return the text of a line without its links."""
    return "".join(span.text for span in of)


@dataclass(frozen=True)
class Row:
    """One outcome: each cell has a line for each finding, in the same order."""

    outcome: Cell
    comparison: Cell
    intervention: Cell
    relative: Cell
    participants: Cell
    certainty: Cell
    comments: Cell

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return the cells in the order of HEAD."""
        return tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class Section:
    """The table of one kind of regimen in one condition."""

    heading: Line
    facts: tuple[tuple[str, Line], ...]
    rows: tuple[Row, ...]
    notes: tuple[Line, ...]


@dataclass(frozen=True)
class Summary:
    """One condition: tables, a line for each regimen without direct evidence, reported grades."""

    condition: Line
    sections: tuple[Section, ...]
    bare: tuple[Line, ...]
    reported: tuple[Line, ...]

"""A proof as a tree of steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """One step of a proof: what it says, the thing it is about, and what it rests on.

    `kind` is one of thing, claim, passage, citation, contradiction, flag, reason, derived, rule,
    premise, definition, file and note.
    """

    text: str
    curie: str = ""
    rests_on: tuple[Node, ...] = ()
    kind: str = "note"

    @property
    def line(self) -> str:
        """Return the step as one line of text."""
        return f"{self.text} ({self.curie})" if self.curie else self.text


def as_lines(node: Node, lead: str = "", rest: str = "") -> Iterator[str]:
    """Return a proof as lines of text, indented by its branches."""
    yield f"{lead}{node.line}"
    for number, child in enumerate(node.rests_on, 1):
        is_last = number == len(node.rests_on)
        yield from as_lines(
            child, f"{rest}{'└─ ' if is_last else '├─ '}", f"{rest}{'   ' if is_last else '│  '}"
        )

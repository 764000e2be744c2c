"""A difference as plain text, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from offlabel.evidence.appraisal_formats import DERIVED
from offlabel.evidence.difference import Change, Difference, Item
from offlabel.evidence.snapshot import Words

HEADINGS = {
    "sources": "Sources",
    "studies": "Studies",
    "claims": "Claims",
    "assessments": "States and grades",
    "contradictions": "Contradictions",
    "standings": "Claims that no study exists",
}
_LONG = 120
NOTHING = "The two say the same of the evidence."


def as_text(found: Difference) -> str:
    """Give the difference as indented lines."""
    return written(found)


def as_markdown(found: Difference) -> str:
    """Give the difference as Markdown."""
    return written(found, heading="## ", item="- ")


def as_json(found: Difference) -> str:
    """Give the difference as JSON: an object with a list for each kind of thing."""
    return to_json({"isEmpty": found.is_empty, **plain(found)})


FORMATS: dict[str, Callable[[Difference], str]] = {
    "text": as_text,
    "json": as_json,
    "md": as_markdown,
}


def to_json(value: object) -> str:
    """Write a value as JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def plain(found: Difference) -> dict[str, list[dict[str, object]]]:
    """Give a difference as lists and dictionaries."""
    return {
        kind: [{**asdict(item), "fields": dict(item.fields)} for item in items]
        for kind, items in found.kinds.items()
    }


def written(
    found: Difference, *, heading: str = "", item: str = "  ", nothing: str = NOTHING
) -> str:
    """Write the kinds that differ, each under its heading; `nothing` where none does."""
    parts = []
    for kind, items in found.kinds.items():
        if items:
            lines = [line for each in items for line in _lines(each, item)]
            parts.append("\n".join([f"{heading}{HEADINGS[kind]}", "", *lines]))
    if not parts:
        return f"{nothing}\n"
    if found.assessments:
        parts.append(DERIVED)
    return "\n\n".join(parts) + "\n"


def _lines(found: Item, item: str) -> Iterator[str]:
    yield f"{item}{found.fate}: {found.label}"
    inner = " " * len(item) + item
    if found.fields:
        yield f"{inner}{_told(found.fields.items())}"
    for change in found.changes:
        yield f"{inner}{change.field}: {_change(change)}"


def _told(fields: Iterable[tuple[str, Words]]) -> str:
    return "; ".join(f"{name}: {words(value)}" for name, value in fields)


def _change(change: Change) -> str:
    """Write a change; of long lists only what came and went."""
    text = f"{words(change.before)} → {words(change.after)}"
    before, after = (
        value if isinstance(value, tuple) else (str(value),)
        for value in (change.before, change.after)
    )
    if len(text) <= _LONG or not set(before) & set(after):
        return text
    gone = [f"no longer {value}" for value in before if value not in after]
    return "; ".join(gone + [f"new: {value}" for value in after if value not in before])


def words(value: Words | None) -> str:
    """Write a value; "none" where there is none."""
    if value is None or value == ():
        return "none"
    return ", ".join(value) if isinstance(value, tuple) else str(value)

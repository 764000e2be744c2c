"""A rule: a CONSTRUCT query whose `#+` head says what follows, why, and on whose word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from offlabel.errors import SourceError
from offlabel.sources.files import SourceFile
from offlabel.sources.mappings import LOADER
from offlabel.terms import GRAPH, RULE


@dataclass(frozen=True)
class Rule:
    """One file of ontology/rules/."""

    name: str
    title: str
    reason: str
    source: str
    text: str
    path: Path

    @property
    def iri(self) -> str:
        """Return the rule as a thing."""
        return RULE + self.name

    @property
    def graph(self) -> str:
        """Return the named graph that holds what the rule derived."""
        return f"{GRAPH}rule/{self.name}"


def read_head(path: Path) -> tuple[dict[str, object], str]:
    """Return the `#+` head of a query file as a mapping, and the whole text."""
    text = read_text(path)
    return head_of(path, text), text


def read_text(path: Path) -> str:
    """Return the text of a query file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}.", "Save it as UTF-8 text.") from None


def head_of(path: Path, text: str) -> dict[str, object]:
    """Return the `#+` head of a text as a mapping."""
    lines = [line[2:] for line in text.splitlines() if line.startswith("#+")]
    try:
        head = yaml.load("\n".join(lines), Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SourceError(
            path,
            f"the #+ head is not YAML: {getattr(error, 'problem', None) or error}.",
            "Quote values that hold a colon, and indent with spaces.",
            mark.line + 1 if mark else 1,
        ) from None
    if not isinstance(head, dict):
        raise SourceError(path, "the #+ head is missing.", "Start the file with '#+ title: …'.", 1)
    return head


def read_rule(path: Path) -> Rule:
    """Read one rule; raise `SourceError` where its head is not complete."""
    head, text = read_head(path)
    for key in ("title", "reason", "source"):
        if not str(head.get(key) or "").strip():
            raise SourceError(path, f"the head has no {key}.", f"Add a line '#+ {key}: …'.", 1)
    return Rule(
        path.stem,
        str(head["title"]).strip(),
        str(head["reason"]).strip(),
        str(head["source"]).strip(),
        text,
        path,
    )


def read_rules(files: Iterable[SourceFile]) -> list[Rule]:
    """Read the rules among the files, in the order in which they run."""
    return sorted(
        (read_rule(file.path) for file in files if file.role == "rules"),
        key=lambda rule: rule.name,
    )

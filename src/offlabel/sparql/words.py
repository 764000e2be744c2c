"""The words of a SPARQL text, numbers and full stops as the grammar has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from offlabel.sources.sparql import TOKEN


@dataclass(frozen=True)
class Word:
    """Hold a word, its line, and where it starts."""

    kind: str
    text: str
    line: int
    start: int

    @property
    def keyword(self) -> str:
        """Return it in capitals where it may be a keyword, else nothing."""
        return self.text.upper() if self.kind == "word" else ""


def words(text: str) -> Iterator[Word]:
    """Split a text into words; a full stop ends a name and stays in a number."""
    line, before = 1, 0
    held: Word | None = None
    for match in TOKEN.finditer(text):
        kind, found, start = match.lastgroup or "", match[0], match.start()
        if kind == "prefix":
            kind = "name"
        if kind in ("comment", "space"):
            continue
        line += text.count("\n", before, start)
        before = start
        touches = held is not None and start == held.start + len(held.text)
        if held is not None and touches and (found == "." or kind == "word"):
            held = Word("word", held.text + found, held.line, held.start)
            continue
        if held is not None:
            yield from _without_stop(held)
            held = None
        word = Word(kind, found, line, start)
        if kind == "word" and found[0].isdigit():
            held = word
        elif kind in ("name", "blank") and found.endswith("."):
            yield from _without_stop(word)
        else:
            yield word
    if held is not None:
        yield from _without_stop(held)


def _without_stop(word: Word) -> Iterator[Word]:
    bare = word.text.rstrip(".")
    yield Word(word.kind, bare, word.line, word.start)
    if bare != word.text:
        yield Word("other", ".", word.line, word.start + len(bare))

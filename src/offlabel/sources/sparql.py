"""Read a SPARQL text word by word: strings, IRIs and comments do not count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# An IRI may hold an escaped character. Were the backslash left out, a # in such an IRI would look
# like a comment and hide the rest of its line.
TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\x00-\x20]*>)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:[\w.-]+)
    | (?P<name>(?P<prefix>(?:[^\W\d_][\w.-]*)?):(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
    | (?P<word>\w+)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
SERVICE_REFUSED = "SERVICE is refused: a query here opens no connection."

_ESCAPE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
# What one reader takes for an IRI and another for a comparison with a comment or string after it.
_AMBIGUOUS = re.compile(
    r"""<(?![A-Za-z][A-Za-z0-9+.-]*://)[^<>"{}|^`\x00-\x20]*[#'][^<>"{}|^`\x00-\x20]*>"""
)


@dataclass(frozen=True)
class Token:
    """Hold one word of a SPARQL text and its line."""

    kind: str
    text: str
    line: int

    def is_word(self, *words: str) -> bool:
        """Say whether it is one of some keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


def find_service(text: str) -> tuple[int, int] | None:
    """Find line and column of the first SERVICE, with which the engine would open a connection."""
    return find_keyword(text, "service")


def find_keyword(text: str, keyword: str) -> tuple[int, int] | None:
    """Find line and column of the first place where an engine may read a keyword.

    The engine needs no space around a keyword (`trueSERVICE<...>` holds one), so the letters count
    wherever they may be read as the keyword. Where a text can be read in two ways, because of an
    escaped character or of `<` before a `#` or `'`, they count wherever they stand.
    """
    letters = re.compile(keyword, re.IGNORECASE)
    if has_two_readings(text):
        found = letters.search(text) or letters.search(_ESCAPE.sub(_unescaped, text))
        position = min(found.start(), len(text)) if found else None
    else:
        position = next(_keywords(text, letters), None)
    return None if position is None else place_of(text, position)


def has_two_readings(text: str) -> bool:
    """Say whether engines may split a text into other words than this module does."""
    return bool(_ESCAPE.search(text) or _AMBIGUOUS.search(text))


def place_of(text: str, position: int) -> tuple[int, int]:
    """Return line and column of a position in a text, counted from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _keywords(text: str, letters: re.Pattern[str]) -> Iterator[int]:
    names = {token["prefix"].lower() for token in TOKEN.finditer(text) if token["name"]}
    for token in TOKEN.finditer(text):
        prefix = token["prefix"]
        if token["name"] and letters.fullmatch(prefix) and not names & {"", "prefix"}:
            continue  # a prefix of that name; were there an empty one, `SERVICE:x` could mean :x
        found = letters.search(prefix or token["word"] or "")
        if found:
            yield token.start() + found.start()


def _unescaped(found: re.Match[str]) -> str:
    code = int(found[0][2:], 16)
    return chr(code) if code <= 0x10FFFF else ""


def tokens(text: str) -> list[Token]:
    """Split a SPARQL text into words, without comments."""
    found = []
    line, position = 1, 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        if match.lastgroup not in ("comment", "space"):
            found.append(Token(match.lastgroup or "mark", match.group(), line))
    return found


def named_iris(
    words: Sequence[Token], declared: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """Give every IRI that words of SPARQL name, prefixed names expanded, with its line.

    `declared` are prefixes that hold without standing in the text.
    """
    prefixes = {f"{name}:": iri for name, iri in (declared or {}).items()}
    position = 0
    while position < len(words):
        token = words[position]
        if token.is_word("PREFIX") and position + 2 < len(words):
            prefixes[words[position + 1].text] = words[position + 2].text[1:-1]
            position += 3
            continue
        if token.kind == "iri":
            yield token.text[1:-1], token.line
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            namespace = prefixes.get(f"{prefix}:")
            if namespace is not None:
                yield namespace + local.replace("\\", ""), token.line
        position += 1

"""The words of a SPARQL text: which IRIs it names, and which SELECT shows which variable.

A lexer and a count of braces, no parser: the engine parses. What stands in strings and comments is
never taken for a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from offlabel.sources.sparql import TOKEN


@dataclass(frozen=True)
class Token:
    """Hold one word of a SPARQL text and its line."""

    kind: str
    text: str
    line: int

    def is_word(self, *words: str) -> bool:
        """Say whether it is one of some keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True)
class Hidden:
    """Hold a variable that a SELECT uses but does not project, and the line of that SELECT."""

    variable: str
    line: int


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


def named_iris(text: str) -> Iterator[tuple[str, int]]:
    """Give every IRI that a SPARQL text names, prefixed names expanded, with its line."""
    prefixes: dict[str, str] = {}
    words = tokens(text)
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


def hidden_variables(text: str, variables: set[str]) -> list[Hidden]:
    """Find each SELECT that uses one of some variables (without `?`) but does not project it."""
    words = tokens(text)
    hidden = []
    for position, token in enumerate(words):
        if not token.is_word("SELECT"):
            continue
        projected, body = _projection(words, position + 1)
        if "*" in projected:
            continue
        used = {word.text[1:] for word in _block(words, body) if word.kind == "variable"}
        hidden += [
            Hidden(variable, token.line) for variable in sorted((variables & used) - projected)
        ]
    return hidden


def _projection(words: list[Token], position: int) -> tuple[set[str], int]:
    """Read what a SELECT projects; give it with the position of the body's opening brace."""
    projected: set[str] = set()
    depth = 0
    while position < len(words) and words[position].text != "{":
        token = words[position]
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        after_as = words[position - 1].is_word("AS")
        if token.kind == "variable" and (depth == 0 or (depth == 1 and after_as)):
            projected.add(token.text[1:])
        elif token.text == "*" and depth == 0:
            projected.add("*")
        position += 1
    return projected, position


def _block(words: list[Token], start: int) -> list[Token]:
    depth = 0
    for position in range(start, len(words)):
        depth += {"{": 1, "}": -1}.get(words[position].text, 0)
        if depth == 0:
            return words[start:position]
    return words[start:]
